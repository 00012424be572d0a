"""Acceptance on site, made for a phone: who is there, then parcel by parcel; refusals to mend."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import streamlit as st

from gis.language import _, named, say
from gis.units import format_m2, format_mu
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from parcels.workflow import STEP_TITLES, Step, earlier
from reports.acceptance.inspection import GROUND_TITLES, RECORDED_ON_SITE, open_refusals
from reports.ceilings import ROUNDING_M2
from reports.completion import accepted_new_arable_m2, done_m2
from reports.counted import is_counted
from reports.document import Column, Kind
from reports.services.keep_visit import visit_under_way
from reports.services.record_inspection import open_inspection, strike_result
from ui import following, office, reading
from ui.components.as_built import as_built
from ui.components.cards import Card, show_cards
from ui.components.inspection_form import inspection_form
from ui.components.literal import literally, tell
from ui.components.tables import Marked, show_rows
from ui.pages.page import Page, Section

MOST_RESULTS = 200


def show(session: Session) -> None:
    """Show what was accepted, what is to be mended, and the form of the visit under way."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there are no figures."))
        return
    tell("acceptance said")
    parcels = reading.judged_parcels(session, project)
    done = done_m2(reading.stage_events(session, project))
    results = following.results(session, project)
    _totals(parcels, done, results)
    if access.may(session.actor, Action.RECORD_ACCEPTANCE, project.region):
        _visit(session, project, parcels, done, results)
    _to_mend(session, project, results)
    _results(session, results)
    if access.may(session.actor, Action.ADOPT_CHECK, project.region):
        as_built(session, project)


def _totals(parcels: gpd.GeoDataFrame, done: pd.DataFrame, results: pd.DataFrame) -> None:
    at = done.reindex(parcels["ledger_id"], fill_value=0.0)
    cards = []
    counted = is_counted(parcels).to_numpy()
    for step in (Step.SELF_CHECKED, *RECORDED_ON_SITE):
        done_m2 = at[step].to_numpy()
        whole = done_m2 >= parcels["area_m2"].to_numpy() - ROUNDING_M2
        cards.append(
            Card(
                str(STEP_TITLES[step]),
                say("{count} parcels", count=int((whole & counted).sum())),
                say(
                    "{mu} mu of parcel ground",
                    mu=format_mu(float(done_m2[counted].sum())),
                ),
            )
        )
    accepted = accepted_new_arable_m2(parcels, at[Step.COUNTY_ACCEPTED].to_numpy())
    surveyed = int(parcels["as_built_m2"].notna().sum())
    refused = len(open_refusals(results))
    cards += [
        Card(
            say("New arable accepted"),
            say("{mu} mu", mu=format_mu(float(accepted.sum()))),
            say("{count} parcels measured as built, others as designed", count=surveyed),
        ),
        Card(say("Refused, to be mended"), say("{count} parcels", count=refused), "",
             "bad" if refused else "good"),
    ]  # fmt: skip
    show_cards(cards)


def _visit(
    session: Session,
    project: Project,
    parcels: gpd.GeoDataFrame,
    done: pd.DataFrame,
    results: pd.DataFrame,
) -> None:
    visit = visit_under_way(office.store(), session.actor, project.id, now=office.now())
    if visit is None:
        with st.expander(say("Begin an inspection on site"), expanded=False):
            _begin(session, project)
        return
    before = earlier(visit.step)
    assert before is not None  # noqa: S101  acceptance is never the first step
    own = parcels[(parcels["township_code"] == visit.township_code) & is_counted(parcels)]
    at = done.reindex(own["ledger_id"], fill_value=0.0)
    left = (at[before].to_numpy() - at[visit.step].to_numpy()).clip(0.0)
    seen = set(results.loc[results["inspection_id"] == visit.id, "ledger_id"])
    ready = own.assign(left_m2=left)[(left > ROUNDING_M2) & ~own["ledger_id"].isin(seen)]
    refused = open_refusals(results)
    refused = refused[refused["step"] == visit.step].set_index("ledger_id")
    outlines = own.geometry.set_axis(own["ledger_id"].astype("int64"))
    inspection_form(session, project, visit, ready, refused=refused, outlines=outlines)


def _begin(session: Session, project: Project) -> None:
    names = townships(office.store(), project, session.actor)
    code = st.selectbox(
        say("Township"), list(names), format_func=names.__getitem__, key="visit township"
    )
    step = st.segmented_control(
        say("What is recorded"),
        list(RECORDED_ON_SITE),
        format_func=lambda s: str(STEP_TITLES[s]),
        default=RECORDED_ON_SITE[0],
        key="visit step",
        required=True,
    )
    day = st.date_input(say("Day"), office.today(), max_value=office.today(), key="visit day")
    people = st.text_input(
        say("Who is on site"), session.actor.display_name, key="visit people", max_chars=200
    )
    number = ""
    if step is not Step.COUNTY_ACCEPTED:
        number = st.text_input(say("Number of the document"), key="visit no", max_chars=64)
    if st.button(say("Begin"), type="primary", width="stretch", key="visit begin"):
        assert isinstance(day, date)  # noqa: S101  one day, not a range
        assert step is not None  # noqa: S101  one is always chosen
        open_inspection(
            office.store(), session.actor, project.id, code, step, day=day, people=people,
            document_no=number, now=office.now(),
        )  # fmt: skip
        st.rerun()


def _to_mend(session: Session, project: Project, results: pd.DataFrame) -> None:
    left = open_refusals(results)
    st.subheader(literally(say("To be mended: {count}", count=len(left))))
    if left.empty:
        st.caption(say("Nothing is refused."))
        return
    names = townships(office.store(), project, session.actor)
    today = office.today()
    rows = []
    for one in left.sort_values("mend_by").to_dict("records"):
        is_over = one["mend_by"] < today
        rows.append(
            (
                names.get(one["township_code"], one["township_code"]),
                one["village"],
                one["parcel_no"],
                named(str(GROUND_TITLES[ground]) for ground in one["grounds"]),
                one["to_mend"],
                Marked(str(one["mend_by"]), "bad" if is_over else "open"),
            )
        )
    heads = (
        say("Township"), say("Village"), say("Parcel"), say("Ground of refusal"),
        say("What to mend"), say("Mend by"),
    )  # fmt: skip
    show_rows([Column(head) for head in heads], rows)


def _results(session: Session, results: pd.DataFrame) -> None:
    if results.empty:
        return
    with st.expander(literally(say("All results: {count}", count=len(results)))):
        newest = results.iloc[::-1].head(MOST_RESULTS)
        rows = [
            (
                str(one["day"]),
                str(STEP_TITLES[one["step"]]),
                one["village"],
                one["parcel_no"],
                Marked(say("accepted"), "good")
                if one["is_accepted"]
                else Marked(say("refused"), "bad"),
                format_m2(one["area_m2"]) if one["is_accepted"] else "—",
                one["people"],
            )
            for one in newest.to_dict("records")
        ]
        heads = (say("Day"), say("Step"), say("Village"), say("Parcel"), say("Result"))
        show_rows(
            [
                *(Column(head) for head in heads),
                Column(say("Area (m²)"), Kind.COUNT),
                Column(say("Who is on site")),
            ],
            rows,
        )
        _strike(session, newest)


def _strike(session: Session, newest: pd.DataFrame) -> None:
    own = newest[
        [access.may(session.actor, Action.RECORD_ACCEPTANCE, c) for c in newest["township_code"]]
    ]
    if own.empty:
        return
    names = {int(row.id): f"{row.day} · {row.village} {row.parcel_no}" for row in own.itertuples()}
    with st.popover(say("Strike out a result recorded by mistake")):
        chosen = st.selectbox(
            say("Result"), list(names), format_func=names.__getitem__, key="result struck"
        )
        reason = st.text_input(say("Reason"), key="result struck why")
        if st.button(say("Strike out"), key="result strike"):
            strike_result(office.store(), session.actor, chosen, reason=reason, now=office.now())
            st.session_state["acceptance said"] = say("The result is struck out.")
            st.rerun()


PAGE = Page(
    slug="acceptance",
    title=_("Acceptance"),
    icon=":material/verified:",
    action=Action.SEE_PROGRESS,
    section=Section.FOLLOWING,
    show=show,
)
