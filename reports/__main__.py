"""``python -m reports``: the reporting loop without the app."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from gis.language import Problem, say
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
    wanted = parser.parse_args(arguments)
    try:
        status: int = wanted.run()
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    return status


def _fill_demo() -> int:
    store = open_store(folder_from_environment())
    migrate(store)
    if not demo.is_empty(store):
        return 0
    print(say("Filling the demo database; this takes up to a minute, and only once."), flush=True)
    demo.fill(store, now=datetime.now(UTC))
    return 0


if __name__ == "__main__":
    sys.exit(main())
