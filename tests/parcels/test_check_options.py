"""All that says how to read and how to judge, given at once on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Polygon

from gis.language import speaking
from parcels.__main__ import main
from tests.builders import square
from tests.gis.layers_on_disk import dbf, shp_and_shx, zip_of


def test_every_option_of_reading_and_judging_holds_together_in_one_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two layers in a zip, no .prj, six-digit eastings, BIG5, columns of one's own, a policy."""
    made = tmp_path
    places = (0, 100, 200, 300, 400)
    numbers, new = [b"A", b"B", b"C", b"D", b"E"], [b"500", b"500", b"500", b"100", b"100"]
    columns = [(b"MYNO", "C", 8, 0), (b"NEW", "N", 10, 2), (b"TOWN", "C", 20, 0)]
    town = "甲鎮".encode("big5")
    plan = [ring(square(east - 38e6, 0, 30)) for east in places]
    kinds = [b"house", b"wall", b"house", b"house"]
    houses = [ring(square(places[at] - 38e6, 0, 20)) for at in (0, 1, 3, 4)]
    zip_of(made / "both.zip", shp_parts("old", [ring(square(-38e6, 900, 5))], columns,
                                        [[b"X", b"1", town]])
           | shp_parts("plan", plan, columns,
                       [[n, m, town] for n, m in zip(numbers, new, strict=True)]))  # fmt: skip
    zip_of(made / "built.zip", shp_parts("built", houses, [(b"GZWLX", "C", 8, 0)],
                                         [[kind] for kind in kinds]))  # fmt: skip
    areas = {
        "read": [(-50, 240, 200), (280, 240, 240)],
        "village": [(-50, 300, 300), (380, 100, 100)],
    }
    for name, boxes in areas.items():
        drawn = [ring(square(east - 38e6, -50, *sides)) for east, *sides in boxes]
        zip_of(made / f"{name}.zip", shp_parts(name, drawn, [(b"ID", "C", 8, 0)], [[b"1"], [b"2"]]))
    (made / "map.toml").write_text(
        'parcel_no = "MYNO"\ndeclared_new_arable_m2 = "NEW"\ntownship = "TOWN"\n'
    )
    (made / "policy.toml").write_text(
        'min_share = "30%"\nmin_new_arable_m2 = 400\nstructure_classes = ["house"]\n'
        'document_no = "甲〔2026〕1号"\n', encoding="utf-8",
    )  # fmt: skip
    arguments = [
        "check", str(made / "both.zip"), "--structures", str(made / "built.zip"),
         "--parcels-layer", "plan", "--columns", str(made / "map.toml"),
         "--policy", str(made / "policy.toml"), "--coverage", str(made / "read.zip"),
         "--villages", str(made / "village.zip"), "--crs", "4547", "--encoding", "BIG5",
         "--csv", str(made / "all.csv"), "--json", str(made / "all.json"),
         "--out", str(made / "all.gpkg"),
    ]  # fmt: skip
    assert main(arguments) == 1
    rows = list(csv.DictReader(io.StringIO((made / "all.csv").read_text("utf-8-sig"))))
    told = {row["parcel_no"]: (row["structure_verdict"], row["new_arable_verdict"]) for row in rows}
    assert told == {
        "A": ("pass", "pass"),
        "B": ("fail", "pass"),  # a wall does not count
        "C": ("undetermined", "pass"),  # nothing was read there
        "D": ("pass", "not_applicable"),  # outside the village
        "E": ("pass", "fail"),
    }
    assert {row["township"] for row in rows} == {"甲鎮"}
    assert float(rows[0]["area_m2"]) == pytest.approx(900, abs=0.02)
    said = json.loads((made / "all.json").read_text("utf-8"))
    understood = said["read"]["parcels"]
    assert (understood["layer"], understood["crs"], understood["beside"]) == ("plan", 4547, ["old"])
    assert understood["encoding"].upper() == "BIG5"
    assert said["policy"]["document_no"] == "甲〔2026〕1号"
    assert said["policy"]["structure_classes"] == ["house"]
    frame = gpd.read_file(made / "all.gpkg")
    assert frame.crs.to_epsg() == 4547
    assert frame["verdict"].tolist() == [row["verdict"] for row in rows]

    silent = [word for word in arguments if word not in ("--crs", "4547")]
    with speaking("en"):
        assert main(silent) == 2
    told = capsys.readouterr().err
    assert "--crs EPSG" in told
    assert "EPSG:4534 to 4550" in told, told


def ring(shape: Polygon) -> list[tuple[float, float]]:
    return list(shape.exterior.coords)[::-1]  # a shapefile's shells turn clockwise


def shp_parts(stem: str, rings: list[Any], columns: list[Any], rows: list[Any]) -> dict[str, bytes]:
    """A shapefile without .prj and .cpg, as members of a zip."""
    shp, shx = shp_and_shx(rings)
    return {f"{stem}.shp": shp, f"{stem}.shx": shx, f"{stem}.dbf": dbf(columns, rows)}
