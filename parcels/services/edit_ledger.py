"""Writing in the ledger: only cells a role may write, and never over another's hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.ledger.columns import EDITABLE, CellKind
from parcels.ledger.edits import Cell, Conflict, Edit, Saved, cell_of, decided
from parcels.people import access
from parcels.people.actor import Actor
from parcels.projects import one_project
from parcels.store import audit
from parcels.store.engine import Store, in_chunks
from parcels.store.tables import LEDGER, LEDGER_CARE, PERSON

MOST_EDITS = 100_000


def edit_ledger(
    store: Store, actor: Actor, project_id: int, edits: list[Edit], *, now: datetime
) -> Saved:
    """Write these cells; what another changed meanwhile is given back as a conflict.

    A column that nobody writes raises Problem, one that this role may not write Refused; either
    way nothing is written.
    """
    if len(edits) > MOST_EDITS:
        raise Problem(_("{count} changes at once are too many; send fewer.", count=len(edits)))
    for edit in edits:
        if edit.column not in EDITABLE:
            raise Problem(_("The column {name} is not written by hand.", name=edit.column))
    clean = [
        Edit(e.ledger_id, e.version, e.column, e.seen, cell_of(e.column, e.wanted)) for e in edits
    ]
    with store.writing() as connection:
        project = one_project(connection, project_id)
        present = _present(connection, project_id, sorted({edit.ledger_id for edit in clean}))
        for edit in clean:
            row = present.get(edit.ledger_id)
            if row is None:
                raise Problem(_("There is no such parcel in this ledger."))
            action = EDITABLE[edit.column].action
            assert action is not None  # noqa: S101  that is what makes it editable
            access.require(actor, action, row["village_code"] or project.region)
        written, refused = decided(clean, present)
        _write(connection, actor, [(present[i], cells) for i, cells in written.items()], now)
        things = [
            audit.Thing(
                f"{project.code} {row['village_code']} {row['parcel_no']}",
                row["village_code"] or project.region,
                {name: _said(row[name]) for name in cells},
                {name: _said(value) for name, value in cells.items()},
            )
            for row, cells in ((present[i], cells) for i, cells in written.items())
        ]
        audit.record_each(connection, actor, "edit_ledger", things, now=now)
    return Saved(
        sum(map(len, written.values())),
        tuple(
            Conflict(
                present[e.ledger_id]["parcel_no"],
                e.column,
                present[e.ledger_id][e.column],
                e.wanted,
                present[e.ledger_id]["changed_by_name"],
            )
            for e in refused
        ),
    )


def _present(
    connection: sa.Connection, project_id: int, ledger_ids: list[int]
) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for some in in_chunks(ledger_ids):
        rows = connection.execute(
            sa.select(
                LEDGER.c.id,
                LEDGER.c.village_code,
                LEDGER.c.parcel_no,
                LEDGER_CARE.c.version,
                *(LEDGER_CARE.c[name] for name in EDITABLE),
                sa.func.coalesce(PERSON.c.display_name, "").label("changed_by_name"),
            )
            .outerjoin(LEDGER_CARE, LEDGER_CARE.c.ledger_id == LEDGER.c.id)
            .outerjoin(PERSON, PERSON.c.id == LEDGER_CARE.c.changed_by)
            .where(LEDGER.c.project_id == project_id, LEDGER.c.id.in_(some))
        ).mappings()
        for row in rows:
            cells = {
                name: "" if row[name] is None and column.kind is not CellKind.DAY else row[name]
                for name, column in EDITABLE.items()
            }
            found[row["id"]] = dict(row) | cells | {"version": row["version"] or 0}
    return found


def _write(
    connection: sa.Connection,
    actor: Actor,
    written: Sequence[tuple[Mapping[str, Any], Mapping[str, Cell]]],
    now: datetime,
) -> None:
    """Write the cells of each row; rows that change in the same columns go together."""
    alike: dict[tuple[bool, tuple[str, ...]], list[dict[str, Any]]] = {}
    for row, cells in written:
        values = {"ledger_id": row["id"], "version": row["version"] + 1, **cells}
        alike.setdefault((row["version"] > 0, tuple(sorted(cells))), []).append(values)
    by = {"changed_at": now, "changed_by": actor.person_id}
    for (is_there, names), rows in alike.items():
        for some in in_chunks(rows, 5_000):
            if not is_there:
                connection.execute(sa.insert(LEDGER_CARE), [row | by for row in some])
                continue
            renewed: dict[str, Any] = {
                name: sa.bindparam(f"new_{name}") for name in ("version", *names)
            }
            connection.execute(
                sa.update(LEDGER_CARE)
                .where(LEDGER_CARE.c.ledger_id == sa.bindparam("new_ledger_id"))
                .values(renewed | by),
                [{f"new_{name}": value for name, value in row.items()} for row in some],
            )


def _said(value: Cell) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""
