"""Shares, points, paces and days as every screen, file and command line prints them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal

from gis.language import CHINESE, language
from gis.units import from_mu, half_up, to_mu
from reports.daily import OFFICE_TIME


def percent(share: float | None) -> str:
    """Return a share as percent at 2 decimals; a dash where there is none."""
    return "—" if share is None else f"{half_up(share * 100, 2)}%"


def points(gap: float | None) -> str:
    """Return a difference of shares in percentage points with its sign."""
    return "—" if gap is None else f"{half_up(gap * 100, 2):+}"


def least_mu(area_m2: float) -> str:
    """Return a pace that must be reached, in mu: rounded up, so that reaching it is enough."""
    exact = Decimal(repr(to_mu(area_m2)))
    noise = Decimal("1e-9")  # thirds of m²: 7.000000000000001 mu are 7
    return f"{(exact - noise).quantize(Decimal('0.01'), ROUND_CEILING) + 0:,}"


def least_m2(area_m2: float) -> float:
    """Return the area whose mu at two decimals are ``least_mu``, for a table's cell."""
    return from_mu(float(least_mu(area_m2).replace(",", "")))


def long_day(day: date) -> str:
    """Return a day within a sentence, as official letters write it (GB/T 15835)."""
    return f"{day.year}年{day.month}月{day.day}日" if language() == CHINESE else f"{day:%Y-%m-%d}"


def long_moment(moment: datetime) -> str:
    """Return a moment of the office's time within a sentence."""
    here = moment.astimezone(OFFICE_TIME)
    return f"{long_day(here)}{'' if language() == CHINESE else ' '}{here:%H:%M}"
