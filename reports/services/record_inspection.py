"""Recording acceptance on site: county and city acceptance, filing; within the claim ceilings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.regions import Level, contains, level_of
from parcels.rules.verdicts import Verdict
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import LEDGER, PARCEL, STAGE_EVENT, VERDICT
from parcels.store.within import within
from parcels.workflow import EventState, Step, later
from reports.acceptance.inspection import (
    RECORDED_ON_SITE,
    Result,
    acceptance_breaches,
    require_open,
    require_sound_results,
)
from reports.ceilings import ROUNDING_M2
from reports.clean import clean
from reports.completion import done_m2
from reports.counted import is_counted
from reports.daily import OFFICE_TIME
from reports.services.ceilings import TooMuchClaimed
from reports.tables import INSPECTION, INSPECTION_RESULT


def open_inspection(
    store: Store,
    actor: Actor,
    project_id: int,
    township_code: str,
    step: Step,
    *,
    day: date,
    people: str,
    document_no: str = "",
    now: datetime,
) -> int:
    """Begin a visit and return its id; results are then kept one by one, so that none is lost."""
    access.require(actor, Action.RECORD_ACCEPTANCE, township_code)
    people, document_no = clean(people.strip()), clean(document_no.strip())
    if step not in RECORDED_ON_SITE:
        raise Problem(_("This step is reported by the township, not recorded on site."))
    if not people:
        raise Problem(_("Name who was on site."))
    if step is not Step.COUNTY_ACCEPTED and not document_no:
        raise Problem(_("Give the number of the document of the city's acceptance or filing."))
    with store.writing() as connection:
        project = one_project(connection, project_id)
        if not project.starts_on <= day <= now.astimezone(OFFICE_TIME).date():
            raise Problem(_("The day {day} cannot be: it lies ahead or before the project.",
                            day=day))  # fmt: skip
        if level_of(township_code) is not Level.TOWNSHIP or not contains(
            project.region, township_code
        ):
            raise Problem(_("The township does not belong to project {name}.", name=project.name))
        key = connection.execute(
            sa.insert(INSPECTION).values(
                project_id=project_id,
                township_code=township_code,
                step=step.value,
                day=day,
                people=people,
                document_no=document_no,
                recorded_at=now,
                recorded_by=actor.person_id,
            )
        ).inserted_primary_key
        assert key is not None  # noqa: S101  an insert of one row has a key
        audit.record(
            connection, actor, "open_inspection", f"{project.code} #{key[0]}", now=now,
            region=township_code,
            after={"step": step.value, "day": str(day), "people": people, "no": document_no},
        )  # fmt: skip
    return int(key[0])


def record_results(
    store: Store, actor: Actor, inspection_id: int, results: Sequence[Result], *, now: datetime
) -> None:
    """Write results of a visit; accepted areas become stage events within the ceilings.

    Raises TooMuchClaimed with one line for each acceptance above its ceiling; nothing is written.
    """
    with store.writing() as connection:
        visit = _one(connection, inspection_id)
        access.require(actor, Action.RECORD_ACCEPTANCE, visit.township_code)
        require_sound_results(results, visit.day)
        project = one_project(connection, visit.project_id)
        step = Step(visit.step)
        parcels, done = _standing(connection, project, visit.township_code)
        if found := acceptance_breaches(results, step, parcels, done):
            raise TooMuchClaimed(found)
        require_open(results, step, parcels, done)
        _require_first_result(connection, inspection_id, results)
        connection.execute(
            sa.insert(INSPECTION_RESULT),
            [
                {
                    "inspection_id": inspection_id,
                    "ledger_id": result.ledger_id,
                    "is_accepted": result.is_accepted,
                    "area_m2": result.area_m2 if result.is_accepted else 0.0,
                    "grounds": [ground.value for ground in result.grounds],
                    "to_mend": clean(result.to_mend.strip()),
                    "mend_by": result.mend_by,
                    "recorded_at": now,
                }
                for result in results
            ],
        )
        accepted = [result for result in results if result.is_accepted]
        if accepted:
            connection.execute(
                sa.insert(STAGE_EVENT),
                [
                    {
                        "ledger_id": result.ledger_id,
                        "step": step.value,
                        "day": visit.day,
                        "area_m2": result.area_m2,
                        "state": EventState.CONFIRMED.value,
                        "source": source_of(inspection_id),
                        "recorded_at": now,
                    }
                    for result in accepted
                ],
            )
        audit.record(
            connection,
            actor,
            "record_inspection",
            f"{project.code} #{inspection_id}",
            now=now,
            region=visit.township_code,
            after={
                "step": step.value,
                "accepted": [result.ledger_id for result in accepted],
                "refused": {
                    str(result.ledger_id): [ground.value for ground in result.grounds]
                    for result in results
                    if not result.is_accepted
                },
            },
        )


def strike_result(
    store: Store, actor: Actor, result_id: int, *, reason: str, now: datetime
) -> None:
    """Strike out a result recorded by mistake; refused while a later step rests on it."""
    reason = clean(reason.strip())
    with store.writing() as connection:
        result = connection.execute(
            sa.select(INSPECTION_RESULT).where(
                INSPECTION_RESULT.c.id == result_id, INSPECTION_RESULT.c.struck_at.is_(None)
            )
        ).first()
        if result is None:
            raise Problem(_("There is no such result, or it is struck out already."))
        visit = _one(connection, result.inspection_id)
        access.require(actor, Action.RECORD_ACCEPTANCE, visit.township_code)
        if not reason:
            raise Problem(_("Say why this result is struck out."))
        project = one_project(connection, visit.project_id)
        if result.is_accepted:
            _require_unused(connection, project, visit, result)
            connection.execute(
                sa.update(STAGE_EVENT)
                .where(
                    STAGE_EVENT.c.source == source_of(result.inspection_id),
                    STAGE_EVENT.c.ledger_id == result.ledger_id,
                )
                .values(state=EventState.VOID.value)
            )
        connection.execute(
            sa.update(INSPECTION_RESULT)
            .where(INSPECTION_RESULT.c.id == result_id)
            .values(struck_at=now, struck_reason=reason)
        )
        audit.record(
            connection,
            actor,
            "strike_inspection",
            f"{project.code} #{result.inspection_id}",
            now=now,
            region=visit.township_code,
            before={"ledger": result.ledger_id, "accepted": result.is_accepted},
            after={"reason": reason},
        )


def source_of(inspection_id: int) -> str:
    """Return how stage events and photos name the inspection they come from."""
    return f"acceptance:{inspection_id}"


def _one(connection: sa.Connection, inspection_id: int) -> sa.Row:
    row = connection.execute(sa.select(INSPECTION).where(INSPECTION.c.id == inspection_id)).first()
    if row is None:
        raise Problem(_("There is no such inspection."))
    return row


def _require_first_result(
    connection: sa.Connection, inspection_id: int, results: Sequence[Result]
) -> None:
    number = connection.scalar(
        sa.select(LEDGER.c.parcel_no)
        .join(INSPECTION_RESULT, INSPECTION_RESULT.c.ledger_id == LEDGER.c.id)
        .where(
            INSPECTION_RESULT.c.inspection_id == inspection_id,
            INSPECTION_RESULT.c.struck_at.is_(None),
            INSPECTION_RESULT.c.ledger_id.in_([result.ledger_id for result in results]),
        )
        .limit(1)
    )
    if number is not None:
        raise Problem(
            _("Parcel {number} has a result of this visit already; strike it out first.",
              number=number)
        )  # fmt: skip


def _require_unused(
    connection: sa.Connection, project: Project, visit: sa.Row, result: sa.Row
) -> None:
    parcels, done = _standing(connection, project, visit.township_code)
    step = Step(visit.step)
    left_m2 = float(done.at[result.ledger_id, step]) - result.area_m2
    after = later(step)
    if after and float(done.at[result.ledger_id, after[0]]) > left_m2 + ROUNDING_M2:
        raise Problem(
            _("Parcel {number} is accepted further already; strike that out first.",
              number=parcels.at[result.ledger_id, "parcel_no"])
        )  # fmt: skip


def _standing(
    connection: sa.Connection, project: Project, township_code: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the township's parcels with is_counted, and what is confirmed on them by step."""
    here = (LEDGER.c.project_id == project.id) & within(LEDGER.c.village_code, township_code)
    rows = connection.execute(
        sa.select(
            LEDGER.c.id,
            LEDGER.c.parcel_no,
            PARCEL.c.area_m2,
            VERDICT.c.verdict,
            LEDGER.c.withdrawn_at.is_not(None),
        )
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .join(
            VERDICT,
            (VERDICT.c.parcel_id == PARCEL.c.id)
            & (VERDICT.c.check_id == (project.adopted_check_id or 0)),
        )
        .where(here, PARCEL.c.area_m2.is_not(None))
    ).all()
    columns = ["ledger_id", "parcel_no", "area_m2", "verdict", "is_withdrawn"]
    parcels = pd.DataFrame(rows, columns=columns).set_index("ledger_id")
    parcels = parcels.assign(
        verdict=[Verdict(value) for value in parcels["verdict"]],
        is_withdrawn=parcels["is_withdrawn"].astype(bool),
    )
    names = ("ledger_id", "step", "day", "area_m2", "state")
    events = connection.execute(
        sa.select(*(STAGE_EVENT.c[name] for name in names))
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .where(here, STAGE_EVENT.c.state == EventState.CONFIRMED.value)
    ).all()
    done = done_m2(pd.DataFrame(events, columns=list(names)))
    return parcels.assign(is_counted=is_counted(parcels)), done
