"""What a township has to work with, and what of it is missing: the causes of falling behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gis.language import Text, _
from parcels.answerable import NOBODY, Answerable
from reports.means.money import Purse, format_wan
from reports.means.plan import Plan
from reports.means.team import Team


class Lack(StrEnum):
    """What a township can lack."""

    LEADER = "leader"
    DEPUTY = "deputy"
    TEAM = "team"
    PLAN = "plan"
    MONEY = "money"
    IDLE_MONEY = "idle_money"


LACK_TITLES: dict[Lack, Text] = {
    Lack.LEADER: _("No leader in charge named"),
    Lack.DEPUTY: _("No deputy named"),
    Lack.TEAM: _("No team formed"),
    Lack.PLAN: _("No plan handed in"),
    Lack.MONEY: _("No start-up money given"),
    Lack.IDLE_MONEY: _("Start-up money lies idle"),
}


@dataclass(frozen=True)
class Means:
    """A township's people, plan and money on a day."""

    code: str
    name: str
    purse: Purse
    answerable: Answerable = NOBODY
    team: Team | None = None
    plan: Plan | None = None


def lacks(means: Means, *, idle_days: float) -> tuple[Lack, ...]:
    """Return what the township lacks; money is idle from ``idle_days`` on (0: never)."""
    found = {
        Lack.LEADER: not means.answerable.leader,
        Lack.DEPUTY: not means.answerable.deputy,
        Lack.TEAM: means.team is None,
        Lack.PLAN: means.plan is None,
        Lack.MONEY: means.purse.given_fen <= 0,
        Lack.IDLE_MONEY: 0 < idle_days <= means.purse.idle_days,
    }
    return tuple(lack for lack, is_so in found.items() if is_so)


def lacking(every: Sequence[Means], lack: Lack, *, idle_days: float) -> list[Means]:
    """Return the townships that lack this."""
    return [means for means in every if lack in lacks(means, idle_days=idle_days)]


def purse_words(purse: Purse) -> Text:
    """Return given, used and idle money in one sentence."""
    if not purse.given_fen:
        return _("no money given")
    if not purse.left_fen or not purse.idle_days:
        return _(
            "given {given}, used {spent} (10,000 yuan)",
            given=format_wan(purse.given_fen),
            spent=format_wan(purse.spent_fen),
        )
    return _(
        "given {given}, used {spent} (10,000 yuan); {left} idle for {days} days",
        given=format_wan(purse.given_fen),
        spent=format_wan(purse.spent_fen),
        left=format_wan(purse.left_fen),
        days=purse.idle_days,
    )
