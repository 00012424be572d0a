"""Templates the office brought, and documents that were issued: bytes, never made again."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, id_column, to_column

DOCUMENT_TEMPLATE = sa.Table(
    "document_template",
    METADATA,
    id_column(),
    sa.Column("document", sa.String(48), nullable=False, index=True),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("file_sha256", sa.ForeignKey("stored_file.sha256"), nullable=False),
    sa.Column("uploaded_at", Instant, nullable=False),
    to_column("uploaded_by", "person"),
    sa.Column("retired_at", Instant),
)

ISSUED_DOCUMENT = sa.Table(
    "issued_document",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("name", sa.String(48), nullable=False),
    sa.Column("suffix", sa.String(8), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("check_code", sa.String(16), nullable=False, server_default=""),
    sa.Column("audit_head", sa.String(64), nullable=False),
    sa.Column("file_sha256", sa.ForeignKey("stored_file.sha256"), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    to_column("made_by", "person", nullable=True),
    sa.UniqueConstraint("project_id", "region", "name", "suffix", "day", "version"),
)
