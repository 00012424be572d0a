"""``demo DIR``: the demo county as an office's files."""

from __future__ import annotations

import argparse
from pathlib import Path

from gis.language import say


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser("demo", help=say("write the invented demo county as files"))
    parser.add_argument("folder", type=Path, metavar="DIR", help=say("folder for the files"))
    parser.set_defaults(run=run)


def run(wanted: argparse.Namespace) -> int:
    """Write the files; return the exit status."""
    from parcels.demo import write_demo

    write_demo(wanted.folder)
    for file in sorted(wanted.folder.iterdir()):
        print(file)
    return 0
