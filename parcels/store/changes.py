"""What changed last under each region: the key of whatever is kept instead of read again.

One county's thirty townships report in the same half hour; a key that every report moves would make
each of them read its own parcels again after each of the others.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from parcels.store.audit import CHANGE_NOTHING, FIRST_HASH
from parcels.store.engine import Store
from parcels.store.tables import AUDIT


class Changes:
    """The newest change under each region, read on from where the last reader left it.

    ``daily`` are the actions of every day's work: they leave the layers as they were.
    """

    def __init__(self, daily: Collection[str] = ()) -> None:
        self._daily = frozenset(daily)
        self._alone = threading.Lock()
        self._newest: dict[tuple[str, bool], tuple[int, str]] = {}
        self._seen: tuple[int, str] | None = None

    def newest(self, store: Store, region: str = "", *, of_layers: bool = False) -> str:
        """Return the hash of the newest audit row that changed what a region's pages show.

        A change of a wider region touches it, and one of a place inside it; without a region,
        every change does. Signing in and refusals change nothing; ``of_layers`` counts only what
        may change the layers, what was adopted, or the ledger.
        """
        before = self._seen  # every transaction that begins now sees this row
        rows = _rows_from(store, before[0]) if before else []
        with self._alone:  # never while the database is asked: thirty would wait in line
            if rows and (rows[0].id, rows[0].hash) == before:
                self._take_in(rows)
            else:  # the first reader, or another log in its place
                with store.reading() as connection:
                    self._read_all(connection)
            touching = [
                newest
                for (place, is_daily), newest in self._newest.items()
                if not (is_daily and of_layers)
                and (place.startswith(region) or region.startswith(place))
            ]
        return max(touching)[1] if touching else FIRST_HASH

    def _take_in(self, rows: Sequence[Any]) -> None:
        """Go on from the last row seen; another reader may have gone further meanwhile."""
        assert self._seen  # noqa: S101  there was one before
        for row in rows:
            if row.id <= self._seen[0]:
                continue
            if row.action not in CHANGE_NOTHING:
                self._newest[row.region, row.action in self._daily] = (row.id, row.hash)
            self._seen = (row.id, row.hash)

    def _read_all(self, connection: sa.Connection) -> None:
        last_of_each = (
            sa.select(sa.func.max(AUDIT.c.id))
            .where(AUDIT.c.action.not_in(CHANGE_NOTHING))
            .group_by(AUDIT.c.region, AUDIT.c.action)
        )
        wanted = sa.select(AUDIT.c.id, AUDIT.c.hash, AUDIT.c.region, AUDIT.c.action)
        newest = wanted.where(AUDIT.c.id.in_(last_of_each)).order_by(AUDIT.c.id)
        self._newest = {
            (row.region, row.action in self._daily): (row.id, row.hash)
            for row in connection.execute(newest)
        }
        head = connection.execute(wanted.order_by(AUDIT.c.id.desc()).limit(1)).first()
        self._seen = (head.id, head.hash) if head else None


def _rows_from(store: Store, first_id: int) -> Sequence[Any]:
    wanted = sa.select(AUDIT.c.id, AUDIT.c.hash, AUDIT.c.region, AUDIT.c.action)
    with store.reading() as connection:
        return connection.execute(wanted.where(AUDIT.c.id >= first_id).order_by(AUDIT.c.id)).all()
