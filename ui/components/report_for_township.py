"""A report the bureau files for a township (代报): a zero, parcels of a step, or its Excel form."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import streamlit as st

from gis.language import say
from gis.units import format_m2, half_up
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.settings import setting
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES
from reports.daily import ZERO_TITLES, DailyReport, Entry, ZeroReason
from reports.publication.reading import SECOND_PERSON
from reports.room import left_m2
from reports.services.day_status import DayStatus
from reports.services.file_report import file_report
from ui import office, reading
from ui.components.daily.by_excel import by_excel
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
    workers = machines = 0
    if reason is None and code:
        entries = _work(session, project, code)
        left, right = st.columns(2)
        workers = left.number_input(say("People at work"), 0, 100_000, key="for workers")
        machines = right.number_input(say("Machines at work"), 0, 10_000, key="for machines")
    problem = st.text_input(say("Problems"), key="for problem", max_chars=500)
    said = st.text_input(say("Who reported it, and how (telephone …)"), key="for said",
                         max_chars=200)  # fmt: skip
    if st.button(say("File for the township"), key="file for") and code and day:
        key = st.session_state.setdefault(KEY, uuid4().hex)
        report = DailyReport(
            project.id, code, day, entries, workers=workers, machines=machines,
            zero_reason=reason, problem=problem, told_by=said,
        )  # fmt: skip
        receipt = file_report(
            office.store(), session.actor, report, idempotency_key=key, now=office.now()
        )
        st.session_state.pop(KEY)
        st.success(literally(say("Filed: receipt {number}.", number=receipt.receipt_no)))
    if code and day:
        st.caption(say("Or hand in the form that the township filled without a connection."))
        if number := by_excel(session, project, code, day):
            st.success(literally(say("Filed: receipt {number}.", number=number)))


def _work(session: Session, project: Project, code: str) -> tuple[Entry, ...]:
    known = reading.reportable(session, project)
    own = known.parcels[known.parcels["township_code"] == code]
    left, right = st.columns([1, 2])
    step = left.selectbox(
        say("Step"), REPORTED_BY_TOWNSHIP, format_func=lambda one: str(STEP_TITLES[one]),
        key="for step",
    )  # fmt: skip
    room = left_m2(own, known.done.loc[own.index], {}, step)
    ready = own[room > 0]
    titles = {
        int(ledger_id): f"{village} {number or '—'} · {format_m2(room[ledger_id])} m²"
        for ledger_id, village, number in zip(
            ready.index, ready["village"], ready["parcel_no"], strict=True
        )
    }
    chosen = right.multiselect(
        say("Parcels, each with all that is open for the step"), list(titles),
        format_func=titles.__getitem__, key=f"for {code} {step}",
    )  # fmt: skip
    return tuple(Entry(one, step, float(half_up(room[one], 2))) for one in chosen)
