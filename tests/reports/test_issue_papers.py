"""Letters and published figures are rendered once; whoever asks, and whenever, gets those bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from test_every_document import words_of

from gis.language import CHINESE, ENGLISH, Problem, speaking
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.services.jobs import one_job, submit_job
from parcels.services.keep_settings import change_settings
from parcels.settings import OFFICE_NAME
from parcels.store.backup import back_up, restore
from parcels.store.engine import Store, open_store
from parcels.worker import Worker
from reports.heavy import keep_figures as keeping
from reports.periods.period import Period, PeriodKind
from reports.publication.check_code import shown
from reports.renderers import RENDERERS
from reports.services.freeze import freeze
from reports.services.issue_notice import NewNotice, issue_notice
from reports.services.issue_papers import (
    LETTER,
    SHEET,
    SUMMARY,
    figures_file,
    keep_figures,
    keep_letters,
    kept_versions,
    letter_file,
)
from reports.services.move_notice import move_notice
from reports.supervision.facts import Fact
from reports.supervision.ladder import Rung
from reports.supervision.notice import NoticeState
from reports.tables import ISSUED_PAPER
from tests.builders import COUNTY, DAY, NOW, TOWNSHIP_A, County, at, person, reported_county

LATER = at(DAY + timedelta(days=3), 9)


@pytest.fixture
def here(store: Store) -> County:
    return reported_county(store)


@pytest.fixture
def never_again(here: County, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From its call on the office has another name, and whoever renders fails."""
    admin = person(here.store, "admin", Role.ADMINISTRATOR)

    def refuse(*_what: object) -> bytes:
        raise AssertionError("made again")

    def begin() -> None:
        change_settings(here.store, admin, {OFFICE_NAME.name: "改名后的局"}, now=LATER)
        for suffix in RENDERERS:
            monkeypatch.setitem(RENDERERS, suffix, refuse)

    return begin


def issued(here: County, rung: Rung = Rung.INTERVIEW) -> int:
    inspector = person(here.store, "inspector", Role.INSPECTOR)
    wanted = NewNotice(TOWNSHIP_A, rung, Fact.OTHER, "现场", "未清运", "限期清运",
                       date(2026, 3, 30), NOW, {})  # fmt: skip
    notice_id = issue_notice(here.store, inspector, here.project_id, wanted, now=NOW)
    keep_letters(here.store, inspector, here.project, notice_id, now=NOW)
    return notice_id


def test_a_letter_is_handed_out_as_it_was_issued_to_whoever_may_see_it(
    here: County, never_again: Callable[[], None], tmp_path: Path
) -> None:
    notice_id = issued(here)

    def letter(suffix: str, name: str = LETTER, actor: object = here.bureau) -> bytes:
        return letter_file(
            here.store, actor, here.project, notice_id, name, suffix, now=LATER,  # type: ignore[arg-type]
        )[2]  # fmt: skip

    never_again()
    for name in (LETTER, "interview"):
        for suffix in RENDERERS:
            with speaking(ENGLISH):  # an issued letter is one letter, in the office's language
                first = letter(suffix, name)
            with speaking(CHINESE):
                assert letter(suffix, name, here.reporter_a) == first
        assert "限期清运" in words_of("docx", letter("docx", name), tmp_path)
    with pytest.raises(Refused):
        letter("docx", actor=here.reporter_b)
    for name, suffix in (("reply", "docx"), (LETTER, "exe"), ("salary", "docx")):
        with pytest.raises(Refused):
            letter(suffix, name)


def test_each_step_of_a_notice_has_its_own_letter_and_the_one_before_stays(here: County) -> None:
    notice_id = issued(here, Rung.NOTICE)

    def letter(name: str = LETTER, version: int = 0) -> tuple[str, str, bytes]:
        return letter_file(
            here.store, here.bureau, here.project, notice_id, name, "csv", version=version,
            now=LATER,
        )  # fmt: skip

    first = letter()
    assert " v1." in first[0]
    move_notice(here.store, here.reporter_a, notice_id, NoticeState.REPLIED, words="已清运",
                measures="加班", now=at(DAY, 18))  # fmt: skip
    keep_letters(here.store, here.reporter_a, here.project, notice_id, now=at(DAY, 18))
    second = letter()
    assert " v2." in second[0]
    assert "已清运" in second[2].decode("utf-8-sig")
    assert "已清运" in letter("reply")[2].decode("utf-8-sig")
    assert kept_versions(here.store, here.bureau, here.project) == {notice_id: {1, 2}}
    assert kept_versions(here.store, here.reporter_b, here.project) == {}
    assert letter(version=1)[2] == first[2]
    for version in (3, -1):
        with pytest.raises(Refused):
            letter(version=version)
    with here.store.reading() as connection:
        kept = connection.execute(
            sa.select(ISSUED_PAPER.c.name, ISSUED_PAPER.c.version, ISSUED_PAPER.c.check_code)
            .where(ISSUED_PAPER.c.suffix == "csv").order_by(ISSUED_PAPER.c.id)
        ).all()  # fmt: skip
    assert [tuple(row)[:2] for row in kept] == [(LETTER, 1), (LETTER, 2), ("reply", 2)]
    assert len({row.check_code for row in kept}) == 3


def test_published_figures_are_kept_by_the_worker_and_lie_in_the_backup(
    here: County, never_again: Callable[[], None], tmp_path: Path
) -> None:
    day = freeze(here.store, here.bureau, here.project, Period(PeriodKind.DAY, DAY),
                 now=at(DAY, 20))  # fmt: skip
    job_id = submit_job(
        here.store, here.bureau, keeping.KIND, project_id=here.project_id, region=COUNTY,
        wanted={"snapshot_id": day.id}, now=at(DAY, 20),
    )  # fmt: skip
    assert Worker(here.store).run_next()
    job = one_job(here.store, here.bureau, job_id)
    assert (job["result"] or {}).get("count") == 2 * len(RENDERERS), job["words"]
    never_again()

    def figures(name: str, suffix: str = "csv", actor: object = here.bureau) -> bytes:
        return figures_file(here.store, actor, day.id, name, suffix, now=LATER)[2]  # type: ignore[arg-type]

    for suffix in RENDERERS:
        assert figures(SUMMARY, suffix) == figures(SUMMARY, suffix, here.reporter_a)
        assert figures(SHEET, suffix)
    assert shown(day.code) in figures(SHEET).decode("utf-8-sig")
    back_up(here.store, tmp_path / "b.zip", now=LATER)
    other = open_store(tmp_path / "other", f"sqlite:///{tmp_path / 'other' / 'tracker.db'}")
    restore(other, tmp_path / "b.zip")
    again = figures_file(other, here.bureau, day.id, SHEET, "pdf", now=LATER)[2]
    assert again == figures(SHEET, "pdf")
    other.engine.dispose()


def test_of_the_sheet_a_township_is_kept_its_own_rows(here: County) -> None:
    day = freeze(here.store, here.bureau, here.project, Period(PeriodKind.DAY, DAY),
                 now=at(DAY, 20))  # fmt: skip

    def sheet(actor: object) -> str:
        made = figures_file(here.store, actor, day.id, SHEET, "csv", now=LATER)  # type: ignore[arg-type]
        return made[2].decode("utf-8-sig")

    assert "乙镇" in sheet(here.bureau)
    with pytest.raises(Refused):
        sheet(person(here.store, "stranger", Role.INSPECTOR, "419902"))
    with pytest.raises(Refused):
        keep_figures(here.store, here.reporter_a, day.id, now=LATER)
    assert "乙镇" not in sheet(here.reporter_a)
    assert "甲镇" in sheet(here.reporter_a)
    assert sheet(here.reporter_a) == sheet(here.reporter_a)


def test_figures_that_are_not_published_are_not_kept(here: County) -> None:
    now, period = LATER + timedelta(days=7), Period(PeriodKind.WEEK, date(2026, 3, 2))
    with speaking(CHINESE):
        week = freeze(here.store, here.bureau, here.project, period, now=now)
        with pytest.raises(Problem):
            keep_figures(here.store, here.bureau, week.id, now=now)
        made = figures_file(here.store, here.bureau, week.id, SUMMARY, "csv", now=now)[2]
    assert "内部资料" in made.decode("utf-8-sig")
    with here.store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(ISSUED_PAPER)) == 0
