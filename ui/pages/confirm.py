"""The bureau's desk: who has reported, what stands out, to confirm, to return or to correct."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gis.language import _, named, say
from gis.units import format_mu
from parcels.people.access import Action
from parcels.people.actor import Role
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.daily import OFFICE_TIME, RETURN_TITLES, STATE_TITLES, ReportState, ReturnReason
from reports.document import Column
from reports.outliers import RULE
from reports.services.day_status import DayStatus, day_status
from reports.services.desk import Waiting, confirm_unremarkable, waiting_reports
from reports.services.review_report import move_report
from ui import office, reading
from ui.components.adjustment_form import adjustment_form
from ui.components.cards import Card, show_cards
from ui.components.contradictions import show_contradictions
from ui.components.literal import literally, tell
from ui.components.report_for_township import report_for_township
from ui.components.report_shown import show_report
from ui.components.tables import show_rows
from ui.pages.page import Page
from ui.session import require_session

LIVE = (ReportState.FILED, ReportState.CONFIRMED)
TOLD = "desk said"
EVERY_S = 60.0


def show(session: Session) -> None:
    """Show who has reported, contradictions, and every report that waits."""
    project = reading.chosen_project(session)
    if project is None:
        st.info(say("There is no project yet."))
        return
    tell(TOLD)
    status = day_status(office.store(), session.actor, project, office.today(), now=office.now())
    _who_has_reported(project, status.awaiting)
    show_contradictions(session, project)
    waiting = waiting_reports(office.store(), session.actor, project, now=office.now())
    st.subheader(literally(say("To confirm: {count}", count=len(waiting))))
    st.caption(literally(RULE))
    _confirm_all(session, project, waiting)
    if not waiting:
        st.caption(say("No report waits for confirmation."))
    for one in waiting:
        _desk(session, project, status, one)
    with st.expander(say("File a report for a township")):
        report_for_township(session, project, status)
    with st.expander(say("Correct a day that is confirmed or frozen")):
        adjustment_form(session, project, status.townships)


@st.fragment(run_every=EVERY_S)
def _who_has_reported(project: Project, awaiting: int) -> None:
    """Show n of m, asked anew each minute; the reports below stay until a person wants others."""
    # a fragment runs without the page, and asks again who is there
    session = require_session(is_used=False)
    today = office.today()
    status = day_status(office.store(), session.actor, project, today, now=office.now())
    if status.awaiting > awaiting:
        words = say("Come in meanwhile: {count}. Show", count=status.awaiting - awaiting)
        if st.button(literally(words), key="more reports", type="primary"):
            st.rerun()
    _counted(project, status, reading.reports_between(session, project, today, today))


def _counted(project: Project, status: DayStatus, sent: pd.DataFrame) -> None:
    counts = status.punctuality
    standing = sent[sent["state"].isin(LIVE)].set_index("township_code")
    done = counts.on_time + counts.late
    show_cards(
        [
            Card(
                say("Reported today (cut-off {time})", time=f"{project.cut_off:%H:%M}"),
                say("{done} of {all}", done=done, all=counts.expected),
                say("townships"),
                "good" if done == counts.expected else "open",
            ),
            Card(say("On time"), str(counts.on_time), say("in before the cut-off")),
            Card(say("Late"), str(counts.late), say("after the cut-off")),
            Card(
                say("Missing") if status.is_due else say("Still to come"),
                str(counts.missing),
                named(status.missing[:4]) + ("…" if len(status.missing) > 4 else ""),
                "bad" if status.is_due and counts.missing else "",
            ),
        ]
    )
    rows = []
    for code, name in status.townships.items():
        if code not in standing.index:
            rows.append((name, say("not reported"), "", ""))
            continue
        report = standing.loc[code]
        filed = report["filed_at"].astimezone(OFFICE_TIME)
        mark = f"（{say('filed for it')}）" if report["is_for_township"] else ""
        filer = f"{report['filer']}{mark}"
        rows.append((name, str(STATE_TITLES[report["state"]]), f"{filed:%H:%M}", filer))
    heads = (say("Township"), say("State"), say("Sent at"), say("Sent by"))
    show_rows([Column(head) for head in heads], rows)


def _confirm_all(session: Session, project: Project, waiting: list[Waiting]) -> None:
    plain = sum(not one.is_remarkable for one in waiting)
    if plain and st.button(
        literally(say("Confirm the {count} in which nothing stands out", count=plain)),
        key="confirm all",
    ):
        count = confirm_unremarkable(office.store(), session.actor, project, now=office.now())
        st.session_state[TOLD] = say("{count} reports confirmed.", count=count)
        st.rerun()


def _desk(session: Session, project: Project, status: DayStatus, waiting: Waiting) -> None:
    report = waiting.report
    report_id = int(report["id"])
    name = status.townships.get(report["township_code"], report["township_code"])
    marks = [say("late")] if report["is_late"] else []
    marks += [say("filed for it")] if report["is_for_township"] else []
    with st.container(border=True):
        st.subheader(literally(" · ".join([f"{name} · {report['day']}", *marks])))
        filed = report["filed_at"].astimezone(OFFICE_TIME)
        area = say("{mu} mu", mu=format_mu(waiting.area_m2))
        st.text(f"{report['receipt_no']} · {report['filer']} · {filed:%m-%d %H:%M} · {area}")
        for breach in waiting.breaches:
            st.error(literally(breach))
        for remark in waiting.remarks:
            st.warning(literally(remark))
        if waiting.changed:
            st.info(literally("\n".join(map(str, waiting.changed))))
        show_report(session, project, report)
        confirm, give_back = st.columns([1, 1])
        if confirm.button(
            say("Confirm"), key=f"confirm {report_id}", type="primary", width="stretch"
        ):
            move_report(
                office.store(), session.actor, report_id, ReportState.CONFIRMED, now=office.now()
            )
            st.rerun()
        with give_back.popover(say("Return"), width="stretch"):
            _return(session, report_id)


def _return(session: Session, report_id: int) -> None:
    reason = st.selectbox(
        say("Reason"),
        list(ReturnReason),
        format_func=lambda r: str(RETURN_TITLES[r]),
        key=f"reason {report_id}",
    )
    text = st.text_area(say("What is wrong?"), key=f"text {report_id}", max_chars=500)
    if st.button(say("Return to the township"), key=f"return {report_id}"):
        move_report(
            office.store(),
            session.actor,
            report_id,
            ReportState.RETURNED,
            reason=reason,
            text=text,
            now=office.now(),
        )
        st.rerun()


PAGE = Page(
    slug="confirm",
    title=_("Confirm reports"),
    icon=":material/fact_check:",
    action=Action.CONFIRM_REPORT,
    show=show,
    first_for=frozenset({Role.BUREAU_CLERK}),
)
