"""The map of days answers for the areas and days there are, and keeps no more than it may."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from starlette.requests import Request

from gis.language import CHINESE
from parcels.people.sessions import Session
from parcels.store.engine import Store
from tests.builders import (
    COUNTY,
    DAY,
    NOW,
    START,
    TOWNSHIP_A,
    VILLAGE_A,
    VILLAGE_B,
    County,
    working_county,
)
from ui import office
from ui.daymap import book, parcel_shapes
from ui.kept import Kept
from ui.routes import day_map


@pytest.fixture
def here(store: Store, monkeypatch: pytest.MonkeyPatch) -> County:
    county = working_county(store)
    monkeypatch.setattr(office, "store", lambda: store)
    monkeypatch.setattr(office, "now", lambda: NOW)
    monkeypatch.setattr(book, "_books", Kept(book.KEPT))
    monkeypatch.setattr(parcel_shapes, "_layers", Kept(parcel_shapes.KEPT))
    return county


def asked(here: County, area: str, day: str) -> int:
    session = Session(1, here.bureau, "csrf", CHINESE, must_change_password=False, is_demo=False)
    place = {
        "region": COUNTY, "language": CHINESE, "project": 1, "area": area, "version": "0",
        "day": day,
    }  # fmt: skip
    scope = {"type": "http", "headers": [], "path_params": place, "tracker_session": session}
    answer = asyncio.run(day_map._answer(day_map._day)(Request(scope)))
    return int(answer.status_code)


def test_only_areas_that_exist_are_answered(here: County) -> None:
    for area in (COUNTY, TOWNSHIP_A, VILLAGE_A, VILLAGE_B):
        assert asked(here, area, str(DAY)) == 200, area
    for area in (f"{COUNTY}9", f"{COUNTY}999", f"{VILLAGE_A}0", TOWNSHIP_A[:8], f"{COUNTY}x"):
        assert asked(here, area, str(DAY)) == 404, area


def test_only_days_from_the_start_to_today_are_answered(here: County) -> None:
    for day in (START, DAY):
        assert asked(here, COUNTY, str(day)) == 200, day
    for day in (START - timedelta(days=1), DAY + timedelta(days=1), date.min, date.max):
        assert asked(here, COUNTY, str(day)) == 404, day
    assert asked(here, COUNTY, "yesterday") == 404


def test_a_book_remembers_no_more_than_it_may() -> None:
    nothing: Any = None
    one = book.Book("v1", *[nothing] * 8)
    for number in range(2 * book.MOST_REMEMBERED):
        assert one.once(number, partial(str, number)) == str(number)
    assert len(one.memory) == book.MOST_REMEMBERED
    newest = 2 * book.MOST_REMEMBERED - 1
    assert one.once(newest, lambda: "again") == str(newest), "what is remembered is not made again"
