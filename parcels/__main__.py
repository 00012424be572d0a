"""``python -m parcels``: check a layer, write the demo county, look after the register."""

from __future__ import annotations

import argparse
import sys

from gis.language import Problem, say
from parcels.commands import audit, backup, check, demo, impact, people, remedies, startup_check

COMMANDS = (check, impact, remedies, demo, audit, people, backup, startup_check)
UNUSABLE, INTERRUPTED = 2, 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status. What a person can mend is one sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m parcels", description=say("Land reclamation tracker: the register")
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
