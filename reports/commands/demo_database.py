"""``demo-database``: fill an empty database with the demo county."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from gis.language import say
from parcels.store.engine import folder_from_environment, open_store
from parcels.store.migrate import migrate


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "demo-database", help=say("fill an empty database with the demo county")
    )
    parser.set_defaults(run=run)


def run(_wanted: argparse.Namespace) -> int:
    """Fill it; a database with people in it is left as it is."""
    from reports import demo

    store = open_store(folder_from_environment())
    migrate(store)
    if not demo.is_empty(store):
        return 0
    print(say("Filling the demo database; this takes up to a minute, and only once."), flush=True)
    demo.fill(store, now=datetime.now(UTC))
    return 0
