"""``python -m reports``: the reporting loop without the app."""

from __future__ import annotations

import argparse
import sys

from gis.language import Problem, say
from reports import tables as _tables  # noqa: F401  hands in its migrations
from reports.commands import build, demo_database, figures, handbook, map_file, report_form, worker

COMMANDS = (build, demo_database, figures, handbook, map_file, report_form, worker)
UNUSABLE, INTERRUPTED = 2, 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status. What a person can mend is one sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m reports", description=say("Land reclamation tracker: the reporting loop")
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands)
    wanted = parser.parse_args(arguments)
    try:
        status: int = wanted.run(wanted)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


if __name__ == "__main__":
    sys.exit(main())
