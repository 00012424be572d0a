"""From an uploaded file to the things in it that can be read: loose files, zips, a zip in a zip."""

from __future__ import annotations

import functools
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gis.formats import archive, filegdb, sniff, vertex_csv, vertex_xlsx
from gis.formats.dbf_columns import WORTH_COMPILED
from gis.formats.format import Format, Source
from gis.formats.problems import Unreadable

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
SHOWN_MEMBERS = 5


def sources_of(
    path: Path, name: str, work: Path, formats: dict[str, Format], depth: int = 0
) -> list[tuple[Format, Source]]:
    """Return what the file holds, copied into the work folder under names of our own."""
    head = sniff.head_of(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _in_zip(path, name, work, formats, depth)
    if Path(name).suffix.lower() in SHAPEFILE_PARTS:
        return [_loose_shapefile(path, work, formats["shapefile"])]
    sniff.refuse_unwanted(head)
    found = by_content(name, head, formats)
    # a copy: drivers read what lies beside a file, and write indexes there
    alone = work / "alone"
    alone.mkdir(exist_ok=True)
    copy = Path(shutil.copyfile(path, alone / f"layer{found.suffixes[0]}"))
    return [(found, Source(Path(name).stem, copy, work=alone))]


def by_content(name: str, head: bytes, formats: dict[str, Format]) -> Format:
    """Return the format whose content this is; the suffix decides between two that fit."""
    fitting = [one for one in formats.values() if one.is_content(head)]
    suffix = Path(name).suffix.lower()
    named = [one for one in fitting if suffix in one.suffixes]
    if not (named or fitting):
        sniff.refuse_by_name(name)
        is_table = suffix == ".csv" or vertex_csv.is_table(head)
        raise Unreadable("no_vertex_columns" if is_table else "unknown")
    return (named or fitting)[0]


def _loose_shapefile(path: Path, work: Path, shapefile: Format) -> tuple[Format, Source]:
    """Take the siblings that share the name, whatever the case of their suffixes."""
    folder = work / "loose"
    folder.mkdir(exist_ok=True)
    members: dict[str, Path] = {}
    for sibling in sorted(path.parent.iterdir()):
        suffix = sibling.suffix.lower()
        is_sibling = sibling.stem.lower() == path.stem.lower() and suffix in SHAPEFILE_PARTS
        if is_sibling and sibling.is_file() and suffix not in members:
            members[suffix] = Path(shutil.copyfile(sibling, _place(folder, suffix)))
    return shapefile, Source(path.stem, members.get(".shp", path), members, folder)


def _place(folder: Path, suffix: str) -> Path:
    """Return where a shapefile's part goes: the table apart, so that GDAL never reads it."""
    is_shape = suffix in (".shp", ".shx")
    target = folder if is_shape else folder / "table"
    target.mkdir(exist_ok=True)
    return target / f"layer{suffix}"


def _load_loops(members: list[archive.Member]) -> None:
    """Load the compiled loops while a large shapefile is unpacked, rather than afterwards."""
    if any(m.suffix == ".shx" and m.info.file_size > WORTH_COMPILED * 8 for m in members):
        from gis.formats import dbf_kernel, shp_kernel  # noqa: F401


def _geodatabases(members: list[archive.Member]) -> list[str]:
    """Return the folders that hold a geodatabase: its first table has always the same name."""
    return [m.name.rpartition("/")[0] for m in members
            if m.name.lower().endswith(".gdb/a00000001.gdbtable")]  # fmt: skip


def _in_zip(
    path: Path, name: str, work: Path, formats: dict[str, Format], depth: int
) -> list[tuple[Format, Source]]:
    members = archive.members(path)
    if any(member.name == vertex_xlsx.MARK for member in members):
        return [(formats["vertex_xlsx"], Source(Path(name).stem, path, work=work))]
    found: list[tuple[Format, Source]] = []
    budget = archive.MOST_BYTES
    stems = list(dict.fromkeys(m.stem for m in members if m.suffix in (".shp", ".dbf")))
    for number, stem in enumerate(stems):
        folder = work / f"shapefile{depth}_{number}"
        folder.mkdir(exist_ok=True)
        own = [m for m in members if m.stem == stem and m.suffix in SHAPEFILE_PARTS]
        parts = {member.suffix: _place(folder, member.suffix) for member in own}
        with ThreadPoolExecutor(2) as pool:  # shapes and table unpack side by side
            unpack = functools.partial(archive.unpack, path, budget=budget)
            written = pool.map(unpack, own, [parts[member.suffix] for member in own])
            _load_loops(own)
            budget -= sum(written)
        shown = next(Path(m.name).stem for m in members if m.stem == stem)
        if ".shp" in parts or len(stems) == 1:
            at = parts.get(".shp", path)
            found.append((formats["shapefile"], Source(shown, at, parts, folder)))
    for number, folder_name in enumerate(_geodatabases(members)):
        folder = work / f"geodatabase{depth}_{number}" / filegdb.FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for member in members:
            inside, _, last = member.name.rpartition("/")
            if inside == folder_name and filegdb.MEMBER.fullmatch(last):
                budget -= archive.unpack(path, member, folder / last.lower(), budget)
        found.append((formats["filegdb"], Source(Path(folder_name).stem, folder, work=work)))
    refusals: list[Unreadable] = []
    for number, member in enumerate(members):
        if member.suffix in SHAPEFILE_PARTS:
            continue
        one = [f for f in formats.values() if member.suffix in f.suffixes]
        if not one and not (member.suffix == ".zip" and depth == 0):
            continue
        folder = work / f"member{depth}_{number}"
        folder.mkdir(exist_ok=True)
        copy = folder / f"layer{one[0].suffixes[0] if one else '.zip'}"
        budget -= archive.unpack(path, member, copy, budget)
        try:
            found += sources_of(copy, member.name, folder, formats, depth + 1)
        except Unreadable as error:
            if error.code in ("unsafe_zip", "vector_of_files"):
                raise
            refusals.append(error)
    telling = [error for error in refusals if error.code != "unknown"]
    if not found and telling:
        raise telling[0]
    if not found:
        shown_names = ", ".join(m.name for m in members[:SHOWN_MEMBERS]) or "–"
        raise Unreadable("no_layer_in_zip", members=shown_names)
    return found
