"""Who is commended and who is criticised in a bulletin (通报表彰、批评), each with its ground."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from gis.language import Text, _
from reports.periods.summary import PeriodRow
from reports.printed import percent, points
from reports.supervision.ladder import RUNG_TITLES, RUNGS, Rung
from reports.supervision.notice import Notice

MOST_COMMENDED = 3
FROM_RUNG = RUNGS.index(Rung.NOTICE)


@dataclass(frozen=True)
class Mention:
    """A township and why it is named."""

    name: str
    ground: Text


def commended(rows: Sequence[PeriodRow], notices: Collection[Notice]) -> list[Mention]:
    """Return the best townships that are on schedule, reported every day and have no open notice.

    ``rows`` stand in order of rank; those who share the last place are all named.
    """
    busy = {notice.township_code for notice in notices if notice.is_open}
    good = [
        row
        for row in rows
        if row.completion.gap is not None
        and row.completion.gap >= 0
        and row.punctuality.expected
        and not row.punctuality.missing
        and row.code not in busy
    ]
    last = good[min(MOST_COMMENDED, len(good)) - 1].rank if good else None
    return [
        Mention(
            row.name,
            _(
                "completion {share}, {points} points ahead of schedule, no report missing",
                share=percent(row.completion.share),
                points=points(row.completion.gap),
            ),
        )
        for row in good
        if row.rank is not None and last is not None and row.rank <= last
    ]


def criticised(
    rows: Sequence[PeriodRow], notices: Collection[Notice], today: date
) -> list[Mention]:
    """Return the townships behind schedule with an open notice above a reminder, or overdue."""
    found = []
    for row in reversed(rows):
        gap = row.completion.gap
        own = [n for n in notices if n.township_code == row.code and n.is_open]
        heavy = [n for n in own if RUNGS.index(n.rung) >= FROM_RUNG or n.is_overdue(today)]
        if gap is None or gap >= 0 or not heavy:
            continue
        highest = max(heavy, key=lambda n: RUNGS.index(n.rung))
        found.append(
            Mention(
                row.name,
                _(
                    "completion {share}, {points} points to schedule, {rung} open, {overdue} "
                    "overdue",
                    share=percent(row.completion.share),
                    points=points(gap),
                    rung=RUNG_TITLES[highest.rung],
                    overdue=sum(n.is_overdue(today) for n in own),
                ),
            )
        )
    return found
