"""The line's check: columns confirmed once and offered again, and its four files opened."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
from openpyxl import load_workbook

from gis.formats import read_layer
from gis.palette import VERDICTS
from parcels.columns import PARCEL_FIELDS, recognised
from parcels.demo import DemoFiles
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.services.keep_layer import LAYER_TITLES, LayerKind
from tests.browser.clicks import Person, shown, zh

UNUSUAL = "BZ"  # a column of remarks, which nobody would guess to say this:
FIELD = next(shown(field.title) for field in PARCEL_FIELDS if field.name == "inside_village")


def a_column_is_chosen_by_hand(bureau: Person) -> None:
    bureau.chooses(FIELD, UNUSUAL)


def the_next_layer_is_offered_the_same_columns(bureau: Person, files: DemoFiles) -> None:
    """The same file comes again: what was confirmed before stands there, and is put away."""
    bureau.picks(shown(LAYER_TITLES[LayerKind.PARCELS]))
    bureau.uploads(files.parcels)
    bureau.reads(zh("What was understood"), seconds=60)
    bureau.settles()
    field = bureau.page.locator('[data-testid="stSelectbox"]').filter(has_text=FIELD).first
    assert field.locator("input").input_value() == UNUSUAL
    known = len(recognised(read_layer(files.parcels).understood.columns, PARCEL_FIELDS)) + 1
    counts = zh("Columns: {count} recognised, {remembered} of them as in the last layer",
                count=known, remembered=known)  # fmt: skip
    bureau.reads(counts)
    bureau.presses(zh("Put away"))


def the_four_files_hold_every_parcel(
    bureau: Person, verdicts: Mapping[Verdict, int], folder: Path
) -> None:
    """Click each file, open it with a library of its format, and count what it says."""
    wanted = {verdict.value: count for verdict, count in verdicts.items() if count}
    paths = {title: _downloaded(bureau, title, folder)
             for title in ("GeoPackage", "Shapefile", "CSV", "Excel")}  # fmt: skip
    package = gpd.read_file(paths["GeoPackage"])
    assert Counter(package["verdict"]) == wanted
    assert package.crs.to_epsg() == 4526
    shapes = gpd.read_file(paths["Shapefile"])
    assert Counter(shapes["VERDICT"]) == wanted
    assert shapes.geometry.isna().sum() == package.geometry.isna().sum() > 0
    assert shapes["TBBH"].fillna("").tolist() == package["parcel_no"].tolist()
    with paths["CSV"].open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert Counter(row["verdict"] for row in rows) == wanted
    assert [row["parcel_no"] for row in rows] == package["parcel_no"].tolist()
    book = load_workbook(paths["Excel"], read_only=True)
    cells = Counter(
        cell for row in book[zh("Parcels")].iter_rows(values_only=True) for cell in row[9:10]
    )
    assert {shown(VERDICT_TITLES[Verdict(name)]): count for name, count in wanted.items()} == {
        words: count for words, count in cells.items() if words in _titles()
    }
    codes = Counter(row[4] for row in book[zh("Findings")].iter_rows(values_only=True))
    assert codes["null_geometry"] == package.geometry.isna().sum()
    assert codes["parcels_overlap"] > 0


def the_map_is_coloured_by_verdict_and_a_click_tells_why(
    bureau: Person, verdicts: Mapping[Verdict, int], undrawn: int
) -> None:
    """Count the shapes of each colour, then click one that fails and read its grounds."""
    page = bureau.page
    bureau.tab(zh("Map"))
    holder = page.wait_for_selector("iframe[title*=folium]")
    frame = holder.content_frame()
    shapes = "Object.values(window.map._layers).filter(s => s.getTooltip && s.options.fillColor)"
    frame.wait_for_function(f"window.map && {shapes}.length > 0", timeout=30_000)
    fills = Counter(frame.evaluate(f"{shapes}.map(s => s.options.fillColor)"))
    wanted = {VERDICTS[verdict.value].fill: count for verdict, count in verdicts.items() if count}
    wanted[VERDICTS[Verdict.UNDETERMINED.value].fill] -= undrawn
    assert fills == wanted
    holder.scroll_into_view_if_needed()
    failing = VERDICTS[Verdict.FAIL.value].fill
    x, y, number = frame.evaluate(
        f"""() => {{ const shape = {shapes}.find(s => s.options.fillColor === '{failing}');
        map.setView(shape.getCenter(), 18, {{animate: false}});
        const at = map.latLngToContainerPoint(shape.getCenter());
        shape.openTooltip();
        const cell = shape.getTooltip().getElement().querySelector('td').textContent;
        shape.closeTooltip();
        return [at.x, at.y, cell]; }}"""
    )
    box = holder.bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)
    bureau.reads(zh("Parcel {parcel_no}", parcel_no=number))
    bureau.settles()
    panel = page.locator(".parcel-told").first.inner_text()
    assert shown(VERDICT_TITLES[Verdict.FAIL]) in panel
    assert re.search(r"\d[\d,]*\.\d\d", panel), "its figures"
    assert page.locator(".parcel-told li").count() > 0, "its grounds"


def _titles() -> set[str]:
    return {shown(title) for title in VERDICT_TITLES.values()}


def _downloaded(bureau: Person, title: str, folder: Path) -> Path:
    with bureau.page.expect_download() as coming:
        bureau.page.get_by_role("link", name=title, exact=True).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path
