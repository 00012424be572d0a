"""``worker``: do the heavy work that pages ask for, one job after another."""

from __future__ import annotations

import argparse

from gis.language import say
from parcels.store.engine import folder_from_environment, open_store
from parcels.store.migrate import migrate


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser("worker", help=say("do the heavy work that pages ask for"))
    parser.add_argument("--parent", type=int, metavar="PID", help=say("end with this process"))
    parser.set_defaults(run=run)


def run(wanted: argparse.Namespace) -> int:
    """Work until told to stop."""
    import reports.heavy  # noqa: F401  every package hands in its kinds
    from parcels.worker import work

    store = open_store(folder_from_environment())
    migrate(store)
    work(store, parent=wanted.parent)
    return 0
