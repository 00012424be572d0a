"""Leaders, teams, plans and money: what each township works with; what is missing is red."""

from __future__ import annotations

import streamlit as st

from gis.language import _, say
from gis.units import format_mu
from parcels.answerable import Officer, task_of
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.workflow import EventState
from reports.completion import Completion, completion
from reports.document import Column, Kind
from reports.means.money import PURPOSE_TITLES, MoneyKind, Purpose, format_wan, format_yuan
from reports.means.plan import Plan
from reports.means.standing import LACK_TITLES, Lack, Means, lacks
from reports.printed import percent
from reports.schedule import scheduled_share
from reports.services.keep_attachment import attachments
from reports.supervision.facts import Fact
from reports.supervision.ladder import RUNGS
from ui import following, office, reading
from ui.components.attached import show_attached
from ui.components.literal import literally, tell
from ui.components.means_cards import lack_cards
from ui.components.means_form import SAID, means_form
from ui.components.tables import Marked, show_rows
from ui.pages.page import Page, Section


def show(session: Session) -> None:
    """Show what is missing first, then every township's means; the bureau keeps them here."""
    project = reading.chosen_project(session)
    if project is None:
        st.info(say("There is no project yet."))
        return
    tell(SAID)
    every = following.means(session, project)
    lines = following.lines()
    idle_days = lines[Fact.MONEY][RUNGS[0]].least
    lack_cards(every, idle_days)
    _table(every, _completions(session, project, every), idle_days)
    names = {means.code: means.name for means in every}
    if not names:
        return
    code = next(iter(names))
    if len(names) > 1:
        code = st.selectbox(
            say("Township in detail"), list(names), format_func=names.__getitem__, key="means of"
        )
    chosen = next(means for means in every if means.code == code)
    if access.may(session.actor, Action.KEEP_MEANS, code):
        means_form(session, project, chosen)
    _detail(session, project, chosen)


def _completions(session: Session, project: Project, every: list[Means]) -> dict[str, Completion]:
    parcels = reading.judged_parcels(session, project)
    events = reading.stage_events(session, project)
    day = min(office.today(), project.deadline)
    curves = {means.code: means.plan.milestones for means in every if means.plan}
    return {
        means.code: completion(
            project,
            parcels[parcels["township_code"] == means.code],
            events[events["village_code"].str.startswith(means.code)],
            day=day,
            plans=curves,
        )
        for means in every
    }


def _table(every: list[Means], done: dict[str, Completion], idle_days: float) -> None:
    columns = (
        Column(say("Township")),
        Column(say("Leader in charge")),
        Column(say("Deputy")),
        Column(say("Task, eligible (mu)"), Kind.MU),
        Column(say("Task by document (mu)")),
        Column(say("Team")),
        Column(say("Plan")),
        Column(say("Money given (10,000 yuan)"), Kind.MU),
        Column(say("Used (10,000 yuan)"), Kind.MU),
        Column(say("Idle days"), Kind.COUNT),
        Column(say("Completion"), Kind.SHARE),
        Column(say("Scheduled"), Kind.SHARE),
    )
    show_rows(columns, [_row(means, done[means.code], idle_days) for means in every])


def _row(means: Means, done: Completion, idle_days: float) -> list[object]:
    lack = set(lacks(means, idle_days=idle_days))
    missing = Marked(say("not there"), "bad")
    task = task_of(means.answerable, done.eligible_m2)
    by_document = "—"
    if task.document_m2 is not None:
        by_document = f"{format_mu(task.document_m2)}\n{task.document_no}"
    is_behind = done.gap is not None and done.gap < 0
    return [
        means.name,
        missing if Lack.LEADER in lack else _named(means.answerable.leader),
        missing if Lack.DEPUTY in lack else _named(means.answerable.deputy),
        format_mu(task.eligible_m2),
        by_document,
        say("{day}\n{count} people", day=means.team.formed_on, count=len(means.team.members))
        if means.team
        else missing,
        say(
            "{day}\n{count} milestones",
            day=means.plan.document_on,
            count=len(means.plan.milestones),
        )
        if means.plan
        else missing,
        format_wan(means.purse.given_fen) if means.purse.given_fen else missing,
        format_wan(means.purse.spent_fen),
        Marked(str(means.purse.idle_days), "bad" if Lack.IDLE_MONEY in lack else ""),
        Marked(percent(done.share), "bad" if is_behind else ""),
        percent(done.scheduled),
    ]


def _planned(plan: Plan) -> str:
    return say("{day}\n{count} milestones", day=plan.document_on, count=len(plan.milestones))


def _named(officer: Officer) -> str:
    return f"{officer.name}\n{officer.post}".strip()


def _detail(session: Session, project: Project, means: Means) -> None:
    left, right = st.columns(2)
    with left:
        st.subheader(say("Team"))
        if means.team is None:
            st.error(str(LACK_TITLES[Lack.TEAM]))
        else:
            st.caption(
                literally(f"{means.team.name} · {means.team.formed_on} · {means.team.document_no}")
            )
            heads = (say("Full name"), say("Post"), say("Phone"))
            show_rows(
                [Column(head) for head in heads],
                [(one.name, one.post, one.phone) for one in means.team.members],
            )
    with right:
        st.subheader(say("Plan"))
        _plan(session, project, means)
    st.subheader(say("Start-up money"))
    _money(session, project, means)


def _plan(session: Session, project: Project, means: Means) -> None:
    if means.plan is None:
        st.error(str(LACK_TITLES[Lack.PLAN]))
        st.caption(say("Without a plan the schedule is an even pace to the deadline."))
        return
    plan = means.plan
    st.caption(
        literally(f"{plan.title} · {plan.document_no} · {plan.document_on} · v{plan.version}")
    )
    today = office.today()
    rows = [(str(one.day), percent(one.share), one.title) for one in plan.milestones]
    rows.append((str(project.deadline), percent(1.0), say("Deadline")))
    show_rows(
        [Column(say("Day")), Column(say("Scheduled"), Kind.SHARE), Column(say("Milestone"))], rows
    )
    share = scheduled_share(project, today, plan.milestones)
    st.caption(literally(say("Scheduled for today: {share}", share=percent(share))))
    kept = attachments(office.store(), session.actor, project, "plan")
    show_attached([one for one in kept if one.region == means.code])


def _money(session: Session, project: Project, means: Means) -> None:
    moved = following.movements(session, project)
    own = moved[moved["township_code"] == means.code].iloc[::-1]
    if own.empty:
        st.caption(say("No money has moved yet."))
        return
    rows = []
    for one in own.to_dict("records"):
        is_given = one["kind"] == MoneyKind.GIVEN
        what = say("given") if is_given else str(PURPOSE_TITLES[Purpose(one["purpose"])])
        if one["state"] == EventState.VOID:
            what = f"{what} · {say('void')}"
        elif one["state"] == EventState.CLAIMED:
            what = f"{what} · {say('not confirmed yet')}"
        sign = "" if is_given else "−"
        rows.append((str(one["day"]), what, f"{sign}{format_yuan(one['amount_fen'])}",
                     one["words"]))  # fmt: skip
    show_rows(
        (
            Column(say("Day")),
            Column(say("On what")),
            Column(say("Yuan"), Kind.COUNT),
            Column(say("Words")),
        ),
        rows,
    )


PAGE = Page(
    slug="means",
    title=_("Leaders, teams, plans, money"),
    icon=":material/groups:",
    action=Action.SEE_PROGRESS,
    section=Section.FOLLOWING,
    show=show,
)
