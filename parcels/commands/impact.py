"""``impact OLD NEW --structures S …``: what a new version would change, without the app."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gis.language import say
from parcels.commands.check import every_row, with_outlines
from parcels.commands.inputs import Judged, add_inputs, aloud, judging, quietly
from parcels.commands.results import write_all

NOTHING_CHANGES, SOMETHING_DOES = 0, 1


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser("impact", help=say("compare two versions of a parcel layer"))
    add_inputs(parser)
    only = say("of the new version only")
    parser.add_argument("new", type=Path, metavar="NEW", help=say("the new parcel layer"))
    parser.add_argument("--new-structures", type=Path, metavar="FILE", help=only)
    parser.add_argument("--new-policy", type=Path, metavar="FILE.toml", help=only)
    parser.add_argument("--new-min-share", metavar="X", help=only)
    parser.add_argument("--new-min-new-arable", metavar="Y", help=only)
    parser.add_argument("--json", type=Path, metavar="FILE", help=say("the differences"))
    parser.add_argument("--quiet", action="store_true", help=say("say nothing but errors"))
    parser.set_defaults(run=run)


def run(wanted: argparse.Namespace) -> int:
    """Check both versions and tell the difference; 0: nothing changes, 1: something does."""
    tell = quietly if wanted.quiet else aloud
    later = _of_new(wanted)
    with judging(wanted, (wanted.json,), quietly) as before:
        old = _frame(before)
    with judging(later, (wanted.json,), quietly) as after:
        new = _frame(after)
    return _told(wanted, old, new, tell)


def _of_new(wanted: argparse.Namespace) -> argparse.Namespace:
    """Return the same request for the new version; what is not said anew holds for both."""
    later = argparse.Namespace(**vars(wanted))
    later.parcels = wanted.new
    later.structures = wanted.new_structures or wanted.structures
    later.policy = wanted.new_policy or wanted.policy
    later.min_share = wanted.new_min_share or (None if wanted.new_policy else wanted.min_share)
    later.min_new_arable = wanted.new_min_new_arable or (
        None if wanted.new_policy else wanted.min_new_arable
    )
    return later


def _frame(judged: Judged) -> Any:
    """Return every row with its verdict and the outline it came with."""
    layer = judged.parcels_read.frame
    outlines = judged.result.parcels.set_geometry(layer.geometry, crs=layer.crs)
    return with_outlines(every_row(judged), outlines).assign(is_withdrawn=False)


def _told(wanted: argparse.Namespace, old: Any, new: Any, tell: Callable[[str], None]) -> int:
    from parcels.impact import CHANGE_TITLES, Change, impact
    from parcels.impact_tables import as_json
    from parcels.rules.verdicts import VERDICT_TITLES, Verdict

    said = as_json(impact(old, new), old, new)
    write_all({wanted.json: lambda: json.dumps(said, ensure_ascii=False, indent=2).encode()})
    for name, counted in said["changes"].items():
        if counted["old"] or counted["new"]:
            tell(
                say(
                    "{change}: {old} parcels before, {new} after",
                    change=CHANGE_TITLES[Change(name)],
                    old=counted["old"],
                    new=counted["new"],
                )
            )
    tell(say("Verdicts that flip: {count}", count=said["flips"]))
    for group in said["groups"]:
        tell(
            "  "
            + say(
                "{change}, {village}: {old} → {new} ({before} → {after})",
                change=CHANGE_TITLES[Change(group["change"])],
                village=group["village"],
                old="、".join(group["old"]) or "—",
                new="、".join(group["new"]) or "—",
                before="、".join(str(VERDICT_TITLES[Verdict(v)]) for v in group["old_verdicts"]),
                after="、".join(str(VERDICT_TITLES[Verdict(v)]) for v in group["new_verdicts"]),
            )
        )
    for row in said["townships"]:
        tell(
            say(
                "{township}: new arable after the rules {before} → {after} mu",
                township=row["township"],
                before=row["eligible_mu_before"],
                after=row["eligible_mu_after"],
            )
        )
    return SOMETHING_DOES if said["groups"] else NOTHING_CHANGES
