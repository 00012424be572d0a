"""Figures: exact units, rounding half-up, and verdicts that agree with what is printed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gis.units import (
    M2_PER_MU,
    format_ha,
    format_limit,
    format_m2,
    format_mu,
    format_share,
    from_mu,
    half_up,
    reaches,
    rounded_m2,
    to_ha,
    to_mu,
)

cents = st.integers(0, 10**10)  # areas up to 100 km² at 0.01 m²
limits = st.decimals(0, 1, places=4) | st.decimals(0, 1, places=9)


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (0.125, 2, "0.13"),  # Python's own round gives 0.12
        (2.675, 2, "2.68"),  # and here 2.67
        (-0.125, 2, "-0.13"),
        (1.005, 2, "1.01"),
        (0.5, 0, "1"),
        (1234.5, 4, "1234.5000"),
    ],
)
def test_halves_are_rounded_up_as_people_round(value: float, decimals: int, printed: str) -> None:
    assert str(half_up(value, decimals)) == printed


def test_nothing_is_printed_as_minus_zero() -> None:
    assert str(half_up(-1e-9, 2)) == "0.00"
    assert f"{half_up(-1e-9, 2):+}" == "+0.00"


def test_15_mu_are_one_hectare_exactly() -> None:
    assert Fraction(2000, 3) == M2_PER_MU
    assert to_mu(10_000) == 15
    assert to_ha(10_000) == 1
    assert from_mu(15) == 10_000


def test_ten_thousand_mu_do_not_drift() -> None:
    assert format_mu(from_mu(10_000)) == "10,000.00"
    assert from_mu(10_000) != 10_000 * 666.67


@given(cents)
def test_mu_are_the_exact_quotient_rounded_once(area_cents: int) -> None:
    exact = Fraction(area_cents, 100) / M2_PER_MU
    printed = Decimal(format_mu(area_cents / 100).replace(",", ""))
    # a half of 0.01 mu is 3.33 m²: no figure at 0.01 m² lies within a float's error of one
    # unless it is that half exactly, and 10/3 m² is no figure at 0.01 m²
    assert abs(Fraction(printed) - exact) <= Fraction(1, 200) + Fraction(1, 10**9)


@given(cents)
def test_hectares_at_four_decimals_are_whole_square_metres(area_cents: int) -> None:
    exact = (Decimal(area_cents) / 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert Decimal(format_ha(area_cents / 100).replace(",", "")) * 10_000 == exact


def test_areas_are_printed_with_thousands() -> None:
    assert format_m2(1234567.5) == "1,234,567.50"
    assert format_m2(0) == "0.00"


@given(st.integers(-(10**9), 10**9))
def test_rounding_an_area_that_stands_at_a_cent_changes_nothing(area_cents: int) -> None:
    assert rounded_m2(area_cents / 100) == area_cents / 100


@given(st.integers(0, 10**9))
def test_a_half_cent_goes_up_even_when_the_float_lies_below_it(area_cents: int) -> None:
    assert rounded_m2(area_cents / 100 + 0.005) == (area_cents + 1) / 100


def test_rounding_keeps_signs_and_unknowns() -> None:
    assert rounded_m2([-0.125, 0.0]).tolist() == [-0.13, 0.0]
    assert np.isnan(rounded_m2([np.nan])).all()


def test_the_share_beside_a_limit_never_says_the_opposite_of_the_verdict() -> None:
    limit = Decimal("0.3")
    assert format_share(299.96, 1000.0, limit) == "29.996%"
    assert format_share(299.96, 1000.0) == "30.00%"
    assert format_share(300.0, 1000.0, limit) == "30.00%"
    assert format_share(299.99999, 1000.0, limit) == "30.00%"  # 300.00 at 0.01 m²


@given(cents, cents.filter(bool), limits)
@example(3333333333, 10**10, Decimal("0.333333333400000001"))
@example(1, 3, Decimal("0.3333333333333333333333333333"))
def test_printed_share_and_verdict_never_disagree(
    part_cents: int, whole_cents: int, limit: Decimal
) -> None:
    part_m2, whole_m2 = part_cents / 100, whole_cents / 100
    printed = Fraction(format_share(part_m2, whole_m2, limit).removesuffix("%")) / 100
    says_pass = printed >= Fraction(limit)
    assert says_pass == reaches(part_m2, whole_m2, limit)
    assert says_pass == (Fraction(part_cents, whole_cents) >= Fraction(limit))


@given(cents, cents.filter(bool), limits)
def test_the_printed_share_is_the_exact_one_rounded(
    part_cents: int, whole_cents: int, limit: Decimal
) -> None:
    printed = format_share(part_cents / 100, whole_cents / 100, limit).removesuffix("%")
    decimals = len(printed.partition(".")[2])
    assert decimals >= 2
    error = abs(Fraction(printed) - Fraction(part_cents, whole_cents) * 100)
    assert error <= Fraction(1, 2 * 10**decimals)


def test_a_share_of_nothing_is_a_dash() -> None:
    assert format_share(0.0, 0.0, Decimal("0.3")) == "—"


def test_the_limit_is_inclusive() -> None:
    assert reaches(300.0, 1000.0, Decimal("0.3"))
    assert not reaches(299.99, 1000.0, Decimal("0.3"))


@pytest.mark.parametrize(
    ("limit", "printed"),
    [("0.3", "30%"), ("0.30", "30%"), ("0.335", "33.5%"), ("1", "100%"), ("0", "0%")],
)
def test_a_limit_is_printed_as_the_document_says_it(limit: str, printed: str) -> None:
    assert format_limit(Decimal(limit)) == printed
