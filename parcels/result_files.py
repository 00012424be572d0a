"""A check's result as a file, by the suffix of its name: what the command line writes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import xlsxwriter

from gis.findings import KINDS, Finding, message
from gis.language import say
from parcels.output import COLUMNS, as_rows, csv_text, gpkg_bytes
from parcels.shapefile_output import shapefile_zip

Made = Callable[[gpd.GeoDataFrame, Sequence[Finding], Sequence[Finding]], bytes]
NOTES = ("layer", "row", "parcel_no", "village", "code", "title", "message", "remedy", "x", "y")
MOST_ROWS = 1_048_575  # of a sheet, its head apart


def workbook(
    parcels: pd.DataFrame, of_parcels: Sequence[Finding], of_structures: Sequence[Finding]
) -> bytes:
    """Return an Excel file: the columns of the CSV, and what was noticed about the data.

    Text stays text: a number that starts with = or is 19 digits long is never a formula or a
    float.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {"in_memory": True, "constant_memory": True, "strings_to_formulas": False,
         "strings_to_urls": False, "strings_to_numbers": False},
    )  # fmt: skip
    sheet = book.add_worksheet(say("Parcels"))
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, COLUMNS)
    for place, row in enumerate(as_rows(parcels)[:MOST_ROWS], start=1):
        for column, name in enumerate(COLUMNS):
            _write(sheet, place, column, row[name])
    _write_findings(book.add_worksheet(say("Findings")), parcels, of_parcels, of_structures)
    book.close()
    return target.getvalue()


def _write_findings(
    sheet: Any,
    parcels: pd.DataFrame,
    of_parcels: Sequence[Finding],
    of_structures: Sequence[Finding],
) -> None:
    """Write the findings of both layers; those of a parcel with its own number."""
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, NOTES)
    own = {parcel.row: (parcel.parcel_no, parcel.village) for parcel in parcels.itertuples()}
    nobody: dict[Any, tuple[str, str]] = {}
    layers = ((say("Parcels"), own, of_parcels), (say("Structures"), nobody, of_structures))
    every = [(layer, names, found) for layer, names, several in layers for found in several]
    for place, (layer, names, found) in enumerate(every[:MOST_ROWS], start=1):
        kind = KINDS[found.code]
        number, village = names.get(found.row, ("", ""))
        words = (str(kind.title), message(found), str(kind.remedy))
        cells = (layer, found.row, number, village, found.code, *words, found.x, found.y)
        for column, value in enumerate(cells):
            _write(sheet, place, column, value)


def _write(sheet: Any, place: int, column: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_string(place, column, str(value).lower())
    elif isinstance(value, str):
        sheet.write_string(place, column, value)
    elif value is not None:
        sheet.write_number(place, column, float(value))


RESULT_FILES: dict[str, Made] = {
    ".gpkg": lambda parcels, *_findings: gpkg_bytes(parcels),
    ".zip": lambda parcels, *_findings: shapefile_zip(parcels),
    ".xlsx": workbook,
    ".csv": lambda parcels, *_findings: csv_text(parcels).encode("utf-8-sig"),
}
