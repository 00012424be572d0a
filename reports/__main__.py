"""``python -m reports``: the reporting loop without the app."""

from __future__ import annotations

import sys

from gis.language import Problem, say
from parcels.commands.line import UNUSABLE, command_line, parsed
from reports import tables as _tables  # noqa: F401  hands in its migrations
from reports.commands import build, demo_database, figures, handbook, map_file, report_form, worker

COMMANDS = (build, demo_database, figures, handbook, map_file, report_form, worker)
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status. What a person can mend is one sentence."""
    told = say("Land reclamation tracker: the reporting loop")
    wanted = parsed(command_line("python -m reports", told, COMMANDS), arguments)
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
