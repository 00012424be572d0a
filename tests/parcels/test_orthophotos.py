"""Registered orthophotos: kept with their date, cut by the worker's service, seen by region."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from gis.language import ENGLISH, Problem, speaking
from parcels.imagery import ImageState, Moment, image_pair, images, one_image, seen_window, tile_of
from parcels.imagery.reading import tile_meets
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.services.keep_imagery import (
    cut_imagery,
    keep_address,
    keep_imagery,
    project_extent,
    remove_imagery,
)
from parcels.services.keep_settings import change_settings
from parcels.store.audit import broken_at
from parcels.store.engine import Store
from tests.builders import COUNTY, NOW, County, person, working_county
from tests.gis.images import photo

TAKEN = date(2025, 3, 1)


def grey(path: Path, **profile: object) -> Path:
    return photo(path, np.full((1, 1_000, 1_000), 90, dtype=np.uint8), **profile)


def registered(made: County, path: Path, **told: object) -> int:
    terms = {"file_name": path.name, "title": "航片", "moment": Moment.BEFORE, "taken_on": TAKEN}
    return keep_imagery(made.store, made.bureau, made.project_id, path, **terms | told, now=NOW)


def test_a_registered_image_is_shown_once_it_is_cut(store: Store, tmp_path: Path) -> None:
    made = working_county(store)
    image_id = registered(made, grey(tmp_path / "a.tif"))
    assert [one.state for one in images(store, made.bureau, made.project)] == [ImageState.WAITING]
    assert image_pair(store, made.bureau, made.project) == {}
    cut = cut_imagery(store, made.bureau, image_id, now=NOW)
    shown = image_pair(store, made.bureau, made.project)[Moment.BEFORE]
    assert (shown.taken_on, shown.max_zoom, shown.crs) == (TAKEN, cut.max_zoom, 4526)
    assert shown.bounds_lonlat == pytest.approx(cut.bounds_lonlat)
    with store.reading() as connection:
        assert broken_at(connection) is None


def test_an_image_of_elsewhere_is_refused_and_says_where_it_lies(
    store: Store, tmp_path: Path
) -> None:
    made = working_county(store)
    image_id = registered(made, grey(tmp_path / "a.tif", crs="EPSG:4527"))
    with speaking(ENGLISH), pytest.raises(Problem, match=r"no parcel of this project"):
        cut_imagery(store, made.bureau, image_id, now=NOW)
    image, _project = one_image(store, made.bureau, image_id)
    assert image.state is ImageState.REFUSED
    assert "a.tif" in image.words


def test_only_the_bureau_registers_and_takes_out(store: Store, tmp_path: Path) -> None:
    made = working_county(store)
    path = grey(tmp_path / "a.tif")
    with pytest.raises(Refused):
        keep_imagery(
            store, made.reporter_a, made.project_id, path, file_name="a.tif", title="x",
            moment=Moment.AFTER, taken_on=TAKEN, now=NOW,
        )  # fmt: skip
    image_id = registered(made, path)
    with pytest.raises(Refused):
        remove_imagery(store, made.reporter_a, image_id, reason="no", now=NOW)
    remove_imagery(store, made.bureau, image_id, reason="wrong county", now=NOW)
    assert images(store, made.bureau, made.project) == []


def test_an_image_of_tomorrow_is_refused(store: Store, tmp_path: Path) -> None:
    made = working_county(store)
    with pytest.raises(Problem):
        registered(made, grey(tmp_path / "a.tif"), taken_on=NOW.date() + timedelta(days=1))


def test_a_township_sees_imagery_of_its_own_ground_only(store: Store) -> None:
    made = working_county(store)
    assert seen_window(store, made.bureau, made.project) is None
    window = seen_window(store, made.reporter_a, made.project)
    with store.reading() as connection:
        extent = project_extent(connection, made.project)
    assert window is not None
    assert extent is not None
    assert window[0] <= extent[0] <= window[2]
    assert tile_meets(window, 0, 0, 0)
    assert not tile_meets(window, 15, 0, 0)
    assert not tile_meets(window, 3, 9, 0)
    stranger = person(store, "eve", Role.TOWNSHIP_REPORTER, "419901109")
    nowhere = seen_window(store, stranger, made.project)
    assert nowhere is not None
    assert not tile_meets(nowhere, 15, 26_770, 12_953)


def test_another_countys_people_see_no_image(store: Store, tmp_path: Path) -> None:
    made = working_county(store)
    image_id = registered(made, grey(tmp_path / "a.tif"))
    stranger = person(store, "eve", Role.BUREAU_CLERK, "419902")
    with pytest.raises(Problem):
        one_image(store, stranger, image_id)


def test_an_address_is_registered_only_where_the_office_allows_it(store: Store) -> None:
    made = working_county(store)
    admin = person(store, "root", Role.ADMINISTRATOR, COUNTY)
    terms = {"title": "航片", "moment": Moment.AFTER, "taken_on": TAKEN, "now": NOW}
    address = "http://127.0.0.1:9/{z}/{x}/{y}"
    with pytest.raises(Problem):
        keep_address(store, made.bureau, made.project_id, address, **terms)
    change_settings(store, admin, {"imagery_addresses": True}, now=NOW)
    image_id = keep_address(store, made.bureau, made.project_id, address, **terms)
    image, _project = one_image(store, made.bureau, image_id)
    assert image.is_ready
    assert tile_of(store, image, 3, 1, 2) is None  # nobody answers there
    with pytest.raises(Problem):
        keep_address(store, made.bureau, made.project_id, "http://8.8.8.8/{z}/{x}/{y}", **terms)
