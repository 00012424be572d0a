"""What a form that came back says, cell by cell: a report, or every cell that cannot be."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from gis.language import LANGUAGES, Problem, Text, _, speaking
from gis.units import half_up
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step, earlier
from reports.ceilings import Breach
from reports.daily import ZERO_TITLES, ZeroReason
from reports.drafts import MONEY, NUMBERS, REASON, TEXTS, entry_key
from reports.workbook import form
from reports.workbook.form import Identity

WHOLE_WORDS = {"全", "全部", "整块", "√", "✓", "是", "all", "whole", "yes"}
UNITS = ("平方米", "㎡", "m2", "元")
YES_WORDS = {"是", "√", "✓", "1", "yes", "y", "true"}

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Fault:
    """One cell: which, what was read there, and what to do."""

    sheet: str
    cell: str
    read: str
    advice: Text | Breach

    def __str__(self) -> str:
        return str(
            _("Sheet “{sheet}”, cell {cell}, read “{read}”: {advice}",
              sheet=self.sheet, cell=self.cell, read=self.read, advice=self.advice)
        )  # fmt: skip


@dataclass
class Answer:
    """What was read: changes to an empty draft, the reason of a zero day, faults, cells of work."""

    content: dict[str, Any] = field(default_factory=dict)
    zero_reason: ZeroReason | None = None
    faults: list[Fault] = field(default_factory=list)
    cell_of: dict[tuple[int, Step], str] = field(default_factory=dict)
    read_of: dict[tuple[int, Step], str] = field(default_factory=dict)

    def refuse(self, sheet: str, row: int, column: int, read: Any, advice: Text) -> None:
        """Write down a cell that cannot be."""
        told = read["odd"] if isinstance(read, Mapping) else read
        self.faults.append(Fault(sheet, form.cell_name(row, column), str(told)[:60], advice))


def identity_of(sheets: Mapping[str, Rows]) -> Identity:
    """Return whose form this is; raises Problem when it is none of ours."""
    try:
        mark, project_id, township, day, form_id = sheets[form.IDENTITY][0][:5]
        if mark == form.MARK and form.FACTS in sheets and form.PARCELS in sheets:
            return Identity(int(project_id), str(township), date.fromisoformat(day), str(form_id))
    except (KeyError, IndexError, ValueError, TypeError):
        pass
    raise Problem(
        _("This is not the form of the daily report; download it again and fill that one.")
    )


def answer_of(sheets: Mapping[str, Rows], parcels: pd.DataFrame, done_m2: pd.DataFrame) -> Answer:
    """Return what the form says; ``parcels`` and ``done_m2`` have ledger ids as index."""
    answer = Answer()
    _facts(sheets[form.FACTS], answer)
    _work(sheets[form.PARCELS], parcels, done_m2, answer)
    return answer


def _facts(rows: Rows, answer: Answer) -> None:
    for number, row in enumerate(rows, start=1):
        code, value = _at(row, form.CODE), _at(row, form.VALUE)
        if number < form.FACTS_FIRST or not isinstance(code, str) or value in (None, ""):
            continue
        refuse = _refusing(answer, form.FACTS, number, form.VALUE, value)
        if code in TEXTS:
            _text(code, value, answer, refuse)
        elif code == form.ZERO:
            answer.zero_reason = _zero(value)
            if answer.zero_reason is None:
                refuse(_("choose a reason from the list"))
        elif code.startswith(f"{REASON}:"):
            if str(value).strip().lower() in YES_WORDS:
                answer.content[code] = True
            else:
                refuse(_("write “是” or leave it empty"))
        elif code in NUMBERS or code.startswith(f"{MONEY}:"):
            _number(code, value, answer, refuse)


def _number(code: str, value: Any, answer: Answer, refuse: Any) -> None:
    amount = number_of(value)
    if amount is None or amount < 0:
        refuse(_("write a number from 0 on, without a formula"))
    elif code in NUMBERS:
        if amount != int(amount) or amount > NUMBERS[code]:
            refuse(_("write a whole number up to {most}", most=NUMBERS[code]))
        else:
            answer.content[code] = int(amount)
    elif amount * 100 != int(amount * 100):
        refuse(_("write yuan with at most two decimals"))
    elif amount:
        answer.content[code] = int(amount * 100)


def _text(code: str, value: Any, answer: Answer, refuse: Any) -> None:
    if isinstance(value, (Mapping, bool)) or str(value).startswith("="):
        refuse(_("write words, not a date or a formula"))
    else:
        answer.content[code] = str(value)


def _work(rows: Rows, parcels: pd.DataFrame, done_m2: pd.DataFrame, answer: Answer) -> None:
    seen: set[int] = set()
    for number, row in enumerate(rows, start=1):
        typed = {
            step: _at(row, form.today_column(step))
            for step in REPORTED_BY_TOWNSHIP
            if _at(row, form.today_column(step)) not in (None, "")
        }
        if number < form.PARCELS_FIRST or not typed:
            continue
        told = _at(row, form.LEDGER_ID)
        ledger_id = int(told) if isinstance(told, (int, float)) else 0
        if ledger_id not in parcels.index or ledger_id in seen:
            words = _("this row is none of the form's, or stands twice; fill a new form")
            answer.refuse(form.PARCELS, number, form.NUMBER, _at(row, form.NUMBER) or "", words)
            continue
        seen.add(ledger_id)
        _row(number, ledger_id, typed, parcels, done_m2, answer)


def _row(
    number: int,
    ledger_id: int,
    typed: Mapping[Step, Any],
    parcels: pd.DataFrame,
    done_m2: pd.DataFrame,
    answer: Answer,
) -> None:
    today: dict[Step, float] = {}
    for (
        step,
        value,
    ) in typed.items():  # in order of the works: “all” of a step follows the one before
        column = form.today_column(step)
        if isinstance(value, str) and value.strip().lower() in WHOLE_WORDS:
            first = earlier(step)
            most = float(parcels.at[ledger_id, "area_m2"])
            if first is not None:
                before = float(done_m2.at[ledger_id, first]) + today.get(first, 0.0)
                most = min(most, before)  # a newer layer may have measured a cent less
            area_m2 = float(half_up(most - float(done_m2.at[ledger_id, step]), 2))
            if area_m2 <= 0:
                words = _("nothing is left for this step; leave it empty")
                answer.refuse(form.PARCELS, number, column, value, words)
                continue
        else:
            amount = number_of(value)
            if amount is None or amount < 0:
                words = _("write m² above 0, or “{whole}”; a mistake of earlier days is mended on "
                          "the page", whole=form.WHOLE)  # fmt: skip
                answer.refuse(form.PARCELS, number, column, value, words)
                continue
            area_m2 = float(half_up(float(amount), 2))
            if not area_m2:
                continue
        today[step] = area_m2
        answer.content[entry_key(ledger_id, step)] = area_m2
        answer.cell_of[ledger_id, step] = form.cell_name(number, column)
        answer.read_of[ledger_id, step] = str(value)


def number_of(value: Any) -> Decimal | None:
    """Return the number of a cell, also one typed as text; None where there is none."""
    if isinstance(value, bool) or value is None or isinstance(value, Mapping):
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip().lower()
    for unit in UNITS:
        text = text.removesuffix(unicodedata.normalize("NFKC", unit)).strip()
    try:
        found = Decimal(text.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal(10) ** 12 else None


def _zero(value: Any) -> ZeroReason | None:
    """Return the reason whose title stands there, in whatever language the form was made."""
    for code in LANGUAGES:
        with speaking(code):
            for reason, title in ZERO_TITLES.items():
                if str(value).strip() == str(title):
                    return reason
    return None


def _refusing(answer: Answer, sheet: str, row: int, column: int, read: Any) -> Any:
    def refuse(advice: Text) -> None:
        answer.refuse(sheet, row, column, read, advice)

    return refuse


def _at(row: Sequence[Any], column: int) -> Any:
    value = row[column] if column < len(row) else None
    return value.strip() if isinstance(value, str) else value
