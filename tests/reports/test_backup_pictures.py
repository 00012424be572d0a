"""A backup holds what lies in files: an orthophoto with its tiles, a photo in both its sizes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from parcels.imagery import Moment, image_pair
from parcels.imagery.reading import tiles_of
from parcels.services.keep_imagery import cut_imagery, keep_imagery
from parcels.store.backup import back_up, restore
from parcels.store.engine import Store, open_store
from reports.photos import photo_file
from reports.services.keep_photo import keep_photo
from tests.builders import NOW, TOWNSHIP_A, County, working_county
from tests.gis.images import photo as orthophoto
from tests.reports.pictures import photo


def pictures(here: County, store: Store, photo_id: int) -> list[bytes]:
    """Return the image's uppermost tile and the photo, as a store hands them out."""
    image = image_pair(store, here.bureau, here.project)[Moment.BEFORE]
    tiles = tiles_of(store, image)
    assert tiles
    west, south, east, north = image.bounds_lonlat
    zoom = image.max_zoom
    x = int(((west + east) / 2 + 180) / 360 * 2**zoom)
    lat = np.radians((south + north) / 2)
    y = int((1 - np.arcsinh(np.tan(lat)) / np.pi) / 2 * 2**zoom)
    tile = tiles.tile(zoom, x, y)
    assert tile
    served = [
        photo_file(store, here.reporter_a, photo_id, is_small=is_small).read_bytes()
        for is_small in (False, True)
    ]
    return [tile, *served]


def test_orthophotos_and_photos_come_back_equal(store: Store, tmp_path: Path) -> None:
    here = working_county(store)
    path = orthophoto(tmp_path / "a.tif", np.full((1, 1_000, 1_000), 90, dtype=np.uint8))
    image_id = keep_imagery(
        store, here.bureau, here.project_id, path, file_name="a.tif", title="航片",
        moment=Moment.BEFORE, taken_on=date(2025, 3, 1), now=NOW,
    )  # fmt: skip
    cut_imagery(store, here.bureau, image_id, now=NOW)
    photo_id = keep_photo(
        store, here.reporter_a, photo(), "a.jpg", project_id=here.project_id, region=TOWNSHIP_A,
        about="daily_report:1", now=NOW,
    )  # fmt: skip
    before = pictures(here, store, photo_id)
    back_up(store, tmp_path / "b.zip", now=NOW)
    other = open_store(tmp_path / "other", f"sqlite:///{tmp_path / 'other' / 'tracker.db'}")
    restore(other, tmp_path / "b.zip")
    assert pictures(here, other, photo_id) == before
    other.engine.dispose()
