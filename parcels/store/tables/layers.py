"""What was uploaded: files, layers, parcels, structures."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, area_column, id_column, to_column

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
    id_column(),
    to_column("project_id", "project"),
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
    to_column("created_by", "person"),
    sa.UniqueConstraint("project_id", "kind", "version"),
)

PARCEL = sa.Table(
    "parcel",
    METADATA,
    id_column(),
    to_column("layer_id", "layer"),
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
    id_column(),
    to_column("layer_id", "layer"),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("class", sa.Text, nullable=False),
    sa.Column("geometry", sa.LargeBinary, nullable=False),
    sa.Column("west", sa.Float, nullable=False),
    sa.Column("south", sa.Float, nullable=False),
    sa.Column("east", sa.Float, nullable=False),
    sa.Column("north", sa.Float, nullable=False),
)
