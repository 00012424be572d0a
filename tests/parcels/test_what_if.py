"""Other limits on the same figures give what the check itself would give."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from parcels.checking import check
from parcels.policy import InsideVillage, NewArableFrom, StructureUnit
from parcels.rules.verdicts import Verdict
from parcels.what_if import measured, near_misses, what_if
from tests.builders import POLICY, parcels_of, square, structures_of

MANY = 12


def a_row_of_parcels(chance: np.random.Generator) -> tuple[object, object]:
    """Twelve touching parcels with houses, new arable and villages at random."""
    outlines = [square(place * 30, 0, 30, float(chance.integers(8, 40))) for place in range(MANY)]
    parcels = parcels_of(
        outlines,
        block_no=[str(chance.integers(0, 4)) for _parcel in range(MANY)],
        declared_new_arable_m2=[
            float(chance.choice([np.nan, *chance.integers(-10, 1300, 3)]))
            for _parcel in range(MANY)
        ],
        inside_village=[chance.choice([True, False, None]) for _parcel in range(MANY)],
    )
    houses = structures_of(
        [square(place * 30, 0, float(chance.integers(1, 30)), 8) for place in range(MANY)]
    )
    return parcels, houses


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(0, 1000),
    st.integers(0, 1500),
    st.sampled_from(StructureUnit),
    st.booleans(),
    st.booleans(),
    st.sampled_from([NewArableFrom.COLUMN, NewArableFrom.AREA, NewArableFrom.NOWHERE]),
    st.sampled_from([InsideVillage.ALL, InsideVillage.ATTRIBUTE]),
)
def test_what_if_says_what_a_new_check_would(
    seed: int,
    permille: int,
    least_m2: int,
    unit: StructureUnit,
    touching: bool,
    is_covered_in_part: bool,
    source: NewArableFrom,
    inside: InsideVillage,
) -> None:
    parcels, houses = a_row_of_parcels(np.random.default_rng(seed))
    policy = replace(
        POLICY, structure_unit=unit, touching_count_as_one=touching, new_arable_from=source,
        inside_village=inside,
    )  # fmt: skip
    coverage = square(0, 0, 200, 50) if is_covered_in_part else None
    judged = check(parcels, houses, policy, coverage=coverage).parcels  # type: ignore[arg-type]
    figures = measured(judged, policy, coverage)
    share, least = Decimal(permille) / 1000, Decimal(least_m2)
    other = replace(policy, min_share=share, min_new_arable_m2=least)
    wanted = check(parcels, houses, other, coverage=coverage).parcels  # type: ignore[arg-type]
    found = what_if(figures, share, least)
    for column in ("structure_verdict", "new_arable_verdict", "verdict"):
        assert list(found[column]) == list(wanted[column]), column


def test_near_misses_come_by_how_little_is_missing() -> None:
    parcels = parcels_of(
        [square(place * 100, 0, 30) for place in range(4)],
        declared_new_arable_m2=[900.0, 390.0, 100.0, 900.0],
    )
    houses = structures_of([square(place * 100, 0, 30, height) for place, height in
                            enumerate((30, 30, 30, 8.9))])  # fmt: skip
    judged = check(parcels, houses, POLICY).parcels
    figures = measured(judged, POLICY)
    verdicts = what_if(figures, POLICY.min_share, POLICY.min_new_arable_m2)
    missed = near_misses(figures, verdicts, POLICY.min_share, POLICY.min_new_arable_m2)
    assert list(missed.index) == [3, 1, 2]
    assert missed.loc[1, "missing_new_arable_m2"] == 10
    assert missed.loc[3, "missing_structure_m2"] == pytest.approx(3, abs=0.01)
    assert np.isnan(missed.loc[1, "missing_structure_m2"])


def test_a_row_without_an_outline_is_moved_by_no_limit() -> None:
    judged = check(parcels_of([square(0, 0, 30)]), structures_of([]), POLICY).parcels
    unread = judged.assign(area_m2=np.nan, new_arable_verdict=Verdict.UNDETERMINED)
    unread = unread.set_geometry(np.array([None], dtype=object), crs=judged.crs)
    both = pd.concat([judged, unread], ignore_index=True)
    found = what_if(measured(both, POLICY), Decimal(0), Decimal(0))
    assert list(found["verdict"]) == [Verdict.UNDETERMINED, Verdict.UNDETERMINED]
    assert shapely.is_missing(both.geometry.iloc[1])
