"""A notice on screen: what it says, what has happened, and the next move of who looks at it."""

from __future__ import annotations

from datetime import date, timedelta
from html import escape

import streamlit as st

from gis.language import _, say
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.daily import OFFICE_TIME
from reports.services.issue_documents import title_of
from reports.services.issue_papers import keep_letters
from reports.services.keep_attachment import attachments
from reports.services.make_documents import papers_of
from reports.services.move_notice import answer_extension, ask_extension, move_notice
from reports.supervision.ladder import RUNG_TITLES
from reports.supervision.notice import (
    STEP_KINDS,
    Notice,
    NoticeState,
    StepKind,
    moves_of,
    state_words,
)
from ui import following, office
from ui.below import SITE
from ui.components.attached import attach_document, show_attached
from ui.components.literal import literally
from ui.components.photos_about import attach_photos, show_photos_about

MOVE_TITLES = {
    (NoticeState.OPEN, NoticeState.REPLIED): _("Reply"),
    (NoticeState.OPEN, NoticeState.CLOSED): _("Close"),
    (NoticeState.REPLIED, NoticeState.CHECKED): _("Corrected: checked on the ground"),
    (NoticeState.REPLIED, NoticeState.OPEN): _("Not corrected: send back"),
    (NoticeState.REPLIED, NoticeState.CLOSED): _("Close"),
    (NoticeState.CHECKED, NoticeState.REVISITED): _("Return visit made"),
    (NoticeState.CHECKED, NoticeState.OPEN): _("Return visit: not so, send back"),
    (NoticeState.REVISITED, NoticeState.CLOSED): _("Close"),
    (NoticeState.REVISITED, NoticeState.OPEN): _("Send back"),
}


def show_notice(session: Session, project: Project, notice: Notice, township: str) -> None:
    """Show one notice in a frame with everything that can be done to it now."""
    today = office.today()
    with st.container(border=True):
        mood = "bad" if notice.is_overdue(today) else "good" if not notice.is_open else "open"
        state = (
            say("overdue {days} days", days=(today - notice.due).days)
            if notice.is_overdue(today)
            else str(state_words(notice.rung, notice.state))
        )
        st.html(
            f'<div class="notice-head"><b>{escape(str(RUNG_TITLES[notice.rung]))} '
            f"{escape(notice.number)}</b>"
            f'<span class="mark {mood}">{escape(state)}</span></div>'
        )
        st.html(
            "".join(
                f'<a class="download" href="{SITE}/files/notice/{project.id}/{notice.id}.{suffix}" '
                f'target="_self" download>{escape(words)}</a>'
                for suffix, words in (("docx", say("as Word")), ("pdf", say("as PDF")))
            )
            + "".join(
                f'<a class="download" target="_self" download '
                f'href="{SITE}/files/paper/{project.id}/{notice.id}/{name}.docx">'
                f"{escape(title_of(name))}</a>"
                for name in papers_of(notice)
            )
        )
        who = notice.answerable or say("nobody named")
        st.caption(
            literally(
                say(
                    "{township} · {matter} · {who} · due {due}",
                    township=township or notice.township_code,
                    matter=notice.matter,
                    who=who,
                    due=notice.due,
                )
            )
        )
        cut_off = f"{notice.cut_off.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"
        st.text(say("As of {moment}: {evidence}", moment=cut_off, evidence=notice.evidence))
        st.text(say("Required: {words}", words=notice.requirement))
        _extension(session, project, notice)
        _moves(session, project, notice)
        with st.expander(say("What has happened")):
            _steps(session, project, notice)


def _steps(session: Session, project: Project, notice: Notice) -> None:
    items = []
    address = f"{SITE}/files/notice/{project.id}/{notice.id}"
    kept_letters = following.kept_letters(session, project).get(notice.id, set())
    for version, step in enumerate(following.notice_steps(session, project, notice.id), start=1):
        at = f"{step['at'].astimezone(OFFICE_TIME):%m-%d %H:%M}"
        title = (
            str(state_words(notice.rung, step["state"]))
            if step["kind"] is StepKind.MOVED
            else str(STEP_KINDS[step["kind"]])
        )
        until = f" · {say('until {day}', day=step['until'])}" if step["until"] else ""
        words = "\n".join(dict.fromkeys(part for part in (step["words"], step["measures"]) if part))
        letter = (
            f' <a href="{address}.pdf?version={version}" target="_self" download>'
            f"{escape(say('the letter as it stood then'))}</a>"
            if version in kept_letters
            else ""
        )
        items.append(
            f"<li><b>{escape(title)}</b> <small>{escape(at)} · {escape(step['person'])}"
            f"{escape(until)}{letter}</small><p>{escape(words)}</p></li>"
        )
    st.html(f'<ol class="steps">{"".join(items)}</ol>')
    show_photos_about(session, project, f"notice:{notice.id}")
    kept = attachments(office.store(), session.actor, project, "notice")
    show_attached([one for one in kept if one.about == f"notice:{notice.id}"])


def _moves(session: Session, project: Project, notice: Notice) -> None:
    moves = {
        to: action
        for to, action in moves_of(notice.rung).get(notice.state, {}).items()
        if action is not Action.REOPEN_NOTICE
        and access.may(session.actor, action, notice.township_code)
    }
    can_extend = (
        notice.state is NoticeState.OPEN
        and not notice.is_overdue(office.today())
        and notice.extension_until is None
        and access.may(session.actor, Action.REPLY_NOTICE, notice.township_code)
    )
    if not moves and not can_extend:
        return
    places = st.columns(len(moves) + can_extend)
    for place, to in zip(places, moves, strict=False):
        with place.popover(str(MOVE_TITLES[notice.state, to]), width="stretch"):
            _move(session, project, notice, to)
    if can_extend:
        with places[-1].popover(say("Ask for an extension"), width="stretch"):
            _ask(session, project, notice)


def _move(session: Session, project: Project, notice: Notice, to: NoticeState) -> None:
    key = f"{notice.id} {to}"
    is_reply = to is NoticeState.REPLIED
    label = say("Progress and cause") if is_reply else say("What was found")
    words = st.text_area(label, key=f"words {key}", max_chars=2000)
    measures = ""
    if is_reply:
        measures = st.text_area(say("Measures"), key=f"measures {key}", max_chars=2000)
    attach_photos(session, project, notice.township_code, f"notice:{notice.id}")
    if is_reply:
        attach_document(session, f"notice:{notice.id}", "supervision said")
    title = str(MOVE_TITLES[notice.state, to])
    if st.button(title, key=f"do {key}", type="primary", width="stretch"):
        facts = next(
            (one for one in following.facts(session, project)
             if one.code == notice.township_code), None
        )  # fmt: skip
        move_notice(
            office.store(),
            session.actor,
            notice.id,
            to,
            words=words,
            measures=measures,
            facts=facts,
            lines=following.lines(),
            now=office.now(),
        )
        _done(
            session,
            project,
            notice,
            say(
                "{number} is now: {state}", number=notice.number, state=state_words(notice.rung, to)
            ),
        )


def _ask(session: Session, project: Project, notice: Notice) -> None:
    until = st.date_input(say("New date"), notice.due + timedelta(days=3), key=f"until {notice.id}")
    reason = st.text_area(say("Reason"), key=f"why later {notice.id}", max_chars=500)
    if st.button(say("Ask for an extension"), key=f"ask {notice.id}", width="stretch"):
        assert isinstance(until, date)  # noqa: S101  one day, not a range
        ask_extension(
            office.store(), session.actor, notice.id, until, reason=reason, now=office.now()
        )
        _done(
            session, project, notice, say("The extension is asked; the inspection office answers.")
        )


def _extension(session: Session, project: Project, notice: Notice) -> None:
    if notice.extension_until is None:
        return
    st.warning(literally(say("An extension to {day} is asked.", day=notice.extension_until)))
    if not access.may(session.actor, Action.ISSUE_NOTICE, notice.township_code):
        return
    words = st.text_input(say("Answer to the township"), key=f"extension {notice.id}")
    grant, refuse = st.columns(2)
    for place, is_granted, title in (
        (grant, True, say("Grant")),
        (refuse, False, say("Refuse")),
    ):
        if place.button(title, key=f"{is_granted} {notice.id}", width="stretch"):
            answer_extension(
                office.store(), session.actor, notice.id, is_granted=is_granted, words=words,
                now=office.now(),
            )  # fmt: skip
            _done(session, project, notice, say("The extension is answered."))


def _done(session: Session, project: Project, notice: Notice, words: str) -> None:
    """Keep what this step issued, and show the page anew."""
    keep_letters(office.store(), session.actor, project, notice.id, now=office.now())
    st.session_state["supervision said"] = words
    st.rerun()
