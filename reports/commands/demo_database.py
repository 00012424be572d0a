"""``demo-database``: fill an empty database with the demo county."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from gis.language import Problem, _, say
from parcels.store.engine import folder_from_environment, open_store
from parcels.store.migrate import migrate


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "demo-database", help=say("fill an empty database with the demo county")
    )
    parser.set_defaults(run=run)


def run(_wanted: argparse.Namespace) -> int:
    """Fill it; one that is filled already is left as it is, and an office's is refused."""
    from reports import demo

    store = open_store(folder_from_environment())
    migrate(store)
    if not demo.is_empty(store):
        if demo.is_filled(store):
            return 0
        raise Problem(
            _(
                "This place holds a register already; the demo county goes into an empty one "
                "only (another TRACKER_VAR). Nothing was changed."
            )
        )
    print(say("Filling the demo database; this takes up to a minute, and only once."), flush=True)
    demo.fill(store, now=datetime.now(UTC))
    return 0
