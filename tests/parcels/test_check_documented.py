"""docs/cli.md says every option of ``check``, entry of a policy and key of the summary."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from gis.language import speaking
from parcels.__main__ import main
from parcels.commands import check
from parcels.policy import Policy
from tests.builders import ZONE_38, square

PAGE = (Path(__file__).resolve().parents[2] / "docs/cli.md").read_text("utf-8")
OURS = PAGE.split("## `python -m parcels check")[1].split("\n## ")[0]
POLICY, SUMMARY = OURS.split("### ")[1:]
LIMITS = ("--min-share", "30%", "--min-new-arable", "400")
UNITS = ("_m2", "_ha", "_mu")


def coded(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text))


def layer(path: Path, name: str, count: int, **columns: Any) -> None:
    outlines = [square(place * 50, 0, 30) for place in range(count)]
    frame = gpd.GeoDataFrame(columns, geometry=outlines, crs=ZONE_38)
    frame.to_file(path, layer=name)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """A parcel file with two layers of areas, and one of structures."""
    parcels, structures = tmp_path / "parcels.gpkg", tmp_path / "structures.gpkg"
    columns: dict[str, Any] = {"TBBH": ["1", "2"], "ZLDWDM": "419901101201", "XZGDMJ": [500, 300]}
    layer(parcels, "第一批", 2, **columns)
    layer(parcels, "第二批", 2, **columns)
    layer(structures, "structures", 1)
    return parcels, structures


def test_every_option_is_in_the_page_and_no_other() -> None:
    parser = argparse.ArgumentParser()
    check.add_to(parser.add_subparsers())
    [commands] = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    declared = {
        option
        for action in commands.choices["check"]._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    }
    rows = "\n".join(line.split("|")[1] for line in OURS.splitlines() if line.startswith("| `--"))
    assert {words.split()[0] for words in coded(rows)} == declared


def test_every_entry_of_a_policy_is_in_the_page_and_no_other() -> None:
    rows = "\n".join(line.split("|")[1] for line in POLICY.splitlines() if line.startswith("| `"))
    assert coded(rows) == set(Policy.__dataclass_fields__)


def test_every_key_of_the_summary_is_in_the_page(two: tuple[Path, Path], tmp_path: Path) -> None:
    parcels, structures = map(str, two)
    told = tmp_path / "out.json"
    main(["check", parcels, "--structures", structures, "--parcels-layer", "第二批", *LIMITS,
          "--json", str(told), "--quiet"])  # fmt: skip
    said = json.loads(told.read_text("utf-8"))
    documented = coded(SUMMARY)
    assert set(said) <= documented
    assert set(said["policy"]) == set(Policy.__dataclass_fields__)
    for read in said["read"].values():
        assert {f".{name}" for name in read} - {".format", ".crs", ".encoding"} <= documented
        assert {f"read.….{name}" for name in ("format", "crs", "encoding")} <= documented
    sums: dict[str, float] = said["totals"]
    # without a region table a township is known by its code
    assert [row["township"] for row in said["by_township"]] == ["419901101"]
    assert [row["village"] for row in said["by_village"]] == ["419901101201"]
    for row in (said["by_township"][0], said["by_village"][0]):
        assert {name: row[name] for name in sums} == sums  # one village: its sums are the whole
    plain = {f"{name.removesuffix(unit)}_m2" for name in sums for unit in UNITS if unit in name}
    plain |= {name for name in sums if name.endswith("parcels")}
    of_verdicts = {f"{of}_{name}" for of in ("pass", "fail", "undetermined")
                   for name in ("parcels", "area_m2", "new_arable_m2")}  # fmt: skip
    assert plain - of_verdicts <= documented
    assert of_verdicts <= plain
    assert sums["new_arable_m2"] == 800
    assert (sums["pass_new_arable_m2"], sums["fail_new_arable_m2"]) == (500, 300)


def test_a_file_with_several_layers_is_answered_with_their_list(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parcels, structures = map(str, two)
    with speaking("en"):
        status = main(["check", parcels, "--structures", structures, *LIMITS,
                       "--csv", str(tmp_path / "out.csv")])  # fmt: skip
    told = capsys.readouterr().err
    assert status == 2
    assert "第一批" in told
    assert "第二批" in told
    assert len(told.strip().splitlines()) == 1
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("suffix", ["gpkg", "zip", "xlsx", "csv", "GPKG"])
def test_the_result_is_written_in_the_format_of_its_name(
    two: tuple[Path, Path], tmp_path: Path, suffix: str
) -> None:
    parcels, structures = map(str, two)
    out = tmp_path / f"out.{suffix}"
    status = main(["check", parcels, "--structures", structures, "--parcels-layer", "第一批",
                   *LIMITS, "--out", str(out), "--quiet"])  # fmt: skip
    assert status == 1
    if suffix in ("gpkg", "GPKG", "zip"):
        found = gpd.read_file(out)
        assert found["VERDICT" if suffix == "zip" else "verdict"].tolist() == ["pass", "fail"]
        assert found.to_crs(ZONE_38).geometry.area.round().tolist() == [900, 900]
    elif suffix == "csv":
        assert out.read_text("utf-8-sig").count("\n") == 3
    else:
        assert out.read_bytes()[:2] == b"PK"


def test_a_format_that_is_not_written_is_refused_before_reading(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["check", "none.gpkg", "--structures", "none.gpkg", *LIMITS,
                   "--out", str(tmp_path / "out.pdf")])  # fmt: skip
    assert status == 2
    assert "out.pdf" in capsys.readouterr().err
