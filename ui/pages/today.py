"""Today's report: what was done on which parcels, or honestly that nothing was."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from gis.language import _, say
from gis.units import format_m2, format_mu, half_up
from parcels.people.access import Action
from parcels.people.actor import TOWNSHIP_ROLES
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES, Step, earlier
from reports.completion import done_m2
from reports.daily import (
    OFFICE_TIME,
    RETURN_TITLES,
    STATE_TITLES,
    ZERO_TITLES,
    DailyReport,
    Entry,
    ReportState,
    ReturnReason,
    ZeroReason,
    is_counted,
)
from reports.document import Column, Kind
from reports.reading import entries_of
from reports.services.file_report import TooMuchClaimed, file_report
from reports.services.review_report import move_report
from ui import office, reading
from ui.components.tables import show_rows
from ui.pages.page import Page

DAYS_BACK = 7
BASKET, KEY, RECEIPT = "report basket", "report key", "report receipt"
LIVE = (ReportState.FILED, ReportState.CONFIRMED)


def show(session: Session) -> None:
    """Show the township's first page: what was returned, what is reported, what to report."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("The bureau has not adopted a parcel layer yet; there is nothing to report."))
        return
    today = office.today()
    recent = reading.reports_between(session, project, today - timedelta(days=30), today)
    _returned(recent)
    if receipt := st.session_state.get(RECEIPT):
        st.success(receipt)
    days = [today - timedelta(days=back) for back in range(DAYS_BACK + 1)]
    reported = set(recent.loc[recent["state"].isin(LIVE), "day"])
    day = st.selectbox(
        say("Day"),
        days,
        format_func=lambda d: _day_title(d, today, is_reported=d in reported),
        key="report day",
    )
    standing = recent[(recent["day"] == day) & recent["state"].isin(LIVE)]
    if standing.empty:
        _form(session, project, day)
    else:
        _standing(session, project, standing.iloc[0])


def _day_title(day: date, today: date, *, is_reported: bool) -> str:
    mark = say("reported") if is_reported else say("not reported")
    name = say("Today") if day == today else f"{day:%m-%d}"
    return f"{name} · {day} · {mark}"


def _returned(recent: pd.DataFrame) -> None:
    standing = set(recent.loc[recent["state"].isin(LIVE), "day"])
    latest = recent[~recent["day"].isin(standing)].groupby("day").tail(1)
    for report in latest[latest["state"] == ReportState.RETURNED].itertuples():
        st.error(
            say(
                "{day} was returned by {reviewer}: {reason}. {text} Please report it again.",
                day=report.day,
                reviewer=report.reviewer,
                reason=RETURN_TITLES[ReturnReason(report.return_reason)],
                text=report.return_text,
            )
        )


def _standing(session: Session, project: Project, report: pd.Series) -> None:
    filed = report["filed_at"].astimezone(OFFICE_TIME)
    st.subheader(f"{say('Receipt')} {report['receipt_no']}")
    late = f" · {say('late')}" if report["is_late"] else ""
    st.write(f"{STATE_TITLES[report['state']]} · {report['filer']} · {filed:%m-%d %H:%M}{late}")
    show_report(session, project, report)
    if report["state"] is ReportState.FILED and st.button(
        say("Withdraw and report again"), key=f"withdraw {report['id']}"
    ):
        move_report(
            office.store(),
            session.actor,
            int(report["id"]),
            ReportState.WITHDRAWN,
            now=office.now(),
        )
        st.session_state.pop(RECEIPT, None)
        st.rerun()


def show_report(session: Session, project: Project, report: pd.Series) -> None:
    """Show what a report says: its entries, people and machines, problems."""
    if report["zero_reason"]:
        reason = ZERO_TITLES[ZeroReason(report["zero_reason"])]
        st.info(say("No progress: {reason}", reason=reason))
    entries = entries_of(office.store(), session.actor, project, int(report["id"]))
    if not entries.empty:
        show_rows(
            (
                Column(say("Step")),
                Column(say("Village")),
                Column(say("Parcel")),
                Column(say("Area (m²)"), Kind.COUNT),
                Column(say("Parcel area (m²)"), Kind.COUNT),
            ),
            [
                (
                    str(STEP_TITLES[entry.step]),
                    entry.village,
                    entry.parcel_no,
                    format_m2(entry.area_m2),
                    format_m2(entry.parcel_area_m2),
                )
                for entry in entries.itertuples()
            ],
        )
    st.write(
        say(
            "People {workers} · machines {machines}",
            workers=report["workers"],
            machines=report["machines"],
        )
    )
    for label, name in ((say("Problems"), "problem"), (say("Help wanted"), "help_wanted")):
        if report[name]:
            st.text(f"{label}：{report[name]}")


def _form(session: Session, project: Project, day: date) -> None:
    parcels = reading.judged_parcels(session, project)
    parcels = parcels[parcels["area_m2"].notna() & parcels["ledger_id"].notna()]
    parcels = parcels.set_index(parcels["ledger_id"].astype("int64"))
    events = reading.stage_events(session, project)
    done = done_m2(events, confirmed_only=False).reindex(parcels.index, fill_value=0.0)
    basket: dict[tuple[int, Step], float] = st.session_state.setdefault(BASKET, {})
    _choose(parcels, done, basket)
    _lines(parcels, done, basket)
    with st.form("report", border=False):
        left, right = st.columns(2)
        workers = left.number_input(say("People at work"), 0, 100_000, step=1, key="workers")
        machines = right.number_input(say("Machines at work"), 0, 10_000, step=1, key="machines")
        problem = st.text_area(say("Problems"), key="problem", max_chars=2000, height=80)
        wanted = st.text_area(say("Help wanted"), key="help wanted", max_chars=2000, height=80)
        title = say("Send the report of {day}", day=day)
        is_sent = st.form_submit_button(title, type="primary", width="stretch")
    entries = tuple(Entry(ledger_id, step, area) for (ledger_id, step), area in basket.items())
    report = DailyReport(
        project.id,
        session.actor.region,
        day,
        entries,
        int(workers),
        int(machines),
        None,
        problem,
        wanted,
    )
    if is_sent:
        _send(session, report)
    with st.expander(say("No progress today")):
        reason = st.radio(
            say("Reason"),
            list(ZeroReason),
            format_func=lambda r: str(ZERO_TITLES[r]),
            index=None,
            key="zero reason",
        )
        if st.button(say("Report no progress"), disabled=reason is None, key="send zero"):
            _send(
                session,
                DailyReport(
                    project.id,
                    session.actor.region,
                    day,
                    entries,
                    int(workers),
                    int(machines),
                    reason,
                    problem,
                    wanted,
                ),
            )


def _choose(
    parcels: pd.DataFrame, done: pd.DataFrame, basket: dict[tuple[int, Step], float]
) -> None:
    step = st.pills(
        say("Which step was done?"),
        list(REPORTED_BY_TOWNSHIP),
        format_func=lambda s: str(STEP_TITLES[s]),
        default=Step.DEMOLISHED,
        key="report step",
    )
    if step is None:
        return
    room = left_m2(parcels, done, basket, step)
    open_parcels = parcels[room > 0]
    if open_parcels.empty:
        before = earlier(step)
        after = STEP_TITLES[before] if before else "—"
        st.caption(say("No parcel is ready for this step; “{step}” comes first.", step=after))
        return
    counted = is_counted(parcels)

    def title(ledger_id: int) -> str:
        parcel = parcels.loc[ledger_id]
        note = "" if counted[ledger_id] else f" · {say('recorded, not counted')}"
        return (
            f"{parcel['village']} · {parcel['parcel_no']} · {format_m2(room[ledger_id])} m²{note}"
        )

    chosen = st.multiselect(
        say("On which parcels? {count} are ready.", count=len(open_parcels)),
        list(open_parcels.index),
        format_func=title,
        key=f"parcels of {step}",
        placeholder=say("Village or number"),
    )
    if st.button(
        say("Add {count} parcels", count=len(chosen)),
        disabled=not chosen,
        width="stretch",
        key="add parcels",
    ):
        for ledger_id in chosen:
            basket[ledger_id, step] = float(half_up(room[ledger_id], 2))
        del st.session_state[f"parcels of {step}"]
        st.rerun()


def left_m2(
    parcels: pd.DataFrame,
    done: pd.DataFrame,
    basket: dict[tuple[int, Step], float],
    step: Step,
) -> pd.Series:
    """Return how much of each parcel is open for a step: its area or the step before, less done."""

    def total(of: Step) -> pd.Series:
        today = {ledger_id: area for (ledger_id, s), area in basket.items() if s is of}
        return done[of].add(pd.Series(today, dtype="float64"), fill_value=0.0).reindex(done.index)

    before = earlier(step)
    ceiling = parcels["area_m2"] if before is None else total(before)
    return (ceiling - total(step)).round(2)


def _lines(
    parcels: pd.DataFrame, done: pd.DataFrame, basket: dict[tuple[int, Step], float]
) -> None:
    if not basket:
        return
    total = sum(basket.values())
    st.subheader(
        say(
            "In this report: {count} entries, {mu} mu",
            count=len(basket),
            mu=format_mu(total),
        )
    )
    for (ledger_id, step), area in sorted(basket.items(), key=lambda item: item[0][0]):
        if ledger_id not in parcels.index:
            continue
        parcel = parcels.loc[ledger_id]
        words, figure, remove = st.columns([5, 3, 1], vertical_alignment="center")
        words.markdown(f"**{STEP_TITLES[step]}**")
        words.text(f"{parcel['village']} · {parcel['parcel_no']}")
        basket[ledger_id, step] = figure.number_input(
            say("Area today (m²)"),
            min_value=0.01,
            value=area,
            step=10.0,
            format="%.2f",
            key=f"area {ledger_id} {step}",
        )
        if remove.button("✕", key=f"remove {ledger_id} {step}", help=say("Take out")):
            del basket[ledger_id, step]
            st.rerun()


def _send(session: Session, report: DailyReport) -> None:
    key = st.session_state.setdefault(KEY, uuid.uuid4().hex)
    try:
        receipt = file_report(
            office.store(), session.actor, report, idempotency_key=key, now=office.now()
        )
    except TooMuchClaimed as refused:
        st.error(str(refused))
        for breach in refused.breaches:
            st.text(str(breach))
        return
    words = say(
        "The report of {day} has arrived. Receipt {receipt}.",
        day=report.day,
        receipt=receipt.receipt_no,
    )
    st.session_state[RECEIPT] = words
    for name in (KEY, BASKET, "problem", "help wanted", "workers", "machines", "zero reason"):
        st.session_state.pop(name, None)
    st.rerun()


PAGE = Page(
    slug="today",
    title=_("Daily report"),
    icon=":material/edit_note:",
    action=Action.FILE_REPORT,
    show=show,
    first_for=TOWNSHIP_ROLES,
)
