"""Notices in several states, one overdue, one closed after the return visit; answers to calls."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from parcels.people.actor import Actor
from parcels.store.tables import LEDGER, STAGE_EVENT
from parcels.store.within import within
from reports.daily import OFFICE_TIME
from reports.demo.scene import Scene
from reports.guidance.items import ItemState
from reports.guidance.reading import items
from reports.services.answer_guidance import answer, take_up
from reports.services.issue_notice import NewNotice, issue_notice
from reports.services.move_notice import ask_extension, move_notice
from reports.supervision.facts import FACT_TITLES, Fact, Facts
from reports.supervision.ladder import BY_FACT, DEFAULT_LINES, Rung
from reports.supervision.notice import NoticeState
from reports.supervision.reading import facts

ANSWERS = {
    "资金": (
        "启动资金如何申请拨付",
        "凭专班成立文件、实施方案和施工合同，向县局申请拨付；资金专账管理，三个工作日内办结。",
    ),
    "厚度": (
        "覆土厚度与土源要求",
        "有效土层不少于50厘米，优先使用剥离的耕作层土；覆土前须清净瓦砾。",
    ),
}
TAKEN_UP = "管护"


def supervised(scene: Scene) -> None:
    """Let the inspector issue, townships reply, the bureau check, and one matter be closed."""
    slow, forgets, claims = (scene.actors[name] for name in ("town3", "town4", "town5"))
    inspector, bureau = scene.actors["inspector"], scene.actors["bureau"]
    _issue(scene, slow, Fact.BEHIND, Rung.REMIND, back=24, days=5)
    overdue = _issue(scene, slow, Fact.BEHIND, Rung.NOTICE, back=16, days=10)
    money = _issue(scene, slow, Fact.MONEY, Rung.REMIND, back=20, days=7)
    _move(scene, slow, money, NoticeState.REPLIED, 14, "已与施工队对接，正在办理支付手续。")
    missing = _issue(scene, forgets, Fact.MISSING, Rung.REMIND, back=3, days=5)
    ask_extension(
        scene.store, forgets, missing, _day(scene, -4),
        reason="信息员住院，正安排人员接替。", now=_at(scene, 1),
    )  # fmt: skip
    found = _issue(
        scene, claims, Fact.OTHER, Rung.NOTICE, back=18, days=6,
        evidence="现场核查：日报所报清运图斑中有3个尚有瓦砾，与上报不符。", parcels=3,
    )  # fmt: skip
    _move(scene, claims, found, NoticeState.REPLIED, 14, "已清运完毕并补传照片。")
    _move(scene, bureau, found, NoticeState.CHECKED, 12, "逐图斑核查，3个图斑均已清净。")
    _move(scene, inspector, found, NoticeState.REVISITED, 6, "回访抽查，未再发现虚报。")
    _move(scene, inspector, found, NoticeState.CLOSED, 5, "整改到位，准予销号。")
    replied = _issue(
        scene, claims, Fact.OTHER, Rung.REMIND, back=6, days=7,
        evidence="日报照片与图斑位置不符2处。",
    )  # fmt: skip
    _move(scene, claims, replied, NoticeState.REPLIED, 4, "已更换照片，并对信息员进行培训。")
    assert overdue  # noqa: S101  it stays open: the map and the first page show it
    _answer(scene, bureau)


def _issue(
    scene: Scene,
    township: Actor,
    fact: Fact,
    rung: Rung,
    *,
    back: int,
    days: int,
    evidence: str = "",
    parcels: int = 0,
) -> int:
    """Issue a notice; ``parcels``: how many of the township's worked parcels it names."""
    at = _at(scene, back)
    inspector = scene.actors["inspector"]
    known = _facts(scene, inspector, township, at)
    if not evidence:
        evidence = str(BY_FACT[fact].evidence(known, DEFAULT_LINES[fact][rung]))
    wanted = NewNotice(
        township.region,
        rung,
        fact,
        matter=str(FACT_TITLES[fact]),
        evidence=evidence,
        requirement="查明原因，明确责任人，制定追赶措施，按期书面回复整改情况。",
        due=_day(scene, back) + timedelta(days=days),
        cut_off=at,
        figures={"gap": known.gap or 0.0, "missing": known.missing, "idle": known.idle},
        parcels=_worked(scene, township)[:parcels],
    )
    return issue_notice(scene.store, inspector, scene.project.id, wanted, now=at)


def _worked(scene: Scene, township: Actor) -> tuple[int, ...]:
    """Return the ledger rows of a township that have work on them, in their order."""
    wanted = (
        sa.select(LEDGER.c.id)
        .join(STAGE_EVENT, STAGE_EVENT.c.ledger_id == LEDGER.c.id)
        .where(LEDGER.c.project_id == scene.project.id, within(LEDGER.c.village_code,
                                                               township.region))
        .distinct()
        .order_by(LEDGER.c.id)
    )  # fmt: skip
    with scene.store.reading() as connection:
        return tuple(int(i) for i in connection.scalars(wanted))


def _facts(scene: Scene, inspector: Actor, township: Actor, at: datetime) -> Facts:
    every = facts(scene.store, inspector, scene.project, now=at)
    return next(one for one in every if one.code == township.region)


def _move(scene: Scene, who: Actor, notice_id: int, to: NoticeState, back: int, words: str) -> None:
    move_notice(
        scene.store, who, notice_id, to, words=words,
        measures=words if to is NoticeState.REPLIED else "", now=_at(scene, back),
    )  # fmt: skip


def _answer(scene: Scene, bureau: Actor) -> None:
    """Answer two calls, take up one more, leave the rest open."""
    for item in items(scene.store, bureau, scene.project):
        for word, (topic, words) in ANSWERS.items():
            if word in item.question and item.state is not ItemState.ANSWERED:
                answer(
                    scene.store, bureau, scene.project, item.first_report_id, words=words,
                    topic=topic, now=_at(scene, 2),
                )  # fmt: skip
        if TAKEN_UP in item.question:
            take_up(
                scene.store, bureau, scene.project, item.first_report_id, _day(scene, -2),
                now=scene.now,
            )  # fmt: skip


def _at(scene: Scene, back: int) -> datetime:
    """Return ten in the morning so many days ago, by the office's clock."""
    here = scene.now.astimezone(OFFICE_TIME) - timedelta(days=back)
    return min(here.replace(hour=10, minute=0, second=0, microsecond=0), scene.now)


def _day(scene: Scene, back: int) -> date:
    here = scene.now.astimezone(OFFICE_TIME)
    return here.date() - timedelta(days=back)


PART = supervised
