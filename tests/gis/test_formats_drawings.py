"""GeoParquet and DXF, written by other programs or by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from layers_on_disk import AT, square

from gis.formats import read_layer
from gis.formats.problems import PROBLEMS
from gis.language import Problem

EAST, NORTH = AT


def parcels(**columns: Any) -> gpd.GeoDataFrame:
    shapes = [shapely.Polygon(square(EAST + 20 * i)) for i in range(3)]
    return gpd.GeoDataFrame(columns or {"TBBH": ["1", "2", "3"]}, geometry=shapes, crs=4526)


def refused(path: Path) -> str:
    with pytest.raises(Problem) as told:
        read_layer(path)
    return next(code for code, text in PROBLEMS.items() if text.msgid == told.value.text.msgid)


def with_notes(path: Path, change: Any) -> Path:
    """Write a GeoParquet whose ``geo`` notes went through ``change``."""
    parcels().to_parquet(path)
    table = pq.read_table(path)
    notes = json.loads(table.schema.metadata[b"geo"])
    changed = change(notes)
    geo = changed if isinstance(changed, bytes) else json.dumps(changed or notes).encode()
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), path)
    return path


@pytest.mark.parametrize("compression", ["snappy", "zstd", "gzip", None])
def test_a_geoparquet_comes_back_as_it_was(tmp_path: Path, compression: Any) -> None:
    made = parcels(图斑编号=["001", "002", None], 面积=[1.5, None, 3.0], n=[1, 2, 3])
    made.to_parquet(tmp_path / "a.parquet", compression=compression)
    layer = read_layer(tmp_path / "a.parquet")
    assert (layer.understood.crs, layer.understood.crs_how) == (4526, "declared")
    assert layer.frame["图斑编号"].tolist()[:2] == ["001", "002"]
    assert layer.frame["面积"].isna().tolist() == [False, True, False]
    assert layer.frame["n"].dtype == np.int64
    assert (layer.frame.geometry == made.geometry).all()


def test_a_file_that_says_nothing_of_its_system_means_wgs_84(tmp_path: Path) -> None:
    at_114 = parcels().set_geometry([shapely.box(114, 30, 114.001, 30.001)] * 3, crs=4326)
    at_114.to_parquet(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    notes = json.loads(table.schema.metadata[b"geo"])
    notes["columns"]["geometry"].pop("crs", None)
    notes_only = {b"geo": json.dumps(notes).encode()}
    pq.write_table(table.replace_schema_metadata(notes_only), tmp_path / "a.parquet")
    told = read_layer(tmp_path / "a.parquet").understood
    assert (told.crs, told.crs_how) == (4326, "declared")


def test_an_unknown_system_is_found_from_the_numbers(tmp_path: Path) -> None:
    path = with_notes(
        tmp_path / "a.parquet", lambda notes: notes["columns"]["geometry"].update(crs=None)
    )
    assert read_layer(path).understood.crs_how == "prefix"


def test_columns_within_columns_become_text_and_bytes_are_said(tmp_path: Path) -> None:
    made = parcels(tags=[["甲"], None, []], blob=[b"\xff", b"", None])
    made.to_parquet(tmp_path / "a.parquet")
    layer = read_layer(tmp_path / "a.parquet")
    assert layer.frame["tags"].tolist()[0] == '["甲"]'
    assert [f.values["column"] for f in layer.findings] == ["blob"]


@pytest.mark.parametrize(("change", "code"), [
    (lambda n: n["columns"]["geometry"].update(encoding="polygon"), "outline_encoding"),
    (lambda n: n.update(primary_column="absent"), "no_layers"),
    (lambda n: b"{not json", "damaged"),
    (lambda n: b"[" * 100_000, "damaged"),
    (lambda n: b"[]", "damaged"),
    (lambda n: {"other": 1}, "no_layers"),
])  # fmt: skip
def test_notes_that_do_not_fit_are_refused(tmp_path: Path, change: Any, code: str) -> None:
    assert refused(with_notes(tmp_path / "a.parquet", change)) == code


def test_columns_kept_in_another_file_are_not_fetched(tmp_path: Path) -> None:
    parcels().to_parquet(tmp_path / "secret.parquet")
    notes = pq.read_metadata(tmp_path / "secret.parquet")
    notes.set_file_path("secret.parquet")
    notes.write_metadata_file(tmp_path / "a.parquet")
    assert refused(tmp_path / "a.parquet") == "vector_of_files"


def test_a_column_that_swells_is_refused(tmp_path: Path) -> None:
    shapes = gpd.GeoDataFrame(geometry=[shapely.Polygon(square())] * 3, crs=4526).to_wkb()
    wkb = pa.array(shapes["geometry"].tolist(), pa.binary())
    notes = {"version": "1.0.0", "primary_column": "geometry",
             "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}}}  # fmt: skip
    table = pa.table({"big": pa.array(["x" * 30_000_000] * 3, pa.large_string()), "geometry": wkb})
    table = table.replace_schema_metadata({b"geo": json.dumps(notes).encode()})
    pq.write_table(table, tmp_path / "a.parquet", compression="zstd", use_dictionary=False)
    assert (tmp_path / "a.parquet").stat().st_size < 100_000
    assert refused(tmp_path / "a.parquet") == "too_heavy"


def entity(kind: str, *pairs: tuple[int, Any]) -> str:
    return "".join(f"{code}\n{value}\n" for code, value in [(0, kind), *pairs])


def polyline(ring: list[tuple[float, float]], layer: str = "JZD", *, is_closed: bool) -> str:
    points = [pair for x, y in ring for pair in ((10, f"{x:.3f}"), (20, f"{y:.3f}"))]
    head = [(8, layer), (90, len(ring)), (70, int(is_closed))]
    return entity("LWPOLYLINE", (100, "AcDbEntity"), *head, *points)


def text(words: str, x: float, y: float) -> str:
    return entity("TEXT", (8, "ZJ"), (10, x), (20, y), (40, 1), (1, words))


def drawing(path: Path, *entities: str, codec: str = "utf-8", page: str = "ANSI_936") -> Path:
    head = entity("SECTION", (2, "HEADER"), (9, "$ACADVER"), (1, "AC1015"),
                  (9, "$DWGCODEPAGE"), (3, page)) + entity("ENDSEC")  # fmt: skip
    body = entity("SECTION", (2, "ENTITIES")) + "".join(entities) + entity("ENDSEC")
    path.write_bytes((head + body + entity("EOF")).encode(codec))
    return path


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
@pytest.mark.parametrize("page", ["ANSI_936", "ANSI_1252"])
def test_closed_lines_are_areas_with_layer_and_inscription(
    tmp_path: Path, codec: str, page: str
) -> None:
    path = drawing(
        tmp_path / "a.dxf", polyline(square()[:-1], "图斑", is_closed=True),
        polyline(square(EAST + 50), "房屋", is_closed=False), text("甲-7", EAST + 5, NORTH + 5),
        codec=codec, page=page,
    )  # fmt: skip
    layer = read_layer(path)
    assert layer.frame["Layer"].tolist() == ["图斑", "房屋"]
    assert layer.frame["Inscription"].tolist()[0] == "甲-7"
    assert layer.frame.geometry[0].equals(shapely.Polygon(square()))
    assert layer.frame.geometry[1].equals(shapely.Polygon(square(EAST + 50)))
    assert layer.understood.crs == 4526
    assert "drawing_left_out" in {f.code for f in layer.findings}


def test_an_open_outline_is_rejected_by_name_not_dropped(tmp_path: Path) -> None:
    path = drawing(
        tmp_path / "a.dxf", polyline(square()[:-1], is_closed=False),
        polyline(square(EAST + 50)[:-1], is_closed=True),
    )  # fmt: skip
    layer = read_layer(path)
    assert layer.rejected["rejected_for"].tolist() == ["not_polygon"]
    assert layer.rejected["row"].tolist() == [1]


def test_a_hatch_is_an_area_with_its_hole(tmp_path: Path) -> None:
    hole = [(EAST + x, NORTH + y) for x, y in [(2, 2), (4, 2), (4, 4), (2, 4)]]
    paths: list[tuple[int, Any]] = [(91, 2)]
    for ring, kind in ((square()[:-1], 3), (hole, 16 + 2)):
        paths += [(92, kind), (72, 0), (73, 1), (93, len(ring))]
        paths += [pair for x, y in ring for pair in ((10, x), (20, y))]
    hatch = entity("HATCH", (8, "图斑"), (10, 0), (20, 0), (30, 0), (2, "SOLID"), (70, 1), (71, 0),
                   *paths, (75, 1), (76, 1), (98, 0))  # fmt: skip
    layer = read_layer(drawing(tmp_path / "a.dxf", hatch))
    assert layer.frame.geometry[0].area == pytest.approx(96)


def test_a_bulge_is_an_arc(tmp_path: Path) -> None:
    points = [(10, EAST), (20, NORTH), (42, 1), (10, EAST + 10), (20, NORTH), (42, 1)]
    circle = entity("LWPOLYLINE", (8, "0"), (90, 2), (70, 1), *points)
    layer = read_layer(drawing(tmp_path / "a.dxf", circle))
    assert layer.frame.geometry[0].area == pytest.approx(np.pi * 25, rel=0.01)


def test_a_drawing_by_reference_is_not_opened(tmp_path: Path) -> None:
    drawing(tmp_path / "secret.dxf", polyline(square()[:-1], "canary", is_closed=True))
    block = entity("SECTION", (2, "BLOCKS")) + entity(
        "BLOCK", (8, "0"), (2, "X"), (70, 4), (1, str(tmp_path / "secret.dxf"))
    ) + entity("ENDBLK") + entity("ENDSEC")  # fmt: skip
    path = tmp_path / "a.dxf"
    insert = entity("INSERT", (8, "0"), (2, "X"), (10, 0), (20, 0))
    drawing(path, insert, polyline(square()[:-1], is_closed=True))
    content = path.read_text()
    at = content.index("0\nSECTION\n2\nENTITIES")
    path.write_text(content[:at] + block + content[at:])
    layer = read_layer(path)
    assert layer.frame["Layer"].tolist() == ["JZD"]


def test_a_drawing_of_texts_alone_holds_no_areas(tmp_path: Path) -> None:
    assert refused(drawing(tmp_path / "a.dxf", text("7", EAST, NORTH))) == "no_polygons"
