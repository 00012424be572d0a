"""A report being written: one a township, project and day, saved as it is made."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, id_column

REPORT_DRAFT = sa.Table(
    "report_draft",
    METADATA,
    id_column(),
    sa.Column("project_id", sa.ForeignKey("project.id"), nullable=False),
    sa.Column("township_code", sa.String(9), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("idempotency_key", sa.String(64), nullable=False, unique=True),
    sa.Column("saved_at", Instant, nullable=False),
    sa.Column("saved_by", sa.ForeignKey("person.id"), nullable=False),
    sa.UniqueConstraint("project_id", "township_code", "day"),
)
