"""``people``: who may come in, from the server's own console, when nobody can any more."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from gis.language import say


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser("people", help=say("recover a lost password on the server"))
    parser.add_argument(
        "what",
        choices=["reset-password"],
        metavar="reset-password",
        help=say("make a new one-time password"),
    )
    parser.add_argument("name", metavar="NAME", help=say("name of the account"))
    parser.set_defaults(run=run)


def run(wanted: argparse.Namespace) -> int:
    """Print a new one-time password; a closed account is opened, its sessions end."""
    from parcels.services.accounts import recover_account
    from parcels.store.engine import folder_from_environment, open_store

    store = open_store(folder_from_environment())
    password = recover_account(store, wanted.name, now=datetime.now(UTC))
    print(
        say(
            "One-time password of {name}: {password}. Sign in and change it at once; it is shown "
            "only here.",
            name=wanted.name,
            password=password,
        )
    )
    return 0
