"""Remedies: what can be won back of failing parcels, ranked by township, as proposals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from html import escape
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from gis.language import _, say
from gis.palette import VERDICTS, Paint
from gis.units import format_m2, format_mu, format_share
from parcels import register
from parcels.heavy import find_remedies
from parcels.jobs import OPEN
from parcels.people.access import Action, may
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.regions import Level
from parcels.remedies import REMEDY_TITLES, Remedy
from parcels.remedies.balance import Balance, sentences
from parcels.remedies.kinds import why_lost
from parcels.rules.verdicts import Verdict
from parcels.services.jobs import find_jobs, submit_job
from reports.document import Column, Kind
from ui import office, reading
from ui.below import SITE
from ui.components import maps
from ui.components.job_progress import show_job
from ui.components.legend import legend
from ui.components.literal import literally
from ui.components.tables import show_rows
from ui.pages.page import Page, Section

HEIGHT_PX = 480
BEFORE = Paint("#FFFFFF", outline="#B2390B", weight_px=2.5, dash="6 4", opacity=0.0)
MARGINS = {"0": "0", "0.01": "1%", "0.02": "2%", "0.05": "5%"}


def show(session: Session) -> None:
    """Show the newest remedies of the adopted check, and offer to compute them."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there is nothing to remedy."))
        return
    st.caption(say("Proposals for the design firm: the approved layer is never changed by them."))
    if may(session.actor, Action.FIND_REMEDIES, project.region):
        _work(session, project)
    found = register.newest_remedies(office.store(), session.actor, project)
    if found:
        _result(session, project, found)
    elif not may(session.actor, Action.FIND_REMEDIES):
        st.info(say("The bureau has computed no remedies yet."))


def _work(session: Session, project: Project) -> None:
    """Show the newest computation while it runs, and offer another."""
    jobs = find_jobs(
        office.store(), session.actor, project_id=project.id, kinds=[find_remedies.KIND], most=10
    )
    newest = next((job for job in jobs if job["state"] in OPEN), jobs[0] if jobs else None)
    result = show_job(session, newest["id"]) if newest else None
    _ask(session, project, is_open=bool(newest and newest["state"] in OPEN), again=bool(result))


def _ask(session: Session, project: Project, *, is_open: bool, again: bool) -> None:
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    margin = left.segmented_control(
        say("Keep above X by"), list(MARGINS), format_func=MARGINS.__getitem__, default="0",
        key="remedy margin",
        help=say("At 0 a proposal stands at the limit, within the error of the imagery."),
    )  # fmt: skip
    words = say("Compute again") if again else say("Compute remedies")
    if right.button(words, type="secondary" if again else "primary", disabled=is_open):
        submit_job(
            office.store(), session.actor, find_remedies.KIND, project_id=project.id,
            region=project.region,
            wanted={"margin": margin or "0", "check_id": project.adopted_check_id},
            now=office.now(),
        )  # fmt: skip
        st.rerun()


def _result(session: Session, project: Project, result: Mapping[str, Any]) -> None:
    if result["check_id"] != project.adopted_check_id:
        st.warning(say("These rest on an earlier check; compute them again."))
    if result["balance"]:
        st.text("\n".join(sentences(Balance(**result["balance"]))))
    if result["files"] and result["person_id"] == session.actor.person_id:
        title = say("Proposals as GeoPackage")
        st.html(
            f'<a class="download" href="{SITE}/files/job/{result["id"]}/0" target="_self" download>'
            f"{escape(title)}</a>"
        )
    proposals, limit = pd.DataFrame(result["proposals"]), Decimal(result["limit"])
    titles = [say("Ranked list"), say("Map"), say("Cannot be saved")]
    ranked, drawn, lost = st.tabs(titles, key="remedies tab", on_change="rerun")
    with ranked:
        _ranked(proposals, limit)
    if drawn.open:  # a map born in a hidden tab does not know its size
        with drawn:
            _map(session, project, proposals, result["outlines"])
    with lost:
        _lost(pd.DataFrame(result["lost"]), limit)


def _ranked(proposals: pd.DataFrame, limit: Decimal) -> None:
    if proposals.empty:
        st.info(say("No remedy was found."))
        return
    st.caption(
        say("Estimated: the new arable of a part is the parcel's in proportion to its area.")
    )
    every = st.toggle(say("Also proposals that others exclude"), key="remedies every")
    shown = proposals if every else proposals[proposals["is_chosen"]]
    columns = (
        Column(say("Rank"), Kind.COUNT), Column(say("Kind of remedy")), Column(say("Parcel")),
        Column(say("Area (m²)"), Kind.MU, group=say("Before")),
        Column(say("Share"), Kind.SHARE, group=say("Before")),
        Column(say("New arable (m²)"), Kind.MU, group=say("Before")),
        Column(say("Area (m²)"), Kind.MU, group=say("After")),
        Column(say("Share"), Kind.SHARE, group=say("After")),
        Column(say("New arable (m²)"), Kind.MU, group=say("After")),
        Column(say("Won back (mu)"), Kind.MU), Column(say("Remark")),
    )  # fmt: skip
    for township, rows in shown.groupby("township", sort=False):
        won = format_mu(float(rows.loc[rows["is_chosen"], "won_area_m2"].sum()))
        st.subheader(literally(say("{township}: {mu} mu can be won back", township=township or "—",
                                   mu=won)))  # fmt: skip
        show_rows(columns, [_row(one, limit) for one in rows.to_dict("records")])


def _row(one: Mapping[Any, Any], limit: Decimal) -> tuple[Any, ...]:
    remarks = [
        say("near the limit") if one["near_limit"] else "",
        say("estimated") if one["is_estimated"] else "",
        "" if one["is_chosen"] else say("excluded by another"),
    ]
    return (
        one["rank"], str(REMEDY_TITLES[Remedy(one["remedy"])]),
        f"{one['village']} {one['parcel_no']}",
        format_m2(one["before_area_m2"]),
        _share(one["before_structure_m2"], one["before_area_m2"], limit),
        _area(one["before_new_arable_m2"]), format_m2(one["area_m2"]),
        _share(one["structure_m2"], one["area_m2"], limit), _area(one["new_arable_m2"]),
        format_mu(one["won_area_m2"]), "；".join(word for word in remarks if word),
    )  # fmt: skip


def _map(session: Session, project: Project, proposals: pd.DataFrame, outlines: list[str]) -> None:
    if not outlines:
        return
    chosen = proposals[proposals["is_chosen"]].reset_index(drop=True)
    shapes = gpd.GeoSeries.from_wkt(outlines, crs=4490)
    frame = gpd.GeoDataFrame(chosen, geometry=shapes.to_numpy(), crs=4490)
    frame = frame.assign(
        won=[format_mu(m2) for m2 in frame["won_area_m2"]],
        remedy=[str(REMEDY_TITLES[Remedy(kind)]) for kind in frame["remedy"]],
    )
    paint = VERDICTS["pass"]
    before = _outlines_before(session, project, frame)
    legend([(BEFORE, say("Outline before")), (paint, say("Proposal that passes"))], "")
    group = maps.parcels_group(
        frame, fill=pd.Series([paint] * len(frame), index=frame.index),
        tooltip=[(say("Parcel"), "parcel_no"), (say("Kind of remedy"), "remedy"),
                 (say("Won back (mu)"), "won")],
        key="proposals",
    )  # fmt: skip
    base = maps.base_map(frame.total_bounds, height=HEIGHT_PX)
    line = pd.Series([BEFORE] * len(before), index=before.index, dtype=object)
    under = maps.parcels_group(before, fill=line, key="before")
    townships = reading.outlines(session, project, Level.TOWNSHIP)
    named = [] if townships.empty else [maps.boundaries_group(townships, "name")]
    groups = [*named, under, group]
    maps.show(base, groups, key=f"remedies map {project.id}", height=HEIGHT_PX)


def _outlines_before(
    session: Session, project: Project, proposals: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return the failing parcels that proposals would change, as they are now."""
    parcels = reading.judged_parcels(session, project)
    failing = parcels[(parcels["verdict"] == Verdict.FAIL) & ~parcels["is_withdrawn"]]
    failing = failing[~maps.cannot_be_drawn(failing)]
    _proposal, touched = failing.sindex.query(proposals.geometry, predicate="intersects")
    return failing.iloc[sorted(set(touched))]


def _lost(lost: pd.DataFrame, limit: Decimal) -> None:
    if lost.empty:
        st.success(say("Every failing parcel has a remedy."))
        return
    columns = (
        Column(say("Township")), Column(say("Village")), Column(say("Parcel")),
        Column(say("Area (m²)"), Kind.MU), Column(say("Share"), Kind.SHARE),
        Column(say("New arable (m²)"), Kind.MU), Column(say("Why nothing saves it")),
    )  # fmt: skip
    rows = [
        (one["township"], one["village"], one["parcel_no"], format_m2(one["area_m2"]),
         _share(one["structure_m2"], one["area_m2"], limit), _area(one["new_arable_m2"]),
         why_lost(one["reason"], one["values"]))
        for one in lost.sort_values(["township", "area_m2"]).to_dict("records")
    ]  # fmt: skip
    show_rows(columns, rows)


def _share(built_m2: float | None, area_m2: float, limit: Decimal) -> str:
    if built_m2 is None or pd.isna(built_m2):
        return "—"
    return format_share(built_m2, area_m2, limit)


def _area(value: float | None) -> str:
    return "—" if value is None or pd.isna(value) else format_m2(value)


PAGE = Page(
    slug="remedies",
    title=_("Remedies"),
    icon=":material/healing:",
    action=Action.SEE_REMEDIES,
    section=Section.PARCELS,
    show=show,
)
