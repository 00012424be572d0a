"""Where everything stands in the form; the writer and the reader both ask here.

Column A of both sheets is hidden and says what a row is, so that rows may be sorted or filtered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gis.language import Text, _
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports.drafts import MONEY, REASON
from reports.means.money import PURPOSE_TITLES, Purpose
from reports.reasons import PROBLEM_TITLES, ProblemReason

MARK = "land-daily-report/1"
FACTS, PARCELS, IDENTITY = "日报", "图斑", "form"
SHEETS = (FACTS, PARCELS, IDENTITY)
FACTS_FIRST, PARCELS_FIRST = 4, 4  # the first row of content, counted from 1
CODE, LABEL, VALUE, HINT = 0, 1, 2, 3
LEDGER_ID, VILLAGE, NUMBER, AREA, REMARK = 0, 1, 2, 3, 4
STEPS_FROM = 5  # then two columns a step: done so far, today
YES, WHOLE = "是", "全"
ZERO = "zero_reason"


@dataclass(frozen=True)
class Identity:
    """Which township's form of which day this is; ``form_id`` is new with every download."""

    project_id: int
    township_code: str
    day: date
    form_id: str


def fact_rows() -> list[tuple[str, Text, Text | None]]:
    """Return code, label and hint of the rows of the first sheet, in order."""
    yes = _("“是” where it is so")
    return [
        (ZERO, _("No progress today: reason"), _("Only when nothing was done; from the list")),
        ("workers", _("People at work"), None),
        ("machines", _("Machines at work"), None),
        *((f"{MONEY}:{p}", PURPOSE_TITLES[p], _("Start-up money spent today, yuan"))
          for p in Purpose),
        ("money_note", _("Money: on what exactly"), None),
        *((f"{REASON}:{r}", PROBLEM_TITLES[r], yes) for r in ProblemReason),
        ("problem", _("Problems in words"), None),
        ("help_wanted", _("Help wanted"), None),
    ]  # fmt: skip


def today_column(step: Step) -> int:
    """Return the column, from 0, where a step's area of today is typed."""
    return STEPS_FROM + 2 * REPORTED_BY_TOWNSHIP.index(step) + 1


def cell_name(row: int, column: int) -> str:
    """Return a cell's name as Excel shows it; row from 1, column from 0."""
    letters = ""
    place = column + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
