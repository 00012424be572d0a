"""Orthophotos and what a judge read from them: images, judgements, corrections of inputs."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, id_column, to_column

IMAGERY = sa.Table(
    "imagery",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("moment", sa.String(16), nullable=False),
    sa.Column("taken_on", sa.Date, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("file_sha256", sa.ForeignKey("stored_file.sha256")),
    sa.Column("address", sa.Text, nullable=False, server_default=""),
    sa.Column("chosen_crs", sa.Integer),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("words", sa.Text, nullable=False, server_default=""),
    sa.Column("tiles_sha256", sa.ForeignKey("stored_file.sha256")),
    sa.Column("max_zoom", sa.Integer),
    sa.Column("pixel_m", sa.Float),
    sa.Column("crs", sa.Integer),
    sa.Column("west", sa.Float),
    sa.Column("south", sa.Float),
    sa.Column("east", sa.Float),
    sa.Column("north", sa.Float),
    sa.Column("created_at", Instant, nullable=False),
    to_column("created_by", "person"),
    sa.Column("removed_at", Instant),
)

JUDGEMENT = sa.Table(
    "judgement",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    to_column("parcel_id", "parcel"),
    sa.Column("check_id", sa.ForeignKey("check_run.id"), nullable=False),
    sa.Column("village_code", sa.String(12), nullable=False, index=True),
    sa.Column("parcel_no", sa.Text, nullable=False),
    sa.Column("before_id", sa.ForeignKey("imagery.id")),
    sa.Column("after_id", sa.ForeignKey("imagery.id")),
    sa.Column("before_shows", sa.JSON, nullable=False),
    sa.Column("after_shows", sa.JSON, nullable=False),
    sa.Column("explanation", sa.Text, nullable=False, server_default=""),
    sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("at", Instant, nullable=False),
    to_column("by_person", "person"),
    sa.Column("second_at", Instant),
    sa.Column("second_person", sa.ForeignKey("person.id")),
    sa.Column("second_words", sa.Text, nullable=False, server_default=""),
)

CORRECTION = sa.Table(
    "correction",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    to_column("parcel_id", "parcel"),
    sa.Column("village_code", sa.String(12), nullable=False, index=True),
    sa.Column("parcel_no", sa.Text, nullable=False),
    sa.Column("input", sa.String(16), nullable=False),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("after", sa.JSON, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("at", Instant, nullable=False),
    to_column("by_person", "person"),
    sa.Column("second_at", Instant),
    sa.Column("second_person", sa.ForeignKey("person.id")),
    sa.Column("second_words", sa.Text, nullable=False, server_default=""),
    sa.Column("applied_layer_id", sa.ForeignKey("layer.id")),
)
