"""Work and parcels as figures need them: summed by the store, without outlines."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import sqlalchemy as sa

from parcels.frames import as_members, frame_of
from parcels.ledger.opening import OPENING
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import Level, narrower
from parcels.register.as_built import as_built_m2, is_surveyed
from parcels.register.reading import seen
from parcels.rules.verdicts import Verdict
from parcels.store.engine import Store
from parcels.store.tables import (
    AS_BUILT,
    CHECK_RUN,
    LEDGER,
    PARCEL,
    STAGE_EVENT,
    VERDICT,
    WORK_TOTAL,
)
from parcels.workflow import EventState, Step

FIGURES = [
    "ledger_id", "parcel_no", "township_code", "village_code", "village", "area_m2",
    "new_arable_m2", "verdict", "is_withdrawn", "as_built_m2",
]  # fmt: skip


def judged_figures(store: Store, actor: Actor, project: Project) -> pd.DataFrame:
    """Return FIGURES of the adopted check's parcels in the actor's region: ``judged_parcels``
    without outlines and grounds, which are most of its weight."""
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    wanted = (
        sa.select(
            LEDGER.c.id,
            PARCEL.c.parcel_no,
            PARCEL.c.township_code,
            PARCEL.c.village_code,
            PARCEL.c.village,
            PARCEL.c.area_m2,
            VERDICT.c.new_arable_m2,
            VERDICT.c.verdict,
            LEDGER.c.withdrawn_at.is_not(None).label("is_withdrawn"),
            as_built_m2(),
        )
        .select_from(VERDICT)
        .join(PARCEL, PARCEL.c.id == VERDICT.c.parcel_id)
        .join(LEDGER, (LEDGER.c.parcel_id == PARCEL.c.id) & (LEDGER.c.occurrence > 0))
        .outerjoin(AS_BUILT, is_surveyed(project))
        .where(VERDICT.c.check_id == (project.adopted_check_id or 0))
        .where(LEDGER.c.project_id == project.id, seen(PARCEL.c.village_code, actor, project))
        .order_by(PARCEL.c.row)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    frame = frame_of(rows, FIGURES)
    figures = {
        "area_m2": "float64",
        "new_arable_m2": "float64",
        "is_withdrawn": bool,
        "as_built_m2": "float64",
    }
    return frame.astype(figures).assign(verdict=as_members(frame["verdict"], Verdict))


def work_sums(
    store: Store, actor: Actor, project: Project, *, first: date, until: date
) -> pd.DataFrame:
    """Return the region's confirmed work by parcel and step: before ``first``, and from it on.

    Columns: ledger_id, township_code, step (Step), before_m2, within_m2. Sums of parcels and steps
    untouched since ``first`` are read, not taken: a year of events costs no more than a week.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    in_it = sa.and_(LEDGER.c.project_id == project.id, seen(LEDGER.c.village_code, actor, project))
    at_step = [
        sa.func.sum(sa.case((WORK_TOTAL.c.step == step.value, WORK_TOTAL.c.area_m2), else_=0.0))
        for step in Step
    ]
    with store.reading() as connection:
        # joining the codes to every sum would cost as much as the sums
        own = sa.select(LEDGER.c.id, LEDGER.c.village_code).where(in_it)
        villages = connection.execute(own).all()
        townships = {ledger_id: code[: Level.TOWNSHIP] for ledger_id, code in villages}
        # a row for each parcel, not for each of its steps: rows are what a reader pays for
        rows = connection.execute(
            sa.select(WORK_TOTAL.c.ledger_id, *at_step)
            .where(WORK_TOTAL.c.ledger_id.in_(sa.select(LEDGER.c.id).where(in_it)))
            .group_by(WORK_TOTAL.c.ledger_id)
        ).all()
        since = connection.execute(_since(first, until, in_it)).all()
        opened = _opened(connection, first, until)
    place = {row[0]: number for number, row in enumerate(rows)}
    column = {step.value: number for number, step in enumerate(Step)}
    before_m2 = np.array([row[1:] for row in rows], dtype="float64").reshape(len(rows), len(Step))
    within_m2 = np.zeros_like(before_m2)
    for ledger_id, step, *sums_m2 in since:
        if ledger_id in place:
            at = place[ledger_id], column[step]
            before_m2[at], within_m2[at] = sums_m2
    for (ledger_id, step), area_m2 in opened.items():
        if ledger_id in place:
            at = place[ledger_id], column[step]
            before_m2[at] += area_m2
            within_m2[at] -= area_m2
    worked, steps = np.nonzero((before_m2 != 0) | (within_m2 != 0))
    codes = np.array([townships[row[0]] for row in rows], dtype=object)
    return pd.DataFrame(
        {
            "ledger_id": np.fromiter(place, dtype="int64")[worked],
            "township_code": pd.Series(codes[worked], dtype=object),
            "step": pd.Series(np.array(list(Step), dtype=object)[steps], dtype=object),
            "before_m2": before_m2[worked, steps],
            "within_m2": within_m2[worked, steps],
        }
    )


def _since(first: date, until: date, in_it: sa.ColumnElement[bool]) -> sa.Select:
    """Return the sums before and within a period where anything was done from ``first`` on."""
    day, area_m2 = STAGE_EVENT.c.day, STAGE_EVENT.c.area_m2
    before = sa.func.sum(sa.case((day < first, area_m2), else_=0.0))
    within = sa.func.sum(sa.case((day.between(first, until), area_m2), else_=0.0))
    is_confirmed = STAGE_EVENT.c.state == EventState.CONFIRMED.value
    key = sa.tuple_(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step)
    touched = sa.select(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step).where(
        is_confirmed, day >= first, STAGE_EVENT.c.ledger_id.in_(sa.select(LEDGER.c.id).where(in_it))
    )
    return (
        sa.select(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step, before, within)
        .where(is_confirmed, key.in_(touched))
        .group_by(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step)
    )


def _opened(connection: sa.Connection, first: date, until: date) -> dict[tuple[int, str], float]:
    """Return (ledger id, step) → m² of opening balances entered within a period, of any region.

    An opening balance stood before the system: no period has done it. They are few and found by
    their source; asking each event of the sums for its source would read the whole table, and so
    would joining the ledger here. Only parcels of the caller's sums are looked up in them.
    """
    source = STAGE_EVENT.c.source
    is_opening = source.startswith(f"{OPENING}:")
    if connection.dialect.name == "sqlite":
        # LIKE uses no index there; ";" is the sign after ":". Elsewhere texts may sort otherwise
        is_opening &= (source >= f"{OPENING}:") & (source < f"{OPENING};")
    rows = connection.execute(
        sa.select(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step, sa.func.sum(STAGE_EVENT.c.area_m2))
        .where(
            is_opening,
            STAGE_EVENT.c.state == EventState.CONFIRMED.value,
            STAGE_EVENT.c.day.between(first, until),
        )
        .group_by(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step)
    )
    return {(ledger_id, step): float(area_m2) for ledger_id, step, area_m2 in rows}


def new_arable_by_day(
    store: Store, actor: Actor, project: Project, *, first: date, last: date
) -> pd.DataFrame:
    """Return the new arable that each day's confirmed work added: township_code, day, done_m2.

    Counted are eligible parcels at the project's counting step.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    added = sa.func.sum(STAGE_EVENT.c.area_m2 / PARCEL.c.area_m2 * VERDICT.c.new_arable_m2)
    wanted = (
        sa.select(PARCEL.c.township_code, STAGE_EVENT.c.day, added)
        .select_from(STAGE_EVENT)
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .join(CHECK_RUN, CHECK_RUN.c.id == (project.adopted_check_id or 0))
        .join(
            VERDICT, (VERDICT.c.parcel_id == PARCEL.c.id) & (VERDICT.c.check_id == CHECK_RUN.c.id)
        )
        .where(
            LEDGER.c.project_id == project.id,
            LEDGER.c.withdrawn_at.is_(None),
            VERDICT.c.verdict == Verdict.PASS.value,
            VERDICT.c.new_arable_m2.is_not(None),
            PARCEL.c.area_m2 > 0,
            STAGE_EVENT.c.step == project.counting_step.value,
            STAGE_EVENT.c.state == EventState.CONFIRMED.value,
            STAGE_EVENT.c.day.between(first, last),
            ~STAGE_EVENT.c.source.startswith(f"{OPENING}:"),
            seen(LEDGER.c.village_code, actor, project),
        )
        .group_by(PARCEL.c.township_code, STAGE_EVENT.c.day)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    frame = frame_of(rows, ["township_code", "day", "done_m2"])
    return frame.astype({"done_m2": "float64"})
