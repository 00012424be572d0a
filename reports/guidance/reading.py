"""Reading calls for help within one region, and the bureau's answers that are meant for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import sqlalchemy as sa

from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store.engine import Store
from parcels.store.tables import PERSON
from parcels.store.within import within
from reports.daily import ReportState
from reports.guidance.items import Item, asked
from reports.tables import DAILY_REPORT, GUIDANCE

NOT_ASKED = (ReportState.WITHDRAWN.value,)


def items(store: Store, actor: Actor, project: Project) -> list[Item]:
    """Return the region's calls for help, the open ones first."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    calls = sa.select(
        DAILY_REPORT.c.id,
        DAILY_REPORT.c.township_code,
        DAILY_REPORT.c.day,
        DAILY_REPORT.c.help_wanted,
    ).where(
        DAILY_REPORT.c.project_id == project.id,
        DAILY_REPORT.c.help_wanted != "",
        DAILY_REPORT.c.state.not_in(NOT_ASKED),
        within(DAILY_REPORT.c.township_code, region),
    )
    taker, answerer = PERSON.alias("taker"), PERSON.alias("answerer")
    kept = (
        sa.select(
            GUIDANCE,
            taker.c.display_name.label("taker"),
            answerer.c.display_name.label("answerer"),
        )
        .outerjoin(taker, taker.c.id == GUIDANCE.c.taken_by)
        .outerjoin(answerer, answerer.c.id == GUIDANCE.c.answered_by)
        .where(GUIDANCE.c.project_id == project.id, within(GUIDANCE.c.township_code, region))
        .order_by(GUIDANCE.c.first_report_id)
    )
    with store.reading() as connection:
        reports = connection.execute(calls).all()
        answers = [dict(row) for row in connection.execute(kept).mappings()]
    columns = ["id", "township_code", "day", "help_wanted"]
    return asked(pd.DataFrame(reports, columns=columns), answers)


def answers_for_all(store: Store, actor: Actor, project: Project) -> list[Mapping[str, Any]]:
    """Return topic, answer, answerer and answered_at of the answers meant for every township.

    The topic is the bureau's wording; who asked and in which words stays with that township.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    wanted = (
        sa.select(
            GUIDANCE.c.topic,
            GUIDANCE.c.answer,
            PERSON.c.display_name.label("answerer"),
            GUIDANCE.c.answered_at,
        )
        .join(PERSON, PERSON.c.id == GUIDANCE.c.answered_by)
        .where(GUIDANCE.c.project_id == project.id, GUIDANCE.c.is_for_all.is_(True))
        .order_by(GUIDANCE.c.answered_at.desc())
    )
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def matching(answers: list[Mapping[str, Any]], words: str) -> list[Mapping[str, Any]]:
    """Return the answers that hold every one of these words, in topic or answer."""
    wanted = words.casefold().split()
    return [
        one
        for one in answers
        if all(word in f"{one['topic']} {one['answer']}".casefold() for word in wanted)
    ]
