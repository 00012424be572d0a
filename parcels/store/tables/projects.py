"""What is worked on: regions, projects, policy versions."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, area_column, id_column, to_column

REGION = sa.Table(
    "region",
    METADATA,
    sa.Column("code", sa.String(12), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("crs", sa.Integer),
    sa.Column("geometry", sa.LargeBinary),
)

PROJECT = sa.Table(
    "project",
    METADATA,
    id_column(),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("region", sa.String(12), nullable=False, index=True),
    sa.Column("approval_no", sa.Text, nullable=False),
    sa.Column("approved_on", sa.Date),
    area_column("approved_scale_m2", nullable=False),
    area_column("approved_new_arable_m2", nullable=False),
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("deadline", sa.Date, nullable=False),
    sa.Column("counting_step", sa.String(32), nullable=False),
    sa.Column("cut_off", sa.Time, nullable=False),
    # no foreign key: a check names its project, and two tables must not lean on one another
    sa.Column("adopted_check_id", sa.Integer),
)

POLICY = sa.Table(
    "policy",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("terms", sa.JSON, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    to_column("created_by", "person"),
    sa.UniqueConstraint("project_id", "version"),
)
