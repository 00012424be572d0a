"""``backup``, ``restore`` and ``drill``: the whole register in one file, and back."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gis.language import say

if TYPE_CHECKING:
    from parcels.store.archive import Manifest

INCOMPLETE = 1


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the commands."""
    keeping = commands.add_parser(
        "backup", help=say("write register, files and settings into one file; the app may run")
    )
    keeping.add_argument("file", type=Path, metavar="FILE", help=say("the backup (.zip)"))
    keeping.set_defaults(run=run)
    restoring = commands.add_parser("restore", help=say("bring a backup back into an empty place"))
    restoring.add_argument("file", type=Path, metavar="FILE", help=say("the backup (.zip)"))
    restoring.add_argument(
        "--replace",
        action="store_true",
        help=say("replace the register that is there; it is backed up first"),
    )
    restoring.set_defaults(run=run_restore)
    drilling = commands.add_parser(
        "drill", help=say("restore a backup in a place of its own, compare, and remove it again")
    )
    drilling.add_argument("file", type=Path, metavar="FILE", help=say("the backup (.zip)"))
    drilling.set_defaults(run=run_drill)


def run(wanted: argparse.Namespace) -> int:
    """Back up; return 0, or 1 when an uploaded file was lost or damaged before."""
    from parcels.people.actor import system
    from parcels.store import audit
    from parcels.store.backup import back_up
    from parcels.store.engine import folder_from_environment, open_store

    store = open_store(folder_from_environment())
    now = datetime.now(UTC)
    made = back_up(store, wanted.file.resolve(), now=now)
    with store.writing() as connection:
        audit.record(connection, system(), "back_up", wanted.file.name, now=now)
    print(
        say(
            "{file}: {rows} rows of {tables} tables, {files} files. Audit head: {head}",
            file=wanted.file,
            rows=sum(made.rows.values()),
            tables=len(made.rows),
            files=len(made.members),
            head=made.audit_head or "—",
        )
    )
    for sha256 in made.missing:
        print(say("An uploaded file is lost or damaged, not by this backup: {file}", file=sha256))
    return INCOMPLETE if made.missing else 0


def run_restore(wanted: argparse.Namespace) -> int:
    """Restore; with ``--replace`` what was there is kept in ``backups`` first."""
    from parcels.people.actor import system
    from parcels.store import audit
    from parcels.store.backup import back_up, is_empty, restore
    from parcels.store.engine import folder_from_environment, open_store
    from parcels.store.migrate import migrate

    store = open_store(folder_from_environment())
    if wanted.replace and not is_empty(store):
        now = datetime.now(UTC)
        folder = store.folder / "backups"
        folder.mkdir(exist_ok=True, mode=0o700)
        present = folder / f"before-restore-{now:%Y%m%d-%H%M%S}.zip"
        back_up(store, present, now=now, with_files=False)
        print(say("What was here is kept in {file}.", file=present))
    now = datetime.now(UTC)

    def record(connection: Any, made: Manifest) -> None:
        """Let the chain go on from the head that comes back, in what comes back with it."""
        after = {"made_at": made.made_at, "audit_head": made.audit_head}
        audit.record(connection, system(), "restore", wanted.file.name, now=now, after=after)

    made = restore(store, wanted.file.resolve(), replace=wanted.replace, record=record)
    migrate(store)
    print(
        say(
            "Restored the state of {at}: {rows} rows of {tables} tables, {files} files.",
            at=made.made_at[:19],
            rows=sum(made.rows.values()),
            tables=len(made.rows),
            files=len(made.members) - 1,
        )
    )
    return 0


def run_drill(wanted: argparse.Namespace) -> int:
    """Restore a backup beside the register and print both; return 0 when all of it came back."""
    from parcels.store.drill import rehearse, rows_now
    from parcels.store.engine import folder_from_environment, open_store

    store = open_store(folder_from_environment())
    drill = rehearse(wanted.file.resolve(), store.folder)
    now = rows_now(store)
    print(say("Backup of {at}. Rows: in the backup, restored, now.", at=drill.made.made_at[:19]))
    for table in sorted({*drill.made.rows, *drill.rows}):
        told, came = drill.made.rows.get(table, 0), drill.rows.get(table, 0)
        mark = "" if told == came else "  !"
        print(f"{table:<28}{told:>10}{came:>10}{now.get(table, '—'):>10}{mark}")
    print(say("Uploaded files: {count}, damaged: {damaged}, lost before the backup: {lost}.",
              count=drill.files, damaged=len(drill.damaged_files), lost=len(drill.made.missing))
    )  # fmt: skip
    print(say("Audit head in the backup: {head}", head=drill.made.audit_head or "—"))
    print(say("Audit head restored:      {head}", head=drill.head or "—"))
    if drill.broken_at is not None:
        print(say("The audit log is broken at row {row}.", row=drill.broken_at))
    if drill.is_equal:
        print(say("Everything came back as it was; the place of the drill is removed again."))
        return 0
    print(say("Not everything came back: keep this backup, make a new one, tell the maintainers."))
    return INCOMPLETE
