"""Shapefiles as design firms send them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from layers_on_disk import (
    AT,
    NAMED,
    dbf,
    geojson,
    polygon,
    shapefile,
    square,
    squares,
    zip_of,
    zipped,
)

from gis.formats import Layer, layer_names, read_layer
from gis.language import Problem, speaking


def refusal(path: Path, **options: object) -> str:
    with pytest.raises(Problem) as told, speaking("en"):
        read_layer(path, **options)  # type: ignore[arg-type]
    with speaking("en"):
        return str(told.value)


def codes(layer: Layer) -> set[str]:
    return {finding.code for finding in layer.findings}


def test_codes_stay_text_and_names_come_out_in_chinese(tmp_path: Path) -> None:
    layer = read_layer(zipped(tmp_path / "a.zip", shapefile()))
    assert list(layer.frame["ZLDWDM"]) == ["5101810010010000000"] * 2
    assert list(layer.frame["ZLDWMC"]) == ["石羊镇"] * 2
    assert list(layer.frame["row"]) == [1, 2]
    assert layer.frame["TBMJ"].sum() == 200
    assert layer.frame.area.sum() == pytest.approx(200)
    assert layer.understood.encoding == "gb18030"
    assert layer.understood.samples[0] == "石羊镇"
    assert layer.frame.crs.to_epsg() == layer.understood.crs == 4526


@pytest.mark.parametrize(
    ("text", "cpg", "codec", "how"),
    [
        ("石羊镇".encode("gbk"), None, "gb18030", "bytes"),
        ("石羊镇".encode("gbk"), b"UTF-8", "gb18030", "overruled"),
        ("石羊镇".encode("gbk"), b"ISO-8859-1", "gb18030", "overruled"),
        ("石羊镇".encode(), b"GBK", "utf-8", "overruled"),
        ("石羊镇".encode(), b"UTF-8", "utf-8", "declared"),
        ("石羊鎮".encode("big5"), b"BIG5", "big5", "declared"),
        ("石头".encode("gbk"), None, "gb18030", "guessed"),
        ("San Andrés".encode(), None, "utf-8", "bytes"),
        ("Prés à été".encode("cp1252"), None, "cp1252", "guessed"),
    ],
)
def test_the_bytes_decide_the_encoding(
    tmp_path: Path, text: bytes, cpg: bytes | None, codec: str, how: str
) -> None:
    layer = read_layer(zipped(tmp_path / "a.zip", shapefile(names=[text] * 2, cpg=cpg)))
    assert (layer.understood.encoding, layer.understood.encoding_how) == (codec, how)
    assert layer.frame["ZLDWMC"][0] == text.decode(codec)
    assert ("encoding_overruled" in codes(layer)) == (how == "overruled")


def test_a_name_cut_in_half_is_kept_without_its_half_and_reported(tmp_path: Path) -> None:
    cut = b"1" + ("青" * 10).encode("gbk")  # 21 bytes into 20
    layer = read_layer(zipped(tmp_path / "a.zip", shapefile(names=[b"b", cut])))
    assert layer.frame["ZLDWMC"][1] == "1" + "青" * 9
    assert [f.row for f in layer.findings if f.code == "cut_text"] == [2]
    cut = ("石" * 7).encode()[:20]
    layer = read_layer(zipped(tmp_path / "b.zip", shapefile(names=[cut, "羊".encode()])))
    assert layer.frame["ZLDWMC"][0] == "石" * 6
    assert [f.row for f in layer.findings if f.code == "cut_text"] == [1]


def test_a_chosen_encoding_that_does_not_fit_is_said(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", shapefile())
    assert "not UTF-8" in refusal(path, encoding="UTF-8")
    assert read_layer(path, encoding="GBK").understood.encoding_how == "chosen"


def test_a_missing_index_is_built_again(tmp_path: Path) -> None:
    parts = shapefile(rings=[*squares(2), None])
    whole = read_layer(zipped(tmp_path / "a.zip", parts))
    del parts[".shx"]
    rebuilt = read_layer(zipped(tmp_path / "b.zip", parts))
    assert "index_rebuilt" in codes(rebuilt)
    assert rebuilt.frame.geometry.equals(whole.frame.geometry)
    assert list(rebuilt.rejected["rejected_for"]) == ["null_geometry"]
    assert list(rebuilt.rejected["row"]) == [3]


def test_loose_files_in_capitals_are_found_together(tmp_path: Path) -> None:
    for suffix, content in shapefile().items():
        (tmp_path / f"PARCELS{suffix.upper()}").write_bytes(content)
    assert len(read_layer(tmp_path / "PARCELS.SHP").frame) == 2


def test_a_windows_zip_with_chinese_folders_shows_its_layer_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for suffix, content in shapefile().items():
            info = zipfile.ZipInfo("dir/" + "图斑" + suffix)
            info.filename = ("成果/" + "图斑" + suffix).encode("gbk").decode("cp437")
            archive.writestr(info, content)
    content = path.read_bytes()
    # zipfile marks the names as UTF-8; Windows does not
    gbk, utf8 = "成果/图斑".encode("gbk"), "成果/图斑".encode("gbk").decode("cp437").encode()
    path.write_bytes(_with_gbk_names(content, utf8, gbk))
    assert layer_names(path) == ["图斑"]
    assert read_layer(path, layer="图斑").understood.layer == "图斑"


def _with_gbk_names(content: bytes, utf8: bytes, gbk: bytes) -> bytes:
    """Rewrite a stored zip the way Windows names its members."""
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            plain = "?" * len(gbk) + Path(info.filename).suffix
            target.writestr(plain, source.read(info))
    return out.getvalue().replace(b"?" * len(gbk), gbk)


def test_one_zip_in_a_zip_is_opened_and_two_are_not(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "a.zip", shapefile())
    once = zip_of(tmp_path / "b.zip", {"sub/a.zip": inner.read_bytes()})
    assert len(read_layer(once).frame) == 2
    twice = zip_of(tmp_path / "c.zip", {"b.zip": once.read_bytes()})
    assert "holds no layer" in refusal(twice)


def test_without_a_table_nothing_tells_parcels_apart(tmp_path: Path) -> None:
    parts = shapefile()
    del parts[".dbf"]
    assert "no .dbf" in refusal(zipped(tmp_path / "a.zip", parts))
    only = {".dbf": shapefile()[".dbf"]}
    assert "no .shp" in refusal(zipped(tmp_path / "b.zip", only))


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_copy_cut_off_is_refused_wherever_the_cut_is(
    tmp_path: Path, part: str, share: float
) -> None:
    parts = shapefile(rings=squares(50))
    parts[part] = parts[part][: int(len(parts[part]) * share)]
    told = refusal(zipped(tmp_path / "a.zip", parts))
    assert re.search("cut off", told)


def test_parts_of_different_layers_are_refused(tmp_path: Path) -> None:
    parts = shapefile(rings=squares(5)) | {".dbf": shapefile(rings=squares(4))[".dbf"]}
    assert "5 shapes, 5 index entries, 4 table rows" in refusal(zipped(tmp_path / "a.zip", parts))


def test_a_header_that_hides_a_cut_is_seen_through(tmp_path: Path) -> None:
    parts = shapefile(rings=squares(5))
    short = parts[".shp"][:-136]
    parts[".shp"] = short[:24] + (len(short) // 2).to_bytes(4, "big") + short[28:]
    assert "4 shapes, 5 index entries" in refusal(zipped(tmp_path / "a.zip", parts))


def test_rows_deleted_in_the_table_are_left_out_and_counted(tmp_path: Path) -> None:
    parts = shapefile(rings=squares(3))
    table = bytearray(parts[".dbf"])
    table[33 + 32 * len(NAMED)] = ord("*")
    parts[".dbf"] = bytes(table)
    layer = read_layer(zipped(tmp_path / "a.zip", parts))
    assert list(layer.frame["row"]) == [2, 3]
    assert layer.frame.geometry[0].bounds[0] == AT[0] + 20
    assert [f.values["rows"] for f in layer.findings if f.code == "deleted_rows"] == [1]


def test_numbers_dates_and_gaps_keep_their_meaning(tmp_path: Path) -> None:
    columns = [(b"n", "N", 19, 0), (b"x", "N", 10, 2), (b"d", "D", 8, 0), (b"ok", "L", 1, 0)]
    rows = [
        [b"5101810010010000001", b"0.10", b"20240131", b"T"],
        [b"", b"", b"", b"?"],
        [b"7", b"****", b"20241399", b"F"],
    ]
    parts = shapefile(rings=squares(3)) | {".dbf": dbf(columns, rows)}
    frame = read_layer(zipped(tmp_path / "a.zip", parts)).frame
    assert frame["n"][0] == 5101810010010000001
    assert frame["n"].isna().tolist() == [False, True, False]
    assert frame["x"].isna().tolist() == [False, True, True]
    assert str(frame["d"][0].date()) == "2024-01-31"
    assert frame["d"].isna().tolist() == [False, True, True]
    assert [bool(frame["ok"][0]), bool(frame["ok"][2])] == [True, False]


def test_columns_that_clash_with_ours_are_renamed_and_said(tmp_path: Path) -> None:
    columns = [(b"row", "C", 4, 0), (b"same", "C", 4, 0), (b"same", "C", 4, 0)]
    parts = shapefile() | {".dbf": dbf(columns, [[b"r", b"a", b"b"]] * 2)}
    layer = read_layer(zipped(tmp_path / "a.zip", parts))
    assert [c for c in layer.frame.columns if c != "geometry"] == ["row", "row_1", "same", "same_1"]
    assert list(layer.frame["same_1"]) == ["b", "b"]
    assert "column_renamed" in codes(layer)


def test_a_short_column_name_cut_inside_a_character_is_still_a_name(tmp_path: Path) -> None:
    columns = [("新增耕地面积".encode("gbk"), "N", 10, 2), (b"c", "C", 9, 0)]
    parts = shapefile() | {".dbf": dbf(columns, [[b"1.5", "甲".encode("gbk")]] * 2)}
    assert "新增耕地面" in read_layer(zipped(tmp_path / "a.zip", parts)).frame.columns


def test_photos_in_a_zip_are_not_a_layer(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "photos.zip", {"a.jpg": b"\xff\xd8\xff", "b.jpg": b"\xff\xd8\xff"})
    assert "a.jpg, b.jpg" in refusal(path)


def test_the_same_rows_come_back_as_geojson_and_as_shapefile(tmp_path: Path) -> None:
    rings = [square(AT[0] + 30 * i) for i in range(4)]
    one = read_layer(zipped(tmp_path / "a.zip", shapefile(rings=list(rings))))
    two = read_layer(geojson(tmp_path / "a.geojson", [polygon(r) for r in rings]))
    assert one.frame.geometry.geom_equals(two.frame.geometry).all()
    assert two.understood.crs_how == "prefix"
