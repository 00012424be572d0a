"""Adopting a check: from then on completion, maps and reports rest on its verdicts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import one_project
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import CHECK_RUN, LEDGER, PARCEL, PROJECT, STAGE_EVENT
from parcels.workflow import EventState


def adopt_check(
    store: Store, actor: Actor, check_id: int, *, reason: str, now: datetime
) -> tuple[int, int]:
    """Make a check the one that figures rest on; return (ledger rows added, rows withdrawn).

    Ledger rows are matched by village, number and occurrence. A parcel that is not in the new
    layer is withdrawn with that reason; adoption is refused while work is reported on one. One
    that was withdrawn so and is in the layer again counts again.
    """
    reason = reason.strip()
    with store.writing() as connection:
        run = connection.execute(sa.select(CHECK_RUN).where(CHECK_RUN.c.id == check_id)).first()
        if run is None:
            raise Problem(_("There is no check {id}.", id=check_id))
        project = one_project(connection, run.project_id)
        access.require(actor, Action.ADOPT_CHECK, project.region)
        if not reason:
            raise Problem(_("Say why this check is adopted: it stands in the audit log."))
        wanted = _ledger_keys(connection, run.parcel_layer_id)
        present = {
            (row.village_code, row.parcel_no, row.occurrence): row
            for row in connection.execute(
                sa.select(LEDGER).where(LEDGER.c.project_id == project.id)
            )
        }
        in_adopted_layer = _ledger_ids_of_check(connection, project.adopted_check_id)
        gone = [row for key, row in present.items() if key not in wanted and not row.withdrawn_at]
        _refuse_lost_work(connection, [row.id for row in gone])
        added = back = 0
        for (village, number, occurrence), parcel_id in wanted.items():
            known = present.get((village, number, occurrence))
            if known is None:
                added += 1
                connection.execute(
                    sa.insert(LEDGER).values(
                        project_id=project.id,
                        village_code=village,
                        parcel_no=number,
                        occurrence=occurrence,
                        parcel_id=parcel_id,
                    )
                )
            else:
                now_in: dict[str, object] = {"parcel_id": parcel_id}
                if known.withdrawn_at and known.id not in in_adopted_layer:
                    back += 1
                    now_in |= {"withdrawn_at": None, "withdrawn_reason": ""}
                connection.execute(
                    sa.update(LEDGER).where(LEDGER.c.id == known.id).values(**now_in)
                )
        if gone:
            connection.execute(
                sa.update(LEDGER)
                .where(LEDGER.c.id.in_([row.id for row in gone]))
                .values(withdrawn_at=now, withdrawn_reason=reason)
            )
        connection.execute(
            sa.update(CHECK_RUN)
            .where(CHECK_RUN.c.id == check_id)
            .values(adopted_at=now, adopted_by=actor.person_id, reason=reason)
        )
        connection.execute(
            sa.update(PROJECT).where(PROJECT.c.id == project.id).values(adopted_check_id=check_id)
        )
        audit.record(
            connection,
            actor,
            "adopt_check",
            f"{project.code} #{check_id}",
            now=now,
            region=project.region,
            before={"check": project.adopted_check_id},
            after={
                "check": check_id,
                "reason": reason,
                "added": added,
                "withdrawn": len(gone),
                "back": back,
            },
        )
    return added, len(gone)


def _ledger_keys(connection: sa.Connection, layer_id: int) -> dict[tuple[str, str, int], int]:
    """Return (village, number, occurrence) → parcel id; rows without a number use their row."""
    rows = connection.execute(
        sa.select(PARCEL.c.id, PARCEL.c.row, PARCEL.c.village_code, PARCEL.c.parcel_no)
        .where(PARCEL.c.layer_id == layer_id)
        .order_by(PARCEL.c.row)
    )
    keys: dict[tuple[str, str, int], int] = {}
    for parcel in rows:
        number = parcel.parcel_no or f"#{parcel.row}"
        occurrence = 1
        while (parcel.village_code, number, occurrence) in keys:
            occurrence += 1
        keys[parcel.village_code, number, occurrence] = parcel.id
    return keys


def _ledger_ids_of_check(connection: sa.Connection, check_id: int | None) -> set[int]:
    """Return the ledger rows of a check's layer: one withdrawn there was taken out by a person."""
    wanted = (
        sa.select(LEDGER.c.id)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .join(CHECK_RUN, CHECK_RUN.c.parcel_layer_id == PARCEL.c.layer_id)
        .where(CHECK_RUN.c.id == (check_id or 0))
    )
    return set(connection.scalars(wanted))


def _refuse_lost_work(connection: sa.Connection, ledger_ids: list[int]) -> None:
    lost = connection.scalar(
        sa.select(sa.func.count(STAGE_EVENT.c.ledger_id.distinct())).where(
            STAGE_EVENT.c.ledger_id.in_(ledger_ids),
            STAGE_EVENT.c.state != EventState.VOID.value,
        )
    )
    if lost:
        raise Problem(
            _(
                "{count} parcels with reported work are missing from the new layer; adopting it "
                "would lose that work. Keep their numbers, or return the reports first.",
                count=lost,
            )
        )
