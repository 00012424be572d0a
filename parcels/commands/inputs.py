"""What a check on the command line reads."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gis.language import Problem, _, say
from parcels.commands.results import require_writable
from parcels.disk_words import toml_of

COLUMN_MAP = _("column map")


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """Declare what a check reads: layers, policy, columns."""

    def option(name: str, words: str, **how: Any) -> None:
        parser.add_argument(name, help=words.replace("%", "%%"), **how)

    layer = {"type": Path, "metavar": "FILE"}
    option("parcels", say("the parcel layer"), type=Path, metavar="PARCELS")
    option("--structures", say("the structure layer"), required=True, **layer)
    option("--parcels-layer", say("which layer of PARCELS, if several"), metavar="NAME")
    option("--structures-layer", say("which layer of the structures"), metavar="NAME")
    option("--min-share", say("X, least structure share, such as 30% or 0.3"), metavar="X")
    option("--min-new-arable", say("Y, square metres, such as 400"), metavar="Y")
    option("--policy", say("a policy version; X and Y given here win"), type=Path,
           metavar="FILE.toml")  # fmt: skip
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--new-arable-column", metavar="COL", help=say("the column of new arable, m²")
    )
    source.add_argument(
        "--new-arable-from-area", action="store_true",
        help=say("new arable = (area − retained land) × coefficient"),
    )  # fmt: skip
    option("--columns", say("which column means what"), type=Path, metavar="MAP.toml")
    option("--villages", say("village-area layer: inside or not"), **layer)
    option("--coverage", say("where structures were read"), **layer)
    option("--crs", say("for files that do not say, such as 4526"), type=int, metavar="EPSG")
    option("--encoding", say("of the parcels' text, such as GB18030"), metavar="NAME")


@dataclass(frozen=True)
class Judged:
    """What was read and how it was judged."""

    parcels_read: Any
    structures_read: Any
    structures: Any
    result: Any
    policy: Any
    mapping: dict[str, str]
    coverage: Any
    villages: Any


@contextmanager
def judging(
    wanted: argparse.Namespace, results: tuple[Path | None, ...], tell: Callable[[str], None]
) -> Iterator[Judged]:
    """Read the layers and judge every parcel; ``results`` are the files to be written."""
    policy, mapping = _policy(wanted), _mapping(wanted)
    read = _read(wanted)
    for path in read:
        if not path.exists():
            raise Problem(_("There is no file {file}; look at its name and folder.", file=path))
    require_writable(results, but_not=read)
    from gis.formats import reading  # the libraries are heavy: a wrong option answers at once
    from parcels.columns import COVERAGE_LAYERS

    ours = reading(
        wanted.parcels, layer=wanted.parcels_layer, crs=wanted.crs, encoding=wanted.encoding,
        aside=(),
    )  # fmt: skip
    theirs = reading(
        wanted.structures, layer=wanted.structures_layer, crs=wanted.crs, aside=COVERAGE_LAYERS
    )
    with ours as parcels_read, theirs as structures_read:
        with nullcontext() if tell is quietly else passing():
            try:
                judged = _judged(wanted, policy, mapping, parcels_read, structures_read, tell)
            except Problem as problem:
                raise _with_option(problem) from problem
        yield judged


def _with_option(problem: Problem) -> Problem:
    """Return a refusal for the coordinate system with the option that answers it."""
    codes = problem.text.values.get("candidate_codes")
    if not codes:
        return problem
    return Problem(_("{said} Name it with --crs EPSG.", said=problem.text))


def _judged(
    wanted: argparse.Namespace,
    policy: Any,
    mapping: dict[str, str],
    parcels_read: Callable[[], Any],
    structures_read: Callable[[], Any],
    tell: Callable[[str], None],
) -> Judged:
    """Check what is being read; the libraries are loaded meanwhile."""
    import gis.box_kernel
    import gis.cover_kernel
    import gis.union_kernel  # noqa: F401  half a second of compiled loops
    from parcels.checking import check
    from parcels.columns import PARCEL_FIELDS, recognised, require_known
    from parcels.frames import parcels_frame
    from parcels.policy import InsideVillage, NewArableFrom

    tell(say("Reading {file} …", file=wanted.parcels.name))
    ours = parcels_read().layer()
    _explain(ours, len(ours.frame), wanted.crs, tell)
    columns = [name for name in ours.frame.columns if name not in ("row", "geometry")]
    mapping = recognised(columns, PARCEL_FIELDS) | mapping
    require_known(mapping, columns)
    if "declared_new_arable_m2" not in mapping and policy.new_arable_from is NewArableFrom.COLUMN:
        policy = replace(policy, new_arable_from=NewArableFrom.NOWHERE)
        tell(say("No column of new arable was found: only parcels smaller than Y are judged."))
    tell(say("Reading {file} …", file=wanted.structures.name))
    theirs = structures_read()
    _explain(theirs, len(theirs.kept), wanted.crs, tell)
    villages = _ground(wanted.villages, ours, wanted.crs)
    coverage = _coverage(wanted, ours, theirs, tell)
    if villages is not None:
        policy = replace(policy, inside_village=InsideVillage.LAYER)
    elif policy.inside_village is InsideVillage.ALL:
        tell(say("Assumed: every parcel counts as inside a village."))
    tell(
        say(
            "Checking {parcels} parcels against {structures} structures …",
            parcels=len(ours.frame),
            structures=len(theirs.kept),
        )
    )
    parcels = parcels_frame(ours.frame, mapping, {})
    built = _structures(theirs)
    result = check(parcels, built, policy, coverage=coverage, villages=villages)
    return Judged(ours, theirs, built, result, policy, mapping, coverage, villages)


def _policy(wanted: argparse.Namespace) -> Any:
    from parcels.policy import NewArableFrom, Policy, from_toml, parse_area, parse_share

    if wanted.policy:
        policy = from_toml(wanted.policy)
        if wanted.min_share:
            policy = replace(policy, min_share=parse_share(wanted.min_share))
        if wanted.min_new_arable:
            policy = replace(policy, min_new_arable_m2=parse_area(wanted.min_new_arable))
    elif wanted.min_share and wanted.min_new_arable:
        policy = Policy(parse_share(wanted.min_share), parse_area(wanted.min_new_arable))
    else:
        raise Problem(
            _("Give --min-share and --min-new-arable, or --policy: no value is law by itself.")
        )
    if wanted.new_arable_from_area:
        policy = replace(policy, new_arable_from=NewArableFrom.AREA)
    elif wanted.new_arable_column:
        policy = replace(policy, new_arable_from=NewArableFrom.COLUMN)
    return policy


def _mapping(wanted: argparse.Namespace) -> dict[str, str]:
    from parcels.columns import PARCEL_FIELDS

    mapping: dict[str, str] = {}
    if wanted.columns:
        mapping = toml_of(wanted.columns, COLUMN_MAP)
        known = {field.name for field in PARCEL_FIELDS}
        if unknown := sorted(set(mapping) - known):
            raise Problem(
                _(
                    "{file} names the unknown field {name}; known are: {known}.",
                    file=wanted.columns.name,
                    name=unknown[0],
                    known=", ".join(sorted(known)),
                )
            )
        if wrong := [name for name, column in mapping.items() if not isinstance(column, str)]:
            raise Problem(
                _("{file}: {name} must be a column's name in quotes, not {value}.",
                  file=wanted.columns.name, name=wrong[0], value=mapping[wrong[0]])
            )  # fmt: skip
    if wanted.new_arable_column:
        mapping["declared_new_arable_m2"] = wanted.new_arable_column
    return mapping


def _structures(reply: Any) -> Any:
    """Return rings and classes of what the child handed over; other columns are left unread."""
    from pyproj import CRS

    from gis.formats.reply import frame_of
    from parcels.columns import STRUCTURE_FIELDS, recognised
    from parcels.frames import Structures, structure_classes

    named = [name for name in reply.kept.schema.names if name != "row"]
    mapping = recognised(named, STRUCTURE_FIELDS)
    rows = frame_of(reply.kept.select(["row", *mapping.values()]))
    crs = CRS.from_epsg(reply.understood.crs)
    return Structures(reply.rings(), structure_classes(rows, mapping), crs)


def _explain(layer: Any, kept: int, crs: int | None, tell: Callable[[str], None]) -> None:
    for sentence in layer.understood.sentences():
        tell(f"  {sentence}")
    if crs and crs != layer.understood.crs:
        words = say(
            "--crs {epsg} was not used: the file, or its own numbers, say another.", epsg=crs
        )
        tell(f"  {words}")
    tell(
        "  "
        + say(
            "{rows} rows in the file = {kept} kept + {rejected} rejected.",
            rows=layer.understood.rows_in,
            kept=kept,
            rejected=len(layer.rejected),
        )
    )


def _coverage(
    wanted: argparse.Namespace, parcels: Any, structures: Any, tell: Callable[[str], None]
) -> Any:
    """Return where structures were read: the file given, else such a layer beside the structures.

    The page offers the same layer first.
    """
    if wanted.coverage is not None:
        return _ground(wanted.coverage, parcels, wanted.crs)
    from parcels.columns import coverage_among

    beside = coverage_among(structures.understood.beside)
    if beside is None:
        tell(say("Assumed: structures were read everywhere."))
        return None
    tell(say("Assumed: structures were read inside the layer {layer} of the file.", layer=beside))
    return _ground(wanted.structures, parcels, wanted.crs, layer=beside)


def _ground(path: Path | None, parcels: Any, crs: int | None, *, layer: str | None = None) -> Any:
    """Return the whole area of a layer in the parcels' CRS; None without a file."""
    if path is None:
        return None
    from gis.formats import read_layer

    read = read_layer(path, layer=layer, crs=crs, aside=())
    return read.frame.geometry.to_crs(parcels.frame.crs).union_all()


def _read(wanted: argparse.Namespace) -> list[Path]:
    """Return the files that are read, none of which may be written over."""
    named = (wanted.parcels, wanted.structures, wanted.villages, wanted.coverage, wanted.policy)
    return [path for path in (*named, wanted.columns) if path]


def aloud(words: str) -> None:
    """Tell on standard output: standard error holds the one sentence of a failure, nothing else."""
    with suppress(BrokenPipeError):
        print(words, flush=True)


@contextmanager
def passing() -> Iterator[None]:
    """Count the seconds on a terminal while something takes more than one; nothing elsewhere."""
    if not sys.stdout.isatty():
        yield
        return
    is_over, began = threading.Event(), time.monotonic()

    def count() -> None:
        while not is_over.wait(1.0):
            print(f"\r  … {time.monotonic() - began:.0f} s", end="", flush=True)

    counting = threading.Thread(target=count, daemon=True)
    counting.start()
    try:
        yield
    finally:
        is_over.set()
        counting.join()
        print("\r\033[K", end="", flush=True)


def quietly(_words: str) -> None:
    """Tell nobody."""
