"""Remedies of a county: every failing parcel trimmed, split, joined, and each proposal proved."""

from __future__ import annotations

import numpy as np

from benchmarks.section import Section, table, timed
from gis.language import ENGLISH, speaking
from parcels.checking import check
from parcels.remedies import REMEDY_TITLES, remedies
from parcels.rules.verdicts import Verdict
from tests.builders import parcels_of, square, structures_of
from tests.parcels.test_remedies import POLICY

HOUSES = 12


def measure(full: bool) -> str:
    """Time a county of 4 000 parcels with twelve buildings each; feed the proposals back first."""
    count = 4_000 if full else 1_000
    chance = np.random.default_rng(3)
    outlines, houses = [], []
    for place in range(count):
        east, north = 120 * (place % 64), 120 * (place // 64)
        outlines.append(square(east, north, float(chance.uniform(20, 120)), 60))
        for _house in range(HOUSES):
            x, y = chance.uniform(0, 70), chance.uniform(0, 45)
            houses.append(square(east + x, north + y, *chance.uniform(8, 20, 2)))
    parcels = parcels_of(outlines, declared_new_arable_m2=[0.9 * o.area for o in outlines])
    structures = structures_of(houses)
    judged = check(parcels, structures, POLICY).parcels
    found, seconds = timed(lambda: remedies(judged, structures, POLICY))
    if not (check(found.proposals, structures, POLICY).parcels["verdict"] == Verdict.PASS).all():
        raise AssertionError("a proposal does not pass the check")
    chosen = found.chosen["remedy"].value_counts()
    with speaking(ENGLISH):
        rows = [[str(title), f"{chosen.get(kind, 0):,}"] for kind, title in REMEDY_TITLES.items()]
    won = found.chosen["won_area_m2"].sum() / found.failing_area_m2
    text = (
        f"{count:,} parcels × {len(houses):,} buildings, {found.failing_parcels:,} failing: "
        f"{seconds:.1f} s, {seconds / found.failing_parcels * 1000:.0f} ms a failing parcel. "
        f"{won:.0%} of the failing area is won back; {len(found.lost):,} parcels cannot "
        "be saved. Every proposal passed the check again."
    )
    return f"{text}\n\n{table(['Proposals taken together', 'number'], rows)}"


SECTION = Section("remedies", "Remedies of a county", measure)
