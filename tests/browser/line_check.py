"""The line's check: columns confirmed once and offered again, and its four files opened."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
from openpyxl import load_workbook

from gis.formats import read_layer
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


def _titles() -> set[str]:
    return {shown(title) for title in VERDICT_TITLES.values()}


def _downloaded(bureau: Person, title: str, folder: Path) -> Path:
    with bureau.page.expect_download() as coming:
        bureau.page.get_by_role("link", name=title, exact=True).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path
