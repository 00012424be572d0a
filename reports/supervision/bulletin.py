"""The day's bulletin as plain text for a chat group, from working figures and marked so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from gis.language import say
from reports.catalog.period_words import forecast_sentence, pace_sentence, paragraphs_of
from reports.daily import OFFICE_TIME
from reports.periods.summary import PeriodSummary
from reports.printed import percent, points
from reports.supervision.mentions import Mention
from reports.supervision.notice import Notice


def bulletin(
    summary: PeriodSummary,
    *,
    now: datetime,
    today: date,
    reported: Collection[str],
    notices: Sequence[Notice] = (),
    praised: Sequence[Mention] = (),
    blamed: Sequence[Mention] = (),
) -> str:
    """Return the text; ``reported`` are the codes of townships whose report of today is in."""
    here = now.astimezone(OFFICE_TIME)
    names = {row.code: row.name for row in summary.townships}
    missing = [name for code, name in sorted(names.items()) if code not in reported]
    reported_line = say(
        "Reported today: {done} of {all}.", done=len(names) - len(missing), all=len(names)
    )
    if missing:
        reported_line += say("Not yet: {names}.", names="、".join(missing))
    still = [notice for notice in notices if notice.is_open]
    overdue = [notice for notice in still if notice.is_overdue(today)]
    told = summary.county.forecast
    parts = [
        f"【{summary.project.name}】{here:%Y-%m-%d %H:%M}",
        f"（{say('Internal material, not approved for publication')}）",
        f"一、{paragraphs_of(summary)[0][1]}",
        f"二、{say('Ranking by gap to schedule (points):')}\n{_ranking(summary)}",
        f"三、{reported_line}",
        f"四、{pace_sentence(told)}{forecast_sentence(summary)}",
        "五、"
        + say("Notices open: {open}, overdue: {overdue}.", open=len(still), overdue=len(overdue))
        + "".join(
            f"\n{names.get(one.township_code, one.township_code)}：{one.number}"
            f"（{say('overdue {days} days', days=(today - one.due).days)}）"
            for one in overdue
        ),
    ]
    if praised:
        parts.append(f"{say('Commended:')}\n{_named(praised)}")
    if blamed:
        parts.append(f"{say('Criticised:')}\n{_named(blamed)}")
    return "\n".join(parts)


def _ranking(summary: PeriodSummary) -> str:
    return "\n".join(
        f"{row.rank or '—'}. {row.name} {percent(row.completion.share)}"
        f"（{points(row.completion.gap)}）"
        for row in summary.townships
    )


def _named(mentions: Sequence[Mention]) -> str:
    return "\n".join(f"{mention.name}：{mention.ground}" for mention in mentions)
