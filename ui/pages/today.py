"""Today's report: what was done on which parcels, or honestly that nothing was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from gis.language import _, say
from parcels.people.access import Action, may
from parcels.people.actor import TOWNSHIP_ROLES
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.daily import OFFICE_TIME, STATE_TITLES, ReportState
from reports.publication.reading import is_frozen
from reports.returned import LIVE, days_to_report, unanswered, words_of
from reports.services.keep_draft import draft_from_report, open_drafts
from reports.services.review_report import move_report, review_as_leader
from ui import office, reading
from ui.components.contradictions import show_contradictions
from ui.components.literal import literally, tell
from ui.components.report_form import SENT, report_form
from ui.components.report_shown import hand_over_receipt, show_receipt, show_report
from ui.pages.page import Page

DAY, AGAIN, REVIEWED = "report day", "report to take up", "review noted"


def show(session: Session) -> None:
    """Show the township's first page: what was returned, what is reported, what to report."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("The bureau has not adopted a parcel layer yet; there is nothing to report."))
        return
    tell(REVIEWED)
    today = office.today()
    recent = reading.reports_between(session, project, min(project.starts_on, today), today)
    returned = unanswered(recent)
    frozen = _frozen(project, returned)
    month_ago = today - timedelta(days=30)
    returned = [r for r in returned if r["day"] not in frozen or r["day"] >= month_ago]
    can_answer = {report["day"] for report in returned} - frozen
    days = days_to_report(project, today, can_answer)
    _take_up(session, days)
    _returned(returned, frozen)
    show_contradictions(session, project)
    reported = set(recent.loc[recent["state"].isin(LIVE), "day"])
    begun = open_drafts(office.store(), session.actor, project.id, session.actor.region)
    # the words of a day change when it is reported, and with them the field would start anew
    st.session_state[DAY] = st.session_state.get(DAY, today)
    if st.session_state[DAY] not in days:
        st.session_state[DAY] = days[0]
    day = st.selectbox(
        say("Day"),
        days,
        format_func=lambda d: _day_title(d, today, _mark(d in reported, d in begun)),
        key=DAY,
    )
    standing = recent[(recent["day"] == day) & recent["state"].isin(LIVE)]
    if standing.empty:
        report_form(session, project, day, _report_before(recent, day))
    else:
        _standing(session, project, standing.iloc[0].to_dict())


def _mark(is_reported: bool, is_begun: bool) -> str:
    if is_reported:
        return say("reported")
    return say("begun, not sent") if is_begun else say("not reported")


def _day_title(day: date, today: date, mark: str) -> str:
    name = say("Today") if day == today else f"{day:%m-%d}"
    return f"{name} · {day} · {mark}"


def _report_before(recent: pd.DataFrame, day: date) -> Mapping[str, Any] | None:
    """Return the newest standing report before a day: the form starts from it."""
    earlier = recent[(recent["day"] < day) & recent["state"].isin(LIVE)]
    return None if earlier.empty else earlier.iloc[-1].to_dict()


def _frozen(project: Project, returned: Sequence[Mapping[str, Any]]) -> set[date]:
    """Return the days of returned reports that were frozen since."""
    if not returned:
        return set()
    with office.store().reading() as connection:
        return {r["day"] for r in returned if is_frozen(connection, project.id, r["day"])}


def _returned(returned: Sequence[Mapping[str, Any]], frozen: Collection[date]) -> None:
    for report in returned:
        is_over = report["day"] in frozen
        st.error(literally(words_of(report, is_frozen=is_over)))
        label = literally(say("Mend the report of {day} and send it again", day=report["day"]))
        if not is_over and st.button(
            label, key=f"mend {report['id']}", type="primary", width="stretch"
        ):
            st.session_state[AGAIN] = report
            st.rerun()


def _take_up(session: Session, days: list[date]) -> None:
    """Open a report that came back as a draft; before any field of it is drawn."""
    report = st.session_state.pop(AGAIN, None)
    if report is None:
        return
    draft_from_report(office.store(), session.actor, int(report["id"]), now=office.now())
    if report["day"] in days:
        st.session_state[DAY] = report["day"]


def _standing(session: Session, project: Project, report: Mapping[str, Any]) -> None:
    filed = report["filed_at"].astimezone(OFFICE_TIME)
    late = f" · {say('late')}" if report["is_late"] else ""
    state = STATE_TITLES[report["state"]]
    number = report["receipt_no"]
    words = f"{state} · {report['filer']} · {filed:%m-%d %H:%M}{late}"
    if st.session_state.pop(SENT, None) == number:
        hand_over_receipt(number, words)
    show_receipt(number, words)
    show_report(session, project, report)
    if report["state"] is not ReportState.FILED:
        return
    if may(session.actor, Action.REVIEW_AS_LEADER, session.actor.region) and st.button(
        say("I have reviewed this report"), key=f"reviewed {report['id']}", type="primary"
    ):
        review_as_leader(office.store(), session.actor, int(report["id"]), now=office.now())
        st.session_state[REVIEWED] = say("Your review of {receipt} is noted.", receipt=number)
        st.rerun()
    if st.button(say("Withdraw and report again"), key=f"withdraw {report['id']}"):
        move_report(
            office.store(),
            session.actor,
            int(report["id"]),
            ReportState.WITHDRAWN,
            now=office.now(),
        )
        st.rerun()


PAGE = Page(
    slug="today",
    title=_("Daily report"),
    icon=":material/edit_note:",
    action=Action.FILE_REPORT,
    show=show,
    first_for=TOWNSHIP_ROLES,
)
