"""Supervision: who is behind and why, what the ladder proposes, notices until they are closed."""

from __future__ import annotations

import streamlit as st

from gis.language import _, say
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Role
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.document import Column, Kind
from reports.printed import percent, points
from reports.supervision.facts import Fact, Facts
from reports.supervision.ladder import BY_FACT, RUNG_TITLES, RUNGS, reached
from reports.supervision.notice import NOTICE_STATES, Notice, NoticeState
from ui import following, office, reading
from ui.components.cards import Card, show_cards
from ui.components.literal import literally, tell
from ui.components.notice_forms import decline_form, issue_form, issue_popover
from ui.components.notice_shown import show_notice
from ui.components.tables import Marked, show_rows
from ui.pages.page import Page, Section


def show(session: Session) -> None:
    """Show what is overdue and proposed first; a township sees its own notices only."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there are no figures."))
        return
    tell("supervision said")
    notices = following.notices(session, project)
    every = following.facts(session, project)
    names = {facts.code: facts.name for facts in every}
    _cards(session, project, notices)
    if not session.actor.is_township:
        _townships(every, notices)
    if access.may(session.actor, Action.ISSUE_NOTICE, project.region):
        _proposals(session, project)
    _notices(session, project, notices, names)


def _cards(session: Session, project: Project, notices: list[Notice]) -> None:
    today = office.today()
    still = [notice for notice in notices if notice.is_open]
    overdue = sum(notice.is_overdue(today) for notice in still)
    waiting = sum(notice.state is not NoticeState.OPEN for notice in still)
    cards = [
        Card(say("Overdue"), str(overdue), say("notices"), "bad" if overdue else "good"),
        Card(say("Open"), str(len(still)), say("notices"), "open" if still else "good"),
        Card(say("Replied, to be looked at"), str(waiting), say("notices"),
             "open" if waiting else ""),
        Card(say("Closed"), str(len(notices) - len(still)), say("notices")),
    ]  # fmt: skip
    if access.may(session.actor, Action.ISSUE_NOTICE, project.region):
        count = len(following.proposals(session, project))
        cards.insert(0, Card(say("Proposed by the figures"), str(count), say("to decide"),
                             "open" if count else "good"))  # fmt: skip
    show_cards(cards)


def _townships(every: list[Facts], notices: list[Notice]) -> None:
    if not every:
        return
    st.subheader(literally(say("Who is behind and why (as of {day})", day=every[0].day)))
    lines, today = following.lines(), office.today()
    rows = []
    for facts in sorted(every, key=lambda one: (one.gap is None, one.gap or 0.0)):
        own = [n for n in notices if n.township_code == facts.code and n.is_open]
        overdue = sum(n.is_overdue(today) for n in own)
        is_at = {rule.fact: reached(rule, facts, lines) for rule in BY_FACT.values()}
        highest = max((RUNGS.index(rung) for rung in is_at.values() if rung), default=None)
        moods = {fact: "bad" if rung else "" for fact, rung in is_at.items()}
        idle_money = facts.purse.idle_days if facts.purse else 0
        figures = (facts.missing, facts.idle, idle_money, facts.contradictions)
        kinds = list(BY_FACT)[1:]
        rows.append(
            [
                facts.name,
                percent(facts.completion.share),
                percent(facts.completion.scheduled),
                Marked(points(facts.gap), moods[Fact.BEHIND]),  # type: ignore[arg-type]
                *(
                    Marked(str(figure), moods[kind])  # type: ignore[arg-type]
                    for figure, kind in zip(figures, kinds, strict=True)
                ),
                str(RUNG_TITLES[RUNGS[highest]]) if highest is not None else "—",
                Marked(
                    say("{open} open, {overdue} overdue", open=len(own), overdue=overdue)
                    if overdue
                    else say("{open} open", open=len(own)),
                    "bad" if overdue else "",
                )
                if own
                else "—",
            ]
        )
    columns = (
        Column(say("Township")),
        Column(say("Completion"), Kind.SHARE),
        Column(say("Scheduled"), Kind.SHARE),
        Column(say("Gap (points)"), Kind.POINTS),
        Column(say("Missing of last 7"), Kind.COUNT),
        Column(say("Idle days in a row"), Kind.COUNT),
        Column(say("Money idle (days)"), Kind.COUNT),
        Column(say("Contradictions"), Kind.COUNT),
        Column(say("Figures reach")),
        Column(say("Notices")),
    )
    show_rows(columns, rows)


def _proposals(session: Session, project: Project) -> None:
    found = following.proposals(session, project)
    st.subheader(literally(say("Proposed by the figures: {count}", count=len(found))))
    if not found:
        st.caption(say("Nothing to propose."))
    for proposal in found:
        with st.container(border=True):
            st.markdown(
                f"**{literally(proposal.facts.name)}** · {literally(RUNG_TITLES[proposal.rung])}"
            )
            st.text(str(proposal.evidence))
            issue, decline = st.columns(2)
            with issue.popover(say("Issue"), width="stretch"):
                issue_form(session, project, proposal)
            with decline.popover(say("Decline"), width="stretch"):
                decline_form(session, project, proposal)
    issue_popover(session, project)


def _notices(
    session: Session, project: Project, notices: list[Notice], names: dict[str, str]
) -> None:
    st.subheader(say("Notices"))
    if not notices:
        st.caption(say("No notice has been issued."))
        return
    states = {None: say("Open ones")} | {
        state: str(title) for state, title in NOTICE_STATES.items()
    }
    wanted = st.segmented_control(
        say("Show"),
        list(states),
        format_func=states.__getitem__,
        default=None,
        key="notice state",
        label_visibility="collapsed",
    )
    chosen = [
        notice for notice in notices if (notice.state is wanted if wanted else notice.is_open)
    ]
    if not chosen:
        st.caption(say("Nothing here."))
    for notice in chosen:
        show_notice(session, project, notice, names.get(notice.township_code, ""))


PAGE = Page(
    slug="supervision",
    title=_("Supervision"),
    icon=":material/policy:",
    action=Action.SEE_NOTICE,
    section=Section.FOLLOWING,
    show=show,
    first_for=frozenset({Role.INSPECTOR}),
)
