"""``remedies PARCELS --structures S … --out proposals.gpkg``: what can be won back, proved."""

from __future__ import annotations

import argparse
from pathlib import Path

from gis.language import say
from parcels.commands.inputs import add_inputs, aloud, judging, quietly
from parcels.commands.results import write_all


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "remedies", help=say("compute what can be won back of failing parcels")
    )
    add_inputs(parser)
    parser.add_argument(
        "--out", type=Path, metavar="PROPOSALS.gpkg", required=True,
        help=say("proposals, the layer after them, and what is lost"),
    )  # fmt: skip
    margin = say("keep proposals this far above X, such as 1%").replace("%", "%%")
    parser.add_argument("--margin", metavar="SHARE", default="0", help=margin)
    parser.add_argument("--quiet", action="store_true", help=say("say nothing but errors"))
    parser.set_defaults(run=run)


def run(wanted: argparse.Namespace) -> int:
    """Check, compute and write; return 0."""
    from parcels.policy import parse_share

    tell = quietly if wanted.quiet else aloud
    margin = parse_share(wanted.margin)
    with judging(wanted, (wanted.out,), tell) as judged:
        from parcels.remedies import remedies
        from parcels.remedies.balance import balance, sentences
        from parcels.remedies.output import proposals_gpkg

        tell(say("Computing remedies …"))
        layer = judged.parcels_read.frame
        figures = judged.result.parcels.set_geometry(layer.geometry, crs=layer.crs)
        found = remedies(
            figures,
            judged.structures.frame(),
            judged.policy,
            coverage=judged.coverage,
            villages=judged.villages,
            margin=margin,
        )
        write_all({wanted.out: lambda: proposals_gpkg(figures, found)})
        for sentence in sentences(balance(found)):
            tell(sentence)
    return 0
