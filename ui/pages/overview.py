"""The county on one screen: totals, completion against schedule, who is behind, who reported."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from gis.language import _, say
from gis.units import format_mu
from parcels.people.access import Action
from parcels.people.actor import Role
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from parcels.totals import totals
from reports.completion import completion
from reports.daily import ReportState
from reports.document import Column, Kind
from reports.printed import percent, points
from ui import office, reading
from ui.components.figures import completion_cards, three_totals
from ui.components.literal import literally
from ui.components.tables import show_rows
from ui.pages.page import Page

LIVE = (ReportState.FILED, ReportState.CONFIRMED)


def show(session: Session) -> None:
    """Show the project as a whole and a row for each township, the slowest first."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there are no figures."))
        return
    day = min(office.today(), project.deadline)
    parcels = reading.judged_parcels(session, project)
    events = reading.stage_events(session, project)
    whole = completion(project, parcels, events, day=day)
    three_totals(
        project, whole.eligible_m2, whole.accepted_m2, is_whole=not session.actor.is_township
    )
    _verdicts(parcels)
    completion_cards(project, whole)
    _townships(session, project, parcels, events, day)


def _verdicts(parcels: pd.DataFrame) -> None:
    sums = totals(parcels).iloc[0]
    st.caption(
        literally(
            say(
                "{parcels} parcels: {passing} pass, {failing} fail, {open} undetermined "
                "({open_mu} mu of parcel area, in no total).",
                parcels=int(sums["parcels"]),
                passing=int(sums["pass_parcels"]),
                failing=int(sums["fail_parcels"]),
                open=int(sums["undetermined_parcels"]),
                open_mu=format_mu(sums["undetermined_area_m2"]),
            )
        )
    )


def _townships(
    session: Session, project: Project, parcels: pd.DataFrame, events: pd.DataFrame, day: date
) -> None:
    today = office.today()
    sent = reading.reports_between(session, project, today, today)
    reported = set(sent.loc[sent["state"].isin(LIVE), "township_code"])
    rows = []
    for code, name in townships(office.store(), project, session.actor).items():
        own = parcels[parcels["township_code"] == code]
        work = events[events["village_code"].str.startswith(code)]
        done = completion(project, own, work, day=day)
        rows.append(
            (
                done.gap if done.gap is not None else 9.0,
                (
                    name,
                    len(own),
                    format_mu(done.eligible_m2),
                    format_mu(done.done_m2),
                    percent(done.share),
                    percent(done.scheduled),
                    points(done.gap),
                    say("reported") if code in reported else say("not reported"),
                ),
            )
        )
    if not rows:
        return
    st.subheader(say("Townships, the furthest behind first"))
    columns = (
        Column(say("Township")),
        Column(say("Parcels"), Kind.COUNT),
        Column(say("Eligible (mu)"), Kind.MU),
        Column(say("Done (mu)"), Kind.MU),
        Column(say("Completion"), Kind.SHARE),
        Column(say("Scheduled"), Kind.SHARE),
        Column(say("Gap (points)"), Kind.POINTS),
        Column(say("Today's report")),
    )
    show_rows(columns, [cells for _gap, cells in sorted(rows, key=lambda row: row[0])])


PAGE = Page(
    slug="overview",
    title=_("County overview"),
    icon=":material/dashboard:",
    action=Action.SEE_PROGRESS,
    show=show,
    first_for=frozenset({Role.APPROVER, Role.FIGURE_REVIEWER}),
)
