"""A check's result as a file, by the suffix of its name: what the command line writes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import xlsxwriter

from gis.findings import Finding
from gis.language import say
from parcels import noticed
from parcels.output import COLUMNS, as_rows, csv_text, gpkg_bytes
from parcels.shapefile_output import shapefile_zip

Made = Callable[[gpd.GeoDataFrame, Sequence[Finding], Sequence[Finding]], bytes]
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
    sheet = book.add_worksheet(say("Findings"))
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, noticed.COLUMNS)
    rows = noticed.noticed_rows(parcels, of_parcels, of_structures, most=MOST_ROWS)
    for place, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells):
            _write(sheet, place, column, value)
    book.close()
    return target.getvalue()


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
