"""``impact OLD NEW``: the same as the page says, from files."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest

from parcels.__main__ import main
from tests.builders import VILLAGE_A, square


def written(path: Path, **parcels: tuple[float, float]) -> str:
    frame = gpd.GeoDataFrame(
        {
            "TBBH": list(parcels),
            "ZLDWDM": [VILLAGE_A] * len(parcels),
            "XZMC": ["甲镇"] * len(parcels),
            "XZGDMJ": [width * 30.0 for _east, width in parcels.values()],
        },
        geometry=[square(east, 0, width, 30) for east, width in parcels.values()],
        crs=4526,
    )
    frame.to_file(path, driver="GPKG", engine="pyogrio")
    return str(path)


@pytest.fixture
def houses(tmp_path: Path) -> str:
    return written(tmp_path / "houses.gpkg", h=(0.0, 300.0))


def limits(houses: str) -> list[str]:
    return ["--structures", houses, "--min-share", "30%", "--min-new-arable", "400"]


def test_a_split_and_its_flips_are_said_and_written(
    tmp_path: Path, houses: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old = written(tmp_path / "old.gpkg", A1=(0, 30), A2=(100, 30))
    new = written(tmp_path / "new.gpkg", A1=(0, 10), A3=(10, 20), A2=(100, 12))
    result = tmp_path / "impact.json"
    assert main(["impact", old, new, *limits(houses), "--json", str(result)]) == 1
    said = json.loads(result.read_text())
    assert said["changes"]["split"] == {"old": 1, "new": 2}
    assert said["changes"]["reshaped"] == {"old": 1, "new": 1}
    assert said["flips"] == 1
    (whole,) = said["totals"]
    assert (whole["eligible_m2_before"], whole["eligible_m2_after"]) == (1800.0, 600.0)
    words = capsys.readouterr().out
    assert "A1 → A1、A3" in words
    assert "结论翻转：1 个" in words


def test_the_same_layer_changes_nothing_but_another_policy_does(
    tmp_path: Path, houses: str
) -> None:
    old = written(tmp_path / "old.gpkg", A1=(0, 30), A2=(100, 30))
    assert main(["impact", old, old, *limits(houses), "--quiet"]) == 0
    stricter = ["--new-min-new-arable", "1000", "--json", str(tmp_path / "i.json")]
    assert main(["impact", old, old, *limits(houses), *stricter, "--quiet"]) == 1
    assert json.loads((tmp_path / "i.json").read_text())["flips"] == 2


def test_an_input_that_is_none_is_one_sentence(
    tmp_path: Path, houses: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old = written(tmp_path / "old.gpkg", A1=(0, 30))
    assert main(["impact", old, str(tmp_path / "none.gpkg"), *limits(houses)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
