"""Writes the prefilled form of a township: its parcels, what is done so far, the last numbers."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pandas as pd
import xlsxwriter

from gis.language import say
from gis.units import half_up
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES
from reports.clean import clean
from reports.counted import why_not_counted
from reports.daily import ZERO_TITLES
from reports.drafts import MONEY, NUMBERS, REASON
from reports.workbook import form
from reports.workbook.form import Identity

FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
INPUT = {"bg_color": "#FFF9E5", "border": 1, "border_color": "#C9A400", "locked": False}
HEAD = {"bold": True, "bg_color": "#EEF2F5", "text_wrap": True, "border": 1}
LAST_ROW_HEIGHT = 54


def form_bytes(
    identity: Identity,
    parcels: pd.DataFrame,
    done_m2: pd.DataFrame,
    *,
    township: str,
    before: Mapping[str, Any] | None,
) -> bytes:
    """Return the workbook; ``parcels`` and ``done_m2`` have ledger ids as index."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        formats = {
            "plain": book.add_format(FONT),
            "title": book.add_format(FONT | {"bold": True, "font_size": 14}),
            "head": book.add_format(FONT | HEAD),
            "m2": book.add_format(FONT | {"num_format": "#,##0.00", "font_color": "#52606D"}),
            "input": book.add_format(FONT | INPUT | {"text_wrap": True}),
            "input m2": book.add_format(FONT | INPUT | {"num_format": "#,##0.00"}),
        }
        _facts(book, formats, identity, township, before)
        _parcels(book, formats, parcels, done_m2)
        hidden = book.add_worksheet(form.IDENTITY)
        told = (form.MARK, identity.project_id, identity.township_code, str(identity.day),
                identity.form_id)  # fmt: skip
        for column, value in enumerate(told):
            hidden.write(0, column, value)
        hidden.very_hidden()
    return target.getvalue()


def _facts(
    book: Any, formats: Any, identity: Identity, township: str, before: Mapping[str, Any] | None
) -> None:
    sheet = book.add_worksheet(form.FACTS)
    title = say("Daily report of {township}, {day}", township=township, day=identity.day)
    sheet.write_string(0, form.LABEL, clean(title), formats["title"])
    how = say("Fill the yellow cells; work goes on the sheet “{sheet}”.", sheet=form.PARCELS)
    mark = say("Internal material, not approved for publication")
    sheet.write_string(1, form.LABEL, f"{how} {mark}", formats["plain"])
    zeros = [str(title) for title in ZERO_TITLES.values()]
    for place, (code, label, hint) in enumerate(form.fact_rows()):
        row = form.FACTS_FIRST - 1 + place
        sheet.write_string(row, form.CODE, code)
        sheet.write_string(row, form.LABEL, str(label), formats["plain"])
        sheet.write_string(row, form.HINT, str(hint or ""), formats["plain"])
        value = before[code] if before is not None and code in NUMBERS else None
        if value is None:
            sheet.write_blank(row, form.VALUE, None, formats["input"])
        else:
            sheet.write_number(row, form.VALUE, int(value), formats["input"])
        if rule := _rule(code, zeros):
            sheet.data_validation(row, form.VALUE, row, form.VALUE, rule)
        if code in ("problem", "help_wanted"):
            sheet.set_row(row, LAST_ROW_HEIGHT)
    sheet.set_column(form.CODE, form.CODE, None, None, {"hidden": True})
    sheet.set_column(form.LABEL, form.LABEL, 26)
    sheet.set_column(form.VALUE, form.VALUE, 36)
    sheet.set_column(form.HINT, form.HINT, 34)
    sheet.protect()  # against slips only: what comes back is checked, not believed


def _rule(code: str, zeros: list[str]) -> dict[str, Any] | None:
    """Return what Excel itself should hold a cell to, while it is typed."""
    if code == form.ZERO:
        return {"validate": "list", "source": zeros}
    if code.startswith(f"{REASON}:"):
        return {"validate": "list", "source": [form.YES]}
    if code.startswith(f"{MONEY}:") or code in NUMBERS:
        return {"validate": "decimal", "criteria": ">=", "value": 0}
    return None


def _parcels(book: Any, formats: Any, parcels: pd.DataFrame, done_m2: pd.DataFrame) -> None:
    sheet = book.add_worksheet(form.PARCELS)
    how = say(
        "Type today's m² in the yellow cells, or “{whole}” for all that is left of the parcel.",
        whole=form.WHOLE,
    )
    sheet.write_string(0, form.VILLAGE, how, formats["title"])
    heads = {
        form.VILLAGE: say("Village"),
        form.NUMBER: say("Parcel"),
        form.AREA: say("Area (m²)"),
        form.REMARK: say("Remark"),
    }
    for step in REPORTED_BY_TOWNSHIP:
        column = form.today_column(step)
        heads[column - 1] = say("{step}: so far", step=STEP_TITLES[step])
        heads[column] = say("{step}: today", step=STEP_TITLES[step])
    for column, words in heads.items():
        sheet.write_string(form.PARCELS_FIRST - 2, column, words, formats["head"])
    why = why_not_counted(parcels)
    ordered = parcels.sort_values(["village_code", "parcel_no"], kind="stable")
    for place, (ledger_id, parcel) in enumerate(ordered.iterrows()):
        row = form.PARCELS_FIRST - 1 + place
        sheet.write_number(row, form.LEDGER_ID, int(str(ledger_id)))
        sheet.write_string(row, form.VILLAGE, clean(str(parcel["village"])), formats["plain"])
        sheet.write_string(row, form.NUMBER, clean(str(parcel["parcel_no"])), formats["plain"])
        sheet.write_number(row, form.AREA, float(parcel["area_m2"]), formats["m2"])
        remark = say("not counted: {why}", why=why[ledger_id]) if why[ledger_id] else ""
        sheet.write_string(row, form.REMARK, clean(remark), formats["plain"])
        for step in REPORTED_BY_TOWNSHIP:
            column = form.today_column(step)
            so_far = float(half_up(done_m2.at[ledger_id, step], 2))
            sheet.write_number(row, column - 1, so_far, formats["m2"])
            sheet.write_blank(row, column, None, formats["input m2"])
    sheet.set_column(form.LEDGER_ID, form.LEDGER_ID, None, None, {"hidden": True})
    sheet.set_column(form.VILLAGE, form.NUMBER, 12)
    sheet.set_column(form.AREA, form.AREA, 12)
    sheet.set_column(form.REMARK, form.REMARK, 24)
    sheet.set_column(form.STEPS_FROM, form.STEPS_FROM + 2 * len(REPORTED_BY_TOWNSHIP), 11)
    sheet.freeze_panes(form.PARCELS_FIRST - 1, form.AREA)
    sheet.protect(options={"autofilter": True, "sort": True, "format_columns": True})
