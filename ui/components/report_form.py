"""The form of a day's report: tap the parcels, send. Nothing typed is lost when it is refused."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from gis.language import Problem, say
from gis.units import format_m2, format_mu, half_up
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES, Step, earlier
from reports.completion import done_m2
from reports.counted import is_counted
from reports.daily import ZERO_TITLES, DailyReport, Entry, ZeroReason
from reports.services.ceilings import TooMuchClaimed
from reports.services.file_report import file_report
from ui import office, reading
from ui.components.literal import literally

Basket = dict[tuple[int, Step], float]
BASKET, KEY, SENT = "report basket", "report key", "report sent"
WORDS = {"workers": 0, "machines": 0, "problem": "", "help wanted": ""}
MOST_PILLS = 80  # above this a list to search in is quicker than buttons
MOST_UNFOLDED = 8


def take_up(report: Mapping[str, Any], entries: pd.DataFrame) -> None:
    """Put a returned or withdrawn report back into the form, to be mended and sent again."""
    empty_form()
    st.session_state[BASKET] = {
        (int(entry.ledger_id), entry.step): float(entry.area_m2) for entry in entries.itertuples()
    }
    st.session_state["workers"] = int(report["workers"])
    st.session_state["machines"] = int(report["machines"])
    st.session_state["problem"] = str(report["problem"])
    st.session_state["help wanted"] = str(report["help_wanted"])


def empty_form() -> None:
    """Forget what the form holds."""
    for name in (KEY, BASKET, "zero reason", *WORDS):
        st.session_state.pop(name, None)


def report_form(session: Session, project: Project, day: date) -> None:
    """Show the form of a day; a report that is accepted leaves its receipt in ``SENT``."""
    parcels = reading.judged_parcels(session, project)
    parcels = parcels[parcels["area_m2"].notna() & parcels["ledger_id"].notna()]
    parcels = parcels.set_index(parcels["ledger_id"].astype("int64"))
    events = reading.stage_events(session, project)
    done = done_m2(events, confirmed_only=False).reindex(parcels.index, fill_value=0.0)
    basket: Basket = st.session_state.setdefault(BASKET, {})
    for name, value in WORDS.items():
        # fields come and go with the day chosen; what was typed must not go with them
        st.session_state[name] = st.session_state.get(name, value)
    _choose(parcels, done, basket)
    _lines(parcels, basket)
    # no st.form: it holds back what was typed until it is sent, and a tap on a parcel would lose it
    left, right = st.columns(2)
    workers = left.number_input(say("People at work"), 0, 100_000, step=1, key="workers")
    machines = right.number_input(say("Machines at work"), 0, 10_000, step=1, key="machines")
    problem = st.text_area(say("Problems"), key="problem", max_chars=2000, height=80)
    wanted = st.text_area(say("Help wanted"), key="help wanted", max_chars=2000, height=80)
    title = literally(say("Send the report of {day}", day=day))
    is_sent = st.button(title, type="primary", width="stretch", key="send report")
    entries = tuple(Entry(ledger_id, step, area) for (ledger_id, step), area in basket.items())

    def report(reason: ZeroReason | None) -> DailyReport:
        return DailyReport(
            project.id,
            session.actor.region,
            day,
            entries,
            int(workers),
            int(machines),
            reason,
            problem,
            wanted,
        )

    if is_sent:
        _send(session, report(None))
    if basket:  # work and “no progress” contradict each other
        return
    with st.expander(say("No progress today")):
        reason = st.radio(
            say("Reason"),
            list(ZeroReason),
            format_func=lambda r: str(ZERO_TITLES[r]),
            index=None,
            key="zero reason",
        )
        if st.button(say("Report no progress"), disabled=reason is None, key="send zero"):
            _send(session, report(reason))


def left_m2(parcels: pd.DataFrame, done: pd.DataFrame, basket: Basket, step: Step) -> pd.Series:
    """Return how much of each parcel is open for a step: its area or the step before, less done.

    What the basket holds for the step itself is not taken off; the step before counts with it.
    """
    before = earlier(step)
    if before is None:
        return (parcels["area_m2"] - done[step]).round(2)
    today = {ledger_id: area for (ledger_id, s), area in basket.items() if s is before}
    ceiling = done[before].add(pd.Series(today, dtype="float64"), fill_value=0.0)
    return (ceiling.reindex(done.index) - done[step]).round(2)


def likeliest_step(parcels: pd.DataFrame, done: pd.DataFrame) -> Step:
    """Return the step for which most counted parcels are ready; the earlier one of equals."""
    counted = is_counted(parcels)
    ready = {
        step: int((left_m2(parcels, done, {}, step)[counted] > 0).sum())
        for step in REPORTED_BY_TOWNSHIP
    }
    return max(ready, key=ready.__getitem__)


def _choose(parcels: pd.DataFrame, done: pd.DataFrame, basket: Basket) -> None:
    if "report step" not in st.session_state:
        st.session_state["report step"] = likeliest_step(parcels, done)
    chosen = st.pills(
        say("Which step was done?"),
        list(REPORTED_BY_TOWNSHIP),
        format_func=lambda s: str(STEP_TITLES[s]),
        required=True,
        key="report step",
    )
    step = chosen or REPORTED_BY_TOWNSHIP[0]
    room = left_m2(parcels, done, basket, step)
    ready = parcels[room > 0]
    if ready.empty:
        before = earlier(step)
        after = STEP_TITLES[before] if before else "—"
        words = say("No parcel is ready for this step; “{step}” comes first.", step=after)
        st.caption(literally(words))
        return
    counts = ready.groupby(["village_code", "village"]).size().sort_values(ascending=False)
    names = {code: f"{name or code} {count}" for (code, name), count in counts.items()}
    if st.session_state.get("report village") not in names:
        st.session_state["report village"] = next(iter(names))
    village = st.pills(
        say("In which village? The number of parcels that are ready stands beside it."),
        list(names),
        format_func=lambda code: literally(names[code]),
        required=True,
        key="report village",
    )
    _parcels_of_village(ready[ready["village_code"] == village], room, basket, step)


def _parcels_of_village(ready: pd.DataFrame, room: pd.Series, basket: Basket, step: Step) -> None:
    counted = is_counted(ready)
    order = [*ready.index[counted], *ready.index[~counted]]
    note = say("recorded, not counted")
    titles = {
        key: f"{ready.at[key, 'parcel_no'] or '—'} · {format_m2(room[key])} m²"
        + ("" if counted[key] else f" · {note}")
        for key in order
    }
    key = f"parcels {step} {ready['village_code'].iloc[0]}"
    # the basket is the truth: the buttons follow it on every run
    st.session_state[key] = [one for one in order if (one, step) in basket]

    def follow() -> None:
        chosen = set(st.session_state[key])
        for one in order:
            if one not in chosen:
                basket.pop((one, step), None)
            elif (one, step) not in basket:
                basket[one, step] = float(half_up(room[one], 2))

    label = say("Which parcels? Tap each; tap again to take it out.")
    if len(order) > MOST_PILLS:
        st.multiselect(label, order, format_func=titles.__getitem__, key=key, on_change=follow)
    else:
        st.pills(
            label,
            order,
            selection_mode="multi",
            format_func=lambda one: literally(titles[one]),
            key=key,
            on_change=follow,
        )
    counting = [one for one in order if counted[one]]
    words = say("All {count} parcels of this village that count", count=len(counting))
    if len(counting) > 1 and st.button(literally(words), key="whole village", width="stretch"):
        for one in counting:
            basket.setdefault((one, step), float(half_up(room[one], 2)))
        st.rerun()


def _lines(parcels: pd.DataFrame, basket: Basket) -> None:
    if not basket:
        return
    total = format_mu(sum(basket.values()))
    words = say("In this report: {count} entries, {mu} mu", count=len(basket), mu=total)
    st.subheader(literally(words))
    with st.expander(
        say("Areas; change one where only a part was done"), expanded=len(basket) <= MOST_UNFOLDED
    ):
        order = sorted(basket, key=lambda place: (list(Step).index(place[1]), place[0]))
        for ledger_id, step in order:
            _line(parcels, basket, ledger_id, step)


def _line(parcels: pd.DataFrame, basket: Basket, ledger_id: int, step: Step) -> None:
    if ledger_id in parcels.index:
        parcel = parcels.loc[ledger_id]
        name = f"{parcel['village']} · {parcel['parcel_no'] or '—'}"
        is_in = bool(is_counted(parcels.loc[[ledger_id]]).iloc[0])
    else:
        name, is_in = say("parcel no longer in the layer"), False
    # side by side on a phone too, where columns would go one under the other
    beside = st.container(horizontal=True, vertical_alignment="bottom")
    mark = "" if is_in else f" · {say('recorded, not counted')}"
    basket[ledger_id, step] = beside.number_input(
        literally(f"{STEP_TITLES[step]} · {name} · {say('m² today')}{mark}"),
        min_value=0.01,
        value=basket[ledger_id, step],
        step=10.0,
        format="%.2f",
        key=f"area {ledger_id} {step}",
    )
    if beside.button("✕", key=f"remove {ledger_id} {step}", help=say("Take out")):
        del basket[ledger_id, step]
        st.rerun()


def _send(session: Session, report: DailyReport) -> None:
    key = st.session_state.setdefault(KEY, uuid.uuid4().hex)
    try:
        receipt = file_report(
            office.store(), session.actor, report, idempotency_key=key, now=office.now()
        )
    except TooMuchClaimed as refused:
        lines = "\n".join([str(refused), *map(str, refused.breaches)])
        st.error(literally(lines))
        return
    except Problem as problem:
        st.error(literally(problem))
        return
    empty_form()
    st.session_state[SENT] = receipt.receipt_no
    st.rerun()
