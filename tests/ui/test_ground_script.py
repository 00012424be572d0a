"""What a map says of a place is what PROJ and the server say: zone coordinates, lengths, areas."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np
import pytest
import shapely
from pyproj import Geod, Transformer

from gis.survey_area import survey_area_m2
from ui.routes.assets import FOLDER

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
PLACES = [(112.51, 34.2), (114.0, 32.9), (115.49, 36.7), (113.37, 18.1), (114.9, 53.5)]
RING = [(114.27, 32.9), (114.2712, 32.9001), (114.2709, 32.9014), (114.2698, 32.9011)]


def told(script: str) -> object:
    source = (FOLDER / "ground.js").read_text(encoding="utf-8")
    before = "globalThis.window = globalThis; window.TrackerMap = {};"
    made = f"{before} globalThis.L = {{extend: Object.assign}};\n{source}\n"
    said = subprocess.run(
        ["node", "-e", f"{made}console.log(JSON.stringify({script}))"],
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    return json.loads(said.stdout)


def test_zone_coordinates_are_those_of_proj_to_a_tenth_of_a_millimetre() -> None:
    zone = '{"meridian": 114, "falseEasting": 38500000}'
    seen = told(f"{json.dumps(PLACES)}.map(p => TrackerMap.inZone(p[0], p[1], {zone}))")
    turn = Transformer.from_crs(4490, 4526, always_xy=True)
    for (lon, lat), flat in zip(PLACES, seen, strict=True):  # type: ignore[call-overload]
        assert np.allclose(
            (flat["east"], flat["north"]), turn.transform(lon, lat), rtol=0, atol=1e-4
        )


def test_lengths_and_areas_are_the_ellipsoids() -> None:
    corners = json.dumps([{"lng": lon, "lat": lat} for lon, lat in RING])
    length = told(f"TrackerMap.distance({corners}[0], {corners}[2])")
    _a, _b, true = Geod(ellps="GRS80").inv(*RING[0], *RING[2])
    assert abs(float(length) - true) < 1e-3  # type: ignore[arg-type]
    area = told(f"TrackerMap.area({corners})")
    metres = Transformer.from_crs(4490, 4526, always_xy=True)
    flat = shapely.Polygon([metres.transform(*corner) for corner in RING])
    assert abs(float(area) - float(survey_area_m2([flat], 4526)[0])) < 0.05  # type: ignore[arg-type]
