"""Templates the office brought, documents that were issued (bytes, never made again), codes."""

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

# a letter as it stood after a step of its notice, or published figures: what everybody is handed
ISSUED_PAPER = sa.Table(
    "issued_paper",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("notice_step_id", sa.ForeignKey("notice_step.id"), index=True),
    sa.Column("snapshot_id", sa.ForeignKey("snapshot.id"), index=True),
    sa.Column("name", sa.String(48), nullable=False),
    sa.Column("suffix", sa.String(8), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("check_code", sa.String(16), nullable=False, index=True),
    sa.Column("audit_head", sa.String(64), nullable=False),
    sa.Column("file_sha256", sa.ForeignKey("stored_file.sha256"), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    to_column("made_by", "person", nullable=True),
    sa.UniqueConstraint("notice_step_id", "name", "suffix"),
    sa.UniqueConstraint("snapshot_id", "region", "name", "suffix"),
)

# what a printed check code leads to, where it is not that of frozen figures
DOCUMENT_CODE = sa.Table(
    "document_code",
    METADATA,
    id_column(),
    to_column("project_id", "project", nullable=True),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("code", sa.String(8), nullable=False, unique=True),
    sa.Column("name", sa.String(48), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("cut_off", sa.Text, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("content_sha256", sa.String(64), nullable=False, index=True),
    sa.Column("audit_head", sa.String(64), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    to_column("made_by", "person", nullable=True),
)
