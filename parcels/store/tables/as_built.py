"""What the as-built survey (竣工图) measured on each ledger row, and which survey is in force."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, area_column, id_column, to_column

AS_BUILT_ADOPTION = sa.Table(
    "as_built_adoption",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    to_column("layer_id", "layer"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_person", sa.ForeignKey("person.id"), nullable=False),
)

AS_BUILT = sa.Table(
    "as_built",
    METADATA,
    sa.Column("adoption_id", sa.ForeignKey("as_built_adoption.id"), primary_key=True),
    sa.Column("ledger_id", sa.ForeignKey("ledger.id"), primary_key=True, index=True),
    sa.Column("parcel_id", sa.ForeignKey("parcel.id"), nullable=False),
    area_column("area_m2"),
    area_column("new_arable_m2"),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
)
