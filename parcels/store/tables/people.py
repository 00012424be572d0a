"""Who signs in: accounts, sessions, failed guesses."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, id_column, to_column

PERSON = sa.Table(
    "person",
    METADATA,
    id_column(),
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
    id_column(),
    sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
    to_column("person_id", "person"),
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
    id_column(),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_sign_in_failure_pair", "name", "address", "at"),
)
