"""Notice, bulletin and table of means: word for word, and only what the region may see."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from documents import STAMP
from test_weekly import NAMES, as_text, planted

from gis.language import CHINESE, ENGLISH, speaking
from parcels.answerable import Answerable, Officer
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.services.keep_settings import change_settings
from parcels.settings import OFFICE_NAME
from parcels.store.engine import Store
from parcels.workflow import EventState
from reports.catalog import bulletin, means, notice
from reports.means.money import MoneyKind, purse
from reports.means.plan import Plan
from reports.means.standing import Means
from reports.means.team import Team
from reports.schedule import Milestone
from reports.services.issue_notice import NewNotice, issue_notice
from reports.services.make_documents import day_documents, notice_document
from reports.supervision.facts import Fact
from reports.supervision.ladder import Rung
from reports.supervision.mentions import commended, criticised
from reports.supervision.notice import Notice, NoticeState, StepKind
from reports.supervision.reading import notices
from tests.builders import DAY, NOW, TOWNSHIP_A, TOWNSHIP_B, at, person, working_county

GOLDEN = Path(__file__).parent / "golden"


def a_notice(**fields: Any) -> Notice:
    values: dict[str, Any] = {
        "id": 1, "project_id": 1, "township_code": TOWNSHIP_A, "office": "督", "year": 2026,
        "sequence": 3, "rung": Rung.NOTICE, "fact": Fact.BEHIND, "matter": "滞后序时进度",
        "evidence": "滞后 23.13 个百分点", "cut_off": at(DAY, 17, 30), "requirement": "限期整改。",
        "answerable": "王立新 镇长", "due": date(2026, 3, 20), "extension_until": None,
        "state": NoticeState.OPEN, "issued_at": at(DAY, 18), "issuer": "郑立",
    }  # fmt: skip
    return Notice(**values | fields)


def every_means() -> list[Means]:
    given = [(date(2026, 3, 1), MoneyKind.GIVEN, 120_000_00, EventState.CONFIRMED),
             (date(2026, 3, 5), MoneyKind.SPENT, 42_000_00, EventState.CONFIRMED)]  # fmt: skip
    money = pd.DataFrame(given, columns=["day", "kind", "amount_fen", "state"])
    day = date(2026, 3, 25)
    team = Team("复垦专班", date(2026, 2, 1), (Officer("陈大海", "副镇长", "13800000000"),))
    plan = Plan("实施方案", "甲政〔2026〕1号", date(2026, 2, 2), (Milestone(day, 0.5, "完成拆除"),))
    leader = Answerable(Officer("王立新", "镇长", "13900000000"), Officer("李明", "副镇长", ""))
    return [
        Means(TOWNSHIP_A, "甲镇", purse(money, day), leader, team, plan),
        Means(TOWNSHIP_B, "乙镇", purse(money.iloc[:0], day)),
    ]


@pytest.mark.parametrize("code", [CHINESE, ENGLISH])
def test_the_letters_say_these_words(code: str) -> None:
    """Golden text; after a wanted change: TRACKER_WRITE_GOLDEN=1 and read the difference."""
    issued = a_notice()
    steps = [
        {"kind": StepKind.ISSUED.value, "state": NoticeState.OPEN, "words": "限期整改。",
         "measures": "", "person": "郑立", "at": issued.issued_at},
        {"kind": StepKind.MOVED.value, "state": NoticeState.REPLIED, "words": "已增派队伍",
         "measures": "两班作业", "person": "", "at": at(date(2026, 3, 18), 9)},
    ]  # fmt: skip
    week = planted((0.01, 0.9, 0.5))
    with speaking(code):
        made = (
            notice.compose(issued, steps, NAMES[TOWNSHIP_A], STAMP, office="某县自然资源局"),
            bulletin.compose(
                week,
                commended(week.townships, [issued]),
                criticised(week.townships, [issued], date(2026, 3, 30)),
                STAMP,
                office="某县人民政府办公室",
            ),
            means.compose(every_means(), STAMP, idle_days=10),
        )
        letters = [one.letter for one in made if one.letter]
        text = "\n".join(map(as_text, made)) + "\n".join(
            f"{one.number} {one.addressee} {one.office} {one.day_words}" for one in letters
        )
    file = GOLDEN / f"letters.{code}.txt"
    if os.environ.get("TRACKER_WRITE_GOLDEN"):
        file.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == file.read_text("utf-8")


def test_every_rung_has_a_title_of_its_own() -> None:
    assert len({str(notice.LETTER_TITLES[rung]) for rung in Rung}) == len(Rung)


def test_a_township_opens_its_own_notice_and_no_other(store: Store) -> None:
    here = working_county(store)
    admin = person(store, "admin", Role.ADMINISTRATOR)
    change_settings(store, admin, {OFFICE_NAME.name: "某县自然资源局"}, now=NOW)
    inspector = person(store, "inspector", Role.INSPECTOR)
    wanted = NewNotice(
        TOWNSHIP_A, Rung.NOTICE, Fact.OTHER, "现场", "未清运", "清运", date(2026, 3, 30), NOW, {}
    )
    issue_notice(store, inspector, here.project_id, wanted, now=NOW)
    [issued] = notices(store, inspector, here.project)
    letter = notice_document(store, here.reporter_a, here.project, issued.id, now=NOW).letter
    assert letter is not None
    assert (letter.office, letter.addressee) == ("某县自然资源局", "甲镇")
    assert letter.number == issued.number
    with pytest.raises(Refused):
        notice_document(store, here.reporter_b, here.project, issued.id, now=NOW)


def test_a_township_is_made_its_own_means_and_no_bulletin(store: Store) -> None:
    here = working_county(store)
    made = list(
        day_documents(
            store, here.reporter_a, here.project, DAY, only=("bulletin", "means"), now=at(DAY, 20)
        )
    )
    assert [(one.document.name, one.region) for one in made] == [("means", TOWNSHIP_A)]
    assert "乙镇" not in as_text(made[0].document)
