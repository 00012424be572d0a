"""The office's working calendar: weeks by the day they hold from, and days that differ."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, id_column

CALENDAR_WEEK = sa.Table(
    "calendar_week",
    METADATA,
    id_column(),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("weekdays", sa.String(7), nullable=False),  # "12345": Monday is 1
    sa.UniqueConstraint("region", "since"),
)

CALENDAR_DAY = sa.Table(
    "calendar_day",
    METADATA,
    id_column(),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("is_working", sa.Boolean, nullable=False),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("region", "day"),
)
