"""Acceptance on site: an inspection, and its result for each parcel looked at."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store import tables as register  # noqa: F401  the foreign keys' other ends
from parcels.store.schema import METADATA, Instant, area_column, id_column, to_column

INSPECTION = sa.Table(
    "inspection",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("township_code", sa.String(9), nullable=False, index=True),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("people", sa.Text, nullable=False),
    sa.Column("document_no", sa.Text, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("recorded_by", sa.ForeignKey("person.id"), nullable=False),
    # a visit under way: taken up again on any device; what is filled in and not kept yet
    sa.Column("ended_at", Instant),
    sa.Column("draft", sa.JSON, nullable=False, server_default="{}"),
)

INSPECTION_RESULT = sa.Table(
    "inspection_result",
    METADATA,
    id_column(),
    to_column("inspection_id", "inspection"),
    to_column("ledger_id", "ledger"),
    sa.Column("is_accepted", sa.Boolean, nullable=False),
    area_column("area_m2", nullable=False),
    sa.Column("grounds", sa.JSON, nullable=False),
    sa.Column("to_mend", sa.Text, nullable=False),
    sa.Column("mend_by", sa.Date),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("struck_at", Instant),
    sa.Column("struck_reason", sa.Text, nullable=False, server_default=""),
)
# one standing result a parcel and visit; a mistaken one is struck out, not written over
sa.Index(
    "uq_inspection_result_standing",
    INSPECTION_RESULT.c.inspection_id,
    INSPECTION_RESULT.c.ledger_id,
    unique=True,
    sqlite_where=INSPECTION_RESULT.c.struck_at.is_(None),
    postgresql_where=INSPECTION_RESULT.c.struck_at.is_(None),
)
