"""``python -m parcels check``: one row out for every row in, plain answers to plain mistakes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, mapping

from gis.findings import KINDS
from gis.formats import read_layer
from gis.language import LANGUAGES, speaking
from parcels.__main__ import main
from parcels.demo import DemoFiles
from parcels.rules.verdicts import Verdict
from tests.builders import ZONE_38, square

COLUMNS = (
    "row,parcel_no,township,village,area_m2,declared_area_m2,structure_m2,structure_share,"
    "new_arable_m2,structure_verdict,new_arable_verdict,verdict,near_limit,reasons"
)
LIMITS = ("--min-share", "30%", "--min-new-arable", "400")


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: str


@dataclass
class Office:
    """A folder with a parcel and a structure layer, and the command line."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def write(self, name: str, rows: list[tuple[Polygon | None, dict[str, Any]]]) -> Path:
        """Write a GeoJSON layer in degrees; a row without an outline is a null geometry."""
        outlines = gpd.GeoSeries([row[0] for row in rows], crs=ZONE_38).to_crs(4490)
        features = [
            {
                "type": "Feature",
                "properties": values,
                "geometry": mapping(outline) if outline else None,
            }
            for outline, (_shape, values) in zip(outlines, rows, strict=True)
        ]
        path = self.folder / name
        said = {"type": "FeatureCollection", "features": features}
        path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        return path

    def check(self, *options: str | Path, limits: tuple[str, ...] = LIMITS) -> Answer:
        parcels, structures = self.folder / "parcels.geojson", self.folder / "structures.geojson"
        try:
            status = main(
                [
                    "check",
                    str(parcels),
                    "--structures",
                    str(structures),
                    *limits,
                    *map(str, options),
                ]
            )
        except SystemExit as left:
            status = int(str(left.code))
        said = self.capture.readouterr()
        return Answer(status, said.out, said.err)

    def rows(self, *options: str | Path, **more: Any) -> list[dict[str, str]]:
        """Check into a CSV file and read it."""
        self.check("--csv", self.folder / "out.csv", *options, **more)
        text = (self.folder / "out.csv").read_text("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    @property
    def contents(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}

    @property
    def files(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Office:
    monkeypatch.setenv("TRACKER_LANGUAGE", "en")
    made = Office(tmp_path, capsys)
    made.write(
        "parcels.geojson",
        [
            (square(0, 0, 30), {"TBBH": "0012", "XZGDMJ": 500.0, "XZMC": "=甲镇"}),
            (None, {"TBBH": "2", "XZGDMJ": 500.0}),
            (square(200, 0, 30), {"TBBH": "3", "XZGDMJ": 100.0}),
            (square(300, 0, 30), {"TBBH": "4", "XZGDMJ": None}),
        ],
    )
    made.write(
        "structures.geojson",
        [(square(0, 0, 20), {}), (square(200, 0, 20), {}), (square(300, 0, 20), {})],
    )
    return made


def test_every_row_of_the_file_is_a_row_of_the_csv_in_its_order(office: Office) -> None:
    answer = office.check("--csv", office.folder / "out.csv")
    assert answer.status == 1
    content = (office.folder / "out.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")  # Excel reads UTF-8 only so
    text = content.decode("utf-8-sig")
    assert text.splitlines()[0] == COLUMNS
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["row"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["verdict"] for row in rows] == ["pass", "undetermined", "fail", "undetermined"]


def test_figures_are_plain_numbers_and_unknown_ones_are_empty(office: Office) -> None:
    rows = office.rows()
    assert float(rows[0]["area_m2"]) == pytest.approx(900, abs=0.02)
    assert float(rows[0]["structure_m2"]) == pytest.approx(400, abs=0.02)
    assert float(rows[0]["structure_share"]) == pytest.approx(4 / 9, abs=1e-4)
    assert rows[0]["new_arable_m2"] == "500.00"
    assert rows[3]["new_arable_m2"] == ""
    assert all(rows[1][name] == "" for name in ("area_m2", "structure_m2", "structure_share"))
    assert rows[1]["structure_verdict"] == "undetermined"


def test_every_row_that_does_not_pass_says_why(office: Office) -> None:
    rows = office.rows()
    assert rows[0]["reasons"] == ""
    assert all(row["reasons"] for row in rows[1:])
    remedies = [str(kind.remedy) for kind in KINDS.values()]
    assert all(row["reasons"].endswith(tuple(remedies)) for row in rows[1:]), "what to do next"
    assert "could not be used" in rows[1]["reasons"]


def test_codes_stay_text_and_no_cell_is_a_formula(office: Office) -> None:
    rows = office.rows()
    assert rows[0]["parcel_no"] == "0012"
    assert rows[0]["township"] == "'=甲镇"


def test_a_check_where_all_pass_leaves_with_0(office: Office) -> None:
    office.write("parcels.geojson", [(square(0, 0, 30), {"XZGDMJ": 500.0})])
    assert office.check().status == 0


def test_json_and_geopackage_tell_the_same_as_the_csv(office: Office) -> None:
    rows = office.rows("--json", office.folder / "out.json", "--out", office.folder / "out.gpkg")
    said = json.loads((office.folder / "out.json").read_text("utf-8"))
    assert said["parcels"] == len(rows) == 4
    assert [said["totals"][f"{v}_parcels"] for v in ("pass", "fail", "undetermined")] == [1, 1, 2]
    assert said["totals"]["pass_new_arable_mu"] == 0.75
    assert said["policy"]["min_share"] == "0.3"
    frame = gpd.read_file(office.folder / "out.gpkg")
    assert frame["verdict"].tolist() == [row["verdict"] for row in rows]
    assert frame["parcel_no"].tolist()[0] == "0012"
    assert frame.geometry.isna().tolist() == [False, True, False, False]


@pytest.mark.parametrize("written", ["30%", "0.3"])
def test_30_percent_and_0_3_are_the_same_limit(office: Office, written: str) -> None:
    answer = office.check(
        "--json", office.folder / "out.json",
        limits=("--min-share", written, "--min-new-arable", "400"),
    )  # fmt: skip
    assert answer.status == 1
    policy = json.loads((office.folder / "out.json").read_text())["policy"]
    assert float(policy["min_share"]) == 0.3


def test_the_limit_decides(office: Office) -> None:
    loose = office.rows(limits=("--min-share", "44%", "--min-new-arable", "100"))
    assert [row["verdict"] for row in loose] == ["pass", "undetermined", "pass", "undetermined"]
    strict = office.rows(limits=("--min-share", "45%", "--min-new-arable", "100"))
    assert [row["verdict"] for row in strict] == ["fail", "undetermined", "fail", "fail"]


def test_new_arable_from_the_area(office: Office) -> None:
    rows = office.rows("--new-arable-from-area")
    assert [row["verdict"] for row in rows] == ["pass", "undetermined", "pass", "pass"]
    assert float(rows[3]["new_arable_m2"]) == pytest.approx(900, abs=0.02)


def test_a_column_of_ones_own_is_named(office: Office) -> None:
    office.write("parcels.geojson", [(square(0, 0, 30), {"mine": 450.0})])
    assert office.rows("--new-arable-column", "mine")[0]["new_arable_m2"] == "450.00"
    (office.folder / "map.toml").write_text('declared_new_arable_m2 = "mine"\n')
    rows = office.rows("--columns", office.folder / "map.toml")
    assert rows[0]["new_arable_m2"] == "450.00"


def test_quiet_says_nothing(office: Office) -> None:
    answer = office.check("--quiet", "--csv", office.folder / "out.csv")
    assert (answer.out, answer.err) == ("", "")


@pytest.mark.parametrize(
    ("options", "limits"),
    [
        ((), ()),
        ((), ("--min-share", "30%")),
        ((), ("--min-share", "30", "--min-new-arable", "400")),
        ((), ("--min-share", "130%", "--min-new-arable", "400")),
        ((), ("--min-share", "30%", "--min-new-arable", "0.6mu")),
        ((), ("--min-share", "30%", "--min-new-arable=-1")),
        (("--policy", "none.toml"), ()),
        (("--columns", "none.toml"), LIMITS),
        (("--columns", "bad.toml"), LIMITS),
        (("--columns", "list.toml"), LIMITS),
        (("--columns", "unknown.toml"), LIMITS),
        (("--new-arable-column", "nowhere"), LIMITS),
        (("--parcels-layer", "nowhere"), LIMITS),
        (("--crs", "999999"), LIMITS),
        (("--crs", "2435"), LIMITS),
        (("--encoding", "klingon"), LIMITS),
        (("--csv", "no/such/folder/out.csv"), LIMITS),
        (("--csv", "."), LIMITS),
        (("--csv", "folder"), LIMITS),
        (("--csv", "out.json"), LIMITS),
        (("--csv", "parcels.geojson"), LIMITS),
        (("--out", "folder/../structures.geojson"), LIMITS),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    limits: tuple[str, ...],
) -> None:
    monkeypatch.chdir(office.folder)
    (office.folder / "folder").mkdir()
    (office.folder / "bad.toml").write_bytes(b"\xff = 1")
    (office.folder / "list.toml").write_text('parcel_no = ["TBBH"]\n')
    (office.folder / "unknown.toml").write_text('parcel_number = "TBBH"\n')
    before = office.contents
    answer = office.check("--json", "out.json", *options, limits=limits)
    assert answer.status == 2, answer.err
    assert "Traceback" not in answer.err
    assert len(answer.err.strip().splitlines()) == 1, answer.err
    assert office.contents == before


def test_a_system_that_was_named_and_not_used_is_told(office: Office) -> None:
    words = "--crs 4547 was not used"
    assert words in office.check("--crs", "4547").out  # its numbers are degrees
    assert words not in office.check().out


@pytest.mark.parametrize("missing", ["parcels.geojson", "structures.geojson"])
def test_a_missing_layer_is_one_sentence_that_names_it(office: Office, missing: str) -> None:
    (office.folder / missing).unlink()
    answer = office.check("--csv", office.folder / "out.csv")
    assert answer.status == 2
    assert missing in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert "out.csv" not in office.files


@pytest.mark.parametrize(
    "options",
    [("--crs", "abc"), ("--new-arable-from-area", "--new-arable-column", "x"), ("--nonsense",)],
)
def test_an_option_that_cannot_be_leaves_with_2(office: Office, options: tuple[str, ...]) -> None:
    answer = office.check(*options)
    assert answer.status == 2
    assert "Traceback" not in answer.err


def test_a_share_below_zero_is_refused_as_a_share(office: Office) -> None:
    for given in (["--min-share", "-5%"], ["--min-share=-5%"], ["--min-share", "-.3"]):
        answer = office.check(limits=(*given, "--min-new-arable", "400"))
        assert answer.status == 2
        assert answer.err.startswith("“-"), answer.err


def test_a_policy_file_says_which_entry_cannot_be(office: Office) -> None:
    both = 'min_share = "30%"\nmin_new_arable_m2 = 400\n'
    for name, value in (
        ("touching_count_as_one", '"no"'), ("structure_classes", '"house"'),
        ("inside_village", '"some"'), ("in_force_on", '"2026-13-01"'), ("coefficient", '"half"'),
        ("pixel_m", "500"),
    ):  # fmt: skip
        (office.folder / "policy.toml").write_text(f"{both}{name} = {value}\n")
        answer = office.check("--policy", office.folder / "policy.toml", limits=())
        assert answer.status == 2
        assert answer.err.startswith(f"The policy's entry {name} cannot be "), answer.err


def test_a_failure_while_writing_leaves_the_old_results(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    (office.folder / "out.csv").write_text("old")

    def full(*_args: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("parcels.result_files.gpkg_bytes", full)
    before = office.files
    answer = office.check("--csv", office.folder / "out.csv", "--out", office.folder / "out.gpkg")
    assert answer.status == 2
    assert "the disk is full" in answer.err
    assert (office.folder / "out.csv").read_text() == "old"
    assert office.files == before


def test_the_demo_countys_rows_come_back_one_for_one(
    demo_files: DemoFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_LANGUAGE", "zh_CN")
    out = tmp_path / "out.csv"
    status = main(
        ["check", str(demo_files.parcels), "--structures", str(demo_files.structures),
         "--structures-layer", "structures", "--policy", str(demo_files.policy),
         "--csv", str(out), "--quiet"]
    )  # fmt: skip
    assert status == 1
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    layer = read_layer(demo_files.parcels)
    assert [int(row["row"]) for row in rows] == list(range(1, demo_files.parcel_count + 1))
    rejected = set(layer.rejected["row"])
    assert rejected
    for row in rows:
        assert row["verdict"] in {Verdict.PASS, Verdict.FAIL, Verdict.UNDETERMINED}
        if int(row["row"]) in rejected:
            assert row["verdict"] == Verdict.UNDETERMINED


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("command", [[], ["check"], ["demo"], ["audit"]])
def test_help_is_shown_in_every_language(
    code: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with speaking(code), pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert "python -m parcels" in capsys.readouterr().out


def test_the_excel_file_names_the_parcel_of_every_finding(office: Office) -> None:
    import openpyxl

    crossing = Polygon(
        [(3.85e7, 4e6), (3.85e7 + 40, 4e6 + 40), (3.85e7 + 40, 4e6), (3.85e7, 4e6 + 40)]
    )
    office.write(
        "structures.geojson", [(square(0, 0, 20), {}), (None, {}), (square(200, 0, 20), {})]
    )
    office.write(
        "parcels.geojson",
        [
            (square(0, 0, 30), {"TBBH": "A7", "XZGDMJ": 500.0}),
            (crossing, {"TBBH": "B8", "XZGDMJ": 500.0}),
        ],
    )
    office.check("--out", office.folder / "out.xlsx")
    sheet = openpyxl.load_workbook(office.folder / "out.xlsx")["Findings"]
    head, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    found = {(row[head.index("layer")], row[head.index("code")]): row for row in rows}
    mended = found["Parcels", "repaired_outline"]
    assert (mended[head.index("row")], mended[head.index("parcel_no")]) == (2, "B8")
    assert mended[head.index("x")] is not None
    missing = found["Structures", "null_geometry"]
    assert (missing[head.index("row")], missing[head.index("parcel_no")]) == (2, "")
