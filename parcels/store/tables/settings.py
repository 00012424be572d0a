"""What the office has set; a setting without a row has its default."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant

SETTING = sa.Table(
    "setting",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", sa.ForeignKey("person.id")),
)
