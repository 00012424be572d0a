"""``map --township CODE --day D --out FILE``: a map as html, png, pdf, gpkg, kml or txt."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from gis.language import say
from parcels.commands.results import write_all
from reports.commands.register import add_project, day_of, open_register


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    from reports.maps.sheet import Colour, Paper

    parser = commands.add_parser("map", help=say("a map of a township on a day as one file"))
    add_project(parser)
    parser.add_argument("--township", metavar="CODE", help=say("nine digits; none: the county"))
    parser.add_argument("--day", required=True, metavar="DATE", help=say("such as 2026-03-02"))
    kinds = say("its suffix says which: .html .png .pdf .gpkg .kml .txt")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help=kinds)
    parser.add_argument("--colour", choices=[*Colour], default=Colour.STAGE.value,
                        help=say("what colours the parcels"))  # fmt: skip
    parser.add_argument("--paper", choices=[*Paper], default=Paper.A4.value,
                        help=say("size of the sheet"))  # fmt: skip
    parser.set_defaults(run=run)


def run(wanted: argparse.Namespace) -> int:
    """Write the file."""
    from reports.maps.sheet import Colour, Paper
    from reports.services.map_files import map_files

    day = day_of(wanted.day)
    store, project, actor = open_register(wanted.project)
    [made] = map_files(
        store,
        actor,
        project,
        wanted.township or project.region,
        day,
        (wanted.out.suffix.removeprefix(".").lower(),),
        colour=Colour(wanted.colour),
        paper=Paper(wanted.paper),
        now=datetime.now(UTC),
    )
    write_all({wanted.out: lambda: made.content})
    print(say("{file}, check code {code}", file=wanted.out, code=made.check_code))
    return 0
