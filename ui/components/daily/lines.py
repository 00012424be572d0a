"""What stands in the report so far: areas to change, claims taken back, each to be taken out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from gis.language import say
from gis.units import format_m2, format_mu
from parcels.workflow import ORDER, REPORTED_BY_TOWNSHIP, STEP_TITLES, Step
from reports.drafts import correction_key, entry_key
from reports.reasons import CORRECTION_TITLES, CorrectionReason
from ui.components.daily.desk import Desk, follow
from ui.components.literal import literally

MOST_UNFOLDED = 8


def show_lines(desk: Desk, parcels: pd.DataFrame) -> None:
    """Show every entry with its area, and every correction."""
    basket, taken = desk.draft.entries, desk.draft.corrections
    if basket:
        total = format_mu(sum(basket.values()))
        words = say("In this report: {count} entries, {mu} mu", count=len(basket), mu=total)
        st.subheader(literally(words))
        with st.expander(
            say("Areas; change one where only a part was done"),
            expanded=len(basket) <= MOST_UNFOLDED,
        ):
            for ledger_id, step in _in_order(basket):
                _line(desk, parcels, ledger_id, step)
    for ledger_id, step in _in_order(taken):
        _taken_line(desk, parcels, ledger_id, step)


def correct_earlier(desk: Desk, parcels: pd.DataFrame, done: pd.DataFrame) -> None:
    """Take an earlier claim back, with its reason; the earlier report stays as it was sent."""
    steps = list(REPORTED_BY_TOWNSHIP)
    rows, columns = np.nonzero(done[steps].to_numpy() > 0)
    claimed = [(int(done.index[r]), steps[c]) for r, c in zip(rows, columns, strict=True)]
    stands = [place for place in claimed if place not in desk.draft.entries]
    if not stands:
        return
    with st.expander(say("Correct an earlier claim")):
        place = st.selectbox(
            say("Which claim was wrong?"),
            stands,
            index=None,
            format_func=lambda p: f"{_name(parcels, p[0])} · {STEP_TITLES[p[1]]}",
            key=desk.key("correct place"),
        )
        if place is None:
            return
        stood_m2 = round(float(done.at[place[0], place[1]]), 2)
        area_m2 = st.number_input(
            say("m² to take back"), 0.01, stood_m2, stood_m2, step=10.0, format="%.2f",
            key=desk.key(f"correct area {place[0]} {place[1]}"),
        )  # fmt: skip
        reason = st.selectbox(
            say("Reason"),
            list(CorrectionReason),
            format_func=lambda r: str(CORRECTION_TITLES[r]),
            key=desk.key("correct reason"),
        )
        text = st.text_input(say("In words"), key=desk.key("correct text"), max_chars=500)
        is_sure = st.button(say("Take it back in this report"), key="correct", width="stretch")
        if is_sure and reason is not None:
            told = {"area_m2": area_m2, "reason": reason.value, "text": text}
            desk.save({correction_key(*place): told})
            st.rerun()


def _in_order(places: dict[tuple[int, Step], object] | dict) -> list[tuple[int, Step]]:
    return sorted(places, key=lambda place: (ORDER.index(place[1]), place[0]))


def _name(parcels: pd.DataFrame, ledger_id: int) -> str:
    if ledger_id not in parcels.index:
        return say("parcel no longer in the layer")
    return f"{parcels.at[ledger_id, 'village']} · {parcels.at[ledger_id, 'parcel_no'] or '—'}"


def _line(desk: Desk, parcels: pd.DataFrame, ledger_id: int, step: Step) -> None:
    mark = ""
    if ledger_id not in parcels.index:
        mark = f" · {say('recorded, not counted')}"
    elif not parcels.at[ledger_id, "is_counted"]:
        mark = f" · {say('recorded, not counted')}: {parcels.at[ledger_id, 'why_not']}"
    key = desk.key(f"area {ledger_id} {step}")
    follow(key, desk.draft.entries[ledger_id, step])

    def change() -> None:
        desk.save({entry_key(ledger_id, step): st.session_state[key]})

    # side by side on a phone too, where columns would go one under the other
    beside = st.container(horizontal=True, vertical_alignment="bottom")
    beside.number_input(
        literally(f"{STEP_TITLES[step]} · {_name(parcels, ledger_id)} · {say('m² today')}{mark}"),
        min_value=0.01,
        step=10.0,
        format="%.2f",
        key=key,
        on_change=change,
    )
    if beside.button("✕", key=f"remove {ledger_id} {step}", help=say("Take out")):
        desk.save({entry_key(ledger_id, step): None})
        st.rerun()


def _taken_line(desk: Desk, parcels: pd.DataFrame, ledger_id: int, step: Step) -> None:
    taken = desk.draft.corrections[ledger_id, step]
    beside = st.container(horizontal=True, vertical_alignment="center")
    words = say(
        "Taken back: {parcel}, {step}, {area} m² ({reason})",
        parcel=_name(parcels, ledger_id),
        step=STEP_TITLES[step],
        area=format_m2(taken.area_m2),
        reason=f"{CORRECTION_TITLES[taken.reason]} {taken.text}".strip(),
    )
    beside.text(words)
    if beside.button("✕", key=f"keep {ledger_id} {step}", help=say("Take out")):
        desk.save({correction_key(ledger_id, step): None})
        st.rerun()
