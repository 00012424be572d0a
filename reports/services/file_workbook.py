"""The Excel form, out and in: made for a township, filed by the same service as everything else."""

from __future__ import annotations

import hashlib
import json
import tempfile
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from gis.bounded.child import TOO_HEAVY, Unusable
from gis.bounded.child import answer_of as child_answer_of
from gis.bounded.workbooks import UPLOAD
from gis.language import Problem, Text, _
from parcels import register
from parcels.people import access
from parcels.people.actor import Actor
from parcels.projects import Project, one_project, region_names
from parcels.store.engine import Store
from reports import reading
from reports.completion import done_m2
from reports.daily import STATE_TITLES, ReportState
from reports.drafts import Draft, changed
from reports.services.ceilings import TooMuchClaimed
from reports.services.file_report import LIVE, Receipt, file_report, filing_action
from reports.services.reportable import require_reportable_day
from reports.tables import DAILY_REPORT
from reports.workbook import form
from reports.workbook.form import Identity
from reports.workbook.read import Answer, Fault, answer_of, identity_of
from reports.workbook.write import form_bytes

MOST_BYTES = 10 * 1024**2
DAYS_BACK = 30
TASK = "gis.bounded.workbooks:cells"
NO_BOOK: dict[str, Text] = {
    "no_workbook": _(
        "This is no Excel workbook (.xlsx); save the form as .xlsx and send it again."
    ),
    "damaged": _("The workbook is damaged or locked; save it anew without a password."),
    TOO_HEAVY: _("The workbook is too large; fill the form as it was downloaded."),
}


class FormFaults(Problem):
    """One line per cell that cannot be; nothing was filed."""

    def __init__(self, faults: list[Fault]) -> None:
        words = _("{count} cells cannot be; nothing was filed.", count=len(faults))
        super().__init__(words)
        self.faults = faults


def make_form(
    store: Store, actor: Actor, project: Project, township: str, day: date, *, now: datetime
) -> bytes:
    """Return the prefilled form of a township and day, for itself or for the bureau's hands."""
    access.require(actor, filing_action(actor), township)
    with store.reading() as connection:
        require_reportable_day(connection, project, township, day, now)
        name = region_names(connection, township).get(township, township)
    parcels, done = _standing(store, actor, project, township)
    first = day - timedelta(days=DAYS_BACK)
    recent = reading.reports_between(store, actor, project, first, day - timedelta(days=1))
    own = recent[recent["state"].isin(LIVE) & (recent["township_code"] == township)]
    before = None if own.empty else {str(k): v for k, v in own.iloc[-1].to_dict().items()}
    identity = Identity(project.id, township, day, uuid.uuid4().hex)
    return form_bytes(identity, parcels, done, township=name, before=before)


def file_form(store: Store, actor: Actor, content: bytes, *, now: datetime) -> Receipt:
    """File the report that a form holds; the same form with the same content files once.

    Handed in by the bureau, for a township without a line, it is marked as filed for it (代报).
    Raises FormFaults with every cell that cannot be, ceilings included.
    """
    sheets = _cells(content)
    identity = identity_of(sheets)
    access.require(actor, filing_action(actor), identity.township_code)
    with store.reading() as connection:
        project = one_project(connection, identity.project_id)
    key = _key(sheets, identity)
    if repeated := _repeated(store, identity, key):
        return repeated
    parcels, done = _standing(store, actor, project, identity.township_code)
    answer = answer_of(sheets, parcels, done)
    if answer.faults:
        raise FormFaults(answer.faults)
    empty = Draft(project.id, identity.township_code, identity.day)
    draft = replace(empty, content=changed({}, answer.content))
    try:
        return file_report(
            store, actor, draft.report(zero_reason=answer.zero_reason), idempotency_key=key, now=now
        )
    except TooMuchClaimed as refused:
        raise FormFaults(_at_their_cells(refused, answer)) from refused


def _standing(
    store: Store, actor: Actor, project: Project, township: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    parcels = register.judged_parcels(store, actor, project)
    own = parcels["area_m2"].notna() & parcels["ledger_id"].notna()
    own &= parcels["township_code"] == township
    parcels = parcels[own]
    parcels = parcels.set_index(parcels["ledger_id"].astype("int64"))
    events = register.stage_events(store, actor, project)
    done = done_m2(events, confirmed_only=False).reindex(parcels.index, fill_value=0.0)
    return parcels, done


def _cells(content: bytes) -> dict[str, list[list[object]]]:
    if not content or len(content) > MOST_BYTES:
        raise Problem(NO_BOOK[TOO_HEAVY])
    with tempfile.TemporaryDirectory(prefix="form-") as folder:
        (Path(folder) / UPLOAD).write_bytes(content)
        try:
            told = child_answer_of(TASK, {"sheets": list(form.SHEETS)}, Path(folder))
        except Unusable as error:
            raise Problem(NO_BOOK.get(error.code, NO_BOOK["damaged"])) from error
    return dict(told["sheets"])


def _key(sheets: dict[str, list[list[object]]], identity: Identity) -> str:
    """Return a key of what the form says: saved anew without a change it is still the same."""
    told = json.dumps([identity.form_id, sheets], ensure_ascii=False, sort_keys=True, default=str)
    return "x" + hashlib.sha256(told.encode()).hexdigest()[:60]


def _repeated(store: Store, identity: Identity, key: str) -> Receipt | None:
    """Return the receipt of this very form; raises Problem when its report stands no more."""
    with store.reading() as connection:
        row = connection.execute(
            sa.select(DAILY_REPORT).where(
                DAILY_REPORT.c.idempotency_key == key,
                DAILY_REPORT.c.township_code == identity.township_code,
            )
        ).first()
    if row is None:
        return None
    if row.state not in LIVE:
        state = STATE_TITLES[ReportState(row.state)]
        raise Problem(
            _("This very form was receipt {receipt}, now “{state}”. Mend the cells, or download a "
              "new form, and send it again.", receipt=row.receipt_no, state=state)
        )  # fmt: skip
    return Receipt(row.receipt_no, row.filed_at, row.is_late, is_repeat=True)


def _at_their_cells(refused: TooMuchClaimed, answer: Answer) -> list[Fault]:
    return [
        Fault(
            form.PARCELS,
            answer.cell_of.get((breach.ledger_id, breach.step), "—"),
            answer.read_of.get((breach.ledger_id, breach.step), breach.parcel_no),
            breach,
        )
        for breach in refused.breaches
    ]
