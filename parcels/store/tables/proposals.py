"""Proposals: what each would change, worked out once, and those that were declined."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, id_column, to_column

COMPARISON = sa.Table(
    "comparison",
    METADATA,
    id_column(),
    to_column("check_id", "check_run"),
    sa.Column("previous_check_id", sa.ForeignKey("check_run.id")),
    sa.Column("taken_out", sa.String(64), nullable=False),
    sa.Column("work", sa.String(96), nullable=False),
    sa.Column("at", Instant, nullable=False),
    to_column("by_person", "person", nullable=True),
    sa.Column("file_sha256", sa.ForeignKey("stored_file.sha256"), nullable=False),
)

DECLINED = sa.Table(
    "declined",
    METADATA,
    id_column(),
    sa.Column("check_id", sa.ForeignKey("check_run.id"), nullable=False, unique=True),
    sa.Column("at", Instant, nullable=False),
    to_column("by_person", "person"),
    sa.Column("reason", sa.Text, nullable=False),
)
