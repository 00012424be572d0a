"""``build --day D --out DIR``: the day's documents as files, without the app."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from gis.language import Problem, _, say
from parcels.commands.results import unwritable, write_all
from parcels.projects import Project
from reports.commands.register import add_project, day_of, open_register
from reports.daily import OFFICE_TIME


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser("build", help=say("make a day's documents without the app"))
    add_project(parser)
    parser.add_argument("--day", required=True, metavar="DATE", help=say("such as 2026-03-02"))
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help=say("folder for the files")
    )
    parser.add_argument("--only", action="append", metavar="NAME", help=say("one document; again"))
    parser.add_argument("--format", action="append", dest="formats", metavar="SUFFIX",
                        help=say("such as xlsx; again for several"))  # fmt: skip
    parser.set_defaults(run=run)


def run(wanted: argparse.Namespace) -> int:
    """Write ``<document>-<region>.<format>`` into the folder, all of them or none."""
    from reports.renderers import RENDERERS
    from reports.services.issue_documents import (
        FORMATS,
        coded_set,
        file_stem,
        formats_of,
        require_known,
    )
    from reports.services.looks import look_of
    from reports.services.make_documents import DAY_SET
    from reports.services.week import record_export

    only, formats = tuple(wanted.only or DAY_SET), tuple(wanted.formats or FORMATS)
    require_known(only, formats)
    day = day_of(wanted.day)
    store, project, actor = open_register(wanted.project)
    now = datetime.now(UTC)
    _require_inside(project, day, now)
    look = look_of(store)
    files: dict[Path | None, Callable[[], bytes]] = {
        wanted.out / f"{file_stem(made)}.{suffix}": partial(RENDERERS[suffix], made.document, look)
        for made in coded_set(store, actor, project, day, only=only, now=now)
        for suffix in formats_of(made, formats)
    }
    try:
        wanted.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(wanted.out, error) from error
    write_all(files)
    record_export(store, actor, project, f"build {day} {' '.join(only)}", now=now)
    print(say("{count} files in {folder}", count=len(files), folder=wanted.out))
    return 0


def _require_inside(project: Project, day: date, now: datetime) -> None:
    """Raise Problem for a day before the project began or after today: there is nothing to say."""
    today = now.astimezone(OFFICE_TIME).date()
    if not project.starts_on <= day <= today:
        raise Problem(
            _(
                "{day} is no day of this project; choose one from {first} to {last}.",
                day=day,
                first=project.starts_on,
                last=today,
            )
        )
