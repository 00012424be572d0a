"""Start-up money: the bureau gives it, daily reports spend it; a report's spending follows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import one_project
from parcels.regions import Level, contains, level_of
from parcels.store import audit
from parcels.store.engine import Store
from parcels.workflow import EventState
from reports.clean import clean
from reports.daily import OFFICE_TIME
from reports.means.money import MOST_FEN, MoneyKind, Spending, require_sound_spending
from reports.tables import MONEY_MOVEMENT

BEFORE_THE_WORKS = timedelta(days=366)


def give_money(
    store: Store,
    actor: Actor,
    project_id: int,
    township_code: str,
    amount_fen: int,
    *,
    day: date,
    words: str,
    now: datetime,
) -> int:
    """Write start-up money that a township was given; ``words`` name the document of it."""
    access.require(actor, Action.KEEP_MEANS, township_code)
    words = clean(words.strip())
    if not 0 < amount_fen < MOST_FEN:
        raise Problem(_("A sum given must be above 0 yuan; check the figure."))
    if not words:
        raise Problem(_("Name the document or the account by which the money was given."))
    if day > now.astimezone(OFFICE_TIME).date():
        raise Problem(_("{day} has not come yet; write money down when it was given.", day=day))
    with store.writing() as connection:
        project = one_project(connection, project_id)
        if level_of(township_code) is not Level.TOWNSHIP or not contains(
            project.region, township_code
        ):
            raise Problem(_("The township does not belong to project {name}.", name=project.name))
        earliest = project.starts_on - BEFORE_THE_WORKS
        if day < earliest:  # a slip of the year would count as idle for decades
            raise Problem(
                _("{day} lies more than a year before the project; check the date.", day=day)
            )
        key = connection.execute(
            sa.insert(MONEY_MOVEMENT).values(
                project_id=project_id,
                township_code=township_code,
                day=day,
                kind=MoneyKind.GIVEN.value,
                amount_fen=amount_fen,
                words=words,
                state=EventState.CONFIRMED.value,
                source="bureau",
                recorded_at=now,
                recorded_by=actor.person_id,
            )
        ).inserted_primary_key
        audit.record(
            connection,
            actor,
            "give_money",
            f"{project.code} {township_code}",
            now=now,
            region=township_code,
            after={"day": str(day), "amount_fen": amount_fen, "words": words},
        )
        assert key is not None  # noqa: S101  an insert of one row has a key
        return int(key[0])


def strike_money(
    store: Store, actor: Actor, movement_id: int, *, reason: str, now: datetime
) -> None:
    """Strike out money written down as given by mistake; the row stays, void."""
    reason = clean(reason.strip())
    with store.writing() as connection:
        row = connection.execute(
            sa.select(MONEY_MOVEMENT).where(MONEY_MOVEMENT.c.id == movement_id)
        ).first()
        if row is None or row.kind != MoneyKind.GIVEN or row.state == EventState.VOID:
            raise Problem(_("There is no such money to strike out; spending follows its report."))
        access.require(actor, Action.KEEP_MEANS, row.township_code)
        if not reason:
            raise Problem(_("Say why this sum is struck out."))
        connection.execute(
            sa.update(MONEY_MOVEMENT)
            .where(MONEY_MOVEMENT.c.id == movement_id)
            .values(state=EventState.VOID.value)
        )
        audit.record(
            connection,
            actor,
            "strike_money",
            f"#{movement_id}",
            now=now,
            region=row.township_code,
            before={"amount_fen": row.amount_fen, "words": row.words},
            after={"reason": reason},
        )


def record_spending(
    connection: sa.Connection,
    actor: Actor,
    *,
    project_id: int,
    township_code: str,
    day: date,
    spent: Sequence[Spending],
    source: str,
    now: datetime,
) -> None:
    """Write what a report says was spent, in the caller's transaction and under its audit row.

    The sums are claimed until the report is confirmed: ``follow_report`` moves them.
    """
    require_sound_spending(spent)
    if not spent:
        return
    connection.execute(
        sa.insert(MONEY_MOVEMENT),
        [
            {
                "project_id": project_id,
                "township_code": township_code,
                "day": day,
                "kind": MoneyKind.SPENT.value,
                "purpose": spending.purpose.value,
                "amount_fen": spending.amount_fen,
                "words": clean(spending.words.strip()),
                "state": EventState.CLAIMED.value,
                "source": source,
                "recorded_at": now,
                "recorded_by": actor.person_id,
            }
            for spending in spent
        ],
    )


def follow_report(connection: sa.Connection, source: str, state: EventState) -> None:
    """Let a report's spending be confirmed or void with it, in the caller's transaction."""
    connection.execute(
        sa.update(MONEY_MOVEMENT).where(MONEY_MOVEMENT.c.source == source).values(state=state.value)
    )
