"""Impact and what-if: a version with one parcel in twenty changed, limits tried on all of it."""

from __future__ import annotations

from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.section import Section, machine, table, timed
from parcels.impact import Change, impact
from parcels.ledger.succession import Event, plan
from parcels.policy import Policy
from parcels.rules.verdicts import Verdict
from parcels.what_if import measured, near_misses, what_if

SIDE_M, GAP_M = 30.0, 0.0  # neighbours touch: every parcel has eight
CHANGED = 20
CRS = 4526
POLICY = Policy(Decimal("0.3"), Decimal(400))


def measure(full: bool) -> str:
    """Time both on a county, and with ``full`` on a layer of 100 000 parcels."""
    rows = []
    for count in (3_000, 100_000) if full else (3_000,):
        old, new = versions(count)
        found, compared_s = timed(lambda o=old, n=new: impact(o, n))
        split = int((found.old["change"] == Change.SPLIT).sum())
        if split != len(range(0, count, CHANGED)):
            raise AssertionError(f"{split} splits")
        events = [
            Event(place, place, step, 90_000) for place in range(count) for step in ("a", "b", "c")
        ]
        _moves, planned_s = timed(lambda f=found, o=old, n=new, e=events: plan(f, o, n, e))
        shifted = old.set_geometry(old.geometry.translate(0.3, 0.3))
        _found, redrawn_s = timed(lambda o=old, n=shifted: impact(o, n))
        figures, measured_s = timed(lambda o=old: measured(o, POLICY))
        verdicts, tried_s = timed(lambda f=figures: what_if(f, Decimal("0.35"), Decimal(600)))
        _near, near_s = timed(
            lambda f=figures, v=verdicts: near_misses(f, v, Decimal("0.35"), Decimal(600))
        )
        rows.append(
            [f"{count:,}", *(f"{s:.2f} s" for s in (compared_s, planned_s, redrawn_s, measured_s)),
             f"{(tried_s + near_s) * 1000:.0f} ms"]
        )  # fmt: skip
    head = ["parcels", "impact, 1 in 20 split", "moves of 3 events each",
            "impact, every outline 0.4 m off", "figures for what-if, once",
            "what-if and near misses"]  # fmt: skip
    return f"{machine()}\n\n{table(head, rows)}"


def versions(count: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return a layer of touching squares and the same with every twentieth split in two."""
    side = int(np.ceil(np.sqrt(count)))
    east, north = np.divmod(np.arange(count), side)
    x, y = 38_500_000 + east * (SIDE_M + GAP_M), 3_900_000 + north * (SIDE_M + GAP_M)
    old = _judged(shapely.box(x, y, x + SIDE_M, y + SIDE_M), [str(i) for i in range(count)])
    is_split = np.arange(count) % CHANGED == 0
    xs, ys, middle = x[is_split], y[is_split], x[is_split] + SIDE_M / 2
    outlines = np.concatenate(
        [
            old.geometry.to_numpy()[~is_split],
            shapely.box(xs, ys, middle, ys + SIDE_M),
            shapely.box(middle, ys, xs + SIDE_M, ys + SIDE_M),
        ]
    )
    numbers = old["parcel_no"].to_numpy()
    halves = [f"{number}-{half}" for half in (1, 2) for number in numbers[is_split]]
    return old, _judged(outlines, [*numbers[~is_split], *halves])


def _judged(outlines: np.ndarray, numbers: list[str]) -> gpd.GeoDataFrame:
    chance = np.random.default_rng(7)
    area_m2 = np.round(shapely.area(outlines), 2)
    frame = pd.DataFrame(
        {
            "row": np.arange(1, len(outlines) + 1),
            "parcel_no": numbers,
            "village_code": "419901101201",
            "township_code": "419901101",
            "block_no": "",
            "area_m2": area_m2,
            "structure_m2": np.round(area_m2 * chance.random(len(outlines)), 2),
            "new_arable_m2": np.round(area_m2 * chance.random(len(outlines)), 2),
            "new_arable_verdict": Verdict.PASS,
            "verdict": Verdict.PASS,
        }
    )
    frame["reasons"] = [[] for _parcel in range(len(frame))]
    return gpd.GeoDataFrame(frame, geometry=outlines, crs=CRS)


SECTION = Section("versions", "Impact of a version, and what-if", measure)
