"""The form of a day's report: tap the parcels, send. Every change is in the draft at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from gis.language import Problem, named, say
from gis.units import half_up
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES, Step
from reports.daily import ZERO_TITLES, ZeroReason
from reports.drafts import entry_key
from reports.services.ceilings import TooMuchClaimed
from reports.services.file_report import file_report
from reports.services.keep_draft import AlreadyReported
from ui import office, reading
from ui.components.daily.attach import attach_photos
from ui.components.daily.by_excel import by_excel
from ui.components.daily.desk import Desk, open_desk, show_saved
from ui.components.daily.facts import facts
from ui.components.daily.lines import correct_earlier, show_lines
from ui.components.daily.parcels import choose_parcels
from ui.components.literal import literally, tell

LEAST_M2 = 0.01
SENT, TOO_MUCH, LOWERED = "report sent", "report above its ceilings", "claims lowered"


def report_form(
    session: Session, project: Project, day: date, before: Mapping[str, Any] | None
) -> None:
    """Show the form of a day; a report that is accepted leaves its receipt in ``SENT``.

    ``before`` is the report before this day: the form starts from it.
    """
    desk = open_desk(session, project, day, before)
    known = reading.reportable(session, project)
    parcels, done = known.parcels, known.done
    show_saved(desk)
    before_steps = _steps_before(desk, reading.stage_events(session, project))
    _before(desk, before_steps)
    if not desk.draft.entries:  # work and “no progress” contradict each other
        _no_progress(desk)
    choose_parcels(desk, known, before_steps)
    show_lines(desk, parcels)
    facts(desk)
    worked_on = parcels.index.isin([ledger_id for ledger_id, _step in desk.draft.entries])
    attach_photos(desk, parcels.geometry[worked_on] if worked_on.any() else parcels.geometry)
    correct_earlier(desk, parcels, done)
    title = literally(say("Send the report of {day}", day=day))
    if st.button(title, type="primary", width="stretch", key="send report"):
        _send(desk, None)
    _too_much(desk)
    tell(LOWERED)
    with st.expander(say("By Excel")):
        number = by_excel(session, project, desk.township, day)
    if number:
        st.session_state[SENT] = number
        st.rerun()


def _steps_before(desk: Desk, events: pd.DataFrame) -> dict[Step, int]:
    """Return on how many parcels each step was done in the report before, in their order."""
    if desk.before is None:
        return {}
    moved = events[(events["day"] == desk.before["day"]) & (events["area_m2"] > 0)]
    counts = moved.groupby("step")["ledger_id"].nunique()
    return {step: int(counts[step]) for step in REPORTED_BY_TOWNSHIP if step in counts.index}


def _before(desk: Desk, counts: Mapping[Step, int]) -> None:
    """Say in a line what the report before held: today usually goes on from there."""
    if desk.before is None:
        return
    day = desk.before["day"]
    parts = [
        say("{step} {count}", step=STEP_TITLES[step], count=count) for step, count in counts.items()
    ]
    if desk.before["zero_reason"]:
        parts = [str(ZERO_TITLES[ZeroReason(desk.before["zero_reason"])])]
    words = say("Last report {day}: {work}", day=f"{day:%m-%d}", work=named(parts) or "—")
    st.caption(literally(words))


def _no_progress(desk: Desk) -> None:
    with st.expander(say("No progress today")):
        st.caption(say("Tap the reason: the report is sent with it."))
        beside = st.container(horizontal=True)
        for reason in ZeroReason:
            if beside.button(str(ZERO_TITLES[reason]), key=f"zero {reason}"):
                _send(desk, reason)


def _send(desk: Desk, reason: ZeroReason | None) -> None:
    """Send what the draft holds; on a day without progress nobody is at work unless said so."""
    numbers = {} if reason else {"workers": desk.workers, "machines": desk.machines}
    try:
        draft = desk.opened()
        receipt = file_report(
            office.store(), desk.session.actor, draft.report(zero_reason=reason, **numbers),
            idempotency_key=draft.key, now=office.now(),
        )  # fmt: skip
    except AlreadyReported:  # another device was quicker: its receipt comes with the next run
        st.rerun()
    except TooMuchClaimed as refused:
        st.session_state[TOO_MUCH] = (_claimed(desk), refused)
        return
    except Problem as problem:
        st.error(literally(problem))
        return
    st.session_state[SENT] = receipt.receipt_no
    st.rerun()


def _too_much(desk: Desk) -> None:
    """Say which claims are above their ceilings until the draft is changed; lower them at a tap."""
    claimed, refused = st.session_state.get(TOO_MUCH, (None, None))
    if refused is None or claimed != _claimed(desk):
        st.session_state.pop(TOO_MUCH, None)
        return
    st.error(literally("\n".join([str(refused), *map(str, refused.breaches)])))
    claims = [one for one in refused.breaches if not one.is_correction and one.ledger_id]
    if not claims:
        return

    def lower() -> None:
        gone = sum(one.ceiling_m2 < LEAST_M2 for one in claims)
        st.session_state[LOWERED] = say(
            "{lowered} claims lowered, {gone} taken out. Look at the report and send it.",
            lowered=len(claims) - gone,
            gone=gone,
        )
        desk.save(
            {
                entry_key(one.ledger_id, one.step): (
                    float(half_up(one.ceiling_m2, 2)) if one.ceiling_m2 >= LEAST_M2 else None
                )
                for one in claims
            }
        )

    words = say("Lower these {count} claims to their ceilings", count=len(claims))
    st.button(literally(words), key="lower", width="stretch", on_click=lower)
    st.caption(say("A claim whose ceiling is nothing is taken out of the report."))


def _claimed(desk: Desk) -> tuple[Any, ...]:
    return desk.day, desk.draft.entries, desk.draft.corrections
