"""Reading notices and the facts the ladder stands on, always within one region."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa

from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.register.work import judged_figures, new_arable_by_day, work_sums
from parcels.settings import settings
from parcels.store.engine import Store
from parcels.store.tables import PERSON
from parcels.store.within import within
from parcels.workflow import ORDER
from reports import reading
from reports.calendar import expected_days, last_due_day
from reports.completion import completion_of
from reports.contradictions.states import State
from reports.daily import OFFICE_TIME
from reports.means.money import purse
from reports.means.reading import movements, plan_curves
from reports.punctuality import standings
from reports.supervision.facts import (
    DAYS_BACK,
    Fact,
    Facts,
    contradiction_facts,
    daily_gaps,
    standing_facts,
)
from reports.supervision.ladder import (
    Declined,
    Lines,
    Proposal,
    Rung,
    Standing,
    lines_of,
    proposals,
)
from reports.supervision.notice import Notice, NoticeState, StepKind
from reports.tables import (
    CONTRADICTION,
    CONTRADICTION_ANSWER,
    DECLINED_PROPOSAL,
    NOTICE,
    NOTICE_STEP,
)

STEP_COLUMNS = ["id", "kind", "state", "words", "measures", "until", "at"]


def notice_of(row: Mapping[str, Any]) -> Notice:
    """Return the notice of a row that also has the issuer's name."""
    names = [name for name in Notice.__dataclass_fields__ if name in row]
    return Notice(
        **{name: row[name] for name in names}
        | {
            "rung": Rung(row["rung"]),
            "fact": Fact(row["fact"]),
            "state": NoticeState(row["state"]),
        }
    )


def notices(store: Store, actor: Actor, project: Project) -> list[Notice]:
    """Return the region's notices, those due first on top, closed ones last."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_NOTICE, region)
    wanted = (
        sa.select(NOTICE, PERSON.c.display_name.label("issuer"))
        .join(PERSON, PERSON.c.id == NOTICE.c.issued_by)
        .where(NOTICE.c.project_id == project.id, within(NOTICE.c.township_code, region))
        .order_by(NOTICE.c.due, NOTICE.c.id)
    )
    with store.reading() as connection:
        found = [notice_of(dict(row)) for row in connection.execute(wanted).mappings()]
    return sorted(found, key=lambda notice: not notice.is_open)


def steps_of(store: Store, actor: Actor, project: Project, notice_id: int) -> list[dict[str, Any]]:
    """Return what happened to a notice, oldest first: STEP_COLUMNS and the person's name."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_NOTICE, region)
    wanted = (
        sa.select(
            *(NOTICE_STEP.c[name] for name in STEP_COLUMNS),
            sa.func.coalesce(PERSON.c.display_name, "").label("person"),
        )
        .join(NOTICE, NOTICE.c.id == NOTICE_STEP.c.notice_id)
        .outerjoin(PERSON, PERSON.c.id == NOTICE_STEP.c.by_person)
        .where(
            NOTICE_STEP.c.notice_id == notice_id,
            NOTICE.c.project_id == project.id,
            within(NOTICE.c.township_code, region),
        )
        .order_by(NOTICE_STEP.c.id)
    )
    with store.reading() as connection:
        rows = [dict(row) for row in connection.execute(wanted).mappings()]
    return [
        row | {"kind": StepKind(row["kind"]), "state": NoticeState(row["state"])} for row in rows
    ]


def lines(store: Store) -> Lines:
    """Return the ladder's lines as the office set them."""
    with store.reading() as connection:
        return lines_of(settings(connection))


def facts(store: Store, actor: Actor, project: Project, *, now: datetime) -> list[Facts]:
    """Return the facts of each township of the region at the last day that is due."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_NOTICE, region)
    due = last_due_day(project, now)
    day = min(due, project.deadline)
    first = day - timedelta(days=DAYS_BACK - 1)
    figures = judged_figures(store, actor, project)
    work = work_sums(store, actor, project, first=first, until=day)
    done = (
        work.assign(area_m2=work["before_m2"] + work["within_m2"])
        .pivot_table(
            index="ledger_id", columns="step", values="area_m2", aggfunc="sum", fill_value=0.0
        )
        .reindex(columns=list(ORDER), fill_value=0.0)
    )
    added = new_arable_by_day(store, actor, project, first=first, last=day)
    curves = plan_curves(store, actor, project)
    moved = movements(store, actor, project, until=day)
    sent = reading.reports_between(store, actor, project, first, day)
    with store.reading() as connection:
        names = reading.reporting_townships(connection, project, actor)
        expected = expected_days(
            reading.calendar_of(connection, project.region),
            project,
            first,
            day,
            since=reading.reporting_since(connection, project),
            last_due=due,
        )
        cards = _open_cards(connection, project, region)
    reports = standings(expected, list(names), sent)
    found = []
    for code, name in names.items():
        own = figures[figures["township_code"] == code]
        whole = completion_of(project, own, done, day=day, plans=curves)
        by_day = added[added["township_code"] == code].set_index("day")["done_m2"].to_dict()
        missing, idle = standing_facts([one for one in reports if one.township_code == code])
        oldest, count = contradiction_facts(cards, code, day)
        found.append(
            Facts(
                code=code,
                name=name,
                day=day,
                completion=whole,
                gaps=daily_gaps(project, whole, by_day, curves.get(code, ()), day=day),
                missing=missing,
                idle=idle,
                purse=purse(moved[moved["township_code"] == code], day),
                contradiction_days=oldest,
                contradictions=count,
            )
        )
    return found


def proposed(
    store: Store, actor: Actor, project: Project, every: list[Facts], *, today: date
) -> list[Proposal]:
    """Return what the ladder proposes today over the given facts."""
    region = narrower(actor.region, project.region)
    standing = [
        Standing(n.township_code, n.fact, n.rung, n.is_open,
                 n.issued_at.astimezone(OFFICE_TIME).date())
        for n in notices(store, actor, project)
    ]  # fmt: skip
    wanted = sa.select(DECLINED_PROPOSAL).where(
        DECLINED_PROPOSAL.c.project_id == project.id,
        within(DECLINED_PROPOSAL.c.township_code, region),
    )
    with store.reading() as connection:
        declined = [
            Declined(row.township_code, Fact(row.fact), Rung(row.rung), row.day)
            for row in connection.execute(wanted)
        ]
    return proposals(every, lines(store), notices=standing, declined=declined, today=today)


def _open_cards(connection: sa.Connection, project: Project, region: str) -> pd.DataFrame:
    """Return the cards that wait for the township, since they were found or asked again."""
    asked_again = (
        sa.select(sa.func.max(CONTRADICTION_ANSWER.c.at))
        .where(
            CONTRADICTION_ANSWER.c.contradiction_id == CONTRADICTION.c.id,
            CONTRADICTION_ANSWER.c.state == State.OPEN.value,
        )
        .scalar_subquery()
    )
    rows = connection.execute(
        sa.select(
            CONTRADICTION.c.region,
            sa.func.coalesce(asked_again, CONTRADICTION.c.found_at).label("since"),
        ).where(
            CONTRADICTION.c.project_id == project.id,
            CONTRADICTION.c.state == State.OPEN.value,
            within(CONTRADICTION.c.region, region),
        )
    ).all()
    days = [(row.region, row.since.astimezone(OFFICE_TIME).date()) for row in rows]
    return pd.DataFrame(days, columns=["region", "found_on"])
