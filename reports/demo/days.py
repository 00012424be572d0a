"""Sixty days of reports: one township is slow, one forgets, one claims what nobody finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

import sqlalchemy as sa

from parcels.people.actor import Actor, Role
from parcels.projects import Project
from parcels.register import judged_parcels
from parcels.store.engine import Store
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports.daily import OFFICE_TIME, DailyReport, Entry, ReportState, ReturnReason, ZeroReason
from reports.demo.project import DAYS
from reports.demo.scene import Scene
from reports.services.file_report import file_report
from reports.services.review_report import move_report
from reports.tables import DAILY_REPORT

SEED = 20_260_301
DAYS_BETWEEN_STEPS = (0, 3, 6, 8, 12, 17, 24)  # from the agreement to the self-check


@dataclass(frozen=True)
class Manner:
    """How a township works and reports; ``pace`` is the share of its parcels begun by the end."""

    pace: float
    forgets: float = 0.0
    is_late: float = 0.05
    zero_reason: ZeroReason = ZeroReason.RAIN
    idle: float = 0.08
    overclaims: bool = False
    problem: str = ""
    help_wanted: str = ""


MANNERS = (
    Manner(0.86, help_wanted="请明确新增耕地后期管护由谁负责。"),
    Manner(0.74, help_wanted="覆土土源不足，请指导就近调配。"),
    Manner(
        0.34,
        idle=0.3,
        zero_reason=ZeroReason.MONEY_NOT_ARRIVED,
        problem="启动资金未拨付到施工队，现场只有一台挖机。",
        help_wanted="请县局协调资金拨付。",
    ),
    Manner(0.66, forgets=0.22, is_late=0.3, help_wanted="请派技术员指导覆土厚度。"),
    Manner(0.8, overclaims=True, problem="个别农户对补偿标准有异议。"),
)


def reported_days(scene: Scene) -> None:
    """File, confirm and return every township's reports; the same day gives the same figures."""
    townships = [actor for actor in scene.actors.values() if actor.role is Role.TOWNSHIP_REPORTER]
    chance = Random(SEED)  # noqa: S311  invented days, not secrets
    for actor, manner in zip(townships, MANNERS, strict=True):
        _days(scene.store, actor, scene.actors["bureau"], scene.project, manner, chance, scene.now)


def _days(
    store: Store,
    actor: Actor,
    bureau: Actor,
    project: Project,
    manner: Manner,
    chance: Random,
    now: datetime,
) -> None:
    """File, confirm and return a township\'s reports, day by day."""
    today = now.astimezone(OFFICE_TIME).date()
    plan = _plan(store, actor, project, manner, chance)
    carried: list[Entry] = []
    for back in range(DAYS, -1, -1):
        day = today - timedelta(days=back)
        carried += plan.get(day, [])
        if back and chance.random() < manner.forgets:
            continue
        if back == 0 and actor.name not in ("town1", "town5"):
            continue  # the day is still young: the others have not reported
        is_idle = chance.random() < manner.idle or not carried
        entries = () if is_idle else tuple(carried)
        report = DailyReport(
            project.id,
            actor.region,
            day,
            entries,
            workers=chance.randint(4, 9) * (0 if is_idle else 3),
            machines=0 if is_idle else chance.randint(1, 6),
            zero_reason=manner.zero_reason if is_idle else None,
            problem=manner.problem if chance.random() < 0.15 else "",
            help_wanted=manner.help_wanted if chance.random() < 0.08 else "",
        )
        filed_at = _filed_at(day, manner, chance, now)
        is_seen = not (manner.overclaims and entries and chance.random() < 0.2)
        _send(store, actor, report, filed_at, f"demo-{actor.name}-{day}")
        if back > 1 or (back == 1 and actor.name in ("town1", "town2", "town4")):
            _review(store, bureau, project, actor, report, filed_at, is_seen=is_seen)
            if not is_seen and back > 2:  # mended and sent again
                _send(
                    store,
                    actor,
                    report,
                    filed_at + timedelta(hours=20),
                    f"again-{actor.name}-{day}",
                )
                _review(
                    store,
                    bureau,
                    project,
                    actor,
                    report,
                    filed_at + timedelta(hours=21),
                    is_seen=True,
                )
            elif not is_seen:
                continue
        if not is_idle:
            carried = []


def _plan(
    store: Store, actor: Actor, project: Project, manner: Manner, chance: Random
) -> dict[date, list[Entry]]:
    """Return what is done on which day: parcels begin one after another and go step by step."""
    parcels = judged_parcels(store, actor, project)
    workable = parcels[parcels["area_m2"].notna()]
    if not manner.overclaims:  # the others leave failing parcels alone
        workable = workable[workable["verdict"] == "pass"]
    begun = list(workable.itertuples())
    chance.shuffle(begun)
    begun = begun[: int(len(begun) * min(manner.pace * 1.15, 1.0))]
    plan: dict[date, list[Entry]] = {}
    for place, parcel in enumerate(begun):
        first = project.starts_on + timedelta(days=int(place / len(begun) * DAYS))
        for step, wait in _steps(manner, chance):
            day = first + timedelta(days=wait)
            plan.setdefault(day, []).append(Entry(int(parcel.ledger_id), step, parcel.area_m2))
    return plan


def _steps(manner: Manner, chance: Random) -> Iterator[tuple[Step, int]]:
    slowness = 0.75 + (1 - manner.pace) * 0.9 + chance.random() * 0.3
    for step, wait in zip(REPORTED_BY_TOWNSHIP, DAYS_BETWEEN_STEPS, strict=True):
        yield step, int(wait * slowness)


def _filed_at(day: date, manner: Manner, chance: Random, now: datetime) -> datetime:
    hour, minute = (19, 40) if chance.random() < manner.is_late else (17, chance.randint(0, 29))
    return min(datetime.combine(day, time(hour, minute), OFFICE_TIME), now)


def _send(store: Store, actor: Actor, report: DailyReport, at: datetime, key: str) -> None:
    file_report(store, actor, report, idempotency_key=key, now=at)


def _review(
    store: Store,
    bureau: Actor,
    project: Project,
    actor: Actor,
    report: DailyReport,
    filed_at: datetime,
    *,
    is_seen: bool,
) -> None:
    with store.reading() as connection:
        report_id = connection.scalar(
            sa.select(sa.func.max(DAILY_REPORT.c.id)).where(
                DAILY_REPORT.c.project_id == project.id,
                DAILY_REPORT.c.township_code == actor.region,
                DAILY_REPORT.c.day == report.day,
            )
        )
    assert report_id is not None  # noqa: S101  it has just been filed
    if is_seen:
        move_report(
            store, bureau, report_id, ReportState.CONFIRMED, now=filed_at + timedelta(hours=1)
        )
        return
    move_report(
        store,
        bureau,
        report_id,
        ReportState.RETURNED,
        reason=ReturnReason.NOT_SEEN,
        text="现场核查：所报图斑部分尚未清运，请核实面积后重报。",
        now=filed_at + timedelta(hours=16),
    )


PART = reported_days
