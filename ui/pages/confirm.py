"""The bureau's desk: the day's reports, to confirm or to return."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from gis.language import _, say
from parcels.people.access import Action
from parcels.people.actor import Role
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from reports.daily import OFFICE_TIME, RETURN_TITLES, STATE_TITLES, ReportState, ReturnReason
from reports.document import Column
from reports.services.review_report import move_report
from ui import office, reading
from ui.components.cards import Card, show_cards
from ui.components.literal import literally
from ui.components.report_shown import show_report
from ui.components.tables import show_rows
from ui.pages.page import Page

LIVE = (ReportState.FILED, ReportState.CONFIRMED)
DAYS_BACK = 30


def show(session: Session) -> None:
    """Show who has reported, and every report that waits."""
    project = reading.chosen_project(session)
    if project is None:
        st.info(say("There is no project yet."))
        return
    today = office.today()
    names = townships(office.store(), project, session.actor)
    recent = reading.reports_between(session, project, today - timedelta(days=DAYS_BACK), today)
    _who_has_reported(project, names, recent[recent["day"] == today])
    waiting = recent[recent["state"] == ReportState.FILED]
    st.subheader(literally(say("To confirm: {count}", count=len(waiting))))
    if waiting.empty:
        st.caption(say("Nothing waits."))
    for report in waiting.to_dict("records"):
        _desk(session, project, names, report)


def _who_has_reported(project: Project, names: dict[str, str], reports: pd.DataFrame) -> None:
    standing = reports[reports["state"].isin(LIVE)].set_index("township_code")
    reported = len(standing)
    show_cards(
        [
            Card(
                say("Reported today (cut-off {time})", time=f"{project.cut_off:%H:%M}"),
                say("{done} of {all}", done=reported, all=len(names)),
                say("townships"),
                "good" if reported == len(names) else "open",
            )
        ]
    )
    rows = []
    for code, name in names.items():
        if code not in standing.index:
            rows.append((name, say("not reported"), "", ""))
            continue
        report = standing.loc[code]
        filed = report["filed_at"].astimezone(OFFICE_TIME)
        rows.append((name, str(STATE_TITLES[report["state"]]), f"{filed:%H:%M}", report["filer"]))
    heads = (say("Township"), say("State"), say("Sent at"), say("Sent by"))
    show_rows([Column(head) for head in heads], rows)


def _desk(
    session: Session, project: Project, names: dict[str, str], report: Mapping[str, Any]
) -> None:
    report_id = int(report["id"])
    name = names.get(report["township_code"], report["township_code"])
    late = f" · {say('late')}" if report["is_late"] else ""
    with st.container(border=True):
        st.subheader(literally(f"{name} · {report['day']}{late}"))
        filed = report["filed_at"].astimezone(OFFICE_TIME)
        st.text(f"{report['receipt_no']} · {report['filer']} · {filed:%m-%d %H:%M}")
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
