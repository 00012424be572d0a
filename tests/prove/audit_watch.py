"""A pytest plugin: of every change our code commits in any test, was there a row in the audit log?

``python -m pytest -p tests.prove.audit_watch`` writes what it saw to ``TRACKER_AUDIT_SEEN``, one
JSON line a transaction: where it was opened, which tables it changed, which actions it recorded.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from parcels.store import audit
from parcels.store.engine import Store

ROOT = Path(__file__).resolve().parents[2]
OURS = tuple(f"{ROOT / floor}/" for floor in ("parcels", "reports", "ui"))
_open = threading.local()
_writing, _record_each = Store.writing, audit.record_each


@contextmanager
def _watched(self: Store, **how: Any) -> Iterator[sa.Connection]:
    frame = sys._getframe(2)
    place = frame.f_code.co_filename
    if not place.startswith(OURS) or "/demo/" in place or "/store/" in place:
        with _writing(self, **how) as connection:
            yield connection
        return
    seen: dict[str, Any] = {
        "at": f"{Path(place).relative_to(ROOT)}:{frame.f_code.co_name}", "tables": [], "actions": []
    }  # fmt: skip
    outer, _open.seen = getattr(_open, "seen", None), seen
    try:
        with _writing(self, **how) as connection:
            yield connection
    finally:
        _open.seen = outer
    if seen["tables"] or seen["actions"]:
        with Path(os.environ["TRACKER_AUDIT_SEEN"]).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(seen) + "\n")


def _recorded(connection: Any, actor: Any, action: str, things: Any, **more: Any) -> None:
    if (seen := getattr(_open, "seen", None)) is not None:
        seen["actions"].append(action)
    _record_each(connection, actor, action, things, **more)


@sa.event.listens_for(sa.Engine, "after_execute")
def _executed(_connection: Any, clause: Any, *_rest: Any) -> None:
    seen = getattr(_open, "seen", None)
    if seen is not None and isinstance(clause, sa.sql.dml.UpdateBase):
        name = clause.table.name  # type: ignore[attr-defined]
        if name != "audit" and name not in seen["tables"]:
            seen["tables"].append(name)


Store.writing = _watched  # type: ignore[method-assign, assignment]
audit.record_each = _recorded  # type: ignore[assignment]
