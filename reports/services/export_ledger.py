"""The ledger and the form of the opening balance as files; each download is written down."""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from gis.language import say
from parcels import register
from parcels.ledger import opening
from parcels.ledger.workbook import workbook
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store import audit
from parcels.store.engine import Store
from parcels.workbook_cells import LONG
from parcels.workflow import STEP_TITLES
from reports import ledger_columns as _columns  # noqa: F401  hands in stage and photos
from reports.daily import OFFICE_TIME
from reports.services.week import record_export


def ledger_file(store: Store, actor: Actor, project: Project, *, now: datetime) -> bytes:
    """Return the ledger of the actor's region as a workbook to fill and send back."""
    access.require(actor, Action.EXPORT_SUMMARY, narrower(actor.region, project.region))
    rows = register.ledger_rows(store, actor, project)
    versions = register.adopted_versions(store, actor, project) or {}
    with store.reading() as connection:
        head = audit.head(connection)
    facts = [
        project.name,
        say("Internal material, not approved for publication"),
        say("Made at {at} by {name}.", at=f"{now.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}",
            name=actor.display_name),
        say("parcels v{parcels}, structures v{structures}, policy v{policy}",
            parcels=versions.get("parcels", "—"), structures=versions.get("structures", "—"),
            policy=versions.get("policy", "—")),
        say("Yellow cells may be filled; the others come from the layers and reports."),
        say("Head of the audit log: {head}", head=head),
    ]  # fmt: skip
    content = workbook(rows, facts)
    record_export(store, actor, project, f"ledger {len(rows)}.xlsx", now=now)
    return content


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
