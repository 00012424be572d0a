"""What lies under maps and on them, by clicks: basemaps, images as tiles, photos, proposals."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import expect

from gis.language import CHINESE
from gis.palette import VERDICTS
from gis.tiles import to_mercator
from parcels.imagery.basemap import SOURCES
from parcels.impact import CHANGE_TITLES, Change
from tests.browser.clicks import Person, shown, zh
from tests.browser.maps import SHAPES, Map, map_of_days
from tests.browser.running import Server, running
from tests.tile_server import KEY, tile_server
from ui.components.impact_shown import PAINTS
from ui.pages.remedies import BEFORE

TOWNSHIP = "999901104"
Shot = Callable[[Any, str], None]
OpenPage = Callable[..., Any]
BELOW = ".leaflet-days-below-pane"
NORTH, SOUTH = (196, 60, 40), (40, 90, 190)
ZOOM = 13


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application on a copy that no other file's stories have drawn structures into."""
    folder = tmp_path_factory.mktemp("grounds") / "var"
    shutil.copytree(demo_folder, folder)
    with running(folder) as server:
        yield server


@pytest.fixture(scope="module")
def ground(demo: Server) -> tuple[float, float, float, float]:
    """Bounds of all parcels in degrees."""
    sides = "SELECT min(west), min(south), max(east), max(north) FROM parcel WHERE west > 100"
    return tuple(_asked(demo, sides)[0])  # type: ignore[return-value]


def _asked(demo: Server, words: str) -> list[Any]:
    with sa.create_engine(f"sqlite:///{demo.folder / 'tracker.db'}").connect() as connection:
        return list(connection.execute(sa.text(words)).all())


def test_a_basemap_is_set_tried_and_laid_below(
    demo: Server, open_page: OpenPage, shot: Shot, ground: tuple[float, float, float, float]
) -> None:
    admin = Person(open_page(), demo.address)
    viewer = Person(open_page(), demo.address)
    admin.enters_demo("admin")
    viewer.enters_demo("inspector")
    assert not has_basemap(map_of_days(viewer, TOWNSHIP)), "none is needed"
    west, south, east, north = ground
    around = (*to_mercator(west - 0.2, south - 0.2), *to_mercator(east + 0.2, north + 0.2))
    with tile_server(around) as tiles:
        wmts = (
            f"{tiles.address}/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=dom"
            "&STYLE=default&FORMAT=image/png&TILEMATRIXSET=GoogleMapsCompatible"
            "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
        )
        choose(admin, "address", {zh("Tile address inside the network"): wmts})
        admin.reads("底图应答正常")
        is_laid_below(viewer, tiles.given)
        shot(viewer.page, "map-over-wmts")
        choose(admin, "tianditu", {
            zh("Base address of Tianditu"): tiles.address,
            zh("The office's own key of Tianditu"): "somebody-else's",
        })  # fmt: skip
        admin.reads("请核对密钥及其用途")
        shot(admin.page, "settings-basemap-refused")
        below = map_of_days(viewer, TOWNSHIP)
        lay_basemap(below)
        below.frame.locator(".days-nothing").filter(has_text=zh("no picture here")).wait_for()
        choose(admin, "tianditu", {zh("The office's own key of Tianditu"): KEY})
        admin.reads("底图应答正常")
        is_laid_below(viewer, tiles.given)
        assert tiles.asked[-1].startswith("/img_w/wmts?")
        shot(viewer.page, "map-over-tianditu")
    admin.presses(zh("Try the basemap"))
    admin.reads("本服务器连不上127.0.0.1")
    choose(admin, "none", {})
    assert not has_basemap(map_of_days(viewer, TOWNSHIP))


def choose(admin: Person, source: str, words: dict[str, str]) -> None:
    """Set the basemap as an administrator does."""
    admin.page.goto(f"{admin.address}/settings")
    admin.settles()
    admin.chooses(zh("Basemap under the maps"), shown(SOURCES[source], CHINESE))
    for label, text in words.items():
        field = admin.page.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Tab")
    admin.presses(zh("Save the settings"))


def lay_basemap(below: Map) -> None:
    """Choose the basemap among what can lie under the parcels."""
    below.frame.locator(".days-layers summary").click()
    below.frame.locator(".days-layers label", has_text=zh("Basemap")).locator("input").check()


def has_basemap(below: Map) -> bool:
    """Tell whether a basemap is offered."""
    return below.frame.locator(".days-layers label", has_text=zh("Basemap")).count() > 0


def is_laid_below(viewer: Person, given: list[tuple[int, int, int]]) -> None:
    """See the tiles of the place under the parcels, those of the server and no other."""
    before = len(given)
    below = map_of_days(viewer, TOWNSHIP)
    lay_basemap(below)
    seen = "[...document.querySelectorAll('{} img')].some(one => one.src.includes('/basemap/') && "
    seen = seen.format(BELOW) + "one.naturalWidth)"
    below.frame.wait_for_function(seen)
    assert below.frame.locator(".days-nothing").all_inner_texts().count("") > 0
    places = below.frame.evaluate(
        f"[...document.querySelectorAll('{BELOW} img')].filter(one => one.naturalWidth)"
        ".map(one => one.src).filter(one => one.includes('/basemap/'))"
        ".map(one => one.split('/').slice(-3).map(Number))"
    )
    assert places
    assert {tuple(place) for place in places} <= set(given[before:])


def test_tiles_of_files_lie_the_right_way_up_in_either_order(
    demo: Server, open_page: OpenPage, shot: Shot, tmp_path: Path,
    ground: tuple[float, float, float, float],
) -> None:  # fmt: skip
    """MBTiles count rows from the south, folders from the north; both show north above south."""
    person = Person(open_page(viewport={"width": 1280, "height": 1100}), demo.address)
    person.enters_demo("bureau")
    west, south, east, north = ground
    x, y = to_mercator((west + east) / 2, (south + north) / 2)
    side = 2 * 20_037_508.3427892 / 2**ZOOM
    column, row = int((x + 20_037_508.3427892) / side), int((20_037_508.3427892 - y) / side)
    pictures = {(column, row): _square(NORTH), (column, row + 1): _square(SOUTH)}
    for file in (_mbtiles(tmp_path, pictures), _folder(tmp_path, pictures)):
        person.goes_to("imagery")
        person.unfolds(zh("Register an orthophoto"))
        name = f"测试瓦片{file.suffix}"
        person.dates(zh("Taken on"), date(2020, 1, 2))
        person.page.keyboard.press("Escape")  # the calendar lies over what comes next
        person.types(zh("Name, such as its source"), name)
        person.uploads(file)
        person.presses(zh("Register the image"))
        on_map = person.page.get_by_role("radio", name=re.compile(name))
        on_map.wait_for(timeout=60_000)
        on_map.click()
        person.settles()
        below = Map(person, "document.querySelector('img.leaflet-tile-loaded')")
        below.frame.wait_for_function(
            "[...document.querySelectorAll('img.leaflet-tile')].filter(one => one.naturalWidth)"
            ".length >= 2"
        )
        red, blue = (
            [top for top, _left, *ink in below.colours_of_tiles("") if near(ink, colour)]
            for colour in (NORTH, SOUTH)
        )
        assert red
        assert blue
        assert max(red) < min(blue), "north is above"
        shot(person.page, f"imagery{file.suffix}")
        person.presses(zh("Take this image out"))
        person.types(zh("Reason"), "测试完毕")
        person.presses(zh("Take out"))


def near(ink: list[int], colour: tuple[int, int, int]) -> bool:
    """Tell whether a colour is another one, but for the loss of packing."""
    return all(abs(one - other) < 12 for one, other in zip(ink, colour, strict=True))


def _square(colour: tuple[int, int, int]) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(target, "PNG")
    return target.getvalue()


def _mbtiles(folder: Path, pictures: dict[tuple[int, int], bytes]) -> Path:
    path = folder / "tiles.mbtiles"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        made.execute("INSERT INTO metadata VALUES ('format', 'png')")
        made.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, "
                     "tile_data BLOB)")  # fmt: skip
        rows = [(ZOOM, x, 2**ZOOM - 1 - y, one) for (x, y), one in pictures.items()]
        made.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    made.close()
    return path


def _folder(folder: Path, pictures: dict[tuple[int, int], bytes]) -> Path:
    path = folder / "tiles.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for (x, y), one in pictures.items():
            archive.writestr(f"dom/{ZOOM}/{x}/{y}.png", one)
    return path


def test_photos_stand_where_they_were_taken_and_point_where_they_look(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    person = Person(open_page(), demo.address)
    person.enters_demo("bureau")
    photo, lon, lat, direction, parcel = _asked(
        demo,
        "SELECT photo.id, photo.lon, photo.lat, photo.direction, ledger.id FROM photo "
        "JOIN parcel ON photo.lon BETWEEN parcel.west AND parcel.east "
        "AND photo.lat BETWEEN parcel.south AND parcel.north "
        "JOIN ledger ON ledger.parcel_id = parcel.id "
        "WHERE photo.direction IS NOT NULL AND photo.about LIKE 'daily_report:%' LIMIT 1",
    )[0]
    person.goes_to(f"parcel?id={parcel}")
    shown_map = Map(person, "document.querySelector('.map-photo')")
    mark = shown_map.frame.locator(f'.map-photo:has(i[style*="rotate({direction:g}deg)"])').first
    grip = shown_map.frame.locator(".swipe-handle i").bounding_box()
    start = (grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    shown_map.drag(start, (start[0] - 150, start[1]))  # the photo was taken in the middle
    box, (x, y) = mark.bounding_box(), shown_map.at(lat, lon)
    assert abs(box["x"] + box["width"] / 2 - x) < 3
    assert abs(box["y"] + box["height"] / 2 - y) < 3
    mark.hover()
    picture = shown_map.frame.locator(".map-photo-told img")
    picture.wait_for()
    assert f"/photo/{photo}/" in picture.get_attribute("src")
    shown_map.frame.wait_for_function(
        "document.querySelector('.map-photo-told img').naturalWidth > 100"
    )
    person.reads(zh("Numbered: photos where they were taken, the arrow is where they look."))
    shot(person.page, "parcel-photos")
    with person.page.context.expect_page() as coming:
        mark.click()
    assert coming.value.url.endswith(f"/files/photo/{photo}")
    coming.value.close()


def test_what_a_proposal_changes_is_drawn_told_and_gone_to(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    person = Person(open_page(viewport={"width": 1280, "height": 1100}), demo.address)
    person.enters_demo("bureau")
    person.goes_to("versions")
    person.tab(zh("Map of the change"))
    drawn = Map(person, f"{SHAPES}.length > 3")
    legend = person.page.locator(".map-legend").filter(visible=True).first.inner_text()
    kinds = [kind for kind in PAINTS if shown(CHANGE_TITLES[kind], CHINESE) in legend]
    assert {Change.ADDED, Change.GONE, Change.SPLIT, Change.MERGED} <= set(kinds)
    colours = drawn.painted()
    assert {PAINTS[kind].fill for kind in kinds} <= colours
    shot(person.page, "impact-map")
    wide = drawn.frame.evaluate("map.getZoom()")
    split = shown(CHANGE_TITLES[Change.SPLIT], CHINESE)
    person.chooses(zh("Go to"), re.compile(f"^{split} · "))
    near_it = Map(person, f"{SHAPES}.length > 3 && map.getZoom() > {wide} + 1")
    here = f"{SHAPES}.find(one => one.options.fillColor === '{PAINTS[Change.SPLIT].fill}'"
    told = near_it.tells(f"{here} && map.getBounds().intersects(one.getBounds())).getBounds()")
    assert split in told
    assert zh("Verdict") in told
    shot(person.page, "impact-gone-to")


def test_remedies_are_computed_and_drawn_over_the_outlines_before(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    person = Person(open_page(viewport={"width": 1280, "height": 1100}), demo.address)
    person.enters_demo("bureau")
    person.goes_to("remedies")
    person.presses(zh("Compute again"))
    person.page.get_by_role("button", name=zh("Cancel"), exact=True).first.wait_for()
    again = person.page.get_by_role("button", name=zh("Compute again"), exact=True)
    expect(again).to_be_enabled(timeout=90_000)
    person.settles()
    person.page.get_by_role("tab", name=zh("Map"), exact=True).click()
    person.settles()
    drawn = Map(person, f"{SHAPES}.length > 3")
    before = f"{SHAPES}.filter(one => one.options.dashArray === '{BEFORE.dash}' && "
    before += f"one.options.color === '{BEFORE.outline}').length"
    assert drawn.frame.evaluate(before) > 0
    proposed = VERDICTS["pass"].fill
    assert proposed in drawn.painted()
    legend = person.page.locator(".map-legend").filter(visible=True).first.inner_text()
    assert zh("Outline before") in legend
    assert zh("Proposal that passes") in legend
    shot(person.page, "remedies-map")
    told = drawn.tells(f"{SHAPES}.find(one => one.options.fillColor === '{proposed}').getBounds()")
    assert zh("Won back (mu)") in told
    shot(person.page, "remedies-told")
