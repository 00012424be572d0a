"""``startup-check``: what is unsafe about this installation."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from gis.language import say

UNSAFE = 1


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser("startup-check", help=say("name what is unsafe here"))
    parser.add_argument("--address", default="", help=say("the address the app listens on"))
    parser.set_defaults(run=run)


def run(wanted: argparse.Namespace) -> int:
    """Print one sentence a line; return 0 when there is none."""
    from parcels.startup import Place, what_is_unsafe
    from parcels.store.engine import folder_from_environment, open_store
    from parcels.store.migrate import migrate

    store = open_store(folder_from_environment())
    migrate(store)
    found = what_is_unsafe(Place(store, wanted.address, datetime.now(UTC)))
    for said in found:
        print(f"* {said}")
    if not found:
        print(say("Nothing unsafe was found."))
    return UNSAFE if found else 0
