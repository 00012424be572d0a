"""Every finding about a row says where it lies, what was measured and what to do."""

from __future__ import annotations

import re
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from layers_on_disk import AT, dbf, geojson, named_rows, polygon, shapefile, square, zipped
from layers_on_disk import NAMED as COLUMNS

from gis.findings import Finding, message
from gis.formats import about_rows, read_layer
from gis.formats.corners import corners_in
from gis.formats.findings import KINDS
from gis.formats.text import unreadable
from gis.language import speaking
from gis.repair import repair

EAST, NORTH = AT
BOWTIE = [(EAST, NORTH), (EAST + 40, NORTH + 40), (EAST + 40, NORTH), (EAST, NORTH + 40)]
HEAD = ["地块编号", "点号", "X", "Y", "村名", "ZLDWDM"]


def drawn(folder: Path, *shapes: object) -> Path:
    return geojson(folder / "a.geojson", list(shapes), crs="EPSG:4526")


def listed(folder: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in [HEAD, *rows]:
        book.active.append(row)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def vertices(number: int, *, east: float = EAST, village: str = "石羊村") -> list[list[object]]:
    code = "5101810010010000000"
    return [[number, j, y, x, village, code] for j, (x, y) in enumerate(square(east)[:-1], 1)]


def with_a_cell(folder: Path, at: tuple[int, int], value: object) -> Path:
    rows = [*vertices(7), *vertices(8, east=EAST + 50)]
    rows[at[0]][at[1]] = value
    return listed(folder, rows)


def with_a_table(folder: Path, names: list[bytes], area: bytes = b"100.00") -> Path:
    rows = named_rows(names)
    rows[-1][-1] = area
    parts = shapefile(names=names, rings=[square(EAST + 20 * i) for i in range(len(names))])
    return zipped(folder / "a.zip", parts | {".dbf": dbf(COLUMNS, rows)})


def with_a_curve(folder: Path) -> Path:
    path = folder / "a.gpkg"
    frame = gpd.GeoDataFrame({"TBBH": ["1"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4526)
    frame.to_file(path, SPATIAL_INDEX="NO")
    turns = [(9, 0), (0, 9), (-9, 0), (0, -9), (9, 0)]
    arc = struct.pack("<BII", 1, 8, 5)
    arc += b"".join(struct.pack("<2d", EAST + x, NORTH + y) for x, y in turns)
    blob = b"GP\0\1" + struct.pack("<i", 4526) + struct.pack("<BII", 1, 10, 1) + arc
    database = sqlite3.connect(path)
    database.execute("UPDATE a SET geom = ?", [blob])
    database.commit()
    database.close()
    return path


def cut_off(folder: Path) -> Path:
    ring = [*square()[:-1], *square()[:1]]
    lines = ["[地块坐标]"]
    for number, told in (("1", 5), ("2", 9)):
        lines.append(f"{told},0.01,{number},名,面,,,,@")
        lines += [f"J{j},1,{y},{x}" for j, (x, y) in enumerate(ring[: 5 if told == 5 else 3], 1)]
    (folder / "a.txt").write_text("\n".join(lines), "gb18030")
    return folder / "a.txt"


def mixed(ring: list[tuple[float, float]]) -> dict[str, object]:
    point = {"type": "Point", "coordinates": list(AT)}
    return {"type": "GeometryCollection", "geometries": [polygon(ring), point]}


FAR = [(x - 100_000, y) for x, y in square()]
MADE: dict[str, Callable[[Path], Path]] = {
    "null_geometry": lambda p: drawn(p, polygon(square()), None),
    "broken_geometry": lambda p: listed(p, [*vertices(7), *vertices(8)[:2]]),
    "not_polygon": lambda p: drawn(p, polygon(square()), mixed([])["geometries"][1]),  # type: ignore[index]
    "no_area_left": lambda p: drawn(
        p, polygon(square()), polygon([AT, (EAST + 1, NORTH), (EAST + 2, NORTH), AT])
    ),
    "not_finite": lambda p: with_a_cell(p, (5, 2), "inf"),
    "repaired_outline": lambda p: drawn(p, polygon([*BOWTIE, BOWTIE[0]])),
    "parts_dropped": lambda p: drawn(p, mixed(square())),
    "repeated_vertices": lambda p: drawn(p, polygon([square()[0], *square()])),
    "curve_linearised": with_a_curve,
    "cut_text": lambda p: with_a_table(p, [b"b", b"1" + ("青" * 10).encode("gbk")]),
    "number_unreadable": lambda p: with_a_table(p, [b"a", b"b"], area=b"12a.5"),
    "vertices_missing": cut_off,
    "vertices_sorted": lambda p: with_a_cell(p, (4, 1), 9),
    "values_vary": lambda p: with_a_cell(p, (5, 4), "另一村"),
    "digits_lost": lambda p: listed(p, [[*row[:5], int(row[5])] for row in vertices(7)]),
    "outside_extent": lambda p: drawn(p, *[polygon(square())] * 2, polygon(FAR)),
}  # fmt: skip
ELSEWHERE = {"too_tangled", "text_unreadable"}  # looked at below, without a file
OF_THE_LAYER = {
    "z_dropped", "axes_swapped", "column_renamed", "deleted_rows", "text_guessed",
    "encoding_overruled", "line_unreadable", "rows_without_number", "column_left_out",
    "drawing_left_out", "length_disagrees", "index_rebuilt", "crs_overruled", "other_layers",
    "more_alike",
}  # fmt: skip
UNDRAWN = {"null_geometry"}  # nothing there has a place, and its words say so
WITHOUT_A_MEASURE = {
    "null_geometry", "broken_geometry", "not_polygon", "curve_linearised", "vertices_sorted"
}  # fmt: skip


def test_every_kind_is_about_a_row_or_about_the_layer() -> None:
    codes = {kind.code for kind in KINDS}
    assert codes == MADE.keys() | ELSEWHERE | OF_THE_LAYER
    of_rows = {kind.code for kind in KINDS if "{row}" in kind.message.msgid}
    assert of_rows == MADE.keys() | ELSEWHERE


@pytest.mark.parametrize("code", MADE)
def test_a_finding_about_a_row_says_where_what_was_measured_and_what_to_do(
    tmp_path: Path, code: str
) -> None:
    extent = (113.9, 30.0, 114.1, 31.0) if code == "outside_extent" else None
    layer = read_layer(MADE[code](tmp_path), extent_lonlat=extent)
    assert len(layer.frame) + len(layer.rejected) == layer.understood.rows_in
    found = next(one for one in layer.findings if one.code == code)
    _says_all(found)
    if code in UNDRAWN:
        assert (found.x, found.y) == (None, None)
        with speaking("en"):
            assert "no place" in message(found)
        return
    assert abs((found.x or 0) - EAST) < 500_000, "in the layer's own system"
    assert abs((found.y or 0) - NORTH) < 100


def _says_all(found: Finding) -> None:
    rows = {*found.values} - {"row"}
    assert found.row is not None
    assert bool(rows) == (found.code not in WITHOUT_A_MEASURE)
    for language in ("en", "zh_CN"):
        with speaking(language):
            told = message(found)
            kind = next(kind for kind in KINDS if kind.code == found.code)
            assert str(found.row) in told
            assert "—" not in told, "no value is missing"
            assert str(kind.remedy)


def test_a_damaged_outline_is_told_with_the_first_corner_that_can_be_read() -> None:
    def torn(order: str, kind: int, *parts: bytes) -> bytes:
        head = struct.pack(f"{order}BI", int(order == "<"), kind)
        return head + struct.pack(f"{order}I", 1) + b"".join(parts)

    for order in "<>":
        ring = struct.pack(f"{order}I", 2) + struct.pack(f"{order}4d", EAST, NORTH, EAST, 0)
        polygon_ = torn(order, 3, ring)
        cases = [polygon_, torn(order, 6, polygon_), polygon_[:29], polygon_[:20], b"", None]
        is_broken = np.array([True] * 5 + [False])
        found = corners_in(cases, is_broken, np.arange(1, 7))
        assert found == {1: (EAST, NORTH), 2: (EAST, NORTH), 3: (EAST, NORTH)}
    with_height = struct.pack("<BIII", 1, 0x80000003, 1, 2) + struct.pack("<3d", EAST, NORTH, 7)
    infinite = torn("<", 3, struct.pack("<I2d", 2, np.inf, NORTH))
    found = corners_in([with_height, infinite], np.array([True, True]), np.array([4, 9]))
    assert found == {4: (EAST, NORTH)}


def test_a_record_that_gdal_cannot_take_is_told_with_its_first_corner(tmp_path: Path) -> None:
    parts = shapefile(names=[b"a", b"b", b"c"], rings=[square(EAST + 20 * i) for i in range(3)])
    content = bytearray(parts[".shp"])
    record = 100 + int.from_bytes(content[104:108], "big") * 2 + 8
    content[record + 48 : record + 52] = (10**6).to_bytes(4, "little")  # more points than there are
    layer = read_layer(zipped(tmp_path / "a.zip", parts | {".shp": bytes(content)}))
    found = [one for one in layer.findings if one.code == "broken_geometry"]
    assert [(one.row, one.x, one.y) for one in found] == [(2, EAST + 20, NORTH)]


def test_a_mended_outline_is_told_with_its_area_before_and_after(tmp_path: Path) -> None:
    ring = [(0, 0), (50, 0), (50, 40), (20, -10), (0, 40), (0, 0)]  # dips below its own base
    path = drawn(tmp_path, polygon([(EAST + x, NORTH + y) for x, y in ring]))
    layer = read_layer(path)
    values = next(f.values for f in layer.findings if f.code == "repaired_outline")
    before, after, gap = (
        float(values[name].replace(",", "")) for name in ("before_m2", "after_m2", "gap_m2")
    )
    assert before == pytest.approx(shapely.Polygon(ring).area, rel=1e-3)
    assert after == pytest.approx(layer.frame.geometry[0].area, rel=1e-3)
    assert gap == pytest.approx(after - before, abs=0.011)
    assert gap > 1


def test_the_areas_of_a_mended_outline_are_square_metres_in_degrees_too(tmp_path: Path) -> None:
    ring = [(114, 30), (114.001, 30.001), (114.001, 30), (114, 30.001), (114, 30)]
    layer = read_layer(geojson(tmp_path / "a.geojson", [polygon(ring)]))
    told = next(f.values for f in layer.findings if f.code == "repaired_outline")
    assert float(told["after_m2"].replace(",", "")) == pytest.approx(5_345, rel=0.01)


def test_a_tangle_is_told_with_its_size() -> None:
    places = np.random.default_rng(1).random((900, 2)) * 100
    found = repair(np.array([shapely.Polygon(places)], dtype=object), np.array([4])).findings
    assert [one.code for one in found] == ["too_tangled"]
    _says_all(found[0])
    assert found[0].x is not None


def test_a_text_that_cannot_be_read_is_told_with_its_row_and_place() -> None:
    found = unreadable("ZLDWMC", ["石羊镇", "石\ufffd"], [3, 8])
    told = about_rows.placed(found, np.array([3, 8]), np.array([[1.0, 2.0], [5.0, 6.0]]))
    assert [(one.row, one.x, one.y) for one in told] == [(8, 5.0, 6.0)]
    _says_all(told[0])


def test_of_too_many_doubts_the_rest_is_counted() -> None:
    many = [Finding("cut_text", i) for i in range(about_rows.MOST_A_KIND + 7)]
    told = about_rows.few([*many, Finding("null_geometry", 1)])
    assert len(told) == about_rows.MOST_A_KIND + 2
    with speaking("en"):
        assert re.match(r"7 more rows .*Text cut off", message(told[-1]))


def test_an_older_finding_without_its_figures_can_still_be_read() -> None:
    with speaking("en"):
        assert "— m² as drawn" in message(Finding("repaired_outline", 1, {"row": 1}))
