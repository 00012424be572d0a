"""What people do on maps, done by clicks: days, layers, places, measures, drawing, lasso, files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fiona
import pytest
import sqlalchemy as sa

from gis.language import CHINESE
from tests.browser.chromium import PHONE
from tests.browser.clicks import Person, shown, zh
from tests.browser.maps import Map, map_of_days
from tests.browser.running import Server
from ui.daymap.colourings import COLOURINGS

TOWNSHIP = "999901104"
Shot = Callable[[Any, str], None]
OpenPage = Callable[..., Any]


def test_the_days_play_and_every_colouring_has_its_legend(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    person = Person(open_page(), demo.address)
    person.enters_demo("bureau")
    shown_map = map_of_days(person, TOWNSHIP)
    frame = shown_map.frame
    titles = frame.locator(".days-legend summary")
    for name, one in COLOURINGS.items():
        frame.locator(f'.days-kind[data-kind="{name}"]').click()
        frame.wait_for_function(
            "title => document.querySelector('.days-legend summary').textContent.startsWith(title)",
            arg=shown(one.title, CHINESE),
        )
        assert frame.locator(".days-legend .days-swatch").count() >= 2, name
        assert frame.locator(".days-legend small").inner_text(), "units and source"
        shot(person.page, f"map-{name}")
    first = titles.inner_text()[-10:]
    slider = frame.locator('.days-track input[type="range"]')
    slider.focus()
    slider.press("Home")
    frame.wait_for_function("map.trackerDays.kept.day === 0")
    frame.locator(".days-play").click()
    frame.wait_for_function("map.trackerDays.kept.day >= 3", timeout=15_000)
    frame.locator(".days-play").click()
    stopped = frame.evaluate("map.trackerDays.kept.day")
    day = frame.evaluate("map.trackerDays.iso(map.trackerDays.kept.day)")
    titles.filter(has_text=day).wait_for()
    assert day < first
    person.page.wait_for_timeout(900)
    assert frame.evaluate("map.trackerDays.kept.day") == stopped, "a pause is a pause"
    frame.locator(".days-today").click()
    titles.filter(has_text=first).wait_for()
    frame.locator(".days-layers summary").click()
    structures = frame.locator(".days-layers label", has_text=zh("Structures (when near)"))
    structures.locator("input").uncheck()
    assert (
        frame.evaluate(
            "map.trackerDays.options.overlays.filter(one => one.name === 'structures')[0].isOn"
        )
        is False
    )
    # the neighbours' parcels lie grey below, until that is switched off
    grey = shown_map.colours_of_tiles(".leaflet-days-below-pane")
    assert grey
    assert all(max(ink) - min(ink) < 24 for _top, _left, *ink in grey), grey
    neighbours = frame.locator(".days-layers label", has_text=zh("Neighbours' parcels, grey"))
    neighbours.locator("input").uncheck()
    assert shown_map.colours_of_tiles(".leaflet-days-below-pane") == []


def test_places_are_told_copied_and_measured(demo: Server, open_page: OpenPage, shot: Shot) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person = Person(page, demo.address)
    person.enters_demo("bureau")
    shown_map = map_of_days(person, TOWNSHIP)
    frame = shown_map.frame
    page.mouse.move(*shown_map.middle(5, 5))
    told = frame.locator(".map-position")
    told.filter(has_text="CGCS2000").wait_for()
    assert re.search(r"\d{2,3}\.\d{7}°.*\d{2}\.\d{7}°", told.inner_text(), re.DOTALL)
    assert re.search(r"X \d{7}\.\d{2}  Y \d{8}\.\d{2}", told.inner_text())
    page.mouse.click(*shown_map.middle(5, 5), button="right")
    told.filter(has_text=zh("copied")).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == told.inner_text().splitlines()[:2]
    # a square of 200 pixels: its sides and its area agree
    frame.locator(".map-ruler").click()
    corners = [(-100, -100), (100, -100), (100, 100), (-100, 100)]
    for corner in corners:
        page.mouse.click(*shown_map.middle(*corner))
        page.wait_for_timeout(350)  # two clicks in a hurry are a double click
    measured = frame.locator(".map-measured").inner_text()
    length, area = (
        float(re.search(rf"{words} ([\d.]+)", measured).group(1))  # type: ignore[union-attr]
        for words in (zh("Length"), zh("Area"))
    )
    assert area == pytest.approx((length / 3) ** 2, rel=0.01)
    assert zh("mu") in measured
    shot(page, "map-measured")
    frame.locator(".map-ruler").click()
    assert frame.locator(".map-measured").count() == 0


def test_a_township_is_entered_from_the_county_and_a_parcel_told(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    person = Person(open_page(viewport={"width": 1280, "height": 1000}), demo.address)
    person.enters_demo("leader")
    person.goes_to("overview")
    county = Map(person, "document.querySelector('.map-mark')")
    shot(person.page, "map-county")
    legend = person.page.locator(".map-legend").inner_text()
    assert "百分点" in legend
    assert re.search(r"20\d\d-\d\d-\d\d", legend)
    name = county.frame.locator(".map-mark b").first.inner_text()
    box = county.frame.locator(".map-mark b").first.bounding_box()
    person.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    person.page.wait_for_url("**/map*")
    person.settles()
    town = Map(person, "map.trackerDays && map.trackerDays.drawn")
    assert name in person.page.locator('[data-testid="stMain"]').inner_text() or (
        person.page.locator('[data-testid="stSelectbox"] input').input_value() == name
    )
    lat, lon = town.frame.evaluate(
        """() => { const at = map.trackerDays.drawn[0].getBounds().getCenter();
        map.setView(at, 18, {animate: false}); return [at.lat, at.lng]; }"""
    )
    person.page.mouse.click(*town.at(lat, lon))
    number = town.frame.evaluate("map.trackerDays.shapes.tips[0][0]")
    person.reads(zh("Parcel {parcel_no}", parcel_no=number))


def test_a_parcel_is_found_by_number_village_and_person_and_compared(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    person = Person(open_page(), demo.address)
    person.enters_demo("inspector")
    with sa.create_engine(f"sqlite:///{demo.folder / 'tracker.db'}").connect() as connection:
        row = connection.execute(
            sa.text(
                "SELECT l.id, l.parcel_no, p.village, c.responsible FROM ledger l "
                "JOIN parcel p ON p.id = l.parcel_id JOIN ledger_care c ON c.ledger_id = l.id "
                "WHERE c.responsible != '' AND p.geometry IS NOT NULL ORDER BY l.id LIMIT 1"
            )
        ).one()
    person.goes_to("parcel")
    for words in (row.responsible, row.village, row.parcel_no):
        person.types(zh("Find a parcel: number, village or person"), words)
        person.page.locator('a[href*="parcel?id="]').first.wait_for()
    person.page.locator(f'a[href$="parcel?id={row.id}"]').click()
    person.settles()
    shown_map = Map(person, "document.querySelector('.swipe-handle')")
    frame = shown_map.frame
    assert frame.locator(".map-length").count() > 2, "the lengths of its edges"
    handle = frame.locator(".swipe-handle")
    both = handle.inner_text()
    assert len(re.findall(r"20\d\d-\d\d-\d\d", both)) == 2, both
    before = frame.evaluate("map.getPane('swipe-after').style.clipPath")
    view = frame.evaluate("[map.getCenter().lat, map.getCenter().lng]")
    grip = frame.locator(".swipe-handle i").bounding_box()
    start = (grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    shown_map.drag(start, (start[0] - 120, start[1]))
    assert frame.evaluate("map.getPane('swipe-after').style.clipPath") != before
    assert float(handle.get_attribute("aria-valuenow")) < 45
    assert frame.evaluate("[map.getCenter().lat, map.getCenter().lng]") == view
    shot(person.page, "parcel-swiped")


def test_parcels_are_lassoed_into_the_days_report(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    person = Person(open_page(), demo.address)
    person.enters_demo("town4")
    person.goes_to("today")
    person.picks(zh("On the map"))
    person.chooses(zh("Look at"), zh("The whole township"))
    report_map = Map(person, "document.querySelector('.map-lasso')")
    report_map.frame.locator(".map-lasso").click()
    box = report_map.holder.bounding_box()
    left, right = box["x"] + 60, box["x"] + box["width"] - 40
    top, low = box["y"] + 12, box["y"] + box["height"] - 40
    report_map.drag((left, top), (right, top), (right, low), (left, low), (left, top + 8))
    person.settles()
    chosen = "Object.values(map._layers).filter(one => one.options.fillColor === '#1F5A8C').length"
    report_map.frame.wait_for_function(f"{chosen} > 1")
    shot(person.page, "report-lassoed")
    drafted = sa.text("SELECT content FROM report_draft WHERE township_code = :code")
    with sa.create_engine(f"sqlite:///{demo.folder / 'tracker.db'}").connect() as connection:
        content = connection.execute(drafted, {"code": TOWNSHIP}).scalar_one()
    assert content.count("entry:") == report_map.frame.evaluate(chosen)


def test_structures_are_added_reshaped_and_deleted_into_a_new_layer_version(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    person = Person(open_page(viewport={"width": 1280, "height": 1000}), demo.address)
    person.enters_demo("bureau")
    page = person.page
    page.goto(f"{demo.address}/judge")
    person.settles()
    engine = sa.create_engine(f"sqlite:///{demo.folder / 'tracker.db'}")
    adopted = sa.text(
        "SELECT rows_kept FROM layer JOIN check_run ON structure_layer_id = layer.id "
        "JOIN project ON adopted_check_id = check_run.id ORDER BY rows_kept DESC LIMIT 1"
    )
    newest = sa.text(
        "SELECT rows_kept, version FROM layer WHERE kind = 'structures' ORDER BY id DESC LIMIT 1"
    )
    with engine.connect() as connection:
        before = connection.execute(newest).one()
        stood_in_all = connection.execute(adopted).scalar_one()
    person.unfolds(zh("Something in the data is wrong"))
    fold = page.locator("details").filter(has_text=zh("Something in the data is wrong")).last
    fold.get_by_role("radio").first.click()
    person.settles()
    fold.locator("iframe[title*=folium]").wait_for()
    holder = fold.locator("iframe[title*=folium]").element_handle()
    drawing = Map.__new__(Map)
    drawing.page, drawing.holder, drawing.frame = page, holder, holder.content_frame()
    frame = drawing.frame
    frame.wait_for_function("window.map && window.drawnItems && map.getSize().x > 100")
    holder.scroll_into_view_if_needed()
    count = "drawnItems.getLayers().length"
    stood = frame.evaluate(count)
    assert stood >= 2
    # add
    frame.locator(".leaflet-draw-draw-rectangle").click()
    drawing.drag(drawing.middle(-190, -120), drawing.middle(-150, -80))
    frame.wait_for_function(f"{count} === {stood + 1}")
    # reshape: the corner of the new one
    frame.locator(".leaflet-draw-edit-edit").click()
    corner = frame.locator(".leaflet-editing-icon.leaflet-edit-resize, .leaflet-editing-icon").last
    grip = corner.bounding_box()
    start = (grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    shape = "JSON.stringify(drawnItems.toGeoJSON())"
    was = frame.evaluate(shape)
    drawing.drag(start, (start[0] + 14, start[1] + 9))
    frame.locator(".leaflet-draw-actions a", has_text=zh("Finish")).filter(visible=True).click()
    frame.wait_for_function(f"was => {shape} !== was", arg=was)
    # delete: one that stood there
    frame.locator(".leaflet-draw-edit-remove").click()
    lat, lon = frame.evaluate(
        "(() => { const at = drawnItems.getLayers()[0].getCenter(); return [at.lat, at.lng]; })()"
    )
    rows = "drawnItems.getLayers().map(one => one.feature ? one.feature.properties.row : 0)"
    drawn_rows = set(frame.evaluate(rows))
    page.mouse.click(*drawing.at(lat, lon))
    frame.locator(".leaflet-draw-actions a", has_text=zh("Finish")).filter(visible=True).click()
    frame.wait_for_function(f"{count} === {stood}")
    (deleted,) = drawn_rows - set(frame.evaluate(rows))
    shot(page, "structures-drawn")
    person.settles()
    person.types(zh("Reason, such as what the image shows"), "影像可见新增一处，拆除一处")
    person.presses(zh("Record the correction"))
    person.picks(zh("Corrections"))
    person.presses(zh("Make new layer versions and check"))
    page.get_by_text(re.compile("核查")).first.wait_for()
    for _attempt in range(60):
        with engine.connect() as connection:
            after = connection.execute(newest).one()
        if after.version > before.version:
            break
        page.wait_for_timeout(500)
    assert after.version == before.version + 1
    with engine.connect() as connection:
        applied = connection.scalars(  # the demo has one that waited
            sa.text(
                "SELECT after FROM correction WHERE applied_layer_id = (SELECT max(id) FROM layer "
                "WHERE kind = 'structures') ORDER BY id"
            )
        ).all()
    changes = [json.loads(one) for one in applied]
    assert deleted in changes[-1]["removed"]
    assert len(changes[-1]["added"]) == 1
    more = sum(len(one["added"]) - len(one["removed"]) for one in changes)
    assert after.rows_kept == stood_in_all + more


def test_maps_are_taken_out_and_the_offline_page_needs_no_network(
    demo: Server, open_page: OpenPage, browser: Any, shot: Shot, tmp_path: Path
) -> None:
    person = Person(open_page(), demo.address)
    person.enters_demo("bureau")
    page = person.page
    page.goto(f"{demo.address}/documents")
    person.settles()
    person.tab(zh("Maps"))
    person.chooses(zh("Township"), "稻香湾镇")
    offered = page.get_by_test_id("stButtonGroup").filter(has_text=zh("Formats")).inner_text()
    assert "KML" not in offered, "off until the office allows it"
    for words in ("图片", "GeoPackage"):
        page.get_by_role("button", name=re.compile(words)).filter(visible=True).first.click()
        person.settles()
    person.presses(zh("Draw the maps"))
    links = page.locator("a.download").filter(visible=True)
    links.nth(3).wait_for(timeout=90_000)
    files: dict[str, Path] = {}
    for link in links.all():
        with page.expect_download() as coming:
            link.click()
        kept = tmp_path / coming.value.suggested_filename
        coming.value.save_as(kept)
        files[kept.suffix] = kept
    assert set(files) == {".pdf", ".html", ".png", ".gpkg"}
    assert files[".pdf"].read_bytes().startswith(b"%PDF")
    assert files[".png"].read_bytes().startswith(b"\x89PNG")
    assert "layer_styles" in fiona.listlayers(files[".gpkg"])
    asked: list[str] = []
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})
    alone = context.new_page()
    alone.on("request", lambda request: asked.append(request.url))
    wrong: list[str] = []
    alone.on("pageerror", lambda error: wrong.append(str(error)))
    alone.goto(files[".html"].as_uri())
    alone.wait_for_timeout(400)
    shot(alone, "offline-map")
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)
    assert wrong == []
    assert "稻香湾镇" in alone.inner_text("body")
    context.close()


def test_kml_is_offered_once_allowed_and_every_map_taken_out_is_written_down(
    demo: Server, open_page: OpenPage, shot: Shot, tmp_path: Path
) -> None:
    admin, bureau = (Person(open_page(), demo.address) for _two in range(2))
    admin.enters_demo("admin")
    admin.goes_to("settings")
    admin.ticks(zh("Offer maps as KML for phones"))
    admin.presses(zh("Save the settings"))
    bureau.enters_demo("bureau")
    page = bureau.page
    page.goto(f"{demo.address}/documents")
    bureau.settles()
    bureau.tab(zh("Maps"))
    bureau.chooses(zh("Township"), "稻香湾镇")
    formats = page.get_by_test_id("stButtonGroup").filter(has_text=zh("Formats"))
    for words in (zh("Map sheet (PDF)"), zh("Offline map (one page)"), zh("KML for phones")):
        formats.get_by_role("button", name=words).click()  # out, out, in
        bureau.settles()
    bureau.presses(zh("Draw the maps"))
    link = page.locator("a.download").filter(visible=True).first
    link.wait_for(timeout=60_000)
    with page.expect_download() as coming:
        link.click()
    name = coming.value.suggested_filename
    assert name.endswith(".kml")
    coming.value.save_as(tmp_path / "map.kml")
    content = (tmp_path / "map.kml").read_text("utf-8")
    assert content.count("<Placemark>") > 50
    assert "周文涛" in content, "it says who took it out"
    admin.goes_to("audit")
    rows = admin.page.locator(".rows tbody tr").filter(has_text=name)
    row = rows.filter(has_text=zh("Took a map out")).first
    assert "周文涛" in row.inner_text()
    shot(admin.page, "audit-of-a-map")
    admin.goes_to("settings")
    admin.ticks(zh("Offer maps as KML for phones"), is_on=False)
    admin.presses(zh("Save the settings"))


def test_a_phone_steps_through_the_days_and_finds_where_it_is(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    page = open_page(**PHONE, geolocation={"longitude": 113.6, "latitude": 34.5},
                     permissions=["geolocation"])  # fmt: skip
    person = Person(page, demo.address)
    person.enters_demo("town4")
    shown_map = map_of_days(person)
    frame = shown_map.frame
    shot(page, "phone-map")
    x, y = shown_map.middle()
    # two taps in a hurry on two buttons are no double tap on the map, which would zoom instead
    frame.locator(".days-step").first.tap()
    frame.wait_for_function("map.trackerDays.kept.day === map.trackerDays.last - 1")
    frame.locator(".map-me").tap()
    frame.wait_for_function("map.trackerMe && Math.abs(map.getCenter().lng - 113.6) < 0.001")
    page.touchscreen.tap(x, y)
    shot(page, "phone-me")
