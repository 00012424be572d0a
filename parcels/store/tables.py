"""The register's tables. Codes are text; areas m² at 0.01; geometry WKB in the layer's own CRS.

What people or files write is ``Text``: only PostgreSQL would enforce a length, mid-job.
"""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, area_column


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _to(name: str, table: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.ForeignKey(f"{table}.id"), nullable=nullable, index=True)


PERSON = sa.Table(
    "person",
    METADATA,
    _id(),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("role", sa.String(32), nullable=False),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("phone", sa.Text, nullable=False, server_default=""),
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("password_set_at", Instant, nullable=False),
    sa.Column("must_change_password", sa.Boolean, nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
    sa.Column("disabled_at", Instant),
)

SESSION = sa.Table(
    "session",
    METADATA,
    _id(),
    sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
    _to("person_id", "person"),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
)

SIGN_IN_FAILURE = sa.Table(
    "sign_in_failure",
    METADATA,
    _id(),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_sign_in_failure_pair", "name", "address", "at"),
)

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
    _id(),
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
    _id(),
    _to("project_id", "project"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("terms", sa.JSON, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    _to("created_by", "person"),
    sa.UniqueConstraint("project_id", "version"),
)

STORED_FILE = sa.Table(
    "stored_file",
    METADATA,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("stored_at", Instant, nullable=False),
)

LAYER = sa.Table(
    "layer",
    METADATA,
    _id(),
    _to("project_id", "project"),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("file_sha256", sa.ForeignKey("stored_file.sha256"), nullable=False),
    sa.Column("crs", sa.Integer, nullable=False),
    sa.Column("understood", sa.JSON, nullable=False),
    sa.Column("columns", sa.JSON, nullable=False),
    sa.Column("coverage", sa.LargeBinary),
    sa.Column("image_date", sa.Date),
    sa.Column("rows_in", sa.Integer, nullable=False),
    sa.Column("rows_kept", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    _to("created_by", "person"),
    sa.UniqueConstraint("project_id", "kind", "version"),
)

PARCEL = sa.Table(
    "parcel",
    METADATA,
    _id(),
    _to("layer_id", "layer"),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("parcel_no", sa.Text, nullable=False),
    sa.Column("township_code", sa.String(9), nullable=False),
    sa.Column("village_code", sa.String(12), nullable=False, index=True),
    sa.Column("township", sa.Text, nullable=False),
    sa.Column("village", sa.Text, nullable=False),
    sa.Column("ownership", sa.Text, nullable=False),
    sa.Column("land_class", sa.Text, nullable=False),
    sa.Column("block_no", sa.Text, nullable=False),
    area_column("declared_area_m2"),
    area_column("declared_new_arable_m2"),
    area_column("retained_m2"),
    sa.Column("inside_village", sa.Boolean),
    area_column("area_m2"),
    sa.Column("geometry", sa.LargeBinary),
    sa.Column("west", sa.Float),
    sa.Column("south", sa.Float),
    sa.Column("east", sa.Float),
    sa.Column("north", sa.Float),
    sa.UniqueConstraint("layer_id", "row"),
)

STRUCTURE = sa.Table(
    "structure",
    METADATA,
    _id(),
    _to("layer_id", "layer"),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("class", sa.Text, nullable=False),
    sa.Column("geometry", sa.LargeBinary, nullable=False),
    sa.Column("west", sa.Float, nullable=False),
    sa.Column("south", sa.Float, nullable=False),
    sa.Column("east", sa.Float, nullable=False),
    sa.Column("north", sa.Float, nullable=False),
)

CHECK_RUN = sa.Table(
    "check_run",
    METADATA,
    _id(),
    _to("project_id", "project"),
    sa.Column("parcel_layer_id", sa.ForeignKey("layer.id"), nullable=False),
    sa.Column("structure_layer_id", sa.ForeignKey("layer.id"), nullable=False),
    sa.Column("village_layer_id", sa.ForeignKey("layer.id")),
    sa.Column("policy_id", sa.ForeignKey("policy.id"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    _to("by_person", "person"),
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
    _id(),
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

LEDGER = sa.Table(
    "ledger",
    METADATA,
    _id(),
    _to("project_id", "project"),
    sa.Column("village_code", sa.String(12), nullable=False, index=True),
    sa.Column("parcel_no", sa.Text, nullable=False),
    sa.Column("occurrence", sa.Integer, nullable=False),
    _to("parcel_id", "parcel"),
    sa.Column("withdrawn_at", Instant),
    sa.Column("withdrawn_reason", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("project_id", "village_code", "parcel_no", "occurrence"),
)

STAGE_EVENT = sa.Table(
    "stage_event",
    METADATA,
    _id(),
    _to("ledger_id", "ledger"),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("day", sa.Date, nullable=False, index=True),
    area_column("area_m2", nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("source", sa.String(48), nullable=False, index=True),
    sa.Column("recorded_at", Instant, nullable=False),
)

AUDIT = sa.Table(
    "audit",
    METADATA,
    _id(),
    sa.Column("at", Instant, nullable=False),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("action", sa.String(48), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("after", sa.JSON, nullable=False),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
)
