"""``check PARCELS --structures STRUCTURES …``: every parcel under both rules, without the app."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gis.language import Problem, _, say
from parcels.commands.inputs import Judged, add_inputs, aloud, judging, quietly
from parcels.commands.results import write_all

ALL_PASS, SOME_DO_NOT, UNUSABLE = 0, 1, 2


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser("check", help=say("check a parcel layer under both rules"))
    add_inputs(parser)
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help=say("one row for each row of the parcels")
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help=say("the summary"))
    parser.add_argument(
        "--out", type=Path, metavar="RESULT", help=say("a .gpkg, .zip (shapefile), .xlsx or .csv")
    )
    parser.add_argument("--quiet", action="store_true", help=say("say nothing but errors"))
    parser.set_defaults(run=run)


def run(wanted: argparse.Namespace) -> int:
    """Check and write; return the exit status."""
    tell = aloud if not wanted.quiet else quietly
    _require_known(wanted.out)
    with judging(wanted, (wanted.csv, wanted.json, wanted.out), tell) as judged:
        return _written(wanted, judged, tell)


def _written(wanted: argparse.Namespace, judged: Judged, tell: Callable[[str], None]) -> int:
    """Write the results and tell the totals; return the exit status."""
    from parcels.output import csv_text, summary
    from parcels.result_files import RESULT_FILES
    from parcels.rules.verdicts import VERDICT_TITLES
    from parcels.totals import JUDGED

    ours, theirs, result = judged.parcels_read, judged.structures_read, judged.result
    every = every_row(judged)
    of_parcels = [*ours.findings, *result.findings]
    said = summary(
        every,
        [*of_parcels, *theirs.findings],
        structures=len(theirs.kept),
        read={"parcels": asdict(ours.understood), "structures": asdict(theirs.understood)},
        policy=judged.policy.as_terms(),
    )
    write_all(
        {
            wanted.csv: lambda: csv_text(every).encode("utf-8-sig"),
            wanted.json: lambda: json.dumps(said, ensure_ascii=False, indent=2).encode(),
            wanted.out: lambda: RESULT_FILES[wanted.out.suffix.lower()](
                with_outlines(every, result.parcels), of_parcels, theirs.findings
            ),
        }
    )
    for verdict in JUDGED:
        count = said["totals"][f"{verdict}_parcels"]
        area_mu = said["totals"][f"{verdict}_area_mu"]
        tell(
            say(
                "{verdict}: {count} parcels, {mu} mu",
                verdict=VERDICT_TITLES[verdict],
                count=count,
                mu=area_mu,
            )
        )
    return ALL_PASS if said["totals"]["pass_parcels"] == len(every) else SOME_DO_NOT


def every_row(judged: Judged) -> Any:
    """Return every row of the file with its answer, those that could not be used too."""
    from parcels.checking import with_rejected
    from parcels.frames import parcels_frame

    rejected = parcels_frame(judged.parcels_read.rejected, judged.mapping, {})
    return with_rejected(judged.result.parcels, rejected, _grounds(judged.parcels_read))


def _require_known(out: Path | None) -> None:
    """Raise Problem for a result in a format that is not written."""
    if out is not None and out.suffix.lower() not in (".gpkg", ".zip", ".xlsx", ".csv"):
        raise Problem(
            _("{file} cannot be written: end its name in .gpkg, .zip (shapefile), .xlsx or .csv.",
              file=out.name)
        )  # fmt: skip


def _grounds(layer: Any) -> dict[int, str]:
    from gis.findings import KINDS

    return {
        row: str(KINDS[code].title)
        for row, code in zip(layer.rejected["row"], layer.rejected["rejected_for"], strict=True)
    }


def with_outlines(every: Any, judged: Any) -> Any:
    """Return all rows as a frame with outlines; rejected rows have none."""
    import geopandas as gpd

    outlines = judged.set_index("row").geometry.reindex(every["row"])
    columns = every.drop(columns="geometry", errors="ignore")
    return gpd.GeoDataFrame(columns, geometry=outlines.to_numpy(), crs=judged.crs)
