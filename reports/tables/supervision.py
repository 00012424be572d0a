"""Notices (督办): what was issued, every step since, and proposals a person declined."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store import tables as register  # noqa: F401  the foreign keys' other ends
from parcels.store.schema import METADATA, Instant, id_column, to_column

NOTICE = sa.Table(
    "notice",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("township_code", sa.String(9), nullable=False, index=True),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("office", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("rung", sa.String(16), nullable=False),
    sa.Column("fact", sa.String(16), nullable=False),
    sa.Column("matter", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("figures", sa.JSON, nullable=False),
    sa.Column("cut_off", Instant, nullable=False),
    sa.Column("requirement", sa.Text, nullable=False),
    sa.Column("answerable", sa.Text, nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("extension_until", sa.Date),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("issued_by", sa.ForeignKey("person.id"), nullable=False),
    sa.UniqueConstraint("region", "office", "year", "sequence"),
)

NOTICE_STEP = sa.Table(
    "notice_step",
    METADATA,
    id_column(),
    to_column("notice_id", "notice"),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("measures", sa.Text, nullable=False, server_default=""),
    sa.Column("until", sa.Date),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_person", sa.ForeignKey("person.id")),
)

# the parcels a notice names; none where it is about the township as a whole
NOTICE_PARCEL = sa.Table(
    "notice_parcel",
    METADATA,
    sa.Column("notice_id", sa.ForeignKey("notice.id"), primary_key=True),
    sa.Column("ledger_id", sa.ForeignKey("ledger.id"), primary_key=True, index=True),
)

DECLINED_PROPOSAL = sa.Table(
    "declined_proposal",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("township_code", sa.String(9), nullable=False),
    sa.Column("fact", sa.String(16), nullable=False),
    sa.Column("rung", sa.String(16), nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_person", sa.ForeignKey("person.id"), nullable=False),
)
