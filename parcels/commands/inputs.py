"""What a check on the command line reads, and how results are written: all files or none."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from errno import EEXIST, EISDIR
from pathlib import Path
from typing import Any

from gis.language import Problem, _, say


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """Declare what a check reads: layers, policy, columns."""
    parser.add_argument("parcels", type=Path, metavar="PARCELS")
    parser.add_argument("--structures", type=Path, required=True)
    parser.add_argument("--parcels-layer")
    parser.add_argument("--structures-layer")
    parser.add_argument(
        "--min-share", metavar="X", help=say("such as 30% or 0.3").replace("%", "%%")
    )
    parser.add_argument("--min-new-arable", metavar="Y", help=say("square metres, such as 400"))
    parser.add_argument("--policy", type=Path, metavar="FILE.toml")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--new-arable-column", metavar="COL")
    source.add_argument("--new-arable-from-area", action="store_true")
    parser.add_argument("--columns", type=Path, metavar="MAP.toml")
    parser.add_argument("--villages", type=Path, help=say("village-area layer: inside or not"))
    parser.add_argument("--coverage", type=Path, help=say("where structures were read"))
    parser.add_argument("--crs", type=int, metavar="EPSG")
    parser.add_argument("--encoding")


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
    _require_writable(wanted, results)
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
            judged = _judged(wanted, policy, mapping, parcels_read, structures_read, tell)
        yield judged


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
    _explain(ours, len(ours.frame), tell)
    columns = [name for name in ours.frame.columns if name not in ("row", "geometry")]
    mapping = recognised(columns, PARCEL_FIELDS) | mapping
    require_known(mapping, columns)
    if "declared_new_arable_m2" not in mapping and policy.new_arable_from is NewArableFrom.COLUMN:
        policy = replace(policy, new_arable_from=NewArableFrom.NOWHERE)
        tell(say("No column of new arable was found: only parcels smaller than Y are judged."))
    tell(say("Reading {file} …", file=wanted.structures.name))
    theirs = structures_read()
    _explain(theirs, len(theirs.kept), tell)
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
        try:
            mapping = tomllib.loads(wanted.columns.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise Problem(
                _("{file} is no column map (TOML): {error}", file=wanted.columns.name, error=error)
            ) from error
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
            told = f"{wrong[0]} = {mapping[wrong[0]]!r}"
            raise Problem(
                _("{file} is no column map (TOML): {error}", file=wanted.columns.name, error=told)
            )
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


def _explain(layer: Any, kept: int, tell: Callable[[str], None]) -> None:
    for sentence in layer.understood.sentences():
        tell(f"  {sentence}")
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


def _require_writable(wanted: argparse.Namespace, results: tuple[Path | None, ...]) -> None:
    """Raise Problem for a result that is a folder, an input, or another result."""
    inputs = (wanted.parcels, wanted.structures, wanted.villages, wanted.coverage, wanted.policy)
    taken = {path.resolve() for path in (*inputs, wanted.columns) if path}
    for path in (path for path in results if path):
        hindrance = EISDIR if path.is_dir() else EEXIST if path.resolve() in taken else 0
        if hindrance:
            words = os.strerror(hindrance)
            raise Problem(_("{file} cannot be written: {error}", file=str(path), error=words))
        taken.add(path.resolve())


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


def write_all(files: dict[Path | None, Callable[[], bytes]]) -> None:
    """Write all files or none: each beside its place first, then all renamed."""
    parts: list[tuple[Path, Path]] = []
    with ExitStack() as mess:
        for path, content in files.items():
            if path is None:
                continue
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            mess.callback(part.unlink, missing_ok=True)
            try:
                part.write_bytes(content())
            except OSError as error:
                raise Problem(
                    _("{file} cannot be written: {error}", file=str(path), error=error.strerror)
                ) from error
            parts.append((part, path))
        for part, path in parts:
            part.replace(path)
