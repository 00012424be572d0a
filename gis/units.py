"""Areas and shares as figures: exact unit conversion, rounding last and half-up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

M2_PER_HA = 10_000
M2_PER_MU = Fraction(2000, 3)


def half_up(value: float, decimals: int) -> Decimal:
    """Round the shortest decimal form of a number half-up (Python's ``round`` is half-even)."""
    value = float(value)
    if _is_plain(value, decimals):
        return Decimal(f"{value:.{decimals}f}") + 0  # no minus before a zero
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return rounded + 0


def _is_plain(value: float, decimals: int) -> bool:
    """Tell whether a number is so far from a half that every way of rounding gives the same."""
    scaled = abs(value) * 10.0**decimals
    return scaled < 1e11 and abs(scaled % 1.0 - 0.5) > 1e-4


def rounded_m2(area_m2: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Round areas half-up to 0.01 m²; a value within 1e-7 m² below a half counts as the half."""
    values = np.asarray(area_m2, dtype=np.float64)
    return np.sign(values) * np.floor(np.abs(values) * 100 + 0.5 + 1e-5) / 100


def to_ha(area_m2: float) -> float:
    """Convert square metres to hectares, unrounded."""
    return area_m2 / M2_PER_HA


def to_mu(area_m2: float) -> float:
    """Convert square metres to mu (亩), unrounded: 1 mu = 2000/3 m² exactly."""
    return area_m2 * 3 / 2000


def from_mu(area_mu: float) -> float:
    """Convert mu to square metres, unrounded."""
    return area_mu * 2000 / 3


def format_m2(area_m2: float) -> str:
    """Return ``1,234.50``."""
    value = float(area_m2)
    if _is_plain(value, 2):
        shown = f"{value:,.2f}"
        return shown if shown != "-0.00" else "0.00"
    return f"{half_up(value, 2):,}"


def format_ha(area_m2: float) -> str:
    """Return hectares at 4 decimals."""
    return f"{half_up(to_ha(area_m2), 4):,}"


def format_mu(area_m2: float) -> str:
    """Return mu at 2 decimals."""
    return f"{half_up(to_mu(area_m2), 2):,}"


def reaches(part_m2: float, whole_m2: float, limit: Decimal) -> bool:
    """Tell whether part ÷ whole ≥ limit, exactly, on the two figures at 0.01 m²."""
    return _cents(part_m2) >= Fraction(limit) * _cents(whole_m2)


def reach(
    parts_m2: npt.ArrayLike, wholes_m2: npt.ArrayLike, limit: Decimal
) -> npt.NDArray[np.bool_]:
    """Tell for each pair whether part ÷ whole ≥ limit, exactly as ``reaches`` does."""
    least = Fraction(limit)
    parts, wholes = (
        np.rint(np.asarray(areas, dtype=np.float64) * 100).astype(np.int64).astype(object)
        for areas in (parts_m2, wholes_m2)
    )
    return np.asarray(parts * least.denominator >= wholes * least.numerator, dtype=bool)


def format_share(part_m2: float, whole_m2: float, limit: Decimal | None = None) -> str:
    """Return part ÷ whole as percent at 2 decimals, or more until figure and verdict agree.

    299.96 of 1 000 beside a 30% limit prints ``29.996%``, never ``30.00%``.
    """
    part, whole = _cents(part_m2), _cents(whole_m2)
    if not whole:
        return "—"
    above, below = limit.as_integer_ratio() if limit is not None else (0, 1)
    reaches_it = part * below >= above * whole
    decimals = 2
    while True:  # ends: the more decimals, the nearer the figure to the share
        unit = 10**decimals
        shown = (200 * part * unit + whole) // (2 * whole)  # half-up, in units of the last decimal
        if limit is None or (shown * below >= 100 * above * unit) == reaches_it:
            return f"{shown // unit}.{shown % unit:0{decimals}d}%"
        decimals += 1


def format_limit(limit: Decimal) -> str:
    """Return a limit given as 0–1 in percent as the document says it: ``30%``, ``33.5%``."""
    shown = f"{limit * 100:f}"
    return f"{shown.rstrip('0').rstrip('.') if '.' in shown else shown}%"


def _cents(area_m2: float) -> int:
    return round(area_m2 * 100)
