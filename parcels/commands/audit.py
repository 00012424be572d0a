"""``audit verify``: prove that the audit chain is whole."""

from __future__ import annotations

import argparse

from gis.language import say


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser("audit", help=say("prove that the audit log is whole"))
    parser.add_argument("what", choices=["verify"])
    parser.set_defaults(run=run)


def run(_wanted: argparse.Namespace) -> int:
    """Verify; return 0 when the chain is whole, 1 with the first broken row otherwise."""
    from parcels.store.audit import broken_at, head
    from parcels.store.engine import folder_from_environment, open_store

    store = open_store(folder_from_environment())
    with store.reading() as connection:
        broken = broken_at(connection)
        if broken is None:
            print(say("The audit log is whole. Head: {head}", head=head(connection)))
            return 0
    print(say("The audit log is broken at row {row}.", row=broken))
    return 1
