"""Coordinate exchange TXT: read as offices write it, written as it is prescribed."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layers_on_disk import AT, square

from gis.formats import read_layer
from gis.formats.coordinate_lines import area_m2_of
from gis.formats.coordinate_txt import write_coordinate_txt
from gis.language import Problem

HEAD = ("[属性描述]\n格式版本号=1.01\n坐标系={system}\n几度分带=3\n投影类型=高斯克吕格\n"
        "计量单位=米\n带号=38\n精度=0.001\n转换参数=,,,,,,\n[地块坐标]\n")  # fmt: skip
EAST, NORTH = AT
HOLE = [(EAST + x, NORTH + y) for x, y in [(2, 2), (4, 2), (4, 4), (2, 4), (2, 2)]]
ISLAND = square(EAST + 100, NORTH)


def entry(
    rings: list[list[tuple[float, float]]],
    fields: str = "{n},0.01,7,石羊镇地块,面,,耕地,0103,@",
    numbers: tuple[str, ...] = ("1", "2", "3"),
    *,
    east_first: bool = False,
    is_closed: bool = True,
    plain_east: bool = False,
) -> str:
    lines = []
    for number, ring in zip(numbers, rings, strict=False):
        for j, (x, y) in enumerate(ring if is_closed else ring[:-1], 1):
            east = x - 38e6 if plain_east else x
            pair = (east, y) if east_first else (y, east)
            lines.append(f"J{j},{number},{pair[0]:.3f},{pair[1]:.3f}")
    return "\n".join([fields.format(n=len(lines)), *lines]) + "\n"


def txt(path: Path, *entries: str, system: str = "2000国家大地坐标系", codec: str = "gbk") -> Path:
    path.write_bytes((HEAD.format(system=system) + "".join(entries)).encode(codec))
    return path


@pytest.mark.parametrize("codec", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("east_first", [False, True])
@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize("plain_east", [False, True])
def test_every_habit_of_writing_gives_the_same_parcel(
    tmp_path: Path, codec: str, east_first: bool, is_closed: bool, plain_east: bool
) -> None:
    written = entry([square()], east_first=east_first, is_closed=is_closed, plain_east=plain_east)
    layer = read_layer(txt(tmp_path / "a.txt", written, codec=codec))
    assert layer.understood.crs == (4547 if plain_east else 4526)
    assert layer.understood.crs_how == "declared"
    moved = square(EAST - 38e6 if plain_east else EAST)
    assert layer.frame.geometry[0].equals(shapely.Polygon(moved))
    assert layer.frame["地块名称"][0] == "石羊镇地块"
    assert layer.findings == ()


@pytest.mark.parametrize("fields", [
    "{n},0.01,7,@", "{n},0.01,7,甲,面,,耕地,0103,一,二,三,四,五,@", "{n}，0.01，7，甲，面，，，@",
])  # fmt: skip
def test_any_number_of_fields_before_the_mark_is_kept(tmp_path: Path, fields: str) -> None:
    frame = read_layer(txt(tmp_path / "a.txt", entry([square()], fields))).frame
    assert frame["地块编号"].tolist() == ["7"]
    if "五" in fields:
        assert frame["字段13"].tolist() == ["五"]


@pytest.mark.parametrize("numbers", [("1", "2"), ("1", "1"), ("2", "1"), ("0", "1"), ("1", "9")])
def test_a_ring_inside_is_a_hole_whatever_its_number(
    tmp_path: Path, numbers: tuple[str, ...]
) -> None:
    layer = read_layer(txt(tmp_path / "a.txt", entry([square(), HOLE], numbers=numbers)))
    assert layer.frame.geometry[0].equals(shapely.Polygon(square(), [HOLE]))


def test_rings_beside_one_another_are_parts_and_each_keeps_its_hole(tmp_path: Path) -> None:
    layer = read_layer(txt(tmp_path / "a.txt", entry([HOLE, ISLAND, square()])))
    assert layer.frame.geometry[0].equals(shapely.MultiPolygon([(square(), [HOLE]), (ISLAND, [])]))


def test_an_island_in_a_hole_is_ground_again(tmp_path: Path) -> None:
    core = [(EAST + x, NORTH + y) for x, y in [(2.5, 2.5), (3, 2.5), (3, 3), (2.5, 3), (2.5, 2.5)]]
    layer = read_layer(txt(tmp_path / "a.txt", entry([square(), HOLE, core])))
    assert layer.frame.geometry[0].area == pytest.approx(100 - 4 + 0.25)


@pytest.mark.parametrize(("told", "m2"), [
    ("0.01", 100), ("100.4", 100.4), ("0.15", 100), ("0.01公顷", 100), ("100平方米", 100),
    ("3亩", 2000), ("100 m²", 100), ("5", 50_000), ("", None), ("约一百", None),
])  # fmt: skip
def test_an_area_is_taken_in_its_unit_or_the_nearest(told: str, m2: float | None) -> None:
    found = area_m2_of(told, 100.0)
    assert found == (None if m2 is None else pytest.approx(m2))


def test_a_file_cut_off_loses_its_last_parcel_by_name_and_no_other(tmp_path: Path) -> None:
    whole = entry([square()]) + entry([ISLAND], is_closed=False).replace("4,0.01,7", "4,0.01,8")
    path = txt(tmp_path / "a.txt", whole)
    path.write_bytes(path.read_bytes().rsplit(b"J4", 1)[0])
    layer = read_layer(path)
    assert (layer.frame["地块编号"].tolist(), layer.rejected["地块编号"].tolist()) == (["7"], ["8"])
    assert "vertices_missing" in {f.code for f in layer.findings if f.row == 2}


def test_a_parcel_line_without_its_mark_spoils_only_itself(tmp_path: Path) -> None:
    lost = entry([ISLAND], "{n},0.01,8,乙,面,,耕地,0103")
    layer = read_layer(txt(tmp_path / "a.txt", entry([square()]), lost, entry([ISLAND])))
    assert layer.understood.rows_in == 3
    assert layer.rejected["地块编号"].tolist() == ["8"]
    assert layer.frame.geometry[0].equals(shapely.Polygon(square()))


@pytest.mark.parametrize("number", ["1e400", "nan", "9" * 5000, "34O0000.000", ""])
def test_an_impossible_number_rejects_its_parcel_alone(tmp_path: Path, number: str) -> None:
    bad = entry([ISLAND]).replace("3400010.000", number, 1)
    layer = read_layer(txt(tmp_path / "a.txt", bad, entry([square()])))
    assert layer.rejected["row"].tolist() == [1]
    assert layer.frame["row"].tolist() == [2]


@pytest.mark.parametrize("system", ["1980西安坐标系", "北京54坐标系"])
def test_an_old_system_in_the_head_is_refused(tmp_path: Path, system: str) -> None:
    with pytest.raises(Problem, match=r"西安80|北京54"):
        read_layer(txt(tmp_path / "a.txt", entry([square()]), system=system))


def frame_of(shapes: list[shapely.Geometry], epsg: int = 4526) -> gpd.GeoDataFrame:
    names = [f"地块{i}" for i in range(len(shapes))]
    return gpd.GeoDataFrame({"no": [str(i) for i in range(len(shapes))], "name": names},
                            geometry=shapes, crs=epsg)  # fmt: skip


def test_what_is_written_follows_the_prescription_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    write_coordinate_txt(
        frame_of([shapely.Polygon(square(), [HOLE])]), path, number="no", name="name",
        unit="某县自然资源局", made_on=date(2026, 3, 1),
    )  # fmt: skip
    content = path.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > 0
    lines = content.decode("gbk").split("\r\n")
    assert lines[:3] == ["[属性描述]", "格式版本号=1.01版本", "数据产生单位=某县自然资源局"]
    assert {"数据产生日期=2026-03-01", "带号=38", "几度分带=3"} <= set(lines)
    at = lines.index("[地块坐标]")
    assert lines[at + 1 :] == [
        "10,0.009600,0,地块0,面,,,,@",
        "J1,1,3400010.000,38500000.000", "J2,1,3400010.000,38500010.000",
        "J3,1,3400000.000,38500010.000", "J4,1,3400000.000,38500000.000",
        "J1,1,3400010.000,38500000.000",
        "J5,2,3400004.000,38500002.000", "J6,2,3400004.000,38500004.000",
        "J7,2,3400002.000,38500004.000", "J8,2,3400002.000,38500002.000",
        "J5,2,3400004.000,38500002.000", "",
    ]  # fmt: skip


def test_parts_are_written_as_entries_whose_areas_add_up(tmp_path: Path) -> None:
    both = shapely.MultiPolygon([shapely.Polygon(square()), shapely.Polygon(ISLAND)])
    frame = frame_of([both]).assign(survey_m2=[200.5])
    write_coordinate_txt(frame, tmp_path / "out.txt", number="no", area_m2="survey_m2")
    entries = re.findall(r"5,([\d.]+),(0-\d)", (tmp_path / "out.txt").read_text("gbk"))
    assert [number for _, number in entries] == ["0-1", "0-2"]
    assert sum(float(ha) for ha, _ in entries) == pytest.approx(0.02005)


@pytest.mark.parametrize(("frame", "word"), [
    (frame_of([shapely.Polygon(square())], 4490), "not_in_zone"),
    (frame_of([shapely.Point(AT)]), "not_all_areas"),
    (frame_of([shapely.Polygon(square())]).assign(no=["\U0001f600"]), "not_in_gbk"),
])  # fmt: skip
def test_what_cannot_be_written_is_refused_and_nothing_is_left(
    tmp_path: Path, frame: gpd.GeoDataFrame, word: str
) -> None:
    from gis.formats.problems import PROBLEMS

    with pytest.raises(Problem) as told:
        write_coordinate_txt(frame, tmp_path / "out.txt", number="no")
    assert told.value.text.msgid == PROBLEMS[word].msgid
    assert not (tmp_path / "out.txt").exists()


corner = st.tuples(st.integers(0, 400), st.integers(0, 400))


@given(st.lists(st.lists(corner, min_size=3, max_size=9), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_what_is_written_is_read_back_the_same_to_the_millimetre(
    tmp_path: Path, rings: list[list[tuple[int, int]]]
) -> None:
    clouds = [shapely.MultiPoint([(EAST + x, NORTH + y) for x, y in ring]) for ring in rings]
    hulls = [cloud.convex_hull for cloud in clouds]
    shape = hulls[0]
    for hull in hulls[1:]:  # holes, parts and bites
        shape = shape.symmetric_difference(hull)
    shape = shapely.set_precision(shape, 0.001)
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 1]
    if not parts:
        return
    write_coordinate_txt(frame_of(parts), tmp_path / "out.txt", number="no")
    layer = read_layer(tmp_path / "out.txt")
    assert layer.understood.rows_in == len(parts)
    for kept, part in zip(layer.frame.geometry, parts, strict=True):
        assert kept.symmetric_difference(part).area < 0.002 * part.length
