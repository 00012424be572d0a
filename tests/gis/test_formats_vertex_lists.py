"""Vertex lists in CSV and Excel: one row a vertex, under whatever names offices use."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely
from layers_on_disk import AT, square

from gis.formats import layer_names, read_layer
from gis.formats.problems import PROBLEMS
from gis.language import Problem

EAST, NORTH = AT
CHINESE = ["地块编号", "圈号", "点号", "X坐标(m)", "Y坐标(m)", "村名"]
ENGLISH = ["Parcel No.", "Ring", "Point", "Northing", "Easting", "Village"]


def rows_of(number: Any, ring: list[tuple[float, float]], ring_no: Any = 1) -> list[list[Any]]:
    return [[number, ring_no, f"J{j}", y, x, "石羊村"] for j, (x, y) in enumerate(ring, 1)]


def written(path: Path, rows: list[list[Any]], codec: str = "utf-8", mark: str = ",") -> Path:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
        return path
    lines = [mark.join("" if v is None else str(v) for v in row) for row in rows]
    path.write_bytes("\r\n".join(lines).encode(codec))
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.xlsx"])
@pytest.mark.parametrize("names", [CHINESE, ENGLISH])
def test_columns_are_recognised_by_chinese_and_english_names(
    tmp_path: Path, name: str, names: list[str]
) -> None:
    path = written(tmp_path / name, [["界址点成果表"], names, *rows_of("7", square()[:-1])])
    layer = read_layer(path)
    assert layer.understood.crs == 4526
    assert layer.frame.geometry[0].equals(shapely.Polygon(square()))
    assert layer.frame[names[0]].tolist() == ["7"]
    assert layer.frame[names[5]].tolist() == ["石羊村"]
    assert layer.findings == ()


@pytest.mark.parametrize("codec", ["gbk", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_comes_in_every_encoding_with_every_separator(
    tmp_path: Path, codec: str, mark: str
) -> None:
    path = written(tmp_path / "a.csv", [CHINESE, *rows_of(7, square())], codec, mark)
    assert read_layer(path).frame["村名"].tolist() == ["石羊村"]


def test_rings_are_holes_or_parts_by_what_lies_in_what(tmp_path: Path) -> None:
    hole = [(EAST + x, NORTH + y) for x, y in [(2, 2), (4, 2), (4, 4), (2, 4)]]
    rows = [*rows_of(7, hole, 1), *rows_of(7, square(), 2), *rows_of(7, square(EAST + 50), 3)]
    layer = read_layer(written(tmp_path / "a.xlsx", [CHINESE, *rows]))
    assert layer.frame.geometry[0].equals(
        shapely.MultiPolygon([(square(), [hole]), (square(EAST + 50), [])])
    )


def test_vertices_out_of_order_are_sorted_and_said(tmp_path: Path) -> None:
    ring = [(EAST + x, NORTH + y) for x, y in [(0, 0), (9, 0), (9, 9), (5, 4), (0, 9)]]
    rows = rows_of(7, ring)
    random.Random(3).shuffle(rows)
    layer = read_layer(written(tmp_path / "a.csv", [CHINESE, *rows]))
    assert layer.frame.geometry[0].equals(shapely.Polygon(ring))
    assert [f.code for f in layer.findings] == ["vertices_sorted"]


def test_merged_cells_stand_for_the_rows_below_them(tmp_path: Path) -> None:
    rows = rows_of(7, square()) + rows_of(8, square(EAST + 50))
    for row in rows[1:5] + rows[6:]:
        row[0] = row[5] = None
    layer = read_layer(written(tmp_path / "a.xlsx", [CHINESE, *rows]))
    assert layer.frame["地块编号"].tolist() == ["7", "8"]
    assert layer.frame["村名"].tolist() == ["石羊村", "石羊村"]


@pytest.mark.parametrize("bad", ["1e308", "nan", "inf", "一", "", "1" * 400])
def test_a_bad_number_rejects_its_parcel_alone(tmp_path: Path, bad: str) -> None:
    rows = rows_of(7, square()) + rows_of(8, square(EAST + 50))
    rows[2][3] = bad
    layer = read_layer(written(tmp_path / "a.csv", [CHINESE, *rows]))
    assert layer.rejected["地块编号"].tolist() == ["7"]
    assert layer.frame["地块编号"].tolist() == ["8"]


@pytest.mark.parametrize("bad", ["nan", "inf", "1e308"])
def test_a_bad_number_in_one_of_two_rings_rejects_the_parcel_alone(
    tmp_path: Path, bad: str
) -> None:
    rows = rows_of(7, square()) + rows_of(7, square(EAST + 50), 2) + rows_of(8, square(EAST + 90))
    rows[2][3] = bad
    layer = read_layer(written(tmp_path / "a.csv", [CHINESE, *rows]))
    assert layer.rejected["rejected_for"].tolist() == ["not_finite"]
    assert layer.frame["地块编号"].tolist() == ["8"]


def test_a_value_that_changes_within_a_parcel_and_lost_digits_are_said(tmp_path: Path) -> None:
    rows = [[*row, 5101810010010000000] for row in rows_of(7, square())]
    rows[1][5] = "另一村"
    layer = read_layer(written(tmp_path / "a.xlsx", [[*CHINESE, "ZLDWDM"], *rows]))
    assert {f.code: f.values["column"] for f in layer.findings} == {
        "values_vary": "村名", "digits_lost": "ZLDWDM",
    }  # fmt: skip


def test_each_sheet_with_the_headings_is_a_layer(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", [CHINESE, *rows_of(7, square())])
    book = openpyxl.load_workbook(path)
    book.active.title = "一村"
    book.create_sheet("说明").append(["随便写"])
    second = book.create_sheet("二村")
    for row in [CHINESE, *rows_of(9, square(EAST + 50))]:
        second.append(row)
    book.save(path)
    assert layer_names(path) == ["一村", "二村"]
    assert read_layer(path, layer="二村").frame["地块编号"].tolist() == ["9"]


def test_excels_unicode_text_is_read_whatever_its_suffix_says(tmp_path: Path) -> None:
    for name in ("a.txt", "a.xls", "a.dat"):
        path = written(tmp_path / name, [CHINESE, *rows_of(7, square())], "utf-16", "\t")
        understood = read_layer(path).understood
        assert (understood.encoding, understood.encoding_how) == ("utf-16", "format")
        assert understood.samples == ("石羊村",)


@pytest.mark.parametrize("codec", ["gbk", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.xlsx"])
def test_a_table_without_coordinates_is_sent_back_as_such(
    tmp_path: Path, name: str, codec: str
) -> None:
    path = written(tmp_path / name, [["镇", "面积"], ["石羊镇", 5]], codec, "\t")
    with pytest.raises(Problem) as told:
        read_layer(path)
    assert told.value.text.msgid == PROBLEMS["no_vertex_columns"].msgid


def test_a_letter_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "说明.txt"
    path.write_text("县自然资源局：\n报送图斑，请查收。\n附件，共两份，见后。\n石羊镇\n", "gb18030")
    with pytest.raises(Problem) as told:
        read_layer(path)
    assert told.value.text.msgid == PROBLEMS["unknown"].msgid


def test_a_formula_gives_its_last_value_and_runs_nothing(tmp_path: Path) -> None:
    rows = rows_of(7, square()) + rows_of(8, square(EAST + 50))
    rows[0][5] = '=WEBSERVICE("http://127.0.0.1:9/x")'
    rows[1][3] = "=[other.xlsx]Sheet1!A1"  # a coordinate from elsewhere: never computed here
    layer = read_layer(written(tmp_path / "a.xlsx", [CHINESE, *rows]))
    assert layer.rejected["地块编号"].tolist() == ["7"]
    assert "WEBSERVICE" not in layer.rejected.to_csv()


def test_a_workbook_that_swells_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", [CHINESE, *rows_of(7, square())])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/x.bin", b"\0" * 40_000_000)
    with pytest.raises(Problem) as told:
        read_layer(path)
    assert told.value.text.msgid == PROBLEMS["unsafe_zip"].msgid


def test_an_entity_in_a_workbook_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    path = written(tmp_path / "a.xlsx", [CHINESE, *rows_of(7, square())])
    with zipfile.ZipFile(path) as book:
        members = {name: book.read(name) for name in book.namelist()}
    prolog = f'<!DOCTYPE x [<!ENTITY x SYSTEM "file://{secret}">]>'
    spelled = "".join(f"&#{ord(letter)};" for letter in "石羊村")  # as one of its writers does
    texts = [
        name
        for name, content in members.items()
        if "石羊村".encode() in content or spelled.encode() in content
    ]
    assert texts
    for name in texts:
        xml = members[name].decode()
        xml = xml.partition("?>")[2] if xml.startswith("<?xml") else xml
        xml = xml.replace("石羊村", "&x;").replace(spelled, "&x;")
        members[name] = (prolog + xml).encode()
    with zipfile.ZipFile(path, "w") as book:
        for name, content in members.items():
            book.writestr(name, content)
    try:
        told = read_layer(path).frame.to_csv()
    except Problem as problem:
        told = str(problem)
    assert "canary" not in told


def test_one_number_in_two_villages_stays_two_parcels(tmp_path: Path) -> None:
    corners = ((0, 0), (0, 20), (20, 20), (20, 0))
    rows = [
        f"001,{village},{3_640_000 + north + far},{38_430_000 + east + far}"
        for village, far in (("甲村", 0), ("乙村", 500))
        for north, east in corners
    ]
    path = tmp_path / "vertices.csv"
    path.write_text("\n".join(["地块编号,村名,X,Y", *rows]), encoding="utf-8")
    layer = read_layer(path)
    assert layer.understood.rows_in == 2
    assert list(layer.frame["村名"]) == ["甲村", "乙村"]
    assert [round(area) for area in layer.frame.area] == [400, 400]
