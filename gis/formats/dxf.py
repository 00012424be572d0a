"""DXF drawing: closed lines and hatches are areas, the texts inside them their inscriptions."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from gis.findings import Finding
from gis.formats.corners import corners_in
from gis.formats.format import Format, Raw, Source
from gis.formats.ogr import gdal_with, layers_of, shapes_of, texts_of
from gis.formats.problems import Unreadable
from gis.formats.text import Encoding, text_of

DRIVERS = ("DXF",)
LINE, POLYGON, MULTIPOLYGON = 1, 3, 6
FEWEST_VERTICES = 4  # of an outline, its first point repeated
SECTION = re.compile(rb"^(\s*999\s*\r?\n[^\n]*\n)*\s*0\s*\r?\nSECTION\s*\r?\n")
CODE_PAGE = re.compile(rb"\$DWGCODEPAGE\s*\r?\n\s*3\s*\r?\n\s*[A-Za-z]+_?(\d+)")
HEAD_BYTES = 100_000
NAMES = {"Layer": "Layer", "EntityHandle": "Handle", "Linetype": "Linetype"}
INSCRIPTION = "Inscription"


def layers(source: Source) -> list[tuple[str, bool]]:
    """Return the drawing as one layer; its own layers are a column."""
    layers_of(_utf8(source)[0], DRIVERS)
    return [(source.name, True)]


def read(source: Source, layer: str, chosen: str | None) -> Raw:
    """Read outlines; an open line of four vertices or more is kept, to be rejected by name."""
    pyogrio = gdal_with(DRIVERS)
    path, encoding, unread = _utf8(source, chosen)
    pyogrio.set_gdal_config_options({"DXF_ENCODING": "UTF-8"})
    try:
        _, table = pyogrio.read_arrow(path, return_fids=False)
    except Exception as error:
        raise Unreadable("damaged") from error
    at = table.num_columns - 1
    wkb = np.array(table.column(at).to_pylist(), dtype=object)
    shapes, is_broken, findings = shapes_of(wkb)
    shapes = closed(shapes)
    kinds = shapely.get_type_id(shapes)
    is_outline = np.isin(kinds, (POLYGON, MULTIPOLYGON)) | is_broken
    is_outline |= (kinds == LINE) & (shapely.get_num_coordinates(shapes) >= FEWEST_VERTICES)
    if not is_outline.any():
        raise Unreadable("no_polygons", layer=layer, kind="points or lines")
    if not is_outline.all():
        findings.append(Finding("drawing_left_out", values={"rows": int((~is_outline).sum())}))
    texts, _, _, samples, _ = texts_of(table.remove_column(at), None)
    written = inscriptions(shapes, is_outline, texts.column("Text").to_pylist())
    kept = texts.select(list(NAMES)).rename_columns(list(NAMES.values()))
    columns = kept.append_column(INSCRIPTION, pa.array(written, pa.string()))
    rows = np.arange(1, int(is_outline.sum()) + 1)
    corners = corners_in(wkb[is_outline].tolist(), is_broken[is_outline], rows)
    return Raw(
        layer, shapes[is_outline], is_broken[is_outline], rows,
        columns.filter(pa.array(is_outline)), None, encoding.codec, encoding.how, samples,
        (*findings, *unread), corners,
    )  # fmt: skip


def _utf8(source: Source, chosen: str | None = None) -> tuple[Path, Encoding, tuple[Finding, ...]]:
    """Return a copy in UTF-8: the code page in a drawing's head is often not the one it is in."""
    copy = source.work / "drawing.dxf"
    content = source.path.read_bytes()
    page = CODE_PAGE.search(content, 0, HEAD_BYTES)
    text, encoding, unread = text_of(content, chosen, page[1].decode() if page else None)
    copy.write_text(text, "utf-8", newline="")
    return copy, encoding, unread


def closed(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return lines that end where they began as areas."""
    shapes = shapes.copy()
    is_line = shapely.get_type_id(shapes) == LINE
    is_line &= shapely.get_num_coordinates(shapes) >= FEWEST_VERTICES
    lines = shapely.force_2d(shapes[is_line])
    is_closed = shapely.is_closed(lines)
    rings = [shapely.Polygon(line.coords) for line in lines[is_closed]]
    shapes[np.flatnonzero(is_line)[is_closed]] = rings
    return shapes


def inscriptions(
    shapes: npt.NDArray[np.object_], is_outline: npt.NDArray[np.bool_], texts: list[str | None]
) -> list[str | None]:
    """Return the texts that stand inside each outline: drawings number parcels that way."""
    written: list[list[str]] = [[] for _ in shapes]
    labels = np.array([i for i, text in enumerate(texts) if text and not is_outline[i]], dtype=int)
    labels = labels[shapely.get_type_id(shapes[labels]) == 0] if len(labels) else labels
    outlines = np.flatnonzero(is_outline & np.isin(shapely.get_type_id(shapes), (3, 6)))
    if len(labels) and len(outlines):
        tree = shapely.STRtree(shapes[outlines])
        for label, around in tree.query(shapes[labels], predicate="within").T.tolist():
            written[outlines[around]].append(str(texts[labels[label]]).strip())
    return [" ".join(dict.fromkeys(words)) or None for words in written]


FORMAT = Format(
    code="dxf",
    title="DXF",
    suffixes=(".dxf",),
    is_content=lambda head: SECTION.match(head) is not None,
    layers=layers,
    read=read,
)
