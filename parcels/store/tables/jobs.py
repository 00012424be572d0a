"""What the worker does: heavy work that a person asked for, and how far it is."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, id_column, to_column

JOB = sa.Table(
    "job",
    METADATA,
    id_column(),
    sa.Column("kind", sa.String(48), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    to_column("project_id", "project", nullable=True),
    sa.Column("region", sa.String(12), nullable=False, index=True),
    to_column("person_id", "person", nullable=True),  # nobody: the system itself
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("wanted", sa.JSON, nullable=False),
    sa.Column("result", sa.JSON),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("reference", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("worker", sa.String(64), nullable=False),  # who has it now; empty: nobody
    sa.Column("submitted_at", Instant, nullable=False),
    sa.Column("started_at", Instant),
    sa.Column("seen_at", Instant),
    sa.Column("ended_at", Instant),
)
