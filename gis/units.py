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
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


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
    return f"{half_up(area_m2, 2):,}"


def format_ha(area_m2: float) -> str:
    """Return hectares at 4 decimals."""
    return f"{half_up(to_ha(area_m2), 4):,}"


def format_mu(area_m2: float) -> str:
    """Return mu at 2 decimals."""
    return f"{half_up(to_mu(area_m2), 2):,}"


def format_share(share: float, limit: float | None = None) -> str:
    """Return a share as percent; adds decimals until the figure agrees with its verdict.

    With ``limit`` given, the printed figure never equals or passes the printed limit unless the
    share itself does: 29.996 % beside a 30 % limit prints ``29.996 %``, not ``30.00 %``.
    """
    for decimals in range(2, 16):
        shown = half_up(share * 100, decimals)
        if limit is None or (shown >= half_up(limit * 100, 13)) == (share >= limit):
            return f"{shown} %"
    return f"{Decimal(repr(share * 100))} %"
