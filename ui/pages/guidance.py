"""Technical guidance: calls for help and their answers, searchable for every township."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from gis.language import _, say
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from reports.daily import OFFICE_TIME
from reports.guidance.items import ITEM_STATES, Item, ItemState
from reports.guidance.reading import matching
from reports.services.answer_guidance import answer, take_up
from ui import following, office, reading
from ui.components.literal import literally, tell
from ui.pages.page import Figures, Page, Section

MOST_ANSWERS = 50


def show(session: Session) -> None:
    """Show calls that wait first, then the list of answers with a search."""
    project = reading.chosen_project(session)
    if project is None:
        st.info(say("There is no project yet."))
        return
    tell("guidance said")
    names = townships(office.store(), project, session.actor)
    calls = following.calls(session, project)
    waiting = [call for call in calls if call.state is not ItemState.ANSWERED]
    st.subheader(literally(say("Calls for help that wait: {count}", count=len(waiting))))
    if not waiting:
        st.caption(say("Nothing waits."))
    for call in waiting:
        _call(session, project, call, names.get(call.township_code, call.township_code))
    _answered(calls, names)
    _list(session, project)


def _call(session: Session, project: Project, call: Item, name: str) -> None:
    with st.container(border=True):
        st.markdown(f"**{literally(name)}** · {literally(ITEM_STATES[call.state])}")
        st.text(call.question)
        words = say(
            "asked on {days} days, first {first}, last {last}",
            days=call.days,
            first=call.asked_on,
            last=call.last_asked_on,
        )
        if call.due:
            words += " · " + say("{person} answers by {day}", person=call.taker, day=call.due)
        st.caption(literally(words))
        if call.is_overdue(office.today()):
            st.error(say("The promised day is over."))
        if access.may(session.actor, Action.ANSWER_GUIDANCE, call.township_code):
            _answer(session, project, call)


def _answer(session: Session, project: Project, call: Item) -> None:
    key = call.first_report_id
    reply, take = st.columns(2)
    with reply.popover(say("Answer"), width="stretch"):
        words = st.text_area(say("Answer"), key=f"answer {key}", max_chars=2000)
        is_for_all = st.checkbox(
            say("Keep it on the list for all townships"), value=True, key=f"for all {key}"
        )
        topic = st.text_input(
            say("Topic on the list"), key=f"topic {key}", max_chars=80, disabled=not is_for_all
        )
        if st.button(say("Send the answer"), key=f"send {key}", type="primary", width="stretch"):
            if is_for_all and not topic.strip():
                st.error(
                    say("Give a topic: under it all townships find the answer on the list. If it "
                        "concerns this township alone, take it off the list.")
                )  # fmt: skip
                return
            answer(
                office.store(), session.actor, project, key, words=words,
                topic=topic if is_for_all else "", now=office.now(),
            )  # fmt: skip
            _done(say("The answer is sent."))
    with take.popover(say("Take up with a date"), width="stretch"):
        due = st.date_input(say("Answered by"), office.today() + timedelta(days=3), key=f"by {key}")
        if st.button(say("Take up"), key=f"take {key}", width="stretch"):
            assert isinstance(due, date)  # noqa: S101  one day, not a range
            take_up(office.store(), session.actor, project, key, due, now=office.now())
            _done(say("You answer this call by {day}.", day=due))


def _answered(calls: list[Item], names: dict[str, str]) -> None:
    done = [call for call in calls if call.answered_at is not None]
    if not done:
        return
    with st.expander(literally(say("Answered calls: {count}", count=len(done)))):
        for call in done:
            name = names.get(call.township_code, call.township_code)
            st.markdown(f"**{literally(name)}** · {literally(call.question)}")
            st.text(call.answer)
            at = call.answered_at.astimezone(OFFICE_TIME) if call.answered_at else None
            st.caption(literally(f"{call.answerer} · {at:%Y-%m-%d %H:%M}"))


def _list(session: Session, project: Project) -> None:
    st.subheader(say("Answers for all townships"))
    wanted = st.text_input(
        say("Search"), key="guidance search", placeholder=say("words of topic or answer")
    )
    listed = following.answers(session, project)
    found = matching(listed, wanted)
    st.caption(literally(say("{found} of {all} answers", found=len(found), all=len(listed))))
    for one in found[:MOST_ANSWERS]:
        with st.container(border=True):
            st.markdown(f"**{literally(one['topic'])}**")
            st.text(one["answer"])
            at = one["answered_at"].astimezone(OFFICE_TIME)
            st.caption(literally(f"{one['answerer']} · {at:%Y-%m-%d}"))


def _done(words: str) -> None:
    st.session_state["guidance said"] = words
    st.rerun()


PAGE = Page(
    slug="guidance",
    title=_("Technical guidance"),
    icon=":material/help_center:",
    action=Action.SEE_PROGRESS,
    section=Section.FOLLOWING,
    show=show,
    figures=Figures.NONE,
)
