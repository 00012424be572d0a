"""The two rules, case by case: truth tables, the line itself, and what lies near it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, box

from gis.findings import KINDS, message
from gis.language import LANGUAGES, speaking
from gis.units import half_up
from parcels.checking import Checked, check
from parcels.policy import InsideVillage, NewArableFrom
from parcels.rules import DATA_RULES, RULES
from parcels.rules.data import Surroundings
from parcels.rules.verdicts import VERDICT_TITLES, Verdict, overall
from parcels.totals import totals
from tests.builders import POLICY, TOWNSHIP_A, parcels_of, square, structures_of

PASS, FAIL, UNDETERMINED, NOT_APPLICABLE = Verdict
EVERYWHERE, NOWHERE = None, square(5000, 5000, 1)
NO_NEW_ARABLE_RULE = replace(
    POLICY, min_new_arable_m2=Decimal(0), new_arable_from=NewArableFrom.AREA
)
NO_STRUCTURE_RULE = replace(POLICY, min_share=Decimal(0))


def judged(outlines: list[Any], buildings: list[Any], policy: Any, **more: Any) -> Checked:
    coverage = more.pop("coverage", EVERYWHERE)
    around = more.pop("around", None)
    given = parcels_of(outlines, **more)
    return check(given, structures_of(buildings), policy, coverage=coverage, around=around)


def codes(checked: Checked, position: int = 0) -> list[str]:
    return [reason.code for reason in checked.parcels["reasons"].iloc[position]]


# --- rule 1: structure content ---


@pytest.mark.parametrize(
    ("side_m", "coverage", "verdict", "ground"),
    [
        (60, EVERYWHERE, PASS, []),  # 36 % of the parcel
        (50, EVERYWHERE, FAIL, ["share_below"]),  # 25 %
        (0, EVERYWHERE, FAIL, ["no_structures"]),
        (60, NOWHERE, PASS, []),  # enough is enough, wherever else was read
        (50, NOWHERE, UNDETERMINED, ["structures_not_read"]),
        (0, NOWHERE, UNDETERMINED, ["structures_not_read"]),
    ],
)
def test_structure_content(side_m: float, coverage: Any, verdict: Verdict, ground: list) -> None:
    buildings = [square(0, 0, side_m)] if side_m else []
    found = judged([square(0, 0, 100)], buildings, NO_NEW_ARABLE_RULE, coverage=coverage)
    assert found.parcels["structure_verdict"].tolist() == [verdict]
    assert [code for code in codes(found) if not code.startswith("near")] == ground


def test_without_structures_the_share_is_zero_percent() -> None:
    parcel = judged([square(0, 0, 100)], [], NO_NEW_ARABLE_RULE).parcels.iloc[0]
    assert parcel["structure_m2"] == 0
    assert parcel["structure_share"] == 0


def test_the_limit_itself_passes_and_a_hundredth_of_a_square_metre_below_fails() -> None:
    parcel = square(0, 0, 100)  # 10 000.00 m² by survey: the parcel touches the meridian
    enough = judged([parcel], [square(0, 0, 30, 100)], NO_NEW_ARABLE_RULE)
    assert enough.parcels["area_m2"].tolist() == [10_000.0]
    assert enough.parcels["structure_m2"].tolist() == [3000.0]
    assert enough.parcels["structure_verdict"].tolist() == [PASS]
    just_not = judged([parcel], [square(0, 0, 29.9999, 100)], NO_NEW_ARABLE_RULE)
    assert just_not.parcels["structure_m2"].tolist() == [2999.99]
    assert just_not.parcels["structure_verdict"].tolist() == [FAIL]


def test_no_failing_parcel_shows_the_limit_as_its_share() -> None:
    """29.9999 % beside a 30 % line prints with the decimals that show why it fails."""
    found = judged([square(0, 0, 100)], [square(0, 0, 29.9999, 100)], NO_NEW_ARABLE_RULE)
    [reason, *_near] = found.parcels["reasons"].iloc[0]
    with speaking("en"):
        said = message(reason)
    assert "29.9999%" in said
    assert "0.01 m² are missing" in said


def test_structures_that_overlap_are_counted_once() -> None:
    found = judged(
        [square(0, 0, 100)],
        [square(0, 0, 60), square(0, 0, 60), square(30, 0, 60)],
        NO_NEW_ARABLE_RULE,
    )
    assert found.parcels["structure_m2"].tolist() == [5400.0]


def test_only_what_lies_inside_the_parcel_counts() -> None:
    found = judged([square(0, 0, 100)], [square(-50, 0, 100)], NO_NEW_ARABLE_RULE)
    assert found.parcels["structure_m2"].tolist() == [5000.0]


def test_a_courtyard_is_not_covered() -> None:
    house = square(0, 0, 100).difference(square(10, 10, 80))
    found = judged([square(0, 0, 100)], [house], NO_NEW_ARABLE_RULE)
    assert found.parcels["structure_m2"].tolist() == [3600.0]


def test_structure_area_is_scaled_from_the_plane_to_the_survey() -> None:
    """Far from the meridian the plane is too large; cover and area shrink by the same factor."""
    far = [square(130_000, 0, 100), square(130_000, 0, 50)]
    parcel = judged(far[:1], far[1:], NO_NEW_ARABLE_RULE).parcels.iloc[0]
    assert parcel["area_m2"] < 9996
    exact = Decimal(2500) * Decimal(str(parcel["area_m2"])) / 10_000
    assert Decimal(str(parcel["structure_m2"])) == half_up(float(exact), 2)


@pytest.mark.parametrize(
    ("inside_share", "verdict"),
    [(1.0, FAIL), (0.995, FAIL), (0.98, UNDETERMINED), (0.0, UNDETERMINED)],
)
def test_coverage_includes_a_parcel_but_for_a_sliver(inside_share: float, verdict: Verdict) -> None:
    coverage = square(0, 0, 100 * inside_share, 100) if inside_share else square(500, 0, 10)
    found = judged([square(0, 0, 100)], [], NO_NEW_ARABLE_RULE, coverage=coverage)
    assert found.parcels["structure_verdict"].tolist() == [verdict]


# --- rule 2: new arable ---


@pytest.mark.parametrize(
    ("source", "area_m2", "claimed_m2", "verdict", "ground"),
    [
        ("column", 900, 400.0, PASS, []),
        ("column", 900, 399.99, FAIL, ["new_arable_below"]),
        ("column", 900, 0.0, FAIL, ["new_arable_below"]),
        ("column", 900, None, UNDETERMINED, ["new_arable_unknown"]),
        ("column", 900, 900.05, PASS, []),
        ("column", 900, 901.0, UNDETERMINED, ["new_arable_impossible"]),
        ("column", 900, -1.0, UNDETERMINED, ["new_arable_impossible"]),
        ("column", 100, None, FAIL, ["area_below"]),
        ("column", 100, 450.0, FAIL, ["area_below"]),
        ("nowhere", 900, 800.0, UNDETERMINED, ["new_arable_unknown"]),
        ("nowhere", 100, 800.0, FAIL, ["area_below"]),
    ],
)
def test_new_arable(
    source: str, area_m2: float, claimed_m2: float | None, verdict: Verdict, ground: list[str]
) -> None:
    found = judged(
        [square(0, 0, area_m2**0.5)],
        [],
        replace(NO_STRUCTURE_RULE, new_arable_from=NewArableFrom(source)),
        declared_new_arable_m2=np.nan if claimed_m2 is None else claimed_m2,
    )
    assert found.parcels["new_arable_verdict"].tolist() == [verdict]
    assert [c for c in codes(found) if not c.startswith("near") and "structure" not in c] == ground


@pytest.mark.parametrize(
    ("kept_m2", "coefficient", "new_arable_m2", "verdict"),
    [(0.0, "1", 900.0, PASS), (500.0, "1", 400.0, PASS), (500.0, "0.99", 396.0, FAIL)],
)
def test_new_arable_from_the_area_less_what_is_kept(
    kept_m2: float, coefficient: str, new_arable_m2: float, verdict: Verdict
) -> None:
    policy = replace(
        NO_STRUCTURE_RULE, new_arable_from=NewArableFrom.AREA, coefficient=Decimal(coefficient)
    )
    found = judged([square(0, 0, 30)], [], policy, retained_m2=kept_m2)
    assert found.parcels["new_arable_m2"].tolist() == [new_arable_m2]
    assert found.parcels["new_arable_verdict"].tolist() == [verdict]


def test_unknown_retained_land_leaves_new_arable_unknown() -> None:
    policy = replace(NO_STRUCTURE_RULE, new_arable_from=NewArableFrom.AREA)
    found = judged([square(0, 0, 30)], [], policy, retained_m2=np.nan)
    assert found.parcels["new_arable_verdict"].tolist() == [UNDETERMINED]


@pytest.mark.parametrize(
    ("who_counts", "inside", "verdict"),
    [
        ("all", None, FAIL),
        ("all", False, FAIL),
        ("attribute", True, FAIL),
        ("attribute", False, NOT_APPLICABLE),
        ("attribute", None, UNDETERMINED),
    ],
)
def test_the_second_rule_speaks_of_parcels_inside_a_village(
    who_counts: str, inside: bool | None, verdict: Verdict
) -> None:
    policy = replace(NO_STRUCTURE_RULE, inside_village=InsideVillage(who_counts))
    found = judged([square(0, 0, 10)], [], policy, inside_village=[inside])
    assert found.parcels["new_arable_verdict"].tolist() == [verdict]


# --- both ---


def test_fail_beats_undetermined_and_undetermined_beats_pass() -> None:
    for one, other in product(Verdict, repeat=2):
        answers = {one, other}
        expected = next((v for v in (FAIL, UNDETERMINED) if v in answers), PASS)
        found = overall(*(np.array([answer], dtype=object) for answer in (one, other)))
        assert found.tolist() == [expected], (one, other)


def test_a_parcel_passes_only_when_every_rule_that_applies_passes() -> None:
    found = judged(
        [square(0, 0, 30), square(100, 0, 30), square(200, 0, 30)],
        [square(0, 0, 30), square(200, 0, 30)],
        POLICY,
        declared_new_arable_m2=[500.0, 500.0, np.nan],
    )
    assert found.parcels["verdict"].tolist() == [PASS, FAIL, UNDETERMINED]


def test_every_verdict_but_a_pass_has_a_ground_that_can_be_read() -> None:
    found = judged(
        [square(place * 100, 0, side) for place, side in enumerate((30, 30, 30, 10))],
        [square(0, 0, 30), square(100, 0, 10)],
        POLICY,
        declared_new_arable_m2=[500.0, 100.0, 2000.0, np.nan],
        coverage=square(0, 0, 250),
    )
    for code in LANGUAGES:
        with speaking(code):
            for parcel in found.parcels.itertuples():
                grounds = [
                    f for f in parcel.reasons if KINDS[f.code].severity in ("fails", "undetermined")
                ]
                assert bool(grounds) == (parcel.verdict != PASS)
                assert all(message(f) and "{" not in message(f) for f in parcel.reasons)


# --- near the limit ---


@pytest.mark.parametrize(
    ("width_m", "is_near"), [(30.6, True), (29.4, True), (31, False), (29, False)]
)
def test_near_the_share_limit_means_within_one_pixel_along_the_structures(
    width_m: float, is_near: bool
) -> None:
    """A strip of w × 100 m has an outline of 2 (w + 100) m; at 0.3 m a pixel that is ~78 m²."""
    policy = replace(NO_NEW_ARABLE_RULE, pixel_m=Decimal("0.3"))
    found = judged([square(0, 0, 100)], [square(0, 0, width_m, 100)], policy)
    outline_m, margin_m2 = 2 * (width_m + 100), abs(width_m - 30) * 100
    assert (margin_m2 <= 0.3 * outline_m) is is_near  # the oracle agrees with the row above
    assert found.parcels["near_limit"].tolist() == [is_near]
    assert ("near_structure_limit" in codes(found)) is is_near


@pytest.mark.parametrize(
    ("claimed_m2", "is_near"),
    [(400.0, True), (459.9, True), (460.1, False), (340.1, True), (339.9, False)],
)
def test_near_the_new_arable_limit_means_within_one_pixel_along_the_parcel(
    claimed_m2: float, is_near: bool
) -> None:
    """30 m squares have 120 m of outline: at 0.5 m a pixel that is 60 m²."""
    found = judged(
        [square(0, 0, 30)], [square(0, 0, 30)], NO_STRUCTURE_RULE, declared_new_arable_m2=claimed_m2
    )
    assert ("near_new_arable_limit" in codes(found)) is is_near


def test_what_is_undetermined_is_never_near_a_limit() -> None:
    found = judged([square(0, 0, 30)], [], NO_STRUCTURE_RULE)
    assert found.parcels["new_arable_verdict"].tolist() == [UNDETERMINED]
    assert found.parcels["near_limit"].tolist() == [False]


def test_with_a_pixel_of_zero_only_the_limit_itself_is_near() -> None:
    policy = replace(NO_NEW_ARABLE_RULE, pixel_m=Decimal(0))
    found = judged([square(0, 0, 100)], [square(0, 0, 31, 100)], policy)
    assert found.parcels["near_limit"].tolist() == [False]


# --- totals ---


def test_totals_count_passing_parcels_and_put_undetermined_beside_them() -> None:
    found = judged(
        [square(0, 0, 30), square(100, 0, 30), square(200, 0, 30)],
        [square(0, 0, 30), square(200, 0, 30)],
        POLICY,
        declared_new_arable_m2=[500.0, 500.0, np.nan],
    )
    sums = totals(found.parcels).iloc[0]
    assert (sums["pass_parcels"], sums["pass_area_m2"], sums["pass_new_arable_m2"]) == (1, 900, 500)
    assert (sums["fail_parcels"], sums["fail_area_m2"]) == (1, 900)
    assert (sums["undetermined_parcels"], sums["undetermined_area_m2"]) == (1, 900)
    assert sums["new_arable_unknown_parcels"] == 1
    assert sums["parcels"] == 3


verdicts = st.sampled_from([PASS, FAIL, UNDETERMINED])


@settings(deadline=None)
@given(st.lists(st.tuples(verdicts, st.integers(1, 10**6), st.booleans(), st.sampled_from("ab"))))
def test_totals_lose_nothing_and_townships_add_up(
    rows: list[tuple[Verdict, int, bool, str]],
) -> None:
    frame = parcels_of([square(0, 0, 1)] * len(rows)).assign(
        verdict=[row[0] for row in rows],
        area_m2=[row[1] / 100 for row in rows],
        new_arable_m2=[row[1] / 200 for row in rows],
        is_withdrawn=np.array([row[2] for row in rows], dtype=bool),
        township=[row[3] for row in rows],
    )
    whole = totals(frame).iloc[0]
    assert whole["parcels"] + whole["withdrawn_parcels"] == len(rows)
    parts = ("pass", "fail", "undetermined")
    assert sum(whole[f"{part}_parcels"] for part in parts) == whole["parcels"]
    assert sum(whole[f"{part}_area_m2"] for part in parts) == pytest.approx(whole["area_m2"])
    by_township = totals(frame, by="township").sum()
    for name, value in whole.items():
        assert by_township.get(name, 0) == pytest.approx(value), name


# --- the rules about the data ---


def test_the_tables_of_rules_are_complete_and_translated() -> None:
    tabled = [kind for rule in RULES for kind in rule.kinds] + [rule.kind for rule in DATA_RULES]
    for kind in tabled:
        assert KINDS[kind.code] is kind
    assert set(VERDICT_TITLES) == set(Verdict)


DOUBTS: dict[str, dict[str, Any]] = {
    "duplicate_number": {"parcel_no": ["7", "7"]},
    "empty_number": {"parcel_no": ["", "2"]},
    "empty_village": {"village_code": ["", "419901101201"]},
    "overlaps_project": {"outlines": [square(-400, 0, 30), square(100, 0, 30)]},
    "unknown_region": {"village_code": ["419901101999", "419901101201"]},
    "not_building_land": {"land_class": ["0103", "0702"]},
    "area_differs": {"declared_area_m2": [900.06, 900.05]},
    "parcels_overlap": {"outlines": [square(0, 0, 30), square(29, 0, 30)]},
    "sliver": {"outlines": [square(0, 0, 100, 0.4), square(200, 0, 30)]},
    "multi_part": {
        "outlines": [MultiPolygon([square(0, 0, 10), square(20, 0, 10)]), square(100, 0, 30)]
    },
    "outside_township": {"outlines": [square(990, 0, 30), square(100, 0, 30)]},
}
BOTH_ROWS = {"duplicate_number", "parcels_overlap"}
AROUND = Surroundings(
    {TOWNSHIP_A: "甲镇", "419901101201": "甲村"},
    {TOWNSHIP_A: square(-1000, -1000, 2000)},
    {"another project": [square(-390, 0, 30)]},
)


def test_every_data_rule_has_a_case_below() -> None:
    assert set(DOUBTS) == {rule.kind.code for rule in DATA_RULES}


@pytest.mark.parametrize("code", DOUBTS)
def test_a_doubt_names_its_rows_and_changes_no_verdict(code: str) -> None:
    case = dict(DOUBTS[code])
    outlines = case.pop("outlines", [square(0, 0, 30), square(100, 0, 30)])
    found = judged(outlines, [], POLICY, around=AROUND, **case)
    rows = [finding.row for finding in found.findings if finding.code == code]
    assert sorted(rows) == ([1, 2] if code in BOTH_ROWS else [1])
    plain = judged(outlines, [], POLICY)
    assert found.parcels["verdict"].tolist() == plain.parcels["verdict"].tolist()


@pytest.mark.parametrize("code", ["outside_township", "overlaps_project", "parcels_overlap"])
def test_a_layer_in_degrees_raises_the_same_doubts_at_the_same_places(code: str) -> None:
    parcels = parcels_of(DOUBTS[code]["outlines"])
    here = check(parcels, structures_of([]), POLICY, around=AROUND).findings
    in_degrees = AROUND.turned(parcels.crs, 4490)
    there = check(parcels.to_crs(4490), structures_of([]), POLICY, around=in_degrees).findings
    assert [(f.code, f.row) for f in there] == [(f.code, f.row) for f in here]
    assert code in {found.code for found in there}
    places = gpd.points_from_xy([f.x for f in there], [f.y for f in there], crs=4490)
    for found, place in zip(here, places.to_crs(parcels.crs), strict=True):
        assert abs(found.x - place.x) < 1  # type: ignore[operator]
        assert abs(found.y - place.y) < 1  # type: ignore[operator]


def test_sound_parcels_raise_no_doubt() -> None:
    found = judged(
        [square(0, 0, 30), square(30, 0, 30)],
        [],
        POLICY,
        around=AROUND,
        land_class="0702",
        declared_area_m2=900.0,
    )
    assert found.findings == ()


# --- laws ---

sides = st.integers(1, 60)


@settings(max_examples=30)
@given(sides, sides, sides, st.integers(-40, 80), st.decimals(0, 1, places=3))
def test_the_structure_verdict_is_the_comparison_of_the_two_printed_figures(
    parcel_m: int, width_m: int, height_m: int, shift_m: int, limit: Decimal
) -> None:
    policy = replace(NO_NEW_ARABLE_RULE, min_share=limit)
    parcel, house = square(0, 0, parcel_m), square(shift_m, 0, width_m, height_m)
    found = judged([parcel], [house], policy).parcels.iloc[0]
    shared_m2 = shapely.area(shapely.intersection(parcel, house))
    assert found["structure_m2"] == pytest.approx(
        shared_m2 * found["area_m2"] / parcel.area, abs=0.00501
    )
    share = Decimal(str(found["structure_m2"])) / Decimal(str(found["area_m2"]))
    assert found["structure_verdict"] == (PASS if share >= limit else FAIL)
    assert 0 <= found["structure_m2"] <= found["area_m2"] + 0.01


def test_a_parcel_without_area_is_not_judged_by_its_share() -> None:
    x, y = square(0, 0, 1).bounds[:2]
    found = judged([box(x, y, x + 0.001, y + 0.001)], [], NO_STRUCTURE_RULE).parcels.iloc[0]
    assert found["area_m2"] == 0
    assert found["structure_verdict"] == UNDETERMINED
    assert found["verdict"] == FAIL  # smaller than Y, whatever stands on it
