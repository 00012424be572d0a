"""Photos, whatever they are about: reports, inspections, notices, contradictions."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, id_column, to_column

PHOTO = sa.Table(
    "photo",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("about", sa.String(64), nullable=False, index=True),
    sa.Column("ledger_id", sa.ForeignKey("ledger.id")),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("original_sha256", sa.String(64), nullable=False, index=True),
    sa.Column("served_sha256", sa.ForeignKey("stored_file.sha256"), nullable=False),
    sa.Column("small_sha256", sa.ForeignKey("stored_file.sha256"), nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("taken_at", Instant),
    sa.Column("lon", sa.Float),
    sa.Column("lat", sa.Float),
    sa.Column("direction", sa.Float),
    sa.Column("kept_at", Instant, nullable=False),
    sa.Column("kept_by", sa.ForeignKey("person.id"), nullable=False),
)
