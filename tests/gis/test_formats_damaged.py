"""A shapefile damaged on its way: no piece may pass for the whole."""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from layers_on_disk import AT, NAMED, dbf, named_rows, shapefile, shp_and_shx, square, zipped

from gis.formats import read_layer
from gis.formats.layer import Layer
from gis.language import Problem

COUNT = 12
NAME = "石羊镇".encode("gb18030")
PARTS = shapefile(
    rings=[[*square(AT[0] + 20 * i)[:2], *square(AT[0] + 20 * i)[1:]] if i % 2 else
           square(AT[0] + 20 * i) for i in range(COUNT)],
    cpg=b"GBK",
)  # fmt: skip
OTHER = shapefile(rings=[square(AT[0] + 500 + 20 * i) for i in range(COUNT - 3)])
DATA_PARTS = (".shp", ".shx", ".dbf")


def outcome(path: Path) -> Layer | None:
    try:
        return read_layer(path)
    except Problem:
        return None


def flags(layer: Layer) -> set[str]:
    return {f.code for f in layer.findings} - {"repeated_vertices"}


def test_the_whole_layer_is_read_without_remark(tmp_path: Path) -> None:
    layer = read_layer(zipped(tmp_path / "a.zip", PARTS))
    assert (len(layer.frame), flags(layer)) == (COUNT, set())


@pytest.mark.parametrize("part", DATA_PARTS)
@pytest.mark.parametrize("percent", range(10, 100, 20))
def test_a_part_cut_off_is_refused(tmp_path: Path, part: str, percent: int) -> None:
    cut = PARTS[part][: len(PARTS[part]) * percent // 100]
    assert outcome(zipped(tmp_path / "a.zip", PARTS | {part: cut})) is None


@pytest.mark.parametrize("percent", range(10, 100, 20))
def test_a_declaration_cut_off_loses_no_parcel_and_never_moves_one(
    tmp_path: Path, percent: int
) -> None:
    for part in (".prj", ".cpg"):
        cut = PARTS[part][: len(PARTS[part]) * percent // 100]
        layer = outcome(zipped(tmp_path / f"a{part}.zip", PARTS | {part: cut}))
        if layer is None:
            continue
        assert (len(layer.frame), layer.understood.crs) == (COUNT, 4526)
        assert set(layer.frame["ZLDWMC"]) == {"石羊镇"}
        hows = {layer.understood.crs_how, layer.understood.encoding_how}
        assert hows != {"declared"}, "a cut declaration was taken for a whole one"


@pytest.mark.parametrize("part", [".shp", ".dbf"])
def test_a_part_left_out_is_refused(tmp_path: Path, part: str) -> None:
    rest = {suffix: content for suffix, content in PARTS.items() if suffix != part}
    assert outcome(zipped(tmp_path / "a.zip", rest)) is None


def test_a_missing_index_is_built_again_and_said(tmp_path: Path) -> None:
    rest = {suffix: content for suffix, content in PARTS.items() if suffix != ".shx"}
    layer = read_layer(zipped(tmp_path / "a.zip", rest))
    assert (len(layer.frame), flags(layer)) == (COUNT, {"index_rebuilt"})


@pytest.mark.parametrize("part", [".prj", ".cpg"])
def test_a_declaration_left_out_is_not_taken_for_declared(tmp_path: Path, part: str) -> None:
    rest = {suffix: content for suffix, content in PARTS.items() if suffix != part}
    layer = read_layer(zipped(tmp_path / "a.zip", rest))
    assert len(layer.frame) == COUNT
    hows = {".prj": layer.understood.crs_how, ".cpg": layer.understood.encoding_how}
    assert hows[part] != "declared"


@pytest.mark.parametrize(("one", "other"), list(combinations(DATA_PARTS, 2)))
def test_parts_swapped_with_one_another_are_refused(tmp_path: Path, one: str, other: str) -> None:
    swapped = PARTS | {one: PARTS[other], other: PARTS[one]}
    assert outcome(zipped(tmp_path / "a.zip", swapped)) is None


@pytest.mark.parametrize("part", DATA_PARTS)
def test_a_part_of_another_layer_is_refused(tmp_path: Path, part: str) -> None:
    assert outcome(zipped(tmp_path / "a.zip", PARTS | {part: OTHER[part]})) is None


def _rows(content: bytes, by: int) -> bytes:
    return content[:4] + struct.pack("<I", COUNT + by) + content[8:]


def _words(content: bytes, by: int) -> bytes:
    (words,) = struct.unpack(">i", content[24:28])
    return content[:24] + struct.pack(">i", words + by) + content[28:]


@pytest.mark.parametrize(("part", "edit", "by"), [
    (".dbf", _rows, -1), (".dbf", _rows, 1), (".dbf", _rows, -COUNT), (".dbf", _rows, 10**6),
    (".shx", _words, -4), (".shx", _words, 4), (".shx", _words, -46),
    (".shp", _words, 8), (".shp", _words, 10**6),
])  # fmt: skip
def test_an_edited_count_is_refused(
    tmp_path: Path, part: str, edit: Callable[[bytes, int], bytes], by: int
) -> None:
    assert outcome(zipped(tmp_path / "a.zip", PARTS | {part: edit(PARTS[part], by)})) is None


def test_a_header_too_short_for_its_shapes_is_said(tmp_path: Path) -> None:
    parts = PARTS | {".shp": _words(PARTS[".shp"], -60)}
    layer = read_layer(zipped(tmp_path / "a.zip", parts))
    assert (len(layer.frame), flags(layer)) == (COUNT, {"length_disagrees"})


def test_all_parts_of_one_length_still_need_one_count(tmp_path: Path) -> None:
    shp, shx = shp_and_shx([square(AT[0] + 20 * i) for i in range(4)])
    table = dbf(NAMED, named_rows([NAME] * 5))
    assert outcome(zipped(tmp_path / "a.zip", {".shp": shp, ".shx": shx, ".dbf": table})) is None


@pytest.mark.parametrize("percent", range(10, 100, 20))
def test_a_zip_cut_off_is_refused(tmp_path: Path, percent: int) -> None:
    content = zipped(tmp_path / "a.zip", PARTS).read_bytes()
    (tmp_path / "b.zip").write_bytes(content[: len(content) * percent // 100])
    assert outcome(tmp_path / "b.zip") is None


def test_a_zip_with_a_nameless_member_is_refused(tmp_path: Path) -> None:
    content = zipped(tmp_path / "a.zip", PARTS).read_bytes()
    (tmp_path / "b.zip").write_bytes(content.replace(b"parcels.shp", b"\0arcels.shp"))
    assert outcome(tmp_path / "b.zip") is None
