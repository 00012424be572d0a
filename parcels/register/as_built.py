"""The as-built survey in force, joined to whatever reads the ledger."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.projects import Project
from parcels.rules.verdicts import Verdict
from parcels.store.tables import AS_BUILT, AS_BUILT_ADOPTION, LEDGER

COUNTS = (Verdict.PASS.value, Verdict.NOT_APPLICABLE.value)


def is_surveyed(project: Project) -> sa.ColumnElement[bool]:
    """Return how AS_BUILT joins LEDGER: the rows of the newest adopted survey."""
    newest = (
        sa.select(sa.func.max(AS_BUILT_ADOPTION.c.id))
        .where(AS_BUILT_ADOPTION.c.project_id == project.id)
        .scalar_subquery()
    )
    return (AS_BUILT.c.ledger_id == LEDGER.c.id) & (AS_BUILT.c.adoption_id == newest)


def as_built_m2() -> sa.ColumnElement[float]:
    """Return what the survey lets count: 0 where the parcel fails Y, null where none measured."""
    return sa.case(
        (AS_BUILT.c.verdict.is_(None), None),
        (AS_BUILT.c.verdict.in_(COUNTS), sa.func.coalesce(AS_BUILT.c.new_arable_m2, 0.0)),
        else_=0.0,
    ).label("as_built_m2")
