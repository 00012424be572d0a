"""Documents that people attach: a plan's file, what a reply to a notice encloses."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store import tables as register  # noqa: F401  the foreign keys' other ends
from parcels.store.schema import METADATA, Instant, id_column, to_column

ATTACHMENT = sa.Table(
    "attachment",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("about", sa.String(64), nullable=False, index=True),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("file_sha256", sa.ForeignKey("stored_file.sha256"), nullable=False),
    sa.Column("kept_at", Instant, nullable=False),
    sa.Column("kept_by", sa.ForeignKey("person.id"), nullable=False),
    sa.UniqueConstraint("about", "file_sha256"),
)
