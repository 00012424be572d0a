"""What a person must do today, on top of their first page: short, with where to go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal

import streamlit as st

from gis.language import say
from parcels.people import access
from parcels.people.access import Action, may
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.acceptance.inspection import open_refusals
from reports.guidance.items import ItemState
from reports.means.standing import LACK_TITLES, Lack, lacking
from reports.publication.turns import is_turn_of
from reports.supervision.facts import Fact
from reports.supervision.ladder import RUNGS
from reports.supervision.notice import NoticeState
from ui import following, office, reading
from ui.below import SITE

DAYS_NEW = 7
FOLLOWERS = (Action.FILE_REPORT, Action.CHECK_NOTICE, Action.APPROVE_FIGURES)


@dataclass(frozen=True)
class Duty:
    """One thing to do, and the page where it is done."""

    words: str
    slug: str
    mood: Literal["bad", "open", "good"]


def show_duties(session: Session, slug: str) -> None:
    """Show the duties of this person that lie on other pages than ``slug``; often nothing."""
    # an administrator keeps people and a reviewer figures: neither follows townships
    if not any(may(session.actor, action) for action in FOLLOWERS):
        return
    project = reading.project_in_mind(session)
    if project is None or project.adopted_check_id is None:
        return
    found = [duty for make in DUTIES for duty in make(session, project) if duty.slug != slug]
    found.sort(key=lambda duty: duty.mood != "bad")
    if not found:
        return
    inner = "".join(
        f'<a class="duty {duty.mood}" href="{SITE}/{duty.slug}" target="_self">'
        f"{escape(duty.words)}</a>"
        for duty in found
    )
    st.html(f'<nav class="duties">{inner}</nav>')


def _notices(session: Session, project: Project) -> Iterator[Duty]:
    """A township answers what is open; who checks sees what was replied."""
    today = office.today()
    still = [notice for notice in following.notices(session, project) if notice.is_open]
    overdue = sum(notice.is_overdue(today) for notice in still)
    if overdue:
        yield Duty(say("Notices overdue: {count}", count=overdue), "supervision", "bad")
    if session.actor.is_township:
        waiting = [n for n in still if n.state is NoticeState.OPEN and not n.is_overdue(today)]
        for notice in waiting:
            words = say("Notice {number}: reply by {day}", number=notice.number, day=notice.due)
            yield Duty(words, "supervision", "open")
        return
    if access.may(session.actor, Action.CHECK_NOTICE, project.region):
        replied = sum(notice.state is NoticeState.REPLIED for notice in still)
        if replied:
            yield Duty(say("Replies to check: {count}", count=replied), "supervision", "open")


def _figures(session: Session, project: Project) -> Iterator[Duty]:
    """Frozen figures whose next step is this person's: a look, a review, an approval."""
    mine = [one for one in following.frozen(session, project) if is_turn_of(session.actor, one)]
    if mine:
        yield Duty(say("Figures that wait for you: {count}", count=len(mine)), "publish", "open")


def _proposals(session: Session, project: Project) -> Iterator[Duty]:
    if not access.may(session.actor, Action.ISSUE_NOTICE, project.region):
        return
    count = len(following.proposals(session, project))
    if count:
        yield Duty(say("Proposed by the figures: {count}", count=count), "supervision", "open")


def _calls(session: Session, project: Project) -> Iterator[Duty]:
    calls = following.calls(session, project)
    if access.may(session.actor, Action.ANSWER_GUIDANCE, project.region):
        waiting = [call for call in calls if call.state is not ItemState.ANSWERED]
        if waiting:
            late = any(call.is_overdue(office.today()) for call in waiting)
            words = say("Calls for help to answer: {count}", count=len(waiting))
            yield Duty(words, "guidance", "bad" if late else "open")
    if session.actor.is_township:
        now = office.now()
        fresh = [c for c in calls if c.answered_at and (now - c.answered_at).days < DAYS_NEW]
        if fresh:
            yield Duty(say("Answers to your calls: {count}", count=len(fresh)), "guidance", "good")


def _refusals(session: Session, project: Project) -> Iterator[Duty]:
    left = open_refusals(following.results(session, project))
    if left.empty:
        return
    late = bool((left["mend_by"] < office.today()).any())
    words = say("Refused parcels to mend: {count}", count=len(left))
    yield Duty(words, "acceptance", "bad" if late else "open")


def _lacks(session: Session, project: Project) -> Iterator[Duty]:
    """A township reads what it lacks in one line; who follows it reads who lacks what."""
    is_township = session.actor.is_township
    follows = any(
        access.may(session.actor, action, project.region)
        for action in (Action.KEEP_MEANS, Action.ISSUE_NOTICE)
    )
    if not is_township and not follows:  # the county's screen has them as cards
        return
    every = following.means(session, project)
    idle_days = following.lines()[Fact.MONEY][RUNGS[0]].least
    found = {lack: lacking(every, lack, idle_days=idle_days) for lack in Lack}
    if is_township:
        own = [str(LACK_TITLES[lack]) for lack, who in found.items() if who]
        if own:
            yield Duty("；".join(own), "means", "bad")
        return
    by_lack = {str(LACK_TITLES[lack]): [means.name for means in who]
               for lack, who in found.items() if who}  # fmt: skip
    by_township: dict[str, list[str]] = {}
    for lack, names in by_lack.items():
        for name in names:
            by_township.setdefault(name, []).append(lack)
    # whichever takes fewer lines: one township that lacks everything is one matter
    shorter = min(by_township, by_lack, key=len)
    for head, rest in shorter.items():
        yield Duty(f"{head}：{'、'.join(rest)}", "means", "bad")


DUTIES: tuple[Callable[[Session, Project], Iterator[Duty]], ...] = (
    _figures,
    _notices,
    _proposals,
    _refusals,
    _calls,
    _lacks,
)
