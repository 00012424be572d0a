"""Text that fits no encoding, memo columns, and the candidates that a refusal offers."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyproj
import pytest
from layers_on_disk import AT, NAMED, dbf, named_rows, shapefile, square, zipped

from gis.findings import Finding
from gis.formats import read_layer, text
from gis.formats.dbf import read_table
from gis.formats.ogr import texts_of
from gis.language import Problem

GBK, NEITHER = "石羊镇".encode("gb18030"), b"\xff\xfe\x80"


def unread(findings: tuple[Finding, ...] | list[Finding]) -> list[tuple[str, int | None]]:
    return [(f.values["column"], f.row) for f in findings if f.code == "text_unreadable"]


def test_a_few_bad_characters_cost_neither_the_row_nor_the_others(tmp_path: Path) -> None:
    lines = [b"\xb5\xd8\xbf\xe9\xb1\xe0\xba\xc5,X,Y,\xb4\xe5"]
    for number in range(1, 8):
        name = NEITHER if number == 3 else GBK
        lines += [b"%d,%d,%d,%s" % (number, y, x + 50 * number, name) for x, y in square(*AT)]
    (tmp_path / "a.csv").write_bytes(b"\n".join(lines))
    layer = read_layer(tmp_path / "a.csv")
    assert layer.understood.rows_in == len(layer.frame) == 7
    assert layer.frame["村"].tolist().count("石羊镇") == 6
    lines = [f.values["line"] for f in layer.findings if f.code == "line_unreadable"]
    assert lines == [12, 13, 14, 15, 16], "the five vertices of the third parcel"


def test_a_table_says_which_column_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "PROBED_VALUES", 1)
    (tmp_path / "a.dbf").write_bytes(dbf(NAMED, named_rows([GBK, NEITHER])))
    table = read_table(tmp_path / "a.dbf", None, None)
    assert unread(table.findings) == [("ZLDWMC", 2)]
    assert table.columns.column("ZLDWMC").to_pylist()[0] == "石羊镇"


def test_a_geopackage_says_which_column_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "PROBED_VALUES", 1)
    raw = pa.array([GBK, NEITHER, None], pa.binary())
    column = pa.StringArray.from_buffers(len(raw), raw.buffers()[1], raw.buffers()[2],
                                         raw.buffers()[0])  # fmt: skip
    columns, codec, *_, findings = texts_of(pa.table({"地名": column}), None)
    assert (codec, unread(findings)) == ("gb18030", [("地名", 2)])
    assert columns.column("地名").to_pylist()[0] == "石羊镇"


def test_a_memo_column_is_left_out_and_said(tmp_path: Path) -> None:
    table = dbf([*NAMED, (b"BZ", "M", 10, 0)], [[*row, b"         7"] for row in
                                                named_rows([GBK, GBK])])  # fmt: skip
    layer = read_layer(zipped(tmp_path / "a.zip", shapefile() | {".dbf": table}))
    assert "BZ" not in layer.frame
    assert [f.values["column"] for f in layer.findings if f.code == "column_left_out"] == ["BZ"]


def test_a_table_of_memos_alone_still_numbers_its_rows(tmp_path: Path) -> None:
    table = dbf([(b"BZ", "M", 10, 0)], [[b"1"], [b"2"]])
    layer = read_layer(zipped(tmp_path / "a.zip", shapefile() | {".dbf": table}))
    assert layer.frame["row"].tolist() == [1, 2]


def moved(x: float, y: float) -> list[list[tuple[float, float]] | None]:
    return [[(x, y), (x, y + 10), (x + 10, y + 10), (x, y)]]


UNNAMED = pyproj.CRS.from_proj4("+proj=lcc +lat_1=25 +lat_2=47 +lon_0=101 +x_0=7 +ellps=GRS80")
EXTENT = (113.9, 30.0, 114.1, 31.5)


@pytest.mark.parametrize(("rings", "prj", "extent", "offered"), [
    (moved(5e5, 3.4e6), None, None, 4547),
    (moved(5e5, 3.4e6), UNNAMED.to_wkt("WKT1_ESRI"), None, 4547),
    (moved(3.85e7, 3.4e6), pyproj.CRS.from_epsg(4547).to_wkt("WKT1_ESRI"), (1, 1, 2, 2), None),
    (moved(5e5, 3.4e6), pyproj.CRS.from_epsg(4546).to_wkt("WKT1_ESRI"), EXTENT, 4547),
    (moved(5e8, 3.4e8), None, None, None),
    (moved(3.85e7, 3.4e6) + moved(3.95e7, 3.4e6), None, None, None),
    (moved(5e5, 3.4e6), pyproj.CRS.from_epsg(2422).to_wkt("WKT1_ESRI"), None, None),
    (moved(5e5, 3.4e6), pyproj.CRS.from_epsg(2343).to_wkt("WKT1_ESRI"), None, None),
])  # fmt: skip
def test_every_refusal_of_a_system_offers_candidates_and_choosing_one_helps(
    tmp_path: Path, rings: list, prj: str | None, extent: tuple | None, offered: int | None
) -> None:
    path = zipped(tmp_path / "a.zip", shapefile(rings=rings, prj=prj))
    with pytest.raises(Problem) as told:
        read_layer(path, extent_lonlat=extent)
    codes = told.value.text.values["candidate_codes"]
    assert (offered in codes) if offered else codes == []
    for code in codes:
        layer = read_layer(path, crs=code, extent_lonlat=extent)
        assert (layer.understood.crs, layer.understood.crs_how) == (code, "chosen")
