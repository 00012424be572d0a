"""A day's report as both sides read it: totals first, then every entry, then words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from gis.language import named, say
from gis.units import format_m2, format_mu
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.workflow import ORDER, STEP_TITLES, Step
from reports.ceilings import ROUNDING_M2
from reports.daily import ZERO_TITLES, ZeroReason
from reports.document import Column, Kind
from reports.means.money import PURPOSE_TITLES, format_yuan
from reports.photos import compared, photos_of
from reports.reading import ReportDetails
from reports.reasons import CORRECTION_TITLES, PROBLEM_TITLES
from ui import office, reading
from ui.components.literal import literally
from ui.components.photos import show_photos
from ui.components.tables import show_rows

MOST_UNFOLDED = 5


def show_report(session: Session, project: Project, report: Mapping[str, Any]) -> None:
    """Show what a report says: figures by step, entries, people and machines, problems."""
    if report["zero_reason"]:
        reason = ZERO_TITLES[ZeroReason(report["zero_reason"])]
        st.text(say("No progress: {reason}", reason=reason))
    entries = in_order(reading.entries(session, project, int(report["id"])))
    if not entries.empty:
        why = why_by_ledger(session, project)
        gone = say("parcel no longer in the layer")
        entries = entries.assign(why=[why.get(one, gone) for one in entries["ledger_id"]])
        entries = entries.assign(is_counted=entries["why"] == "")
        _by_step(entries)
        if len(entries) > MOST_UNFOLDED:
            with st.expander(literally(say("All {count} entries", count=len(entries)))):
                _entries(entries)
        else:
            _entries(entries)
    details = reading.details(session, project, int(report["id"]))
    st.text(
        say(
            "People {workers} · machines {machines}",
            workers=report["workers"],
            machines=report["machines"],
        )
    )
    _money(details)
    kinds = named(str(PROBLEM_TITLES[reason]) for reason in details.problem_reasons)
    for label, words in (
        (say("Problems"), "：".join(filter(None, (kinds, report["problem"])))),
        (say("Help wanted"), report["help_wanted"]),
    ):
        if words:
            st.text(f"{label}：{words}")
    _photos(session, project, report, entries)


def hand_over_receipt(number: str, words: str) -> None:
    """Show a new receipt above the page: a phone stands scrolled down after sending."""

    @st.dialog(say("The report has arrived"), dismissible=False)
    def receipt() -> None:
        show_receipt(number, words, is_new=True)
        if st.button(say("Good"), type="primary", width="stretch", key="receipt seen"):
            st.rerun()

    receipt()


def show_receipt(number: str, words: str, *, is_new: bool = False) -> None:
    """Show a receipt so that it can be read from an arm's length and photographed."""
    title = say("Receipt")
    mood = "new" if is_new else ""
    st.html(
        f'<div class="receipt {mood}"><span>{escape(title)}</span><b>{escape(number)}</b>'
        f"<small>{escape(words)}</small></div>"
    )


def in_order(entries: pd.DataFrame) -> pd.DataFrame:
    """Return entries in the order of the works, then by village and number."""
    place = entries["step"].map(ORDER.index).astype("int64")
    return entries.assign(place=place).sort_values(
        ["place", "village", "parcel_no"], kind="stable", ignore_index=True
    )


def why_by_ledger(session: Session, project: Project) -> dict[int, str]:
    """Return ledger id → why work on it does not count; empty where it counts."""
    why = reading.why_not_by_ledger(session, project)
    return {one: str(words) if words else "" for one, words in why.items()}


def _money(details: ReportDetails) -> None:
    if not details.money:
        return
    parts = [f"{PURPOSE_TITLES[s.purpose]} {format_yuan(s.amount_fen)}" for s in details.money]
    total = format_yuan(sum(s.amount_fen for s in details.money))
    note = next((s.words for s in details.money if s.words), "")
    words = say("Start-up money spent: {yuan} yuan", yuan=total)
    st.text(f"{words}（{'、'.join(parts)}）{note}")


def _photos(
    session: Session, project: Project, report: Mapping[str, Any], entries: pd.DataFrame
) -> None:
    photos = photos_of(office.store(), session.actor, project, f"daily_report:{int(report['id'])}")
    if not photos:
        return
    parcels = reading.judged_parcels(session, project)
    own = parcels[parcels["ledger_id"].isin(entries["ledger_id"])]
    outlines = own.geometry.set_axis(own["ledger_id"].astype("int64"))
    doubtful = sum(compared(photo, list(outlines), report["day"]).is_doubtful for photo in photos)
    title = say("Photos: {count}", count=len(photos))
    if doubtful:
        title += say(", {count} to look at", count=doubtful)
    with st.expander(literally(title), expanded=bool(doubtful)):
        show_photos(photos, outlines, report["day"])


def _by_step(entries: pd.DataFrame) -> None:
    rows = []
    for step in Step:
        own = entries[entries["step"] == step]
        if not own.empty:
            rows.append(_sum(str(STEP_TITLES[step]), own))
    rows.append(_sum(say("All entries"), entries))
    show_rows(
        (
            Column(say("Step")),
            Column(say("Entries"), Kind.COUNT),
            Column(say("Area (mu)"), Kind.MU),
            Column(say("Recorded, not counted"), Kind.COUNT),
        ),
        rows,
        totals=1,
    )


def _sum(title: str, entries: pd.DataFrame) -> tuple[str, int, str, str]:
    uncounted = int((~entries["is_counted"]).sum())
    return title, len(entries), format_mu(entries["area_m2"].sum()), str(uncounted or "—")


def _entries(entries: pd.DataFrame) -> None:
    remarks = [_remark(entry) for entry in entries.itertuples()]
    with_remarks = any(remarks)  # a phone has no room for an empty column
    show_rows(
        (
            Column(say("Step")),
            Column(say("Village")),
            Column(say("Parcel")),
            Column(say("Area (m²)"), Kind.COUNT),
            *([Column(say("Remark"))] if with_remarks else []),
        ),
        [
            (
                str(STEP_TITLES[entry.step]),
                entry.village,
                entry.parcel_no,
                format_m2(entry.area_m2),
                *([remark] if with_remarks else []),
            )
            for entry, remark in zip(entries.itertuples(), remarks, strict=True)
        ],
    )


def _remark(entry: Any) -> str:
    remarks = []
    if entry.correction_reason is not None:
        reason = CORRECTION_TITLES[entry.correction_reason]
        remarks.append(say("taken back: {reason}", reason=f"{reason} {entry.correction_text}"))
    elif entry.area_m2 < entry.parcel_area_m2 - ROUNDING_M2:
        remarks.append(say("of {area} m²", area=format_m2(entry.parcel_area_m2)))
    if entry.why:
        remarks.append(f"{say('recorded, not counted')}：{entry.why}")
    return " · ".join(remarks)
