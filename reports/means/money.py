"""Start-up money: given by the county, spent on the works, left idle; whole fen inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from gis.language import Problem, Text, _
from parcels.workflow import EventState

FEN_PER_YUAN = 100
MOST_FEN = 10**13  # a hundred thousand million yuan: above it somebody typed a telephone number


class MoneyKind(StrEnum):
    """Which way money moved."""

    GIVEN = "given"
    SPENT = "spent"


class Purpose(StrEnum):
    """What money was spent on."""

    COMPENSATION = "compensation"
    DEMOLITION = "demolition"
    CLEARING = "clearing"
    LEVELLING = "levelling"
    TOPSOIL = "topsoil"
    PLANTING = "planting"
    SURVEY = "survey"
    OTHER = "other"


PURPOSE_TITLES: dict[Purpose, Text] = {
    Purpose.COMPENSATION: _("Compensation of owners"),
    Purpose.DEMOLITION: _("Demolition"),
    Purpose.CLEARING: _("Clearing away"),
    Purpose.LEVELLING: _("Levelling"),
    Purpose.TOPSOIL: _("Topsoil and fertilising"),
    Purpose.PLANTING: _("Planting"),
    Purpose.SURVEY: _("Survey and design"),
    Purpose.OTHER: _("Other"),
}


@dataclass(frozen=True)
class Spending:
    """One sum spent today; ``words`` say on what exactly."""

    purpose: Purpose
    amount_fen: int
    words: str = ""


@dataclass(frozen=True)
class Purse:
    """A township's start-up money at the end of a day, in fen.

    ``idle_since`` is the day from which what is left has lain still; None: nothing is left.
    """

    given_fen: int
    spent_fen: int
    idle_since: date | None
    day: date

    @property
    def left_fen(self) -> int:
        return self.given_fen - self.spent_fen

    @property
    def idle_days(self) -> int:
        return (self.day - self.idle_since).days if self.idle_since else 0

    @property
    def spent_share(self) -> float | None:
        return self.spent_fen / self.given_fen if self.given_fen else None


def purse(movements: pd.DataFrame, day: date) -> Purse:
    """Return what was given, spent and left idle up to a day; claimed spending counts.

    ``movements``: day, kind (MoneyKind), amount_fen, state (EventState), in order of day. Money
    lies idle since the last spending, or since the day it came if that was later and nothing had
    been left.
    """
    given_fen = spent_fen = 0
    idle_since: date | None = None
    standing = movements[(movements["state"] != EventState.VOID) & (movements["day"] <= day)]
    for moved in standing.itertuples():
        if moved.kind == MoneyKind.GIVEN:
            if given_fen - spent_fen <= 0:
                idle_since = moved.day
            given_fen += int(moved.amount_fen)
        else:
            spent_fen += int(moved.amount_fen)
            idle_since = moved.day
    return Purse(given_fen, spent_fen, idle_since if given_fen > spent_fen else None, day)


def require_sound_spending(spent: Sequence[Spending]) -> None:
    """Raise Problem for a sum that cannot be."""
    for spending in spent:
        if not 0 < spending.amount_fen < MOST_FEN:
            raise Problem(_("A sum spent must be above 0 yuan; check the figure."))
        if spending.purpose is Purpose.OTHER and not spending.words.strip():
            raise Problem(_("Say what the money was spent on."))


def fen_of(yuan: float) -> int:
    """Return yuan as whole fen."""
    return round(yuan * FEN_PER_YUAN)


def format_yuan(fen: int) -> str:
    """Return fen as yuan with two decimals: ``1,234.50``."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{rest:02d}"


def format_wan(fen: int) -> str:
    """Return fen as ten thousand yuan (万元) with two decimals, half-up."""
    per_unit = FEN_PER_YUAN * 10_000
    hundredths = (abs(fen) * 200 + per_unit) // (2 * per_unit)
    whole, rest = divmod(hundredths, 100)
    return f"{'-' if fen < 0 and hundredths else ''}{whole:,}.{rest:02d}"
