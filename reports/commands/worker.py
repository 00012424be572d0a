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
    from parcels import heavy as of_register
    from parcels.worker import work
    from reports import heavy as of_reports

    store = open_store(folder_from_environment())
    migrate(store)
    work(store, (*of_register.KINDS, *of_reports.KINDS), parent=wanted.parent)
    return 0
