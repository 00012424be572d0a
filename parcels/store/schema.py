"""The registry through which every package hands in its tables, and the column types they share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
MIGRATIONS: list[Path] = [Path(__file__).parent / "migrations"]


def hand_in(migrations: Path) -> None:
    """Add an upper package's migrations; its tables join by being built on ``METADATA``."""
    if migrations not in MIGRATIONS:
        MIGRATIONS.append(migrations)


class Instant(sa.TypeDecorator[datetime]):
    """A moment: UTC in the database on every engine, an aware ``datetime`` in Python."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


def area_column(name: str, *, nullable: bool = True) -> sa.Column[float]:
    """Return a column for m² at 0.01."""
    return sa.Column(name, sa.Float, nullable=nullable)


def id_column() -> sa.Column[int]:
    """Return a table's own key."""
    return sa.Column("id", sa.Integer, primary_key=True)


def to_column(name: str, table: str, *, nullable: bool = False) -> sa.Column[int]:
    """Return an indexed column that points to another table's key."""
    return sa.Column(name, sa.ForeignKey(f"{table}.id"), nullable=nullable, index=True)
