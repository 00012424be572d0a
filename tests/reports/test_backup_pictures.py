"""A backup holds what lies in files: an orthophoto with its tiles, a photo in both its sizes."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from parcels.imagery import Moment, image_pair
from parcels.imagery.reading import tiles_of
from parcels.people.actor import Role
from parcels.services.keep_imagery import cut_imagery, keep_imagery, project_extent
from parcels.services.keep_project import name_region
from parcels.services.keep_settings import change_settings
from parcels.settings import settings
from parcels.store.backup import back_up, restore
from parcels.store.engine import Store, open_store
from parcels.store.files import file_path, sha256_of
from parcels.store.tables import IMAGERY
from reports.photos import photo_file
from reports.services.keep_photo import keep_photo
from tests.builders import NOW, TOWNSHIP_A, County, person, working_county
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


ZOOM, TILES_A_SIDE = 17, 20


def first_tile(here: County) -> tuple[int, int]:
    """Return column and row of the tile in which the county's north-western corner lies."""
    with here.store.reading() as connection:
        extent = project_extent(connection, here.project)
    assert extent
    x0 = int((extent[0] + 180) / 360 * 2**ZOOM)
    return x0, int((1 - np.arcsinh(np.tan(np.radians(extent[3]))) / np.pi) / 2 * 2**ZOOM)


def mbtiles(path: Path, x0: int, y0: int) -> Path:
    """Write 24 MB of tiles that nothing makes smaller."""
    chance = np.random.default_rng(4)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        rows = (
            (ZOOM, x0 + x, 2**ZOOM - 1 - (y0 + y), b"\x89PNG\r\n\x1a\n" + chance.bytes(60_000))
            for x in range(TILES_A_SIDE)
            for y in range(TILES_A_SIDE)
        )
        file.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    return path


def test_mbtiles_and_settings_come_back_equal_from_a_backup_made_while_others_write(
    store: Store, tmp_path: Path
) -> None:
    here = working_county(store)
    place = first_tile(here)
    path = mbtiles(tmp_path / "dom.mbtiles", *place)
    assert path.stat().st_size > 20 * 1024**2
    image_id = keep_imagery(
        store, here.bureau, here.project_id, path, file_name="dom.mbtiles", title="航片",
        moment=Moment.BEFORE, taken_on=date(2025, 3, 1), now=NOW,
    )  # fmt: skip
    cut_imagery(store, here.bureau, image_id, now=NOW)
    admin = person(store, "admin", Role.ADMINISTRATOR)
    change_settings(store, admin, {"office_name": "测试县自然资源局"}, now=NOW)
    is_over, written = threading.Event(), 0

    def write() -> None:
        nonlocal written
        while not is_over.is_set():
            written += 1
            name_region(store, here.bureau, f"{TOWNSHIP_A}{written:03}", f"村{written}", now=NOW)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = back_up(store, tmp_path / "b.zip", now=NOW)
    finally:
        is_over.set()
        writer.join(60)
    assert written > 1, "somebody wrote meanwhile"
    # the builder's layers name files that it never wrote; the imagery's two are there
    other = open_store(tmp_path / "other", f"sqlite:///{tmp_path / 'other' / 'tracker.db'}")
    restore(other, tmp_path / "b.zip")
    kept = []
    for one in (store, other):
        with one.reading() as connection:
            row = connection.execute(sa.select(IMAGERY)).mappings().one()
            kept.append((dict(row), settings(connection)))
    assert kept[0] == kept[1]
    assert kept[1][1]["office_name"] == "测试县自然资源局"
    row = kept[1][0]
    assert {row["file_sha256"], row["tiles_sha256"]}.isdisjoint(made.missing)
    for sha256 in (row["file_sha256"], row["tiles_sha256"]):
        assert sha256_of(file_path(other, sha256)) == sha256
    assert row["file_sha256"] == sha256_of(path), "the original, byte for byte"
    seen = []
    for one in (store, other):
        tiles = tiles_of(one, image_pair(one, here.bureau, here.project)[Moment.BEFORE])
        assert tiles
        seen.append(tiles.tile(ZOOM, *place))
    other.engine.dispose()
    assert seen[0]
    assert seen[0] == seen[1]
