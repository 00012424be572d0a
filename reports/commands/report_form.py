"""``python -m reports report-form``: a township's daily report as an Excel form."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gis.language import say
from parcels.commands.results import write_all
from parcels.people.actor import Role
from reports.commands.register import add_project, day_of, open_register
from reports.daily import OFFICE_TIME
from reports.services.file_workbook import make_form


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "report-form", help=say("write the Excel form of a township's daily report")
    )
    parser.add_argument("--township", required=True, metavar="CODE", help=say("9 digits"))
    parser.add_argument("--day", metavar="DATE", help=say("default: today"))
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help=say("the Excel file")
    )
    add_project(parser)
    parser.set_defaults(run=_run)


def _run(wanted: argparse.Namespace) -> int:
    """Write the form; the server's own hand stands for the township."""
    register = open_register(wanted.project)
    now = datetime.now(UTC)
    day = day_of(wanted.day) if wanted.day else now.astimezone(OFFICE_TIME).date()
    hand = replace(register.actor, role=Role.TOWNSHIP_REPORTER, region=wanted.township)
    content = make_form(register.store, hand, register.project, wanted.township, day, now=now)
    write_all({wanted.out: lambda: content})
    print(wanted.out)
    return 0
