"""The life of a parcel on a page: versions, successors, judgements, work, what followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from gis.findings import Finding, message
from gis.language import named, say
from gis.units import format_m2
from parcels.impact import CHANGE_TITLES, Change
from parcels.ledger.opening import is_opening
from parcels.output import share_words
from parcels.people.access import Action, may
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.register.life import Life
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.services.withdraw_parcel import restore_parcel, withdraw_parcel
from parcels.workflow import STEP_TITLES, EventState, Step
from reports import parcel_reading
from reports.daily import OFFICE_TIME
from reports.document import Column, Kind
from ui import office
from ui.below import SITE
from ui.components.parcel_followed import show_followed, show_judged
from ui.components.tables import show_rows

REPORT = "daily_report:"


def show_life(session: Session, project: Project, row: pd.Series, life: Life) -> None:
    """Show everything that happened to a parcel, by theme."""
    st.markdown(f"**{say('Layers and verdicts')}**")
    _versions(life)
    _relatives(life)
    show_judged(session, project, row)
    st.markdown(f"**{say('Work')}**")
    _work(session, project, life.work)
    show_followed(session, project, int(row["ledger_id"]))
    _withdrawals(life)


def show_withdrawal(session: Session, row: pd.Series) -> None:
    """Offer to take the parcel out, or to take that back, with a reason."""
    region = row["village_code"] or session.actor.region
    if not may(session.actor, Action.WITHDRAW_PARCEL, region):
        return
    is_out = bool(row["is_withdrawn"])
    title = say("Take the withdrawal back") if is_out else say("Withdraw this parcel")
    with st.popover(title):
        reason = st.text_area(say("Reason"), key=f"withdraw reason {row['ledger_id']}")
        if st.button(title, disabled=not reason.strip(), key=f"withdraw {row['ledger_id']}"):
            act = restore_parcel if is_out else withdraw_parcel
            act(office.store(), session.actor, int(row["ledger_id"]), reason=reason,
                now=office.now())  # fmt: skip
            st.session_state["parcel said"] = say("Kept, with its reason.")
            st.rerun()


def _versions(life: Life) -> None:
    if not life.versions:
        st.caption(say("It was in no adopted layer."))
        return
    columns = (
        Column(say("In force since")),
        Column(say("Layer")),
        Column(say("Change")),
        Column(say("Area (m²)"), Kind.COUNT),
        Column(say("Structure share"), Kind.COUNT),
        Column(say("New arable (m²)"), Kind.COUNT),
        Column(say("Verdict")),
        Column(say("Grounds")),
    )
    show_rows(columns, [_version(one) for one in life.versions])


def _version(one: Mapping[str, Any]) -> tuple[str, ...]:
    figures = {name: _number(one[name]) for name in ("area_m2", "structure_m2", "new_arable_m2")}
    share = share_words(figures | {"min_share": one["terms"]["min_share"]})
    return (
        _moment(one["at"]),
        say(
            "v{layer} {file}, row {row}; policy v{policy}",
            layer=one["layer_version"],
            file=one["file_name"],
            row=one["row"],
            policy=one["policy_version"],
        ),
        str(CHANGE_TITLES[Change(one["change"])]),
        _m2(figures["area_m2"]),
        share,
        _m2(figures["new_arable_m2"]),
        str(VERDICT_TITLES[Verdict(one["verdict"])]),
        " ".join(message(Finding(r["code"], values=r["values"])) for r in one["reasons"]),
    )


def _relatives(life: Life) -> None:
    for title, rows in (
        (say("Has ground of"), life.before),
        (say("Its ground went to"), life.after),
    ):
        links = named(
            f'<a href="{SITE}/parcel?id={one["id"]}" target="_self">{escape(one["parcel_no"])}</a>'
            f" ({format_m2(one['common_m2'])} m², {one['at'].astimezone(OFFICE_TIME):%Y-%m-%d})"
            for one in rows
        )
        if links:
            st.html(f"{escape(title)}：{links}")


def _work(session: Session, project: Project, work: Sequence[Mapping[str, Any]]) -> None:
    if not work:
        st.caption(say("No work has been reported."))
        return
    ids = sorted({int(e["source"][len(REPORT) :]) for e in work if e["source"].startswith(REPORT)})
    receipts = parcel_reading.receipts_of(office.store(), session.actor, project, ids)
    states = {
        EventState.CLAIMED: say("claimed, not confirmed yet"),
        EventState.CONFIRMED: say("confirmed"),
        EventState.VOID: say("returned or withdrawn"),
    }
    columns = (
        Column(say("Day")),
        Column(say("Step")),
        Column(say("Area (m²)"), Kind.COUNT),
        Column(say("State")),
        Column(say("Source")),
    )
    rows = [
        (
            str(event["day"]),
            str(STEP_TITLES[Step(event["step"])]),
            format_m2(event["area_m2"]),
            states[EventState(event["state"])],
            _source(event["source"], receipts),
        )
        for event in work
    ]
    show_rows(columns, rows)


def _source(source: str, receipts: Mapping[int, str]) -> str:
    if is_opening(source):
        return say("Opening balance")
    if source.startswith(REPORT):
        number = receipts.get(int(source[len(REPORT) :]), "")
        return say("Daily report {no}", no=number)
    return source


def _withdrawals(life: Life) -> None:
    if not life.withdrawals:
        return
    st.markdown(f"**{say('Withdrawals')}**")
    columns = (Column(say("Withdrawn at")), Column(say("Withdrawn by")), Column(say("Reason")),
               Column(say("Taken back")))  # fmt: skip
    rows = [
        (
            _moment(one["at"]),
            one["by_name"] or "—",
            one["reason"],
            "—"
            if one["undone_at"] is None
            else f"{_moment(one['undone_at'])} {one['undone_name'] or ''} {one['undone_reason']}",
        )
        for one in life.withdrawals
    ]
    show_rows(columns, rows)


def _moment(at: Any) -> str:
    return f"{at.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _m2(area_m2: float) -> str:
    return "—" if area_m2 != area_m2 else format_m2(area_m2)
