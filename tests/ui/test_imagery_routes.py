"""Tiles and pictures of orthophotos go to whoever sees the ground they show, and to nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine

from gis.language import CHINESE, speaking
from gis.tiles import DEEPEST
from parcels.imagery import Image, Moment, images
from parcels.people.actor import Actor, Role
from parcels.people.sessions import Session
from parcels.services.keep_imagery import cut_imagery, keep_imagery
from parcels.store.engine import Store
from tests.builders import NOW, County, person, working_county
from tests.gis.images import NORTH, PIXEL_M, WEST, photo
from ui import office
from ui.routes import cards
from ui.routes import imagery as tiles


@pytest.fixture
def made(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> County:
    county = working_county(store)
    place = Affine(PIXEL_M, 0, WEST - 50, 0, -PIXEL_M, NORTH + 150)
    path = photo(tmp_path / "a.tif", np.full((1, 800, 800), 90, dtype=np.uint8), transform=place)
    image_id = keep_imagery(
        store, county.bureau, county.project_id, path, file_name="a.tif", title="航片",
        moment=Moment.AFTER, taken_on=date(2025, 3, 1), now=NOW,
    )  # fmt: skip
    cut_imagery(store, county.bureau, image_id, now=NOW)
    monkeypatch.setattr(office, "store", lambda: store)
    tiles._seen.clear()
    cards._grounds.clear()
    return county


def session(actor: Actor) -> Session:
    return Session(1, actor, "csrf", "zh_CN", must_change_password=False, is_demo=False)


def tile(made: County, actor: Actor, **place: Any) -> int:
    [image] = images(made.store, made.bureau, made.project)
    wanted = {
        "region": actor.region, "image": image.id, "version": image.version,
        **_place(image), **place,
    }  # fmt: skip
    return tiles.tile_response(session(actor), wanted).status_code


def _place(image: Image) -> dict[str, int]:
    from gis.tiles import tile_bounds, to_mercator

    assert image.bounds_lonlat is not None
    west, south, east, north = image.bounds_lonlat
    x, y = to_mercator((west + east) / 2, (south + north) / 2)
    whole = tile_bounds(0, 0, 0)
    side = (whole[2] - whole[0]) / 2**15
    return {"z": 15, "x": int((x - whole[0]) // side), "y": int((whole[3] - y) // side)}


def test_the_bureau_and_the_townships_of_the_ground_get_the_tile(made: County) -> None:
    assert tile(made, made.bureau) == 200
    assert tile(made, made.reporter_a) == 200


@pytest.mark.parametrize("place", [{"version": "x"}, {"region": "419901102"}, {"image": 99}])
def test_a_wrong_version_region_or_image_is_not_there(made: County, place: dict[str, Any]) -> None:
    assert tile(made, made.reporter_a, **place) == 404


def test_tiles_of_other_ground_and_tiles_that_cannot_be_are_not_there(made: County) -> None:
    assert tile(made, made.reporter_a, x=0, y=0) == 404
    assert tile(made, made.bureau, z=DEEPEST + 5) == 404
    assert tile(made, made.bureau, x=0, y=0) == 204
    stranger = person(made.store, "eve", Role.BUREAU_CLERK, "419902")
    assert tile(made, stranger) == 404
    admin = person(made.store, "root", Role.ADMINISTRATOR)
    assert tile(made, admin) == 404


def test_a_card_is_drawn_for_who_sees_the_parcel_only(made: County) -> None:
    parcel = int(made.parcels().loc["A1", "id"])

    def status(actor: Actor, **place: Any) -> int:
        wanted = {
            "region": actor.region, "project": made.project_id,
            "check": made.project.adopted_check_id, "parcel": parcel, "moment": "after-1",
        } | place  # fmt: skip
        with speaking(CHINESE):  # the route chooses the thread's language: not for later tests
            return cards.card_response(session(actor), wanted).status_code

    assert status(made.bureau) == 200
    assert status(made.reporter_a) == 200
    assert status(made.reporter_b) == 404
    assert status(made.bureau, moment="never-1") == 404
    assert status(made.bureau, check=99) == 404
    assert status(replace(made.bureau, region="419902")) == 404
