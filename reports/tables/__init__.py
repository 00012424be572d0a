"""The reporting loop's tables, one file per theme; importing them hands in their migrations."""

from pathlib import Path

from parcels.store.schema import hand_in
from reports.tables.daily import DAILY_ENTRY, DAILY_REPORT

hand_in(Path(__file__).parent.parent / "migrations")

__all__ = ["DAILY_ENTRY", "DAILY_REPORT"]
