"""Who answers for a township's part of a project, and its task."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, area_column, id_column, to_column

ANSWERABLE = sa.Table(
    "answerable",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("township_code", sa.String(9), nullable=False),
    sa.Column("leader_name", sa.Text, nullable=False),
    sa.Column("leader_post", sa.Text, nullable=False),
    sa.Column("leader_phone", sa.Text, nullable=False),
    sa.Column("deputy_name", sa.Text, nullable=False),
    sa.Column("deputy_post", sa.Text, nullable=False),
    sa.Column("deputy_phone", sa.Text, nullable=False),
    area_column("document_task_m2"),
    sa.Column("task_document_no", sa.Text, nullable=False),
    sa.Column("kept_at", Instant, nullable=False),
    sa.Column("kept_by", sa.ForeignKey("person.id"), nullable=False),
    sa.UniqueConstraint("project_id", "township_code"),
)
