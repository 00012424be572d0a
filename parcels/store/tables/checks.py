"""What was judged: check runs, verdicts, findings."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, area_column, id_column, to_column

CHECK_RUN = sa.Table(
    "check_run",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("parcel_layer_id", sa.ForeignKey("layer.id"), nullable=False),
    sa.Column("structure_layer_id", sa.ForeignKey("layer.id"), nullable=False),
    sa.Column("village_layer_id", sa.ForeignKey("layer.id")),
    sa.Column("policy_id", sa.ForeignKey("policy.id"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    to_column("by_person", "person"),
    sa.Column("adopted_at", Instant),
    sa.Column("adopted_by", sa.ForeignKey("person.id")),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
)

VERDICT = sa.Table(
    "verdict",
    METADATA,
    sa.Column("check_id", sa.ForeignKey("check_run.id"), primary_key=True),
    sa.Column("parcel_id", sa.ForeignKey("parcel.id"), primary_key=True, index=True),
    area_column("structure_m2"),
    sa.Column("structure_share", sa.Float),
    area_column("new_arable_m2"),
    sa.Column("structure_verdict", sa.String(16), nullable=False),
    sa.Column("new_arable_verdict", sa.String(16), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("near_limit", sa.Boolean, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
)

FINDING = sa.Table(
    "finding",
    METADATA,
    id_column(),
    sa.Column("check_id", sa.ForeignKey("check_run.id"), index=True),
    sa.Column("layer_id", sa.ForeignKey("layer.id"), nullable=False, index=True),
    sa.Column("row", sa.Integer),
    sa.Column("code", sa.String(48), nullable=False),
    sa.Column("parcel_no", sa.Text, nullable=False),
    sa.Column("village_code", sa.String(12), nullable=False),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("x", sa.Float),
    sa.Column("y", sa.Float),
)
