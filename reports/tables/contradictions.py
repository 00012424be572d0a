"""Where a claim and a later look at the ground disagree, and what was answered."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, area_column, id_column, to_column

CONTRADICTION = sa.Table(
    "contradiction",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("region", sa.String(12), nullable=False, index=True),
    to_column("ledger_id", "ledger"),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("claimed_on", sa.Date, nullable=False),
    area_column("claimed_m2", nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("image_date", sa.Date, nullable=False),
    area_column("standing_m2", nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("found_at", Instant, nullable=False),
    sa.UniqueConstraint("ledger_id", "step", "source"),
)

CONTRADICTION_ANSWER = sa.Table(
    "contradiction_answer",
    METADATA,
    id_column(),
    to_column("contradiction_id", "contradiction"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_person", sa.ForeignKey("person.id")),
)
