"""``audit verify [HEAD …]``: prove that the audit chain is whole, and holds what was printed."""

from __future__ import annotations

import argparse

from gis.language import say


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser("audit", help=say("prove that the audit log is whole"))
    parser.add_argument(
        "what", choices=["verify"], metavar="verify", help=say("prove the chain whole")
    )
    parser.add_argument(
        "heads", nargs="*", metavar="HEAD", help=say("heads of the chain printed on documents")
    )
    parser.set_defaults(run=run)


def run(wanted: argparse.Namespace) -> int:
    """Verify; return 0 when the chain is whole and holds the heads, 1 and what is wrong else."""
    from parcels.store.audit import broken_at, head, holds
    from parcels.store.engine import folder_from_environment, open_store

    store = open_store(folder_from_environment())
    with store.reading() as connection:
        broken = broken_at(connection)
        cut = [printed for printed in wanted.heads if not holds(connection, printed)]
        for printed in cut:
            print(
                say(
                    "The printed head {head} is not in the log: rows were cut off or made anew.",
                    head=printed,
                )
            )
        if cut:
            return 1
        if broken is None:
            print(say("The audit log is whole. Head: {head}", head=head(connection)))
            return 0
    print(say("The audit log is broken at row {row}.", row=broken))
    return 1
