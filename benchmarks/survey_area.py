"""Survey area: parcels a second on one core."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer

from benchmarks.section import Section, table, timed
from gis.survey_area import survey_area_m2


def measure(full: bool) -> str:
    """Time 20-corner parcels; check a sample against the ellipsoid first."""
    count = 500_000 if full else 100_000
    parcels = stars(count, seed=1)
    crs = CRS.from_epsg(4547)
    survey_area_m2(parcels[:1000], crs)
    area_m2, seconds = timed(lambda: survey_area_m2(parcels, crs))
    sample, truth_m2 = parcels[:2000], np.empty(2000)
    dense = shapely.segmentize(sample, 2.0)
    ellipsoid = Geod(a=6378137, rf=298.257222101)
    to_degrees = Transformer.from_crs(crs, "EPSG:4490", always_xy=True)

    def by_geodesics() -> None:
        for n, parcel in enumerate(dense):
            corners = to_degrees.transform(*shapely.get_coordinates(parcel).T)
            truth_m2[n] = abs(ellipsoid.polygon_area_perimeter(*corners)[0])

    _nothing, geodesic_seconds = timed(by_geodesics)
    error_m2 = np.abs(area_m2[:2000] - truth_m2)
    if (error_m2 > 0.005 + 1e-4 * shapely.length(sample)).any():
        raise AssertionError("survey area is off the ellipsoid")
    rows = [
        ["survey_area_m2", f"{count:,}", f"{seconds:.2f} s", f"{count / seconds:,.0f}"],
        [
            "pyproj.Geod, 2 m steps",
            "2,000",
            f"{geodesic_seconds:.2f} s",
            f"{2000 / geodesic_seconds:,.0f}",
        ],
    ]
    head = ["20 corners each", "parcels", "time", "parcels a second"]
    largest = f"Largest difference on the sample: {error_m2.max():.4f} m². One core."
    return f"{table(head, rows)}\n\n{largest}"


def stars(count: int, seed: int) -> np.ndarray:
    """Return parcels of 20 corners, 10 to 120 m across."""
    rng = np.random.default_rng(seed)
    middle = np.c_[500_000 + rng.uniform(-1e5, 1e5, count), rng.uniform(2.5e6, 4.5e6, count)]
    turns = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    radii = rng.uniform(5, 60, (count, 1)) * rng.uniform(0.5, 1, (count, 20))
    corners = np.stack([radii * np.cos(turns), radii * np.sin(turns)], axis=-1)
    return shapely.polygons(np.round(middle[:, None] + corners, 3))


SECTION = Section("survey_area", "Survey area of parcels", measure)
