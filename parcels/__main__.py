"""``python -m parcels``: check a layer, write the demo county, look after the register."""

from __future__ import annotations

import sys

from gis.language import Problem, say
from parcels.commands import audit, backup, check, demo, impact, people, remedies, startup_check
from parcels.commands.line import UNUSABLE, command_line, parsed

COMMANDS = (check, impact, remedies, demo, audit, people, backup, startup_check)
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status. What a person can mend is one sentence."""
    told = say("Land reclamation tracker: the register")
    wanted = parsed(command_line("python -m parcels", told, COMMANDS), arguments)
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
