"""The bureau's forms for a township's leader, team, plan and start-up money."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from gis.language import Problem, _, say
from gis.units import from_mu, to_mu
from parcels.answerable import Answerable, Officer
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.services.name_answerable import name_answerable
from reports.clean import clean
from reports.means.money import MoneyKind, fen_of, format_yuan
from reports.means.plan import Plan
from reports.means.standing import Means
from reports.means.team import Team
from reports.schedule import Milestone
from reports.services.keep_attachment import newest_plan
from reports.services.keep_means import keep_plan, keep_team
from reports.services.move_money import give_money, strike_money
from ui import following, office
from ui.components.attached import attach_document
from ui.components.literal import literally

MOST_MEMBERS, MOST_MILESTONES = 20, 24

SAID = "means said"


def means_form(session: Session, project: Project, means: Means) -> None:
    """Show four folded forms; each writes through its service and says so."""
    with st.expander(literally(say("Keep the means of {name}", name=means.name))):
        people, team, plan, money = st.tabs(
            [say("Leaders and task"), say("Team"), say("Plan"), say("Start-up money")]
        )
        with people:
            _answerable(session, project, means)
        with team:
            _team(session, project, means)
        with plan:
            _plan(session, project, means)
        with money:
            _money(session, project, means)


def _answerable(session: Session, project: Project, means: Means) -> None:
    present = means.answerable
    with st.form(f"answerable {means.code}"):
        leader = _officer(say("Leader in charge"), present.leader, means.code)
        deputy = _officer(say("Deputy"), present.deputy, means.code)
        left, right = st.columns(2)
        task = left.number_input(
            say("Task by document (mu; empty: the eligible sum)"),
            value=None if present.document_task_m2 is None else to_mu(present.document_task_m2),
            min_value=0.0,
            format="%.2f",
            key=f"task {means.code}",
        )
        number = right.text_input(
            say("Number of the document"), present.task_document_no, key=f"task no {means.code}"
        )
        if st.form_submit_button(say("Keep"), type="primary"):
            named = Answerable(
                leader,
                deputy,
                None if not task else round(from_mu(task), 2),
                clean(number.strip()),
            )
            name_answerable(
                office.store(), session.actor, project.id, means.code, named, now=office.now()
            )
            _kept()


def _officer(title: str, present: Officer, code: str) -> Officer:
    name, post, phone = st.columns(3)
    return Officer(
        clean(name.text_input(literally(title), present.name, key=f"{title} name {code}").strip()),
        clean(post.text_input(say("Post"), present.post, key=f"{title} post {code}").strip()),
        clean(phone.text_input(say("Phone"), present.phone, key=f"{title} phone {code}").strip()),
    )


def _team(session: Session, project: Project, means: Means) -> None:
    present = means.team
    members = [(one.name, one.post, one.phone) for one in present.members] if present else []
    with st.form(f"team {means.code}"):
        left, middle, right = st.columns(3)
        name = left.text_input(
            say("Team"), present.name if present else say("Dedicated team"),
            key=f"team name {means.code}",
        )  # fmt: skip
        formed = middle.date_input(
            say("Formed on"), present.formed_on if present else office.today(),
            key=f"formed {means.code}",
        )  # fmt: skip
        number = right.text_input(
            say("Number of the document"), present.document_no if present else "",
            key=f"team no {means.code}",
        )  # fmt: skip
        heads = [say("Full name"), say("Post"), say("Phone")]
        table = _rows_editor(heads, members, f"members {means.code}", dict.fromkeys(heads, str))
        if st.form_submit_button(say("Keep the team"), type="primary"):
            assert isinstance(formed, date)  # noqa: S101  one day, not a range
            kept = tuple(
                Officer(*(clean(str(cell).strip()) for cell in row)) for row in table[:MOST_MEMBERS]
            )
            team = Team(clean(name.strip()), formed, kept, clean(number.strip()))
            keep_team(office.store(), session.actor, project.id, means.code, team, now=office.now())
            _kept()


def _plan(session: Session, project: Project, means: Means) -> None:
    present = means.plan
    points = (
        [(one.day, one.share * 100, one.title) for one in present.milestones] if present else []
    )
    with st.form(f"plan {means.code}"):
        left, middle, right = st.columns(3)
        title = left.text_input(
            say("Plan"), present.title if present else say("Implementation plan"),
            key=f"plan title {means.code}",
        )  # fmt: skip
        number = middle.text_input(
            say("Number of the document"), present.document_no if present else "",
            key=f"plan no {means.code}",
        )  # fmt: skip
        on_day = right.date_input(
            say("Date of the document"), present.document_on if present else office.today(),
            key=f"plan day {means.code}",
        )  # fmt: skip
        st.caption(say("Milestones: the share of new arable (%) due by the end of a day."))
        heads = [say("Day"), say("Due (%)"), say("Milestone")]
        kinds = dict(zip(heads, (date, float, str), strict=True))
        table = _rows_editor(heads, points, f"points {means.code}", kinds)
        reason = st.text_input(
            say("Why the plan changes"), key=f"plan why {means.code}", disabled=present is None
        )
        if st.form_submit_button(say("Keep the plan"), type="primary"):
            assert isinstance(on_day, date)  # noqa: S101  one day, not a range
            plan = Plan(clean(title.strip()), clean(number.strip()), on_day, _milestones(table))
            keep_plan(
                office.store(), session.actor, project.id, means.code, plan,
                reason=reason, now=office.now(),
            )  # fmt: skip
            _kept()
    if about := newest_plan(office.store(), session.actor, project.id, means.code):
        attach_document(session, about, SAID)


def _milestones(table: list[list[Any]]) -> tuple[Milestone, ...]:
    points = []
    for day, share, title in table[:MOST_MILESTONES]:
        if pd.isna(day) or pd.isna(share):
            raise Problem(_("Every milestone needs a day and a share."))
        points.append(
            Milestone(pd.Timestamp(day).date(), float(share) / 100, clean(str(title or "").strip()))
        )
    return tuple(sorted(points, key=lambda one: one.day))


def _money(session: Session, project: Project, means: Means) -> None:
    with st.form(f"money {means.code}", clear_on_submit=True):
        left, middle, right = st.columns(3)
        yuan = left.number_input(say("Given (yuan)"), min_value=0.0, format="%.2f", value=None)
        day = middle.date_input(say("Given on"), office.today())
        words = right.text_input(say("Document or account"))
        if st.form_submit_button(say("Write down"), type="primary"):
            assert isinstance(day, date)  # noqa: S101  one day, not a range
            give_money(
                office.store(), session.actor, project.id, means.code, fen_of(yuan or 0.0),
                day=day, words=words, now=office.now(),
            )  # fmt: skip
            _kept()
    moved = following.movements(session, project)
    given = moved[
        (moved["township_code"] == means.code)
        & (moved["kind"] == MoneyKind.GIVEN)
        & (moved["state"] != "void")
    ]
    if given.empty:
        return
    names = {
        int(row.id): f"{row.day} · {format_yuan(row.amount_fen)} · {row.words}"
        for row in given.itertuples()
    }
    with st.popover(say("Strike out a sum given by mistake")):
        chosen = st.selectbox(
            say("Sum"), list(names), format_func=names.__getitem__, key=f"struck {means.code}"
        )
        reason = st.text_input(say("Reason"), key=f"struck why {means.code}")
        if st.button(say("Strike out"), key=f"strike {means.code}"):
            strike_money(office.store(), session.actor, chosen, reason=reason, now=office.now())
            _kept()


def _rows_editor(
    heads: list[str], rows: list[tuple[Any, ...]], key: str, kinds: dict[str, type]
) -> list[list[Any]]:
    """Show a small table to type in; return its rows that hold anything.

    Nothing that comes back is trusted: the service asks every cell again.
    """
    table = pd.DataFrame(rows, columns=heads)
    config: dict[str, Any] = {}
    for head, kind in kinds.items():
        if kind is date:
            table[head] = pd.to_datetime(table[head])
            config[head] = st.column_config.DateColumn(head, format="YYYY-MM-DD")
        elif kind is float:
            table[head] = table[head].astype("float64")
            config[head] = st.column_config.NumberColumn(head, format="%.2f")
        else:
            table[head] = table[head].astype(object)
            config[head] = st.column_config.TextColumn(head, max_chars=64)
    edited = st.data_editor(
        table,
        num_rows="dynamic",
        placeholder="",
        hide_index=True,
        width="stretch",
        key=key,
        column_config=config,
    )
    kept = edited.dropna(how="all")
    return [[None if pd.isna(cell) else cell for cell in row] for row in kept.to_numpy().tolist()]


def _kept() -> None:
    st.session_state[SAID] = say("It is kept; what stood before is in the audit log.")
    st.rerun()
