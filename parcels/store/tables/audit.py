"""Who did what, chained by hash."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, id_column

AUDIT = sa.Table(
    "audit",
    METADATA,
    id_column(),
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
