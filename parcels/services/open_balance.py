"""Bringing in the opening balance, and taking a wrong one back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from gis.language import Problem, _
from parcels.ledger.opening import OPENING, left_over, openings_of
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.store import audit
from parcels.store.engine import Store, in_chunks
from parcels.store.files import keep_file
from parcels.store.tables import LEDGER, OPENING_BALANCE, PARCEL, PERSON, STAGE_EVENT
from parcels.workflow import ORDER, EventState


def open_balance(
    store: Store,
    actor: Actor,
    project_id: int,
    rows: list[list[Any]],
    *,
    day: date,
    document: str,
    path: Path,
    file_name: str,
    now: datetime,
) -> int:
    """Write the openings of a sheet as confirmed work of that day; return how many parcels.

    ``document`` is where the figures come from, ``path`` the file itself, kept unchanged. Raises
    WorkbookFaults with every cell that cannot be; then nothing is written.
    """
    document = document.strip()[:500]
    with store.writing() as connection:
        project = one_project(connection, project_id)
        access.require(actor, Action.OPEN_BALANCE, project.region)
        if not document:
            raise Problem(_("Say where these figures come from: the document or the record."))
        if day > now.date():
            raise Problem(_("An opening balance is of a day that has been."))
        openings = openings_of(rows, _parcels(connection, project), _done(connection, project))
        if not openings:
            raise Problem(_("The sheet holds no figures; fill a row for each parcel."))
        key = connection.execute(
            sa.insert(OPENING_BALANCE).values(
                project_id=project_id,
                day=day,
                document=document,
                file_name=Path(file_name).name[-255:],
                file_sha256=keep_file(store, connection, path, now),
                at=now,
                by_person=actor.person_id,
            )
        ).inserted_primary_key
        assert key is not None  # noqa: S101  an insert of one row has a key
        events = [
            {
                "ledger_id": opening.ledger_id,
                "step": opening.step.value,
                "day": day,
                "area_m2": opening.area_m2,
                "state": EventState.CONFIRMED.value,
                "source": f"{OPENING}:{key[0]}",
                "recorded_at": now,
            }
            for opening in openings
        ]
        for some in in_chunks(events, 5_000):
            connection.execute(sa.insert(STAGE_EVENT), some)
        count = len({opening.ledger_id for opening in openings})
        audit.record(
            connection,
            actor,
            "open_balance",
            f"{project.code} {day}",
            now=now,
            region=project.region,
            after={"document": document, "file": file_name, "parcels": count},
        )
    return count


def undo_opening(
    store: Store, actor: Actor, opening_id: int, *, reason: str, now: datetime
) -> None:
    """Take an opening balance back; refused while reported work rests on it."""
    with store.writing() as connection:
        row = connection.execute(
            sa.select(OPENING_BALANCE).where(OPENING_BALANCE.c.id == opening_id)
        ).first()
        if row is None or row.undone_at is not None:
            raise Problem(_("There is no such opening balance, or it was taken back already."))
        project = one_project(connection, row.project_id)
        access.require(actor, Action.OPEN_BALANCE, project.region)
        if not reason.strip():
            raise Problem(_("Say why it is taken back: it stands in the audit log."))
        source = f"{OPENING}:{opening_id}"
        connection.execute(
            sa.update(STAGE_EVENT)
            .where(STAGE_EVENT.c.source == source)
            .values(state=EventState.VOID.value)
        )
        if resting := left_over(_done(connection, project)):
            raise Problem(
                _(
                    "{count} parcels have reported work that rests on this balance; return those "
                    "reports first. Nothing was changed.",
                    count=len(resting),
                )
            )
        connection.execute(
            sa.update(OPENING_BALANCE)
            .where(OPENING_BALANCE.c.id == opening_id)
            .values(undone_at=now, undone_by=actor.person_id, undone_reason=reason.strip()[:500])
        )
        audit.record(
            connection,
            actor,
            "undo_opening",
            f"{project.code} {row.day}",
            now=now,
            region=project.region,
            before={"document": row.document},
            after={"reason": reason.strip()[:500]},
        )


def opening_balances(store: Store, actor: Actor, project: Project) -> list[Mapping[str, Any]]:
    """Return every opening balance of a project, newest first, those taken back included."""
    access.require(actor, Action.OPEN_BALANCE, project.region)
    wanted = (
        sa.select(OPENING_BALANCE, PERSON.c.display_name)
        .join(PERSON, PERSON.c.id == OPENING_BALANCE.c.by_person)
        .where(OPENING_BALANCE.c.project_id == project.id)
        .order_by(OPENING_BALANCE.c.id.desc())
    )
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def _parcels(connection: sa.Connection, project: Project) -> pd.DataFrame:
    rows = connection.execute(
        sa.select(LEDGER.c.id, LEDGER.c.village_code, LEDGER.c.parcel_no, PARCEL.c.area_m2)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .where(
            LEDGER.c.project_id == project.id,
            LEDGER.c.withdrawn_at.is_(None),
            PARCEL.c.area_m2.is_not(None),
        )
    ).all()
    return pd.DataFrame(rows, columns=["ledger_id", "village_code", "parcel_no", "area_m2"])


def _done(connection: sa.Connection, project: Project) -> pd.DataFrame:
    """Return standing work, index ledger_id, one column per step, m²."""
    rows = connection.execute(
        sa.select(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step, sa.func.sum(STAGE_EVENT.c.area_m2))
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .where(LEDGER.c.project_id == project.id, STAGE_EVENT.c.state != EventState.VOID.value)
        .group_by(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step)
    ).all()
    table = pd.DataFrame(rows, columns=["ledger_id", "step", "area_m2"])
    wide = table.pivot(index="ledger_id", columns="step", values="area_m2")
    return wide.reindex(columns=[step.value for step in ORDER]).fillna(0.0)
