"""Where a published figure comes from, down to parcels, and what a correction changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum

import pandas as pd

from gis.language import Text, _
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES
from reports.periods.summary import PeriodRow, PeriodSummary
from reports.publication.content import Content


@dataclass(frozen=True)
class Derivation:
    """A row's figures added up once more from its parcels; areas m².

    ``agrees`` tells whether the sums are the frozen figures, to the last digit.
    """

    row: PeriodRow
    parts: pd.DataFrame
    eligible_m2: float
    done_m2: float

    @property
    def agrees(self) -> bool:
        return (self.eligible_m2, self.done_m2) == (
            self.row.completion.eligible_m2,
            self.row.completion.done_m2,
        )


def derived(content: Content) -> list[Derivation]:
    """Return every township's and the county's figures from their parcels."""
    summary = content.summary
    found = []
    for row in summary.rows:
        own = content.parts
        if row.code != summary.project.region:
            own = own[own["township_code"] == row.code]
        found.append(Derivation(row, own, fsum(own["new_arable_m2"]), fsum(own["done_m2"])))
    return found


@dataclass(frozen=True)
class Change:
    """One figure of one place: old → new. Areas are m², shares 0–1, counts whole."""

    place: str
    figure: Text
    unit: str  # "mu", "share" or "count"
    old: float | None
    new: float | None


def changes(old: PeriodSummary, new: PeriodSummary) -> list[Change]:
    """Return the figures that differ between two snapshots of one period."""
    before = {row.code: row for row in old.rows}
    after = {row.code: row for row in new.rows}
    found = []
    for code in dict.fromkeys([*after, *before]):
        ours, theirs = after.get(code), before.get(code)
        name = (ours or theirs).name  # type: ignore[union-attr]
        old_figures = dict(_figures(theirs)) if theirs else {}
        new_figures = dict(_figures(ours)) if ours else {}
        for key, (figure, unit) in _FIGURES.items():
            one, other = old_figures.get(key), new_figures.get(key)
            if one != other:
                found.append(Change(name, figure, unit, one, other))
    return found


_FIGURES: dict[str, tuple[Text, str]] = {
    "eligible": (_("Eligible new arable"), "mu"),
    "done": (_("Done new arable"), "mu"),
    "within": (_("Done in the period"), "mu"),
    "accepted": (_("County accepted"), "mu"),
    "share": (_("Completion"), "share"),
    "scheduled": (_("Scheduled"), "share"),
    "rank": (_("Rank"), "count"),
    "expected": (_("Reports expected"), "count"),
    "on_time": (_("On time"), "count"),
    "late": (_("Late"), "count"),
    "missing": (_("Missing"), "count"),
}
for _step in REPORTED_BY_TOWNSHIP:
    _FIGURES[f"{_step} within"] = (
        _("{step} in the period, parcel area", step=STEP_TITLES[_step]), "mu",
    )  # fmt: skip
    _FIGURES[f"{_step} total"] = (_("{step} in all, parcel area", step=STEP_TITLES[_step]), "mu")


def _figures(row: PeriodRow) -> Iterator[tuple[str, float | None]]:
    done, counts = row.completion, row.punctuality
    yield "eligible", done.eligible_m2
    yield "done", done.done_m2
    yield "within", row.done_within_m2
    yield "accepted", done.accepted_m2
    yield "share", done.share
    yield "scheduled", done.scheduled
    yield "rank", row.rank
    yield "expected", counts.expected
    yield "on_time", counts.on_time
    yield "late", counts.late
    yield "missing", counts.missing
    for step in REPORTED_BY_TOWNSHIP:
        yield f"{step} within", row.within_m2.get(step, 0.0)
        yield f"{step} total", row.total_m2.get(step, 0.0)
