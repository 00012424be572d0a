"""The county on one screen: totals, completion against schedule, who is behind, who reported."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gis.language import _, say
from gis.units import format_mu
from parcels.people.access import Action
from parcels.people.actor import Role
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from parcels.totals import totals
from reports.catalog.weekly_summary import percent, points
from reports.completion import completion
from reports.daily import ReportState
from ui import office, reading
from ui.components.figures import completion_metrics, three_totals
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
    three_totals(project, whole.eligible_m2, whole.accepted_m2)
    _verdicts(parcels)
    completion_metrics(project, whole)
    _townships(session, project, parcels, events, day)


def _verdicts(parcels: pd.DataFrame) -> None:
    sums = totals(parcels).iloc[0]
    st.caption(
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


def _townships(
    session: Session, project: Project, parcels: pd.DataFrame, events: pd.DataFrame, day: object
) -> None:
    today = office.today()
    sent = reading.reports_between(session, project, today, today)
    reported = set(sent.loc[sent["state"].isin(LIVE), "township_code"])
    rows = []
    for code, name in townships(office.store(), project, session.actor).items():
        own = parcels[parcels["township_code"] == code]
        work = events[events["village_code"].str.startswith(code)]
        done = completion(project, own, work, day=day)  # type: ignore[arg-type]
        rows.append(
            {
                "gap": done.gap if done.gap is not None else 9.0,
                say("Township"): name,
                say("Parcels"): len(own),
                say("Eligible (mu)"): format_mu(done.eligible_m2),
                say("Done (mu)"): format_mu(done.done_m2),
                say("Completion"): percent(done.share),
                say("Scheduled"): percent(done.scheduled),
                say("Gap (points)"): points(done.gap),
                say("Today's report"): say("reported") if code in reported else say("not reported"),
            }
        )
    table = pd.DataFrame(rows)
    if table.empty:
        return
    st.subheader(say("Townships, the furthest behind first"))
    table = table.sort_values("gap").drop(columns="gap")
    st.dataframe(table, hide_index=True, use_container_width=True)


PAGE = Page(
    slug="overview",
    title=_("County overview"),
    icon=":material/dashboard:",
    action=Action.SEE_PROGRESS,
    show=show,
    first_for=frozenset({Role.APPROVER, Role.FIGURE_REVIEWER}),
)
