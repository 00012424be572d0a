"""Papers that a notice brings with it, and the publication sheet: golden words, one's own only."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from documents import STAMP
from test_letters import a_notice
from test_weekly import NAMES, as_text

from gis.language import CHINESE, ENGLISH, speaking
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.store.engine import Store
from reports.services.issue_notice import NewNotice, issue_notice
from reports.services.make_documents import PAPERS, notice_paper, papers_of
from reports.services.move_notice import move_notice
from reports.supervision import papers
from reports.supervision.facts import Fact
from reports.supervision.ladder import Rung
from reports.supervision.notice import NoticeState, StepKind
from reports.supervision.reading import notices
from tests.builders import DAY, NOW, TOWNSHIP_A, at, person, working_county

GOLDEN = Path(__file__).parent / "golden"
OFFICE = "某县自然资源局"


def a_step(state: NoticeState, **more: Any) -> dict[str, Any]:
    given = {
        "kind": StepKind.MOVED, "state": state, "words": "已增派队伍，昨日完成清运",
        "measures": "两班作业", "person": "李秋禾", "at": at(date(2026, 3, 18), 9),
    }  # fmt: skip
    return given | more


@pytest.mark.parametrize("code", [CHINESE, ENGLISH])
def test_the_papers_say_these_words(code: str) -> None:
    """Golden text; after a wanted change: TRACKER_WRITE_GOLDEN=1 and read the difference."""
    notice = a_notice(rung=Rung.INTERVIEW, state=NoticeState.REVISITED)
    name = NAMES[TOWNSHIP_A]
    with speaking(code):
        made = (
            papers.interview(notice, name, STAMP, office=OFFICE),
            papers.reply(notice, a_step(NoticeState.REPLIED), name, STAMP, office=OFFICE),
            papers.return_visit(
                notice,
                a_step(NoticeState.REVISITED, words="现场已清运完毕", person="郑立"),
                a_step(NoticeState.CHECKED, words="属实", person="周文涛"),
                name,
                STAMP,
                office=OFFICE,
            ),
        )
        text = "\n".join(map(as_text, made)) + "\n".join(
            f"{one.number} {one.addressee} {one.office} {one.day_words}"
            for one in (document.letter for document in made)
            if one
        )
    file = GOLDEN / f"papers.{code}.txt"
    if os.environ.get("TRACKER_WRITE_GOLDEN"):
        file.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == file.read_text("utf-8")


def test_a_paper_comes_with_its_step_and_to_its_township_only(store: Store) -> None:
    here = working_county(store)
    inspector = person(store, "inspector", Role.INSPECTOR)
    wanted = NewNotice(
        TOWNSHIP_A, Rung.INTERVIEW, Fact.OTHER, "现场", "未清运", "清运", date(2026, 3, 30), NOW, {}
    )
    issue_notice(store, inspector, here.project_id, wanted, now=NOW)
    [issued] = notices(store, inspector, here.project)
    assert papers_of(issued) == ("interview",)

    def paper(actor: Any, name: str) -> Any:
        return notice_paper(store, actor, here.project, issued.id, name, now=NOW)

    assert paper(here.reporter_a, "interview").letter.addressee == "甲镇"
    for actor, name in ((here.reporter_b, "interview"), (inspector, "reply"),
                        (inspector, "return_visit"), (inspector, "salary")):  # fmt: skip
        with pytest.raises(Refused):
            paper(actor, name)
    move_notice(
        store, here.reporter_a, issued.id, NoticeState.REPLIED, words="已清运", measures="加班",
        now=at(DAY, 18),
    )  # fmt: skip
    [replied] = notices(store, inspector, here.project)
    assert papers_of(replied) == ("interview", "reply")
    assert "已清运" in as_text(paper(inspector, "reply"))
    assert set(papers_of(replied)) <= set(PAPERS)
