"""A report being written: flat, so that two devices of one township may each change a field.

Keys: ``entry:12:demolished`` → m² today; ``correction:12:demolished`` → what is taken back and
why; ``money:topsoil`` → fen; ``reason:weather`` → True; workers, machines; texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gis.language import Problem, _
from parcels.workflow import Step
from reports.clean import clean
from reports.daily import (
    LEAST_M2,
    MOST_M2,
    Correction,
    DailyReport,
    Entry,
    ZeroReason,
)
from reports.means.money import MOST_FEN, Purpose, Spending
from reports.reasons import CorrectionReason, ProblemReason

TEXTS = ("problem", "help_wanted", "money_note")
NUMBERS = {"workers": 100_000, "machines": 10_000}
LONGEST_TEXT = 2000
MOST_KEYS = 5000
ENTRY, CORRECTION, MONEY, REASON = "entry", "correction", "money", "reason"


@dataclass(frozen=True)
class Draft:
    """One township's report of a day as far as it is written; ``id`` 0: nothing saved yet."""

    project_id: int
    township_code: str
    day: date
    id: int = 0
    key: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    saved_at: datetime | None = None
    saved_by: str = ""

    @property
    def about(self) -> str:
        """Return what photos of this draft are about."""
        return f"draft:{self.id}"

    @property
    def entries(self) -> dict[tuple[int, Step], float]:
        """Return today's areas, m², by parcel and step."""
        return {place: float(area) for place, area in self._of(ENTRY)}

    @property
    def corrections(self) -> dict[tuple[int, Step], Correction]:
        """Return what is taken back."""
        return {
            place: Correction(
                *place, float(c["area_m2"]), CorrectionReason(c["reason"]), str(c["text"])
            )
            for place, c in self._of(CORRECTION)
        }

    @property
    def money(self) -> dict[Purpose, int]:
        """Return fen by purpose."""
        return {p: int(self.content[f"{MONEY}:{p}"]) for p in Purpose
                if f"{MONEY}:{p}" in self.content}  # fmt: skip

    @property
    def problem_reasons(self) -> tuple[ProblemReason, ...]:
        return tuple(r for r in ProblemReason if f"{REASON}:{r}" in self.content)

    def text(self, name: str) -> str:
        """Return one of ``TEXTS``."""
        return str(self.content.get(name, ""))

    def number(self, name: str, default: int) -> int:
        """Return people or machines; ``default`` (yesterday's) until somebody says otherwise."""
        return int(self.content.get(name, default))

    def report(
        self, *, zero_reason: ZeroReason | None = None, workers: int = 0, machines: int = 0
    ) -> DailyReport:
        """Return the report this draft would make; numbers nobody changed are yesterday's."""
        return DailyReport(
            self.project_id,
            self.township_code,
            self.day,
            tuple(Entry(*place, area_m2) for place, area_m2 in self.entries.items()),
            workers=self.number("workers", workers),
            machines=self.number("machines", machines),
            zero_reason=zero_reason,
            problem=self.text("problem"),
            help_wanted=self.text("help_wanted"),
            problem_reasons=self.problem_reasons,
            money=tuple(
                Spending(purpose, fen, self.text("money_note"))
                for purpose, fen in self.money.items()
                if fen
            ),
            corrections=tuple(self.corrections.values()),
        )

    def _of(self, kind: str) -> list[tuple[tuple[int, Step], Any]]:
        found = []
        for key, value in self.content.items():
            name, _colon, place = key.partition(":")
            if name == kind:
                ledger_id, _colon, step = place.partition(":")
                found.append(((int(ledger_id), Step(step)), value))
        return found


def entry_key(ledger_id: int, step: Step) -> str:
    """Return where today's area of a parcel and step stands."""
    return f"{ENTRY}:{ledger_id}:{step.value}"


def correction_key(ledger_id: int, step: Step) -> str:
    """Return where a correction stands."""
    return f"{CORRECTION}:{ledger_id}:{step.value}"


def changed(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with changes made; None takes a key out. Raises Problem on nonsense."""
    made = dict(content)
    for key, value in changes.items():
        if value is None:
            made.pop(key, None)
            continue
        made[key] = _accepted(key, value)
    if len(made) > MOST_KEYS:
        raise Problem(_("The report grows too long; send it in two parts on two days."))
    return made


def content_of(report: DailyReport) -> dict[str, Any]:
    """Return a report as a draft's content, to be mended and sent again.

    A day without progress has nobody at work unless somebody was typed in: work that takes its
    place starts from the day before, as every form does.
    """
    numbers = {"workers": report.workers, "machines": report.machines}
    content: dict[str, Any] = {n: v for n, v in numbers.items() if v or not report.zero_reason}
    content |= {entry_key(e.ledger_id, e.step): e.area_m2 for e in report.entries}
    for taken in report.corrections:
        content[correction_key(taken.ledger_id, taken.step)] = {
            "area_m2": taken.area_m2,
            "reason": taken.reason.value,
            "text": taken.text,
        }
    content |= {f"{MONEY}:{spent.purpose}": spent.amount_fen for spent in report.money}
    content |= {f"{REASON}:{reason}": True for reason in report.problem_reasons}
    texts = {
        "problem": report.problem,
        "help_wanted": report.help_wanted,
        "money_note": next((spent.words for spent in report.money), ""),
    }
    return content | {name: text for name, text in texts.items() if text}


def _accepted(key: str, value: Any) -> Any:
    """Return a value that may stand under a key; anything else is refused in words."""
    kind, _colon, place = key.partition(":")
    try:
        if key in TEXTS:
            return clean(str(value))[:LONGEST_TEXT]
        if key in NUMBERS:
            return min(max(int(value), 0), NUMBERS[key])
        if kind == MONEY:
            Purpose(place)
            return min(max(int(value), 0), MOST_FEN - 1)
        if kind == REASON:
            ProblemReason(place)
            return True
        if kind in (ENTRY, CORRECTION):
            ledger_id, _colon, step = place.partition(":")
            int(ledger_id), Step(step)
            return _area(value) if kind == ENTRY else _correction(value)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise Problem(_("“{value}” cannot stand there; type it again.", value=value)) from None
    raise Problem(_("The draft knows no field “{key}”; open the page again.", key=key))


def _area(value: Any) -> float:
    area_m2 = float(value)
    if not LEAST_M2 <= area_m2 < MOST_M2:
        raise ValueError(value)
    return round(area_m2, 2)


def _correction(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "area_m2": _area(value["area_m2"]),
        "reason": CorrectionReason(value["reason"]).value,
        "text": clean(str(value["text"]))[:LONGEST_TEXT],
    }
