"""The ledger and the form of the opening balance as files; each download is written down."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import pandas as pd
import xlsxwriter

from gis.language import say
from parcels import register
from parcels.ledger import opening
from parcels.ledger.columns import columns
from parcels.ledger.workbook import workbook
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store.engine import Store
from parcels.workbook_cells import LONG
from parcels.workflow import STEP_TITLES
from reports import ledger_columns as _columns  # noqa: F401  hands in stage and photos
from reports.catalog import ledger
from reports.daily import OFFICE_TIME
from reports.renderers.xlsx import footer_of
from reports.services.coordinate_file import coordinate_file
from reports.services.give_codes import Content, give_codes
from reports.services.make_documents import office_name
from reports.services.stamps import stamp_of
from reports.services.week import record_export


def ledger_file(store: Store, actor: Actor, project: Project, *, now: datetime) -> bytes:
    """Return the ledger of the actor's region as a workbook to fill and send back."""
    access.require(actor, Action.EXPORT_SUMMARY, narrower(actor.region, project.region))
    rows = register.ledger_rows(store, actor, project)
    here = f"{now.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"
    stamp = stamp_of(store, actor, project, cut_off=here, now=now)
    content = Content(
        narrower(actor.region, project.region), "ledger", str(ledger.DOCUMENT.title), stamp,
        _hash_of(rows),
    )  # fmt: skip
    [code] = give_codes(store, actor, project, [content], action=Action.EXPORT_SUMMARY, now=now)
    stamp = replace(stamp, check_code=code)
    facts = (
        *stamp.facts((say("Parcels in the ledger"), str(len(rows)))),
        (say("Made by"), actor.display_name),
        (
            say("To fill in"),
            say("Yellow cells may be filled; the others come from the layers and reports."),
        ),
    )
    written = workbook(rows, facts, footer_of(stamp))
    record_export(store, actor, project, f"ledger {len(rows)}.xlsx", now=now)
    return written


def ledger_coordinates(store: Store, actor: Actor, project: Project, *, now: datetime) -> bytes:
    """Return the boundary points of the ledger's parcels in the actor's region."""
    access.require(actor, Action.EXPORT_MAP, narrower(actor.region, project.region))
    parcels = register.judged_parcels(store, actor, project, in_own_crs=True)
    content = coordinate_file(parcels, unit=office_name(store), actor=actor, now=now)
    record_export(store, actor, project, f"ledger {len(parcels)}.txt", now=now)
    return content


def _hash_of(rows: pd.DataFrame) -> str:
    """Return the hash of what the workbook shows of these rows."""
    names = ["ledger_id", "version", *(column.name for column in columns())]
    said = rows[names].to_json(orient="values", date_format="iso", force_ascii=False)
    return sha256(said.encode()).hexdigest()


def opening_form(store: Store, actor: Actor, project: Project, *, now: datetime) -> bytes:
    """Return the empty form of the opening balance, with a choice of steps."""
    access.require(actor, Action.OPEN_BALANCE, project.region)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet(opening.SHEET)
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"bold": True, "bg_color": "#DCE3EA", "border": 1})
    for place, title in enumerate(opening.HEADS):
        sheet.write_string(0, place, str(title), bold)
    sheet.set_column(0, 2, 18, text)
    sheet.set_column(3, 3, 16)
    steps = [str(title) for title in STEP_TITLES.values()]
    sheet.data_validation(1, 2, LONG - 2, 2, {"validate": "list", "source": steps})
    sheet.freeze_panes(1, 0)
    notes = book.add_worksheet(say("About this file"))
    notes.set_column(0, 0, 90)
    for line, words in enumerate(
        (
            say("One row a parcel and the furthest step it has reached; earlier steps follow."),
            say("Area empty: the whole parcel. Two rows where a later step covers less."),
        )
    ):
        notes.write_string(line, 0, words)
    book.close()
    record_export(store, actor, project, "opening form.xlsx", now=now)
    return target.getvalue()
