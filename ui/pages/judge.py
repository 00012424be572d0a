"""Judgement by imagery: a queue of evidence cards, what images show, corrections, second words."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from gis.language import _, say
from parcels.evidence.ground import Ground
from parcels.evidence.words import correction_line, judgement_line
from parcels.heavy import apply_corrections
from parcels.imagery import Moment
from parcels.judgement.queue import queue
from parcels.judgement.reading import explained, needs_second, pending
from parcels.judgement.vocabulary import SHOWS_TITLES, JudgementState, Shows
from parcels.people.access import Action, may
from parcels.people.sessions import Session
from parcels.projects import townships
from parcels.services.jobs import find_jobs, submit_job
from parcels.services.record_judgement import record_judgement, second_word
from reports.services.find_contradictions import find_contradictions
from ui import office, reading
from ui.components.card_files import card_files
from ui.components.corrections import correct, foretell
from ui.components.evidence_card import show_card
from ui.components.job_progress import show_job
from ui.components.literal import literally, tell
from ui.pages.page import Page, Section
from ui.routes.cards import ground_of

SAID = "judge said"
# C and R are Streamlit's own keys
KEYS = {Moment.BEFORE: "qwetyuiop", Moment.AFTER: "123456789"}
QUESTIONS = {
    Moment.BEFORE: _("What does the image before the works show?"),
    Moment.AFTER: _("What does the image after the works show?"),
}


def show(session: Session) -> None:
    """Show the queue, the second person's list and the files."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there is nothing to judge."))
        return
    tell(SAID)
    ground = ground_of(session, project.id)
    titles = {
        "queue": say("Queue"),
        "second": say("To be confirmed"),
        "corrections": say("Corrections"),
        "files": say("Cards as PDF"),
    }
    part = st.segmented_control(
        say("Part"), list(titles), format_func=titles.__getitem__, default="queue",
        key="judge part", label_visibility="collapsed",
    )  # fmt: skip
    if part == "second":
        _second(session, ground)
    elif part == "corrections":
        _corrections(session, ground)
    elif part == "files":
        card_files(session, project)
    else:
        _queue(session, ground)


def _queue(session: Session, ground: Ground) -> None:
    names = {"": say("All townships")} | townships(office.store(), ground.project, session.actor)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    area = left.selectbox(
        say("Township"), list(names), format_func=names.__getitem__, key="judge area"
    )
    whole = right.toggle(say("Also those already judged"), key="judge whole")
    parcels = ground.parcels
    parcels = parcels[parcels["township_code"].str.startswith(area or "")]
    done = explained(ground.judgements)
    order = queue(parcels, done, whole=whole)
    every = len(queue(parcels, set()))
    left_over = len(queue(parcels, done))
    st.progress(
        1 - left_over / every if every else 1.0,
        literally(
            say("{done} of {all} judged, {left} left", done=every - left_over, all=every,
                left=left_over)
        ),
    )  # fmt: skip
    if not order:
        st.success(say("Every failing and near-limit parcel here is judged."))
        return
    at = min(st.session_state.get("judge at", 0), len(order) - 1)
    back, place, on = st.columns([1, 3, 1], vertical_alignment="center")
    if back.button(say("Back"), shortcut="Left", disabled=at == 0, width="stretch"):
        _go(at - 1)
    place.caption(literally(say("{place} of {count} in the queue", place=at + 1, count=len(order))))
    if on.button(say("Next"), shortcut="Right", disabled=at + 1 == len(order), width="stretch"):
        _go(at + 1)
    index = order[at]
    show_card(session, ground, index)
    if not may(session.actor, Action.JUDGE):
        return
    _judge(session, ground, index)
    foretell(session, ground, index)
    with st.expander(say("Something in the data is wrong")):
        correct(session, ground, index, SAID)


def _go(place: int) -> None:
    st.session_state["judge at"] = place
    st.rerun()


def _judge(session: Session, ground: Ground, index: Any) -> None:
    parcel_id = int(ground.parcels.loc[index, "id"])
    chosen = {moment: _vocabulary(ground, moment, parcel_id) for moment in Moment}
    with st.form(f"judgement {parcel_id}", border=False, clear_on_submit=True):
        explanation = st.text_input(
            say("Explanation; it holds until the outline or a figure changes"),
            max_chars=500, key=f"explanation {parcel_id}",
        )  # fmt: skip
        sent = st.form_submit_button(
            say("Record and go on"), type="primary", shortcut="Mod+Enter",
            disabled=not any(chosen.values()),
        )  # fmt: skip
    if not sent:
        return
    images = ground.images
    ids = {moment: images[moment].id if moment in images else None for moment in Moment}
    record_judgement(
        office.store(), session.actor, ground.project.id, parcel_id,
        before_shows=chosen[Moment.BEFORE], after_shows=chosen[Moment.AFTER],
        explanation=explanation,
        before_id=ids[Moment.BEFORE] if chosen[Moment.BEFORE] else None,
        after_id=ids[Moment.AFTER] if chosen[Moment.AFTER] else None,
        now=office.now(),
    )  # fmt: skip
    if chosen[Moment.AFTER]:  # what still stands may contradict what was reported
        now = office.now()
        find_contradictions(office.store(), ground.project.id, now=now, parcel_id=parcel_id)
    st.session_state[SAID] = say("Recorded.")
    st.rerun()  # the queue moves up: the next one stands at this place


def _vocabulary(ground: Ground, moment: Moment, parcel_id: int) -> list[Shows]:
    """Show one button a word, each with its key; return the words chosen."""
    key = f"shows {moment} {parcel_id}"
    chosen: list[Shows] = st.session_state.setdefault(key, [])
    st.caption(str(QUESTIONS[moment]))
    with st.container(horizontal=True, gap="small"):
        for word, letter in zip(Shows, KEYS[moment], strict=True):
            if st.button(
                literally(SHOWS_TITLES[word]), key=f"{key} {word}", shortcut=letter,
                type="primary" if word in chosen else "secondary",
                disabled=moment not in ground.images,
            ):  # fmt: skip
                chosen.remove(word) if word in chosen else chosen.append(word)
                st.rerun()
    return chosen


def _second(session: Session, ground: Ground) -> None:
    if needs_second(office.store()):
        st.caption(say("Here a judgement or correction counts only once it is confirmed."))
    judged = ground.judgements
    judged = judged[judged["state"] == JudgementState.RECORDED]
    corrected = pending(ground.corrections)
    corrected = corrected[corrected["state"] == JudgementState.RECORDED]
    if judged.empty and corrected.empty:
        st.info(say("Nothing waits for a second person."))
    for what, rows, line in (
        ("correction", corrected, correction_line),
        ("judgement", judged.head(30), judgement_line),
    ):
        for row in rows.to_dict("records"):
            _one_second(session, what, row, line(row))


def _one_second(session: Session, what: str, row: dict[Any, Any], words: str) -> None:
    with st.container(border=True):
        number = say("Parcel {parcel_no}", parcel_no=row["parcel_no"] or "—")
        st.text(f"{number}  {words}")
        if not may(session.actor, Action.SECOND_JUDGEMENT):
            return
        is_own = row["by_person"] == session.actor.person_id
        left, middle, right = st.columns([4, 1, 1], vertical_alignment="bottom")
        why = left.text_input(say("Remark"), key=f"second words {what} {row['id']}")
        agrees = not is_own and middle.button(say("Confirm"), key=f"second yes {what} {row['id']}")
        rejects = right.button(
            say("Take back") if is_own else say("Reject"), key=f"second no {what} {row['id']}",
            disabled=not why.strip(),
        )  # fmt: skip
        if agrees or rejects:
            second_word(
                office.store(), session.actor, what, row["id"], agrees=agrees, words=why,
                now=office.now(),
            )  # fmt: skip
            if what == "judgement":
                find_contradictions(
                    office.store(), row["project_id"], now=office.now(),
                    parcel_id=row["parcel_id"],
                )  # fmt: skip
            st.session_state[SAID] = say("Recorded.")
            st.rerun()


def _corrections(session: Session, ground: Ground) -> None:
    project = ground.project
    waiting = pending(ground.corrections)
    counting = int(waiting["counts"].astype(bool).sum()) if not waiting.empty else 0
    st.text(say("{count} corrections wait, {counting} of them count.", count=len(waiting),
                counting=counting))  # fmt: skip
    mine = find_jobs(
        office.store(), session.actor, project_id=project.id, kinds=[apply_corrections.KIND],
        is_mine=True, most=1,
    )  # fmt: skip
    if mine:
        result = show_job(session, mine[0]["id"])
        if result:
            st.success(
                literally(
                    say(
                        "Check #{check} stands on the corrected inputs; see its effect "
                        "and adopt it on the page of layers.",
                        check=result["check_id"],
                    )
                )
            )
    if may(session.actor, Action.JUDGE) and st.button(
        say("Make new layer versions and check"), type="primary", disabled=not counting
    ):
        submit_job(
            office.store(), session.actor, apply_corrections.KIND, project_id=project.id,
            region=project.region, wanted={"newest": int(waiting["id"].max())}, now=office.now(),
        )  # fmt: skip
        st.rerun()
    listed: pd.DataFrame = ground.corrections
    for row in listed.head(100).to_dict("records"):
        number = say("Parcel {parcel_no}", parcel_no=row["parcel_no"] or "—")
        st.text(f"· {number}  {correction_line(row)}")


PAGE = Page(
    slug="judge",
    title=_("Judgement by imagery"),
    icon=":material/image_search:",
    action=Action.SECOND_JUDGEMENT,
    section=Section.PARCELS,
    show=show,
)
