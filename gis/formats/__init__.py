"""Layers as they arrive: one file a format, read in a child process that can do no harm."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gis.formats import findings  # registers what the reading can notice
from gis.formats.layer import Layer, Understood

if TYPE_CHECKING:
    from gis.formats.format import Format
    from gis.formats.reply import Reply

__all__ = ["FORMATS", "Layer", "Understood", "findings", "layer_names", "read_layer", "reading"]


def _table() -> dict[str, Format]:
    from gis.formats import (
        coordinate_txt,
        dxf,
        filegdb,
        geojson,
        geopackage,
        geoparquet,
        gml,
        kml,
        shapefile,
        vertex_csv,
        vertex_xlsx,
    )  # fmt: skip

    modules = (
        shapefile, geopackage, geojson, filegdb, kml, gml, coordinate_txt, vertex_csv, vertex_xlsx,
        geoparquet, dxf,
    )  # fmt: skip
    return {module.FORMAT.code: module.FORMAT for module in modules}


def __getattr__(name: str) -> Any:
    """Make the table when it is first asked for: only the child needs it, and not at once."""
    if name != "FORMATS":
        raise AttributeError(name)
    return globals().setdefault("FORMATS", _table())


def layer_names(path: Path) -> list[str]:
    """Return the layers of a file, those with areas first."""
    from gis.formats.room import answer_of

    with answer_of(path, {"task": "names"}) as (_, answer):
        return [str(name) for name in answer["names"]]


def read_layer(
    path: Path,
    *,
    layer: str | None = None,
    crs: int | None = None,
    encoding: str | None = None,
    extent_lonlat: tuple[float, float, float, float] | None = None,
    aside: Collection[str] | None = None,
) -> Layer:
    """Read a layer of areas; what cannot be read raises ``Problem`` with what to send instead.

    ``layer``: the first with areas if not named; with ``aside`` the only one whose name is not
    among these, and where there are several, a ``Problem`` that lists them (``names``). ``crs``:
    EPSG number for files that do not say; ``encoding``: overrides what the text shows;
    ``extent_lonlat``: west, south, east, north of where the layer must lie.

    Where the coordinate system is what cannot be told, ``problem.text.values["candidate_codes"]``
    lists the EPSG numbers a person may choose from (perhaps none); send one back as ``crs``.
    """
    with reading(
        path, layer=layer, crs=crs, encoding=encoding, extent_lonlat=extent_lonlat, aside=aside
    ) as awaited:
        return awaited().layer()


@contextmanager
def reading(
    path: Path,
    *,
    layer: str | None = None,
    crs: int | None = None,
    encoding: str | None = None,
    extent_lonlat: tuple[float, float, float, float] | None = None,
    aside: Collection[str] | None = None,
) -> Iterator[Callable[[], Reply]]:
    """Begin as ``read_layer`` does; the function given waits for what the child hands over.

    Two layers are read at the same time by ``with reading(a) as ours, reading(b) as theirs``.
    """
    from gis.formats.room import started

    request: dict[str, Any] = {
        "task": "read", "layer": layer, "crs": crs, "encoding": encoding,
        "extent_lonlat": extent_lonlat, "aside": None if aside is None else list(aside),
    }  # fmt: skip
    with started(path, request) as answered:

        def awaited() -> Reply:
            work, answer = answered()
            from gis.formats.reply import reply_from

            return reply_from(work, answer)

        yield awaited
