"""Where each parcel stands: the ledger and its stage events."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, area_column, id_column, to_column

LEDGER = sa.Table(
    "ledger",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("village_code", sa.String(12), nullable=False, index=True),
    sa.Column("parcel_no", sa.Text, nullable=False),
    sa.Column("occurrence", sa.Integer, nullable=False),
    to_column("parcel_id", "parcel"),
    sa.Column("withdrawn_at", Instant),
    sa.Column("withdrawn_reason", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("project_id", "village_code", "parcel_no", "occurrence"),
)

STAGE_EVENT = sa.Table(
    "stage_event",
    METADATA,
    id_column(),
    to_column("ledger_id", "ledger"),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("day", sa.Date, nullable=False, index=True),
    area_column("area_m2", nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("source", sa.String(48), nullable=False, index=True),
    sa.Column("recorded_at", Instant, nullable=False),
    # all that a sum of work asks: answered from the index alone, in the order it is grouped
    sa.Index("ix_stage_event_sums", "ledger_id", "step", "state", "day", "area_m2"),
)
