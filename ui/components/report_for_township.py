"""A report the bureau files for a township (代报): an honest zero, or whole parcels of a step."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import streamlit as st

from gis.language import say
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.settings import setting
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES
from reports.daily import ZERO_TITLES, DailyReport, Entry, ZeroReason
from reports.publication.reading import SECOND_PERSON
from reports.services.day_status import DayStatus
from reports.services.file_report import file_report
from ui import office, reading
from ui.components.literal import literally

KEY, DAYS_BACK = "key of the report for a township", 7


def report_for_township(session: Session, project: Project, status: DayStatus) -> None:
    """Ask for township, day and work; what is filed is marked and another clerk confirms it."""
    with office.store().reading() as connection:
        needs_another = setting(connection, SECOND_PERSON.name)
    st.caption(
        say("It is marked as filed by the bureau; another clerk confirms it.")
        if needs_another
        else say("It is marked as filed by the bureau; whoever files it may confirm it.")
    )
    left, right = st.columns(2)
    code = left.selectbox(
        say("Township"), list(status.townships), format_func=status.townships.__getitem__,
        key="for township",
    )  # fmt: skip
    days = [office.today() - timedelta(days=n) for n in range(DAYS_BACK + 1)]
    day = right.selectbox(say("Day"), [d for d in days if d >= project.starts_on], key="for day")
    reason = st.selectbox(
        say("No progress, because"), [None, *ZeroReason], key="for zero",
        format_func=lambda one: say("there was work") if one is None else str(ZERO_TITLES[one]),
    )  # fmt: skip
    entries: tuple[Entry, ...] = ()
    if reason is None and code:
        entries = _work(session, project, code)
    said = st.text_input(say("Who reported it, and how (telephone …)"), key="for said",
                         max_chars=200)  # fmt: skip
    if not st.button(say("File for the township"), key="file for") or not code or not day:
        return
    key = st.session_state.setdefault(KEY, uuid4().hex)
    report = DailyReport(project.id, code, day, entries, zero_reason=reason, problem=said)
    receipt = file_report(
        office.store(), session.actor, report, idempotency_key=key, now=office.now()
    )
    st.session_state.pop(KEY)
    st.success(literally(say("Filed: receipt {number}.", number=receipt.receipt_no)))


def _work(session: Session, project: Project, code: str) -> tuple[Entry, ...]:
    parcels = reading.judged_parcels(session, project)
    own = parcels[(parcels["township_code"] == code) & parcels["area_m2"].notna()]
    own = own[~own["is_withdrawn"]]
    titles = {int(row.ledger_id): f"{row.village} {row.parcel_no}" for row in own.itertuples()}
    areas = dict(zip(own["ledger_id"].astype(int), own["area_m2"], strict=True))
    left, right = st.columns([1, 2])
    step = left.selectbox(
        say("Step"), REPORTED_BY_TOWNSHIP, format_func=lambda one: str(STEP_TITLES[one]),
        key="for step",
    )  # fmt: skip
    chosen = right.multiselect(
        say("Whole parcels"), list(titles), format_func=titles.__getitem__, key=f"for {code}"
    )
    return tuple(Entry(ledger_id, step, float(areas[ledger_id])) for ledger_id in chosen)
