"""``python -m reports``: the reporting loop without the app."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from gis.language import CHINESE, ENGLISH, Problem, say, speaking
from parcels.store.engine import folder_from_environment, open_store
from parcels.store.migrate import migrate
from reports import demo
from reports import tables as _tables  # noqa: F401  hands in its migrations


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m reports", description=say("Land reclamation tracker: the reporting loop")
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    filling = commands.add_parser(
        "demo-database", help=say("fill an empty database with the demo county")
    )
    filling.set_defaults(run=_fill_demo)
    writing = commands.add_parser("handbook", help=say("write docs/*.md from the tables"))
    writing.set_defaults(run=_write_handbook)
    working = commands.add_parser("worker", help=say("do the heavy work that pages ask for"))
    working.add_argument("--parent", type=int, metavar="PID", help=say("end with this process"))
    working.set_defaults(run=_work)
    wanted = parser.parse_args(arguments)
    try:
        status: int = wanted.run(wanted)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    return status


def _fill_demo(_wanted: argparse.Namespace) -> int:
    store = open_store(folder_from_environment())
    migrate(store)
    if not demo.is_empty(store):
        return 0
    print(say("Filling the demo database; this takes up to a minute, and only once."), flush=True)
    demo.fill(store, now=datetime.now(UTC))
    return 0


def _write_handbook(_wanted: argparse.Namespace) -> int:
    from gis import formats  # noqa: F401  its findings join the table
    from reports.handbook import PAGES

    for code, folder in ((CHINESE, Path("docs")), (ENGLISH, Path("docs/en"))):
        folder.mkdir(parents=True, exist_ok=True)
        with speaking(code):
            for name, page in PAGES.items():
                (folder / name).write_text(page(), encoding="utf-8")
    return 0


def _work(wanted: argparse.Namespace) -> int:
    import reports.heavy  # noqa: F401  every package hands in its kinds
    from parcels.worker import work

    store = open_store(folder_from_environment())
    migrate(store)
    work(store, parent=wanted.parent)
    return 0


if __name__ == "__main__":
    sys.exit(main())
