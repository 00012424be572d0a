"""The visit under way: choose a parcel, say what was found; each result is kept at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from gis.language import named, say
from gis.units import format_m2, format_mu
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.workflow import STEP_TITLES
from reports.acceptance.inspection import GROUND_TITLES, Ground, Result
from reports.photos import photos_of
from reports.services.keep_visit import Visit, end_visit, keep_visit_draft
from reports.services.record_inspection import record_results, source_of
from ui import office
from ui.components.literal import literally
from ui.components.photos import show_photos
from ui.components.photos_about import attach_photos

DAYS_TO_MEND = 7


def inspection_form(
    session: Session,
    project: Project,
    visit: Visit,
    ready: gpd.GeoDataFrame,
    *,
    refused: pd.DataFrame,
    outlines: gpd.GeoSeries,
) -> None:
    """Show the form; ``ready`` are the parcels with ground left to accept, with left_m2.

    ``refused``: by ledger id, what stands refused from an earlier visit: those come first, to be
    inspected again. ``outlines``: the township's parcels by ledger id, for the photos' places.
    """
    names = _names(ready, refused)
    with st.container(border=True):
        st.markdown(
            f"**{literally(STEP_TITLES[visit.step])}** · {literally(visit.township)} · "
            f"{literally(visit.day)}"
        )
        if ready.empty:
            st.info(say("No parcel here is ready: the step before is not confirmed on any."))
        else:
            _one(session, project, visit, ready, names, refused)
            _many(session, visit, ready, names)
        st.divider()
        if ready.empty:
            attach_photos(session, project, visit.township_code, source_of(visit.id))
        photos = photos_of(office.store(), session.actor, project, source_of(visit.id))
        show_photos(photos, outlines, visit.day)
        if st.button(say("End the inspection"), width="stretch", key="visit end"):
            end_visit(office.store(), session.actor, visit.id, now=office.now())
            st.rerun()


def _one(
    session: Session,
    project: Project,
    visit: Visit,
    ready: gpd.GeoDataFrame,
    names: Mapping[int, str],
    refused: pd.DataFrame,
) -> None:
    """Ask for one parcel's result; what is filled in is on the server before it is kept."""
    kept = visit.draft if visit.draft.get("ledger_id") in names else {}
    places = list(names)
    ledger_id = st.selectbox(
        say("Parcel"),
        places,
        index=places.index(kept["ledger_id"]) if kept else 0,
        format_func=names.__getitem__,
        key=f"visit parcel {visit.id}",
    )
    if kept.get("ledger_id") != ledger_id:
        kept = {}
    if ledger_id in refused.index:
        _was_refused(refused.loc[ledger_id])
    key = f"{visit.id} {ledger_id}"
    is_accepted = (
        st.segmented_control(
            say("Result"),
            [True, False],
            format_func=lambda yes: say("Accepted") if yes else say("Not accepted"),
            default=bool(kept.get("is_accepted", True)),
            required=True,
            key=f"is accepted {key}",
        )
        is not False
    )
    left_m2 = float(ready.loc[ready["ledger_id"] == ledger_id, "left_m2"].iloc[0])
    if is_accepted:
        area_m2 = st.number_input(
            literally(say("Area accepted (m²), at most {most}", most=format_m2(left_m2))),
            min_value=0.0,
            value=float(kept.get("area_m2", left_m2)),
            format="%.2f",
            key=f"area {key}",
        )
        result = Result(ledger_id, True, area_m2)
    else:
        result = _refusal(visit, ledger_id, key, kept)
    _draft(session, visit, result)
    attach_photos(
        session, project, visit.township_code, source_of(visit.id), ledger_id=int(ledger_id)
    )
    if st.button(say("Keep this result"), type="primary", width="stretch", key=f"keep {key}"):
        record_results(office.store(), session.actor, visit.id, [result], now=office.now())
        keep_visit_draft(office.store(), session.actor, visit.id, {})
        _kept(say("{parcel} is kept.", parcel=names[ledger_id]))


def _was_refused(refusal: pd.Series) -> None:
    """Say what is to be looked at again."""
    grounds = named(str(GROUND_TITLES[ground]) for ground in refusal["grounds"])
    words = say(
        "Re-inspection: refused on {day} ({grounds}). To be mended by {by}: {words}",
        day=refusal["day"],
        grounds=grounds,
        by=refusal["mend_by"],
        words=refusal["to_mend"],
    )
    st.warning(literally(words))


def _refusal(visit: Visit, ledger_id: int, key: str, kept: Mapping[str, Any]) -> Result:
    grounds = st.multiselect(
        say("Ground of refusal"),
        list(Ground),
        default=[Ground(one) for one in kept.get("grounds", ())],
        format_func=lambda ground: str(GROUND_TITLES[ground]),
        key=f"grounds {key}",
    )
    to_mend = st.text_area(
        say("What to mend"), kept.get("to_mend", ""), key=f"mend {key}", max_chars=500
    )
    usual = visit.day + timedelta(days=DAYS_TO_MEND)
    by = st.date_input(
        say("Mended by"),
        date.fromisoformat(kept["mend_by"]) if kept.get("mend_by") else usual,
        key=f"by {key}",
    )
    assert isinstance(by, date)  # noqa: S101  one day, not a range
    return Result(ledger_id, False, 0.0, tuple(grounds), to_mend, by)


def _draft(session: Session, visit: Visit, result: Result) -> None:
    """Keep what stands in the form, when it differs from what is kept."""
    draft = {
        "ledger_id": result.ledger_id,
        "is_accepted": result.is_accepted,
        "area_m2": result.area_m2,
        "grounds": [ground.value for ground in result.grounds],
        "to_mend": result.to_mend,
        "mend_by": str(result.mend_by) if result.mend_by else "",
    }
    if result.is_accepted:  # what a refusal would say is another form
        draft = {name: draft[name] for name in ("ledger_id", "is_accepted", "area_m2")}
    if draft != visit.draft:
        keep_visit_draft(office.store(), session.actor, visit.id, draft)
    st.caption(say("What you fill in is saved; you can go on with this visit on any device."))


def _many(
    session: Session, visit: Visit, ready: gpd.GeoDataFrame, names: Mapping[int, str]
) -> None:
    with st.expander(say("Accept several at once")):
        chosen = st.multiselect(
            say("Parcels"), list(names), format_func=names.__getitem__, key=f"many {visit.id}"
        )
        left = dict(zip(ready["ledger_id"].astype(int), ready["left_m2"], strict=True))
        st.caption(
            literally(
                say(
                    "{count} parcels, {mu} mu",
                    count=len(chosen),
                    mu=format_mu(sum(left[one] for one in chosen)),
                )
            )
        )
        if st.button(say("Accept these parcels"), key=f"keep many {visit.id}", width="stretch"):
            results = [Result(one, True, float(left[one])) for one in chosen]
            record_results(office.store(), session.actor, visit.id, results, now=office.now())
            _kept(say("{count} parcels are accepted.", count=len(chosen)))


def _names(ready: gpd.GeoDataFrame, refused: pd.DataFrame) -> dict[int, str]:
    """Return what each parcel is called; what was refused before stands first and says so."""
    titles = {
        int(row.ledger_id): f"{row.village} {row.parcel_no} · {format_m2(row.left_m2)} m²"
        for row in ready.sort_values(["village", "parcel_no"]).itertuples()
    }
    again = {
        one: f"{title} · {say('re-inspection')}"
        for one, title in titles.items()
        if one in refused.index
    }
    return again | {one: title for one, title in titles.items() if one not in again}


def _kept(words: str) -> None:
    st.session_state["acceptance said"] = words
    st.rerun()
