"""What a township works with: its team, its plan's versions, its start-up money's movements.

Money is whole fen (分), so that sums are exact.
"""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store import tables as register  # noqa: F401  the foreign keys' other ends
from parcels.store.schema import METADATA, Instant, id_column, to_column

TEAM = sa.Table(
    "team",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("township_code", sa.String(9), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("formed_on", sa.Date, nullable=False),
    sa.Column("document_no", sa.Text, nullable=False),
    sa.Column("members", sa.JSON, nullable=False),
    sa.Column("kept_at", Instant, nullable=False),
    sa.Column("kept_by", sa.ForeignKey("person.id"), nullable=False),
    sa.UniqueConstraint("project_id", "township_code"),
)

PLAN = sa.Table(
    "plan",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("township_code", sa.String(9), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("document_no", sa.Text, nullable=False),
    sa.Column("document_on", sa.Date, nullable=False),
    sa.Column("milestones", sa.JSON, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("kept_at", Instant, nullable=False),
    sa.Column("kept_by", sa.ForeignKey("person.id"), nullable=False),
    sa.UniqueConstraint("project_id", "township_code", "version"),
)

MONEY_MOVEMENT = sa.Table(
    "money_movement",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("township_code", sa.String(9), nullable=False, index=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("purpose", sa.String(32), nullable=False, server_default=""),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    sa.Column("words", sa.Text, nullable=False, server_default=""),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("source", sa.String(48), nullable=False, index=True),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("recorded_by", sa.ForeignKey("person.id")),
)
