"""A store that remembers what each of its transactions changed, and what stands in the log of it.

What is counted are the rows that the transaction itself added to the audit log, on its own
connection before it ends: a change and its row can then only stand or fall together.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from parcels.store.engine import Store
from parcels.store.tables import AUDIT

ROOT = Path(__file__).resolve().parents[2]
CHANGES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
OURS = tuple(f"{ROOT / floor}/" for floor in ("parcels", "reports", "ui"))

# Changes nobody did to the register: life signs of a session, counted tries, a notepad
# (docs/decisions/0021), an original that waits for the row which names it, the code of what a
# document says (docs/decisions/0042: who takes the document leaves the row).
NO_ACT = {"session", "sign_in_failure", "report_draft", "stored_file", "document_code"}
# A worker's hold on a job, which begins and ends with rows of its own.
HOLDS = {"take_job", "beat", "hand_back"}
# Acts on many things at once leave a row for each.
ONE_EACH = {"import_accounts", "change_settings", "edit_ledger", "import_opening", "open_balance"}


@dataclass(frozen=True)
class Transaction:
    """One transaction of our code: where it was opened, what it changed, what it recorded."""

    at: str
    tables: frozenset[str]
    actions: tuple[str, ...]


@dataclass(frozen=True)
class Recording(Store):
    """A store that keeps its books; with ``is_kept`` False every change is taken back."""

    is_kept: bool = True
    seen: list[Transaction] = field(default_factory=list)

    @contextmanager
    def writing(self, **how: Any) -> Iterator[sa.Connection]:
        place = sys._getframe(2)
        at = f"{Path(place.f_code.co_filename)}:{place.f_code.co_name}"
        with taken_back(), super().writing(**how) as connection:
            with self._booked(connection, at):
                yield connection
            if not self.is_kept:
                raise TakenBack

    @contextmanager
    def beside(self) -> Iterator[sa.Connection]:
        place = sys._getframe(2)
        at = f"{Path(place.f_code.co_filename)}:{place.f_code.co_name}"
        with taken_back(), super().beside() as connection:
            with self._booked(connection, at):
                yield connection
            if not self.is_kept:
                raise TakenBack

    @contextmanager
    def _booked(self, connection: sa.Connection, at: str) -> Iterator[None]:
        tables: set[str] = set()

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if changed := CHANGES.match(statement):
                tables.add(changed[1])

        before = set(connection.scalars(sa.select(AUDIT.c.hash)))
        sa.event.listen(connection, "before_cursor_execute", note)
        yield
        sa.event.remove(connection, "before_cursor_execute", note)
        if at.startswith(OURS) and tables:
            wanted = sa.select(AUDIT.c.action, AUDIT.c.hash).order_by(AUDIT.c.id)
            rows = connection.execute(wanted).all()
            actions = tuple(row.action for row in rows if row.hash not in before)
            self.seen.append(Transaction(at[len(str(ROOT)) + 1 :], frozenset(tables), actions))


def require_one_row(done: Iterable[Transaction]) -> None:
    """Fail for a change without a row, or for more rows than acts."""
    silent = [
        one for one in done
        if not one.actions and not one.tables <= NO_ACT
        and one.at.rpartition(":")[2] not in HOLDS
    ]  # fmt: skip
    assert not silent, f"changed without a row: {silent[:3]}"
    twice = [
        one for one in done
        if max(Counter(one.actions).values(), default=0) > 1
        and one.at.rpartition(":")[2] not in ONE_EACH
    ]  # fmt: skip
    assert not twice, f"one act, the same row twice: {twice[:3]}"


class TakenBack(BaseException):
    """The transaction has done its work and is rolled back."""


@contextmanager
def taken_back() -> Iterator[None]:
    try:
        yield
    except TakenBack:
        return
