"""Leaders, teams, plans and money: one township has no team, no plan and money that lies idle."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

import sqlalchemy as sa

from parcels.answerable import Answerable, Officer
from parcels.people.actor import Actor, Role
from parcels.services.name_answerable import name_answerable
from parcels.workflow import EventState
from reports.daily import OFFICE_TIME, ReportState
from reports.demo.scene import Scene
from reports.means.money import MoneyKind, Purpose, Spending
from reports.means.plan import Plan
from reports.means.reading import movements
from reports.means.team import Team
from reports.schedule import Milestone
from reports.services.ceilings import source_of
from reports.services.keep_means import keep_plan, keep_team
from reports.services.move_money import follow_report, give_money, record_spending
from reports.tables import DAILY_REPORT

SEED = 20_260_302
YUAN = 100
IDLE = "town3"  # the slow township of days.MANNERS
LEADERS = ("魏国栋", "冯志远", "卢建平", "谢春生", "邹永康")
DEPUTIES = ("唐丽华", "贺军", "", "彭立新", "潘玉梅")
MEMBERS = ("曹勇", "邓小林", "薛梅", "雷鸣", "侯斌", "龙飞", "段红")
SHARES = (0.18, 0.42, 0.7, 0.92)  # of eligible new arable at each fifth of the project


def means(scene: Scene) -> None:
    """Name the people, keep teams and plans, give money and let it be spent with the reports."""
    chance = Random(SEED)  # noqa: S311  invented people, not secrets
    start = scene.project.starts_on
    townships = [actor for actor in scene.actors.values() if actor.role is Role.TOWNSHIP_REPORTER]
    for place, actor in enumerate(townships):
        _name(scene, actor, place)
        _give(scene, actor, place, start)
        if actor.name == IDLE:
            _spend_once(scene, actor, start)
            continue
        _team(scene, actor, place, start)
        _plan(scene, actor, place, start)
        moved = movements(scene.store, actor, scene.project, until=_today(scene))
        if not (moved["kind"] == MoneyKind.SPENT).any():  # the reports told of none
            _spend(scene, actor, chance)


def _name(scene: Scene, actor: Actor, place: int) -> None:
    task = {"document_task_m2": 186_000.0, "task_document_no": "县拆旧办〔2026〕2号（演示）"}
    deputy = DEPUTIES[place]
    name_answerable(
        scene.store,
        scene.actors["bureau"],
        scene.project.id,
        actor.region,
        Answerable(
            Officer(LEADERS[place], "乡镇长", f"1380000010{place}"),
            Officer(deputy, "副乡镇长", f"1380000020{place}") if deputy else Officer(),
            **(task if place == 1 else {}),  # type: ignore[arg-type]
        ),
        now=_noon(scene.project.starts_on),
    )


def _team(scene: Scene, actor: Actor, place: int, start: date) -> None:
    members = (
        Officer(LEADERS[place], "组长", f"1380000010{place}"),
        *(
            Officer(MEMBERS[(place * 2 + n) % len(MEMBERS)], post, f"139000003{place}{n}")
            for n, post in enumerate(("副组长", "技术员", "资料员"))
        ),
    )
    formed = start - timedelta(days=12 - 3 * place)
    team = Team("拆旧复垦工作专班", formed, members, f"演政〔2026〕{place + 3}号（虚构）")
    keep_team(
        scene.store, scene.actors["bureau"], scene.project.id, actor.region, team,
        now=_noon(start + timedelta(days=place)),
    )  # fmt: skip


def _plan(scene: Scene, actor: Actor, place: int, start: date) -> None:
    days = (scene.project.deadline - start).days
    titles = ("签约拆除全面铺开", "拆除清运过半", "平整覆土", "种植自查")
    points = tuple(
        Milestone(start + timedelta(days=days * (n + 1) // 5 + place), share, titles[n])
        for n, share in enumerate(SHARES)
    )
    plan = Plan("拆旧复垦项目实施方案", f"演政〔2026〕{place + 11}号（虚构）", start, points)
    keep_plan(
        scene.store, scene.actors["bureau"], scene.project.id, actor.region, plan,
        now=_noon(start + timedelta(days=1 + place)),
    )  # fmt: skip


def _give(scene: Scene, actor: Actor, place: int, start: date) -> None:
    wan = (120, 95, 80, 70, 110)[place]
    give_money(
        scene.store,
        scene.actors["bureau"],
        scene.project.id,
        actor.region,
        wan * 10_000 * YUAN,
        day=start + timedelta(days=3),
        words="演财〔2026〕21号（虚构）启动资金",
        now=_noon(start + timedelta(days=3)),
    )


def _spend(scene: Scene, actor: Actor, chance: Random) -> None:
    """Spend with every sixth confirmed report on which work was done."""
    for report in _worked(scene, actor)[::6]:
        purpose = chance.choice([p for p in Purpose if p is not Purpose.OTHER])
        spent = Spending(purpose, chance.randint(25, 90) * 1_000 * YUAN)
        _record(scene, actor, report.id, report.day, spent)


def _spend_once(scene: Scene, actor: Actor, start: date) -> None:
    """Leave nearly all of it in the account: the cause that the county names."""
    for report in _worked(scene, actor):
        if report.day >= start + timedelta(days=8):
            spent = Spending(Purpose.SURVEY, 6 * 10_000 * YUAN, "测绘放线")
            _record(scene, actor, report.id, report.day, spent)
            return


def _record(scene: Scene, actor: Actor, report_id: int, day: date, spent: Spending) -> None:
    source = source_of(report_id)
    with scene.store.writing() as connection:
        record_spending(
            connection, actor, project_id=scene.project.id, township_code=actor.region, day=day,
            spent=[spent], source=source, now=min(_noon(day), scene.now),
        )  # fmt: skip
        follow_report(connection, source, EventState.CONFIRMED)


def _worked(scene: Scene, actor: Actor) -> list[sa.Row]:
    wanted = (
        sa.select(DAILY_REPORT.c.id, DAILY_REPORT.c.day)
        .where(
            DAILY_REPORT.c.project_id == scene.project.id,
            DAILY_REPORT.c.township_code == actor.region,
            DAILY_REPORT.c.state == ReportState.CONFIRMED.value,
            DAILY_REPORT.c.zero_reason == "",
        )
        .order_by(DAILY_REPORT.c.day)
    )
    with scene.store.reading() as connection:
        return list(connection.execute(wanted).all())


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), OFFICE_TIME)


def _today(scene: Scene) -> date:
    return scene.now.astimezone(OFFICE_TIME).date()


PART = means
