"""The condition that every query carries: rows of this region only."""

from __future__ import annotations

import sqlalchemy as sa


def within(column: sa.ColumnElement[str], region: str) -> sa.ColumnElement[bool]:
    """Return the condition that every query carries: rows of this region only."""
    if not region:
        return sa.false()
    return column.startswith(region, autoescape=True)
