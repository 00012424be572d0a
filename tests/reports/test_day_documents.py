"""The day as documents: figures of the register, word for word, for those whose region it is."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from documents import STAMP
from test_weekly import NAMES, as_text, sent, summed

from gis.language import CHINESE, ENGLISH, Problem, speaking
from parcels.people.access import Refused
from parcels.store import audit
from parcels.store.engine import Store
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports.catalog import county_daily, township_sheet
from reports.daily import ReportState, ZeroReason
from reports.daybook import SHOWN_STEPS, DayBook, day_book
from reports.document import Kind
from reports.periods.history import history
from reports.periods.period import PeriodKind
from reports.periods.work import work_of
from reports.services.issue_documents import hand_out_issued, issue_documents, issued
from reports.services.make_documents import day_documents
from tests.builders import (
    DAY,
    START,
    TOWNSHIP_A,
    TOWNSHIP_B,
    County,
    a_project,
    at,
    events,
    ledger,
    working_county,
)

GOLDEN = Path(__file__).parent / "golden"
TODAY = DAY


def example() -> DayBook:
    """A: a parcel demolished today, another planted before; B: rain; C: nothing came."""
    parcels = ledger([{"township_code": code} for code in (*NAMES, TOWNSHIP_A)])
    steps = REPORTED_BY_TOWNSHIP[:6]
    before = [
        {"ledger_id": 4, "village_code": f"{TOWNSHIP_A}201", "step": step, "area_m2": 1000.0,
         "day": TODAY - timedelta(days=1)}
        for step in steps
    ]  # fmt: skip
    today = [
        {"ledger_id": 1, "village_code": f"{TOWNSHIP_A}201", "step": step, "area_m2": 333.33,
         "day": TODAY}
        for step in steps[:2]
    ]  # fmt: skip
    work = events([*before, *today])
    common = {
        "sequence": 1, "workers": 0, "machines": 0, "filer": "李秋禾", "filer_phone": "",
        "reviewer": "周文涛", "filed_at": at(TODAY, 17, 5),
    }  # fmt: skip
    reports = sent(
        [
            {"township_code": TOWNSHIP_A, "problem": "缺机械。", "help_wanted": "请协调。"},
            {"township_code": TOWNSHIP_B, "is_late": True, "state": ReportState.FILED,
             "zero_reason": ZeroReason.RAIN.value},
        ]
    ).assign(**common)  # fmt: skip
    reports.loc[0, ["workers", "machines", "filer_phone"]] = [12, 3, "13800000000"]
    reports.loc[1, ["sequence", "reviewer"]] = [2, ""]
    summary = summed(parcels, work, reports, first=TODAY, today=TODAY, kind=PeriodKind.DAY)
    return day_book(summary, work_of(work, TODAY, TODAY), reports)


def test_a_days_work_and_all_work_stand_side_by_side() -> None:
    [row] = [row for row in example().townships if row.figures.code == TOWNSHIP_A]
    assert (row.of_day[Step.DEMOLISHED].parcels, row.of_day[Step.DEMOLISHED].area_m2) == (1, 333.33)
    assert row.in_all[Step.DEMOLISHED].parcels == 2
    assert row.in_all[Step.DEMOLISHED].area_m2 == pytest.approx(1333.33)
    assert row.of_day[Step.PLANTED].parcels == 0
    assert set(row.of_day) == set(SHOWN_STEPS)


def test_the_county_is_the_sum_of_its_townships() -> None:
    book = example()
    for step in SHOWN_STEPS:
        assert book.county.in_all[step].area_m2 == pytest.approx(
            sum(row.in_all[step].area_m2 for row in book.townships)
        )
        assert book.county.in_all[step].parcels == sum(
            row.in_all[step].parcels for row in book.townships
        )


def test_a_returned_report_does_not_stand() -> None:
    reports = sent([{"state": ReportState.RETURNED}])
    summary = summed(ledger([{}]), events([]), reports, first=TODAY, kind=PeriodKind.DAY)
    assert (
        day_book(summary, work_of(events([]), TODAY, TODAY), reports).townships[0].sending is None
    )


@pytest.mark.parametrize("code", [CHINESE, ENGLISH])
def test_the_words_of_the_day_are_these(code: str) -> None:
    """Golden text; after a wanted change: TRACKER_WRITE_GOLDEN=1 and read the difference."""
    book = example()
    row = next(one for one in book.townships if one.figures.code == TOWNSHIP_A)
    entries = pd.DataFrame(
        [["张村", "012", Step.DEMOLISHED, 333.33, 1000.0]],
        columns=["village", "parcel_no", "step", "area_m2", "parcel_area_m2"],
    )
    with speaking(code):
        county = county_daily.compose(book, STAMP)
        sheet = township_sheet.compose(row, entries, STAMP, day=TODAY, leaders=("王立新", ""))
        text = f"{as_text(county)}\n{as_text(sheet)}"
    file = GOLDEN / f"day.{code}.txt"
    if os.environ.get("TRACKER_WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text("utf-8")
    if code == CHINESE:
        titles = [column.title for table in county.tables for column in table.columns]
        assert not [title for title in titles if any("a" <= letter <= "z" for letter in title)]


def test_a_missing_township_is_named_and_its_row_says_so() -> None:
    with speaking(ENGLISH):
        document = county_daily.compose(example(), STAMP)
    assert "Missing reports: 丙乡." in dict(document.paragraphs)["Problems"]
    rows = {row[0]: row for row in document.tables[-1].rows}
    assert rows["丙乡"][1] == "missing"
    assert rows["乙镇"][1] == "Awaiting confirmation，late，sent again，no progress: Rain"


def test_history_ends_at_the_completion_it_was_given_and_never_forgets_what_stood_before() -> None:
    project = a_project()
    book = example()
    last = book.county.figures.completion
    added = pd.DataFrame(
        [[TOWNSHIP_A, TODAY, 100.0], [TOWNSHIP_A, TODAY - timedelta(days=2), 50.0]],
        columns=["township_code", "day", "done_m2"],
    )
    past = history(project, last, added, day=TODAY)
    assert past.days[0] == project.starts_on
    assert past.days[-1] == TODAY
    assert past.done[-1] == last.share
    assert past.done[-2] == pytest.approx((last.done_m2 - 100) / last.eligible_m2)
    after_start = sum(
        m2 for day, m2 in zip(added["day"], added["done_m2"], strict=True) if day > past.days[0]
    )
    assert past.done[0] == pytest.approx((last.done_m2 - after_start) / last.eligible_m2)
    assert list(past.scheduled) == sorted(past.scheduled)


@pytest.fixture
def here(store: Store) -> County:
    """A sent and had confirmed a day's work; B sent one that awaits."""
    county = working_county(store)
    receipt = county.send(("A1", Step.AGREEMENT_SIGNED, 100.0), now=at(DAY))
    county.move(receipt, ReportState.CONFIRMED)
    county.send(("B1", Step.AGREEMENT_SIGNED, 50.0), actor=county.reporter_b, key="b", now=at(DAY))
    return county


NOON = at(DAY + timedelta(days=1), 12)


def test_a_township_is_made_its_own_sheet_and_nothing_of_the_county(here: County) -> None:
    made = list(day_documents(here.store, here.reporter_a, here.project, DAY, now=NOON))
    assert [(one.document.name, one.region) for one in made] == [("township_sheet", TOWNSHIP_A)]
    whole = list(day_documents(here.store, here.bureau, here.project, DAY, now=NOON))
    assert [one.region for one in whole] == [here.project.region, TOWNSHIP_A, TOWNSHIP_B]
    text = "\n".join(as_text(one.document) for one in made)
    assert "乙镇" not in text


def test_what_was_issued_is_kept_by_version_and_handed_out_byte_for_byte(here: County) -> None:
    def issue() -> int:
        return issue_documents(
            here.store, here.bureau, here.project, DAY, formats=("xlsx",), now=NOON
        )

    assert issue() == 3
    first = {row["region"]: row for row in issued(here.store, here.bureau, here.project, DAY)}
    name, media, content = hand_out_issued(
        here.store, here.bureau, first[TOWNSHIP_A]["id"], now=NOON
    )
    assert name.endswith(f"{DAY} v1.xlsx")
    assert media.startswith("application/vnd.openxml")
    receipt = here.send(
        ("A2", Step.AGREEMENT_SIGNED, 10.0), key="c", day=DAY + timedelta(days=1), now=NOON
    )
    here.move(receipt, ReportState.CONFIRMED)
    assert issue() == 3
    both = issued(here.store, here.bureau, here.project, DAY)
    assert sorted(row["version"] for row in both if row["region"] == TOWNSHIP_A) == [1, 2]
    again = hand_out_issued(here.store, here.bureau, first[TOWNSHIP_A]["id"], now=NOON)
    assert again == (name, media, content)
    with here.store.reading() as connection:
        assert audit.broken_at(connection) is None


def test_a_township_sees_and_opens_its_own_issued_documents_only(here: County) -> None:
    issue_documents(here.store, here.bureau, here.project, DAY, formats=("csv",), now=NOON)
    ids = {row["region"]: row["id"] for row in issued(here.store, here.bureau, here.project)}
    seen = issued(here.store, here.reporter_a, here.project)
    assert [row["region"] for row in seen] == [TOWNSHIP_A]
    assert hand_out_issued(here.store, here.reporter_a, ids[TOWNSHIP_A], now=NOON)[2]
    for foreign in (ids[TOWNSHIP_B], ids[here.project.region], 10**9):
        with pytest.raises(Refused):
            hand_out_issued(here.store, here.reporter_a, foreign, now=NOON)


def test_a_township_cannot_issue(here: County) -> None:
    with pytest.raises(Refused):
        issue_documents(here.store, here.reporter_a, here.project, DAY, now=NOON)
    assert not issued(here.store, here.bureau, here.project)


@pytest.mark.parametrize(
    ("only", "formats"), [(("salary",), ("xlsx",)), (("county_daily",), ("exe",))]
)
def test_an_unknown_document_or_format_is_told(
    here: County, only: tuple[str, ...], formats: tuple[str, ...]
) -> None:
    with pytest.raises(Problem):
        issue_documents(
            here.store, here.bureau, here.project, DAY, only=only, formats=formats, now=NOON
        )


def test_the_same_figure_stands_in_the_day_and_in_the_week(here: County) -> None:
    names = ("county_daily", "weekly_summary")
    day, week = (
        one.document
        for one in day_documents(here.store, here.bureau, here.project, DAY, only=names, now=NOON)
    )

    def figures(document: object, *titles: str) -> list[tuple[object, ...]]:
        table = document.tables[0]  # type: ignore[attr-defined]
        places = [[c.title for c in table.columns].index(title) for title in titles]
        return [tuple(row[place] for place in places) for row in table.rows]

    with speaking(CHINESE):
        shared = ("乡镇", "规则后新增耕地（亩）", "已完成新增耕地（亩）")
        assert figures(day, *shared) == figures(week, *shared)
    assert all(column.kind is not Kind.TEXT for column in day.tables[0].columns[2:])


def test_a_day_before_the_project_has_no_figure_to_divide_by() -> None:
    past = history(
        a_project(),
        example().county.figures.completion,
        pd.DataFrame(columns=["township_code", "day", "done_m2"]),
        day=date(2000, 1, 1),
    )
    assert past.days == ()
    assert date(2000, 1, 1) < START
