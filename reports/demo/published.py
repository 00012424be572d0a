"""What the demo county froze: some days, a published week, a week that waits for its review."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from parcels.people.actor import Actor
from reports.daily import OFFICE_TIME
from reports.demo.scene import Scene
from reports.periods.period import Period, PeriodKind, period_of
from reports.publication.chain import Link, Outcome
from reports.publication.reading import Snapshot
from reports.services.freeze import edit_words, freeze
from reports.services.move_snapshot import move_snapshot

FROZEN_DAYS = 3


def frozen_figures(scene: Scene) -> None:
    """Freeze days that are decided; publish one week, leave the newest with the reviewer."""
    today = scene.now.astimezone(OFFICE_TIME).date()
    for back in range(FROZEN_DAYS + 2, 2, -1):
        _freeze(scene, Period(PeriodKind.DAY, today - timedelta(days=back)))
    # a week all of whose reports are decided
    newest = period_of(PeriodKind.WEEK, today - timedelta(days=2)).previous
    words = "各乡镇要倒排工期、挂图作战，滞后乡镇主要负责同志要驻点督办，确保按期完成。"
    edit_words(scene.store, scene.actors["bureau"], scene.project, newest.previous, 2, words,
               now=_morning(newest.first))  # fmt: skip
    published = _freeze(scene, newest.previous)
    for hours, link, name in (
        (6, Link.FIRST_REVIEW, "reviewer"),
        (7, Link.APPROVAL, "leader"),
        (8, Link.PUBLICATION, "bureau"),
    ):
        _pass(scene, published, link, scene.actors[name], hours)
    _freeze(scene, newest)


def _freeze(scene: Scene, period: Period) -> Snapshot:
    at = min(_morning(period.last + timedelta(days=1)), scene.now)
    return freeze(scene.store, scene.actors["bureau"], scene.project, period, now=at)


def _pass(scene: Scene, snapshot: Snapshot, link: Link, actor: Actor, hours: int) -> None:
    at = snapshot.frozen_at + timedelta(hours=hours)
    move_snapshot(scene.store, actor, snapshot.id, link, Outcome.PASSED, now=at)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), OFFICE_TIME)


PART = frozen_figures
