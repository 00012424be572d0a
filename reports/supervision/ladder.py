"""The ladder (提醒 → 督办单 → 重点督导 → 约谈 → 提请问责): a table of lines over facts.

A proposal never climbs more than one rung above what was last issued for the same fact, and is not
made while a notice of its rung stands. The system proposes; a person issues, edits or declines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from gis.language import Text, _
from gis.units import half_up
from reports.means.money import format_wan
from reports.supervision.facts import MISSING_WITHIN, Fact, Facts, behind_run, is_behind


class Rung(StrEnum):
    """The rungs, lowest first."""

    REMIND = "remind"
    NOTICE = "notice"
    KEY = "key"
    INTERVIEW = "interview"
    REFER = "refer"


RUNGS: tuple[Rung, ...] = tuple(Rung)
RUNG_TITLES: dict[Rung, Text] = {
    Rung.REMIND: _("Reminder"),
    Rung.NOTICE: _("Notice"),
    Rung.KEY: _("Key supervision"),
    Rung.INTERVIEW: _("Interview"),
    Rung.REFER: _("Referral for accountability"),
}
QUIET_DAYS = 7
"""How long a declined proposal stays silent, unless a higher rung is reached."""


@dataclass(frozen=True)
class Line:
    """Where a rung begins for a fact: ``least`` of its measure, for ``days`` where that counts.

    ``least`` 0: this fact never reaches this rung.
    """

    least: float
    days: int = 1


Lines = Mapping[Fact, Mapping[Rung, Line]]


@dataclass(frozen=True)
class Rule:
    """How a fact is measured against a line, and how its evidence reads."""

    fact: Fact
    reaches: Callable[[Facts, Line], bool]
    stands: Callable[[Facts, Line], bool]
    evidence: Callable[[Facts, Line], Text]
    defaults: Mapping[Rung, Line]


def _behind_evidence(facts: Facts, line: Line) -> Text:
    done = facts.completion
    return _(
        "Completion {share}%, scheduled {scheduled}%, {points} points behind; at least {least} "
        "points behind on {run} days in a row (line: {days} days).",
        share=half_up((done.share or 0.0) * 100, 2),
        scheduled=half_up((done.scheduled) * 100, 2),
        points=half_up(-(facts.gap or 0.0) * 100, 2),
        least=_plain(line.least),
        run=behind_run(facts.gaps, line.least),
        days=line.days,
    )


def _money_evidence(facts: Facts, line: Line) -> Text:
    purse = facts.purse
    return _(
        "Start-up money given {given}, spent {spent}, left {left} (10,000 yuan); nothing was spent "
        "for {days} days (line: {least}).",
        given=format_wan(purse.given_fen if purse else 0),
        spent=format_wan(purse.spent_fen if purse else 0),
        left=format_wan(purse.left_fen if purse else 0),
        days=_idle_days(facts),
        least=_plain(line.least),
    )


def _idle_days(facts: Facts) -> int:
    return facts.purse.idle_days if facts.purse else 0


def _lines(*least: float, days: Sequence[int] = (1, 1, 1, 1, 1)) -> dict[Rung, Line]:
    return {rung: Line(*pair) for rung, pair in zip(RUNGS, zip(least, days, strict=True),
                                                    strict=True)}  # fmt: skip


RULES: tuple[Rule, ...] = (
    Rule(
        Fact.BEHIND,
        lambda facts, line: behind_run(facts.gaps, line.least) >= line.days,
        lambda facts, line: is_behind(facts.gap, line.least),
        _behind_evidence,
        _lines(5, 10, 15, 20, 30, days=(3, 5, 7, 10, 20)),
    ),
    Rule(
        Fact.MISSING,
        lambda facts, line: facts.missing >= line.least,
        lambda facts, line: facts.missing >= line.least,
        lambda facts, line: _(
            "{missing} of the last {within} expected daily reports are missing (line: {least}).",
            missing=facts.missing,
            within=MISSING_WITHIN,
            least=_plain(line.least),
        ),
        _lines(1, 2, 3, 5, 7),
    ),
    Rule(
        Fact.IDLE,
        lambda facts, line: facts.idle >= line.least,
        lambda facts, line: facts.idle >= line.least,
        lambda facts, line: _(
            "{days} reported days in a row without progress and without an accepted reason "
            "(line: {least}).",
            days=facts.idle,
            least=_plain(line.least),
        ),
        _lines(2, 4, 6, 9, 14),
    ),
    Rule(
        Fact.MONEY,
        lambda facts, line: _idle_days(facts) >= line.least,
        lambda facts, line: _idle_days(facts) >= line.least,
        _money_evidence,
        _lines(10, 20, 30, 45, 60),
    ),
    Rule(
        Fact.CONTRADICTION,
        lambda facts, line: facts.contradiction_days >= line.least,
        lambda facts, line: facts.contradiction_days >= line.least,
        lambda facts, line: _(
            "{count} contradictions between report and imagery are unanswered, the oldest for "
            "{days} days (line: {least}).",
            count=facts.contradictions,
            days=facts.contradiction_days,
            least=_plain(line.least),
        ),
        _lines(2, 4, 7, 10, 20),
    ),
)
LINE_NOTES: dict[Fact, Text] = {
    Fact.BEHIND: _("percentage points behind schedule; 0: never"),
    Fact.MISSING: _("of the last 7 expected reports; 0: never"),
    Fact.IDLE: _("reported days in a row; 0: never"),
    Fact.MONEY: _("days without spending; 0: never"),
    Fact.CONTRADICTION: _("days unanswered; 0: never"),
}
BY_FACT: dict[Fact, Rule] = {rule.fact: rule for rule in RULES}
DEFAULT_LINES: Lines = {rule.fact: rule.defaults for rule in RULES}


@dataclass(frozen=True)
class Standing:
    """A notice as the ladder sees it: its township, fact and rung, and whether it is open."""

    code: str
    fact: Fact
    rung: Rung
    is_open: bool
    issued_on: date


@dataclass(frozen=True)
class Declined:
    """A proposal that a person declined on a day."""

    code: str
    fact: Fact
    rung: Rung
    day: date


@dataclass(frozen=True)
class Proposal:
    """What the ladder proposes for a township, with its evidence; ``reached`` is by facts alone."""

    facts: Facts
    fact: Fact
    rung: Rung
    reached: Rung
    evidence: Text

    @property
    def code(self) -> str:
        return self.facts.code


def reached(rule: Rule, facts: Facts, lines: Lines) -> Rung | None:
    """Return the highest rung whose line the facts reach; None: below all of them."""
    held = [
        rung
        for rung in RUNGS
        if (line := lines[rule.fact][rung]).least > 0 and rule.reaches(facts, line)
    ]
    return held[-1] if held else None


def still_stands(fact: Fact, rung: Rung, facts: Facts, lines: Lines) -> bool:
    """Tell whether the reason for a notice of this rung still holds; OTHER has no figure."""
    if fact is Fact.OTHER:
        return False
    line = lines[fact][rung]
    return line.least > 0 and BY_FACT[fact].stands(facts, line)


def proposals(
    every: Sequence[Facts],
    lines: Lines,
    *,
    notices: Collection[Standing] = (),
    declined: Collection[Declined] = (),
    today: date,
) -> list[Proposal]:
    """Return what the ladder proposes today, the highest rungs first."""
    found = []
    for facts in every:
        for rule in RULES:
            by_facts = reached(rule, facts, lines)
            if by_facts is None:
                continue
            issued = [one for one in notices if (one.code, one.fact) == (facts.code, rule.fact)]
            rung = _next_rung(by_facts, issued)
            if rung is None or _is_quiet(facts.code, rule.fact, rung, declined, today):
                continue
            words = rule.evidence(facts, lines[rule.fact][rung])
            found.append(Proposal(facts, rule.fact, rung, by_facts, words))
    return sorted(found, key=lambda one: (-RUNGS.index(one.rung), one.code, one.fact))


def _next_rung(by_facts: Rung, issued: Collection[Standing]) -> Rung | None:
    """Return the rung to propose: not above the next one up, not one that stands already."""
    if not issued:
        return RUNGS[0]
    highest = max(RUNGS.index(one.rung) for one in issued)
    place = min(RUNGS.index(by_facts), highest + 1)
    if any(one.is_open and RUNGS.index(one.rung) >= place for one in issued):
        return None
    return RUNGS[place]


def _is_quiet(
    code: str, fact: Fact, rung: Rung, declined: Collection[Declined], today: date
) -> bool:
    return any(
        (one.code, one.fact) == (code, fact)
        and RUNGS.index(rung) <= RUNGS.index(one.rung)
        and today < one.day + timedelta(days=QUIET_DAYS)
        for one in declined
    )


def lines_of(values: Mapping[str, Any]) -> Lines:
    """Return the office's lines from its settings; ``line_name`` says how they are called."""
    return {
        rule.fact: {
            rung: Line(
                float(values.get(line_name(rule.fact, rung), default.least)),
                int(values.get(line_name(rule.fact, rung, "days"), default.days)),
            )
            for rung, default in rule.defaults.items()
        }
        for rule in RULES
    }


def line_name(fact: Fact, rung: Rung, part: str = "least") -> str:
    """Return the name of the setting that holds a line."""
    return f"ladder.{fact.value}.{rung.value}.{part}"


def _plain(number: float) -> str:
    return f"{number:g}"
