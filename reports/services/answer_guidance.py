"""Taking up a township's call for help with a date, and answering it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.store import audit
from parcels.store.engine import Store
from reports.clean import clean
from reports.daily import OFFICE_TIME
from reports.guidance.items import Item, ItemState
from reports.guidance.reading import items
from reports.tables import GUIDANCE


def take_up(
    store: Store, actor: Actor, project: Project, first_report_id: int, due: date, *, now: datetime
) -> None:
    """Put one's name to a call for help, with the day by which it is answered."""
    item = _one(store, actor, project, first_report_id)
    access.require(actor, Action.ANSWER_GUIDANCE, item.township_code)
    if item.state is ItemState.ANSWERED:
        raise Problem(_("This call for help has been answered already."))
    if due < now.astimezone(OFFICE_TIME).date():
        raise Problem(_("The day {day} is over; promise a later one.", day=due))
    with store.writing() as connection:
        _save(connection, project, item, {"taken_by": actor.person_id, "due": due})
        audit.record(
            connection, actor, "take_up_guidance", f"{project.code} #{first_report_id}", now=now,
            region=item.township_code, after={"question": item.question, "due": str(due)},
        )  # fmt: skip


def answer(
    store: Store,
    actor: Actor,
    project: Project,
    first_report_id: int,
    *,
    words: str,
    topic: str = "",
    now: datetime,
) -> None:
    """Answer a call for help; with a ``topic`` the answer goes on the list for all townships."""
    item = _one(store, actor, project, first_report_id)
    access.require(actor, Action.ANSWER_GUIDANCE, item.township_code)
    words, topic = clean(words.strip()), clean(topic.strip())
    if item.state is ItemState.ANSWERED:
        raise Problem(_("This call for help has been answered already."))
    if not words:
        raise Problem(_("Write the answer; the township acts on it."))
    with store.writing() as connection:
        taken = {} if item.guidance_id else {"taken_by": actor.person_id}
        _save(
            connection,
            project,
            item,
            taken
            | {
                "answered_by": actor.person_id,
                "answered_at": now,
                "answer": words,
                "topic": topic,
                "is_for_all": bool(topic),
                "last_report_id": item.last_report_id,
            },
        )
        audit.record(
            connection, actor, "answer_guidance", f"{project.code} #{first_report_id}", now=now,
            region=item.township_code, before={"question": item.question},
            after={"answer": words, "topic": topic},
        )  # fmt: skip


def _one(store: Store, actor: Actor, project: Project, first_report_id: int) -> Item:
    for item in items(store, actor, project):
        if item.first_report_id == first_report_id:
            return item
    raise Problem(_("There is no such call for help."))


def _save(
    connection: sa.Connection, project: Project, item: Item, values: dict[str, object]
) -> None:
    is_here = GUIDANCE.c.first_report_id == item.first_report_id
    present = connection.execute(sa.select(GUIDANCE.c.answered_at).where(is_here)).first()
    if present and present.answered_at is not None:  # somebody was quicker
        raise Problem(_("This call for help has been answered already."))
    if present:
        connection.execute(sa.update(GUIDANCE).where(is_here).values(**values))
        return
    row = {
        "project_id": project.id,
        "township_code": item.township_code,
        "question": item.question,
        "first_report_id": item.first_report_id,
        "last_report_id": item.last_report_id,
        "is_for_all": False,
    }
    connection.execute(sa.insert(GUIDANCE).values(**row | values))
