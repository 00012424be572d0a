"""Publication: who must act now, what was frozen, and where a printed figure comes from."""

from __future__ import annotations

import streamlit as st

from gis.language import Problem, _, say
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Role
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.services.jobs import submit_job
from reports.calendar import last_due_day
from reports.catalog.weekly_summary import title_words
from reports.daily import OFFICE_TIME
from reports.document import Column
from reports.heavy import keep_figures
from reports.periods.period import PERIOD_TITLES, Period, PeriodKind, periods_between
from reports.publication.chain import LINK_TITLES, Link, Outcome
from reports.publication.check_code import read_code, shown
from reports.publication.reading import Snapshot, snapshot_of_code, snapshots, steps_seen_by
from reports.publication.turns import is_turn_of
from reports.services.freeze import freeze
from reports.services.give_codes import document_of_code
from reports.services.move_snapshot import move_snapshot
from reports.services.published import state_words
from ui import office, reading
from ui.components.literal import literally, tell
from ui.components.period_kinds import choose_kind
from ui.components.snapshot_shown import show_snapshot
from ui.components.tables import show_rows
from ui.pages.page import Figures, Page

SHOWN = 30
TOLD = "publication said"


def show(session: Session) -> None:
    """Show the check-code box, what waits for this person, what may be frozen, what there is."""
    _check_code(session)
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there are no figures."))
        return
    tell(TOLD)
    with office.store().reading() as connection:
        found = snapshots(connection, session.actor, project, now=office.now())
    _waiting(session, project, found)
    if access.may(session.actor, Action.FREEZE_FIGURES, project.region):
        _to_freeze(session, project, found)
    _all(session, project, found)


def _check_code(session: Session) -> None:
    typed = st.text_input(
        say("Check code on a document"),
        key="check code",
        max_chars=20,
        placeholder="3A7C-9XKM",
        help=say("Eight signs; small letters, blanks and dashes do not matter."),
    )
    if not typed.strip():
        return
    code = read_code(typed)
    with office.store().reading() as connection:
        snapshot = snapshot_of_code(connection, session.actor, code, now=office.now())
        document = None
        if snapshot is None:
            document = document_of_code(connection, session.actor, code)
    if snapshot is not None:
        show_snapshot(session, snapshot)
    elif document is not None:
        show_rows([Column(say("Particulars")), Column("")], document.facts)
    else:
        raise Problem(_("Nothing left the office under {code}.", code=shown(code)))
    st.divider()


def _waiting(session: Session, project: Project, found: list[Snapshot]) -> None:
    mine = [one for one in found if is_turn_of(session.actor, one)]
    st.subheader(literally(say("Waits for you: {count}", count=len(mine))))
    if not mine:
        st.caption(say("Nothing waits."))
    for snapshot in mine:
        with st.container(border=True):
            _act(session, project, snapshot)


def _act(session: Session, project: Project, snapshot: Snapshot) -> None:
    link = snapshot.standing.waits_for
    assert link is not None  # noqa: S101  only figures that wait come here
    kind = snapshot.period.kind
    st.subheader(literally(f"{title_words(project, kind)} · {snapshot.period.words}"))
    st.text(f"{shown(snapshot.code)} · {LINK_TITLES[link]}")
    is_township = link is Link.TOWNSHIPS
    passing = Outcome.SEEN if is_township else Outcome.PASSED
    refusing = Outcome.OBJECTED if is_township else Outcome.RETURNED
    left, right = st.columns(2)
    if left.button(
        literally(say("Seen and agreed") if is_township else _passing_words(link)),
        key=f"pass {snapshot.id}",
        type="primary",
        width="stretch",
    ):
        _move(session, snapshot, link, passing, "")
    with right.popover(
        say("Object") if is_township else say("Return the figures"), width="stretch"
    ):
        text = st.text_area(say("What is wrong?"), key=f"why {snapshot.id}", max_chars=500)
        if st.button(say("Send"), key=f"refuse {snapshot.id}"):
            _move(session, snapshot, link, refusing, text)
    said_here = steps_seen_by(session.actor, snapshot)
    for said in (one for one in said_here if one.outcome is Outcome.OBJECTED):
        st.warning(literally(f"{said.person}：{said.text}"))
    # no expander: the figures hold one themselves
    if st.toggle(say("Show the figures"), key=f"figures {snapshot.id}"):
        show_snapshot(session, snapshot)


def _passing_words(link: Link) -> str:
    words = {
        Link.FIRST_REVIEW: say("Pass the first review"),
        Link.APPROVAL: say("Approve"),
        Link.COUNTY_HEAD: say("Approve"),
        Link.PUBLICATION: say("Publish"),
    }
    return words[link]


def _move(session: Session, snapshot: Snapshot, link: Link, outcome: Outcome, text: str) -> None:
    moved = move_snapshot(
        office.store(), session.actor, snapshot.id, link, outcome, text=text, now=office.now()
    )
    _keep(session, moved)
    st.session_state[TOLD] = f"{shown(moved.code)} · {state_words(moved)}"
    st.rerun()


def _keep(session: Session, snapshot: Snapshot) -> None:
    """Let the worker keep what was published just now, so that it is never made again."""
    if snapshot.standing.is_published:
        submit_job(
            office.store(), session.actor, keep_figures.KIND, project_id=snapshot.project_id,
            region=snapshot.region, wanted={"snapshot_id": snapshot.id}, now=office.now(),
        )  # fmt: skip


def _to_freeze(session: Session, project: Project, found: list[Snapshot]) -> None:
    """Offer what is over and not frozen, however long ago, and corrections of published figures."""
    st.subheader(say("To freeze"))
    kind = choose_kind(PeriodKind.DAY, "kind to freeze")
    due = last_due_day(project, office.now())
    live = {one.period: one for one in found if one.standing.is_live}
    offered = [
        one
        for one in periods_between(kind, project.starts_on, min(due, project.deadline))
        if one.last <= due and (one not in live or live[one].standing.is_published)
    ]
    # what was never frozen first: corrections are rare
    offered.sort(key=lambda one: one in live)
    if not offered:
        st.caption(say("Nothing is open."))
        return
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    period = left.selectbox(
        str(PERIOD_TITLES[kind]),
        offered,
        format_func=lambda one: _offer(one, live),
        key=f"to freeze {kind}",
    )
    reason = ""
    if period in live:
        reason = st.text_input(
            say("Why are the published figures corrected?"), key="why corrected", max_chars=300
        )
    if right.button(say("Freeze"), type="primary", key="freeze", width="stretch"):
        made = freeze(
            office.store(), session.actor, project, period, reason=reason, now=office.now()
        )
        _keep(session, made)
        st.session_state[TOLD] = f"{shown(made.code)} · {state_words(made)}"
        st.rerun()


def _offer(period: Period, live: dict[Period, Snapshot]) -> str:
    words = period.words
    if period in live:
        code = shown(live[period].code)
        return f"{words} · {say('correction of {code}', code=code)}"
    return words


def _all(session: Session, project: Project, found: list[Snapshot]) -> None:
    st.subheader(say("Frozen figures"))
    if not found:
        st.caption(say("Nothing was frozen yet."))
        return
    show_rows(
        [
            Column(head)
            for head in (say("Product"), say("Days"), say("Check code"), say("State"),
                         say("Frozen by"), say("Frozen at"))
        ],
        [
            (
                str(PERIOD_TITLES[one.period.kind]),
                one.period.words,
                shown(one.code),
                state_words(one),
                one.frozen_by_name,
                f"{one.frozen_at.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}",
            )
            for one in found[:SHOWN]
        ],
        is_listed=True,
    )  # fmt: skip


PAGE = Page(
    slug="publish",
    title=_("Publication"),
    icon=":material/verified:",
    action=Action.SEE_PROGRESS,
    show=show,
    first_for=frozenset({Role.FIGURE_REVIEWER}),
    figures=Figures.CHOSEN,
)
