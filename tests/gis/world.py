"""Files that other projects collected to try their readers with, and what ours makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gis.formats import read_layer
from gis.language import Problem, speaking

DATA = Path(__file__).parents[3] / "shared" / "data"
CORPORA = ("nasty_mapshaper_mpl", "nasty_pyogrio_mit", "eu_fiboa_fields_apache", "misc_gisdata_bsd")
COMPANIONS = {".prj", ".cpg", ".shx", ".dbf"}
FIRST, EVERY = 5, 3


def files_of_the_world(*, is_whole: bool) -> list[Path]:
    """Return every file; in short of each corpus and kind the first ones and every third after."""
    found = list(_every_file())
    if is_whole:
        return found
    place: Counter[tuple[str, str]] = Counter()
    some = []
    for path in found:
        kind = (path.relative_to(DATA).parts[0], path.suffix.lower())
        if place[kind] < FIRST or place[kind] % EVERY == 0:
            some.append(path)
        place[kind] += 1
    return some


def outcomes(files: list[Path]) -> list[str]:
    """Return of each file the refusal, or nothing where the layer was read and its rows add up."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_outcome, files))


def _every_file() -> Iterator[Path]:
    for corpus in CORPORA:
        for path in sorted((DATA / corpus).rglob("*")):
            if path.is_file() and path.suffix.lower() not in COMPANIONS:
                yield path
    yield from sorted((DATA / "nasty_jts_xml").rglob("*.*"))[::12]  # no layers: one like another


def _outcome(path: Path) -> str:
    with speaking("en"):
        try:
            layer = read_layer(path)
        except Problem as problem:
            return str(problem)
    assert len(layer.frame) + len(layer.rejected) == layer.understood.rows_in, path
    assert layer.frame.geometry.is_valid.all(), path
    assert set(layer.frame.geom_type) <= {"Polygon", "MultiPolygon"}, path
    return ""
