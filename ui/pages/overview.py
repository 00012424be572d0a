"""The county on one screen: totals, completion against schedule, forecast, ranking, map, means."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from gis.language import _, listed, say
from gis.units import format_mu
from parcels.people.access import Action
from parcels.people.actor import Role
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.totals import totals
from reports.catalog.period_words import RANGE_NOTE, forecast_sentence
from reports.daily import ReportState
from reports.document import Column, Kind
from reports.forecast import OUTLOOK_TITLES, Outlook
from reports.periods.period import PeriodKind, period_of
from reports.periods.summary import PeriodRow, PeriodSummary
from reports.printed import least_mu, percent, points
from reports.supervision.bulletin import bulletin
from reports.supervision.facts import Fact
from reports.supervision.ladder import RUNGS
from reports.supervision.mentions import commended, criticised
from reports.supervision.notice import Notice
from ui import following, office, reading
from ui.components.cards import Card, show_cards
from ui.components.figures import completion_facts, three_totals
from ui.components.gap_map import gap_map
from ui.components.literal import literally
from ui.components.means_cards import lack_cards
from ui.components.tables import Marked, show_rows
from ui.pages.page import Page

LIVE = (ReportState.FILED, ReportState.CONFIRMED)


def show(session: Session) -> None:
    """Show the project as a whole, then a row for each township in order of rank."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there are no figures."))
        return
    today = office.today()
    week = following.summary(session, project, period_of(PeriodKind.WEEK, today))
    whole = week.county.completion
    is_whole = not session.actor.is_township
    three_totals(project, whole.eligible_m2, whole.accepted_m2, is_whole=is_whole)
    planned = len(following.curves(session, project))
    show_cards(
        completion_facts(project, whole, planned=planned, townships=len(week.townships))
        + _forecast(week)
    )
    judged = _verdicts(reading.judged_parcels(session, project))
    st.caption(literally(judged))
    if foretold := forecast_sentence(week):
        st.caption(literally(foretold), help=literally(RANGE_NOTE))
    reported = _reported(session, project)
    notices = following.notices(session, project)
    if not is_whole:
        _ranking(week, reported, notices)
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _ranking(week, reported, notices)
        st.subheader(say("Leaders, teams, plans, money"))
        idle_days = following.lines()[Fact.MONEY][RUNGS[0]].least
        lack_cards(following.means(session, project), idle_days)
    with right:
        gap_map(session, project, week.townships, notices, reported, week.period)
    _bulletin(session, project, week.townships, notices, reported)


def _verdicts(parcels: pd.DataFrame) -> str:
    sums = totals(parcels).iloc[0]
    return say(
        "{parcels} parcels: {passing} pass, {failing} fail, {open} undetermined "
        "({open_mu} mu of parcel area, in no total).",
        parcels=int(sums["parcels"]),
        passing=int(sums["pass_parcels"]),
        failing=int(sums["fail_parcels"]),
        open=int(sums["undetermined_parcels"]),
        open_mu=format_mu(sums["undetermined_area_m2"]),
    )


def _forecast(week: PeriodSummary) -> list[Card]:
    """Return when it will be finished, and the pace that takes beside the pace there is."""
    told = week.county.forecast
    finish = str(told.finish) if told.finish else str(OUTLOOK_TITLES[told.outlook])
    between = ""
    if told.outlook is Outlook.DATED:
        between = say(
            "between {earliest} and {latest}",
            earliest=told.earliest,
            latest=told.latest or say("an open date"),
        )
    last = next((row.name for row in week.townships if row.code == told.last_code), "")
    if last:
        between = listed(filter(None, (between, say("{name} decides it.", name=last))))
    is_late = told.finish is not None and told.finish > week.project.deadline
    is_short = (
        told.needed_m2 is not None and told.recent_m2 is not None
        and told.recent_m2 < told.needed_m2
    )  # fmt: skip
    recent = "—" if told.recent_m2 is None else format_mu(told.recent_m2)
    return [
        Card(say("Forecast of the finish"), finish, between, "bad" if is_late else ""),
        Card(
            say("To finish in time, a working day"),
            "—" if told.needed_m2 is None else say("≥ {mu} mu", mu=least_mu(told.needed_m2)),
            say("last 7 working days: {recent}; {days} left", recent=recent,
                days=told.working_days_left),
            "bad" if is_short else "good",
        ),
    ]  # fmt: skip


def _reported(session: Session, project: Project) -> set[str]:
    today = office.today()
    sent = reading.reports_between(session, project, today, today)
    return set(sent.loc[sent["state"].isin(LIVE), "township_code"])


def _ranking(week: PeriodSummary, reported: set[str], notices: Sequence[Notice]) -> None:
    if not week.townships:
        return
    st.subheader(say("Ranking by gap to schedule"))
    today = office.today()
    rows = []
    for row in week.townships:
        own = [n for n in notices if n.township_code == row.code and n.is_open]
        overdue = sum(n.is_overdue(today) for n in own)
        is_behind = (row.completion.gap or 0.0) < 0
        rows.append(
            (
                _rank(row),
                row.name,
                percent(row.completion.share),
                Marked(points(row.completion.gap), "bad" if is_behind else ""),
                format_mu(row.done_within_m2),
                say("reported") if row.code in reported else Marked(say("not reported"), "open"),
                Marked(say("{count} overdue", count=overdue), "bad")
                if overdue
                else str(len(own) or "—"),
            )
        )
    columns = (
        Column(say("Rank"), Kind.COUNT),
        Column(say("Township")),
        Column(say("Completion"), Kind.SHARE),
        Column(say("Gap, points"), Kind.POINTS),
        Column(say("This week (mu)"), Kind.MU),
        Column(say("Today's report")),
        Column(say("Notices")),
    )
    show_rows(columns, rows)


def _rank(row: PeriodRow) -> str:
    if row.rank is None:
        return "—"
    return f"{row.rank}{'=' if row.is_tied else ''}"


def _bulletin(
    session: Session,
    project: Project,
    rows: Sequence[PeriodRow],
    notices: Sequence[Notice],
    reported: set[str],
) -> None:
    today = office.today()
    with st.expander(say("Bulletin of the day, to copy into a chat group")):
        day = following.summary(session, project, period_of(PeriodKind.DAY, today))
        text = bulletin(
            day,
            now=office.now(),
            today=today,
            reported=reported,
            notices=notices,
            praised=commended(rows, notices),
            blamed=criticised(rows, notices, today),
        )
        st.code(text, language=None, wrap_lines=True)


PAGE = Page(
    slug="overview",
    title=_("County overview"),
    icon=":material/dashboard:",
    action=Action.SEE_PROGRESS,
    show=show,
    first_for=frozenset({Role.APPROVER}),
)
