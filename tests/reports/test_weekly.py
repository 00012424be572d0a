"""The week: who is where, who reported when, and the words and figures that go out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gis.language import CHINESE, ENGLISH, catalogue, speaking
from parcels.rules.verdicts import Verdict
from parcels.workflow import REPORTED_BY_TOWNSHIP, EventState, Step
from reports.catalog import CATALOG
from reports.catalog.period_words import forecast_sentence, paragraphs_of
from reports.catalog.weekly_summary import compose
from reports.daily import ReportState
from reports.document import Document, Stamp
from reports.periods.basis import Basis
from reports.periods.period import Period, PeriodKind
from reports.periods.summary import PeriodRow, PeriodSummary, period_summary
from reports.periods.work import new_arable_by_day, work_of
from reports.printed import percent, points
from tests.builders import (
    COUNTY,
    DAY,
    START,
    TOWNSHIP_A,
    TOWNSHIP_B,
    a_project,
    events,
    ledger,
)

TOWNSHIP_C = "419901103"
NAMES = {TOWNSHIP_A: "甲镇", TOWNSHIP_B: "乙镇", TOWNSHIP_C: "丙乡"}
PROJECT = a_project()
SUNDAY = START + timedelta(days=6)
GOLDEN = Path(__file__).parent / "golden"


def sent(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Reports as ``reports_between`` gives them."""
    defaults = {
        "township_code": TOWNSHIP_A,
        "day": DAY,
        "state": ReportState.CONFIRMED,
        "is_late": False,
        "zero_reason": "",
        "problem": "",
        "help_wanted": "",
    }
    frame = pd.DataFrame([defaults | row for row in rows], columns=list(defaults))
    return frame.astype({"state": object, "is_late": bool})


def summed(
    parcels: pd.DataFrame,
    work: pd.DataFrame,
    reports: pd.DataFrame | None = None,
    *,
    first: date = START,
    today: date = DAY,
    kind: PeriodKind = PeriodKind.WEEK,
    confirmed_to: date | None = None,
) -> PeriodSummary:
    """The period of these frames, every figure summed from the events by hand."""
    period = Period(kind, first)
    day = min(period.last, today)
    basis = Basis(
        project=PROJECT,
        names=NAMES,
        parcels=parcels,
        work=work_of(work, first, day),
        reports=sent([]) if reports is None else reports,
        since=START,
        last_due=today,
        pace=new_arable_by_day(PROJECT, parcels, work, START, day),
        confirmed_to=dict.fromkeys([*NAMES, COUNTY], confirmed_to or day),
    )
    return period_summary(basis, period, today=today)


def planted(shares: Sequence[float], day: date = DAY) -> PeriodSummary:
    """A county where each township has one parcel of which that share is planted."""
    parcels = ledger([{"township_code": code} for code in NAMES])
    work = events(
        [
            {"ledger_id": place, "village_code": f"{code}201", "area_m2": 1000.0 * share}
            for place, (code, share) in enumerate(zip(NAMES, shares, strict=True), start=1)
        ]
    )
    return summed(parcels, work, today=day)


@pytest.mark.parametrize(
    ("shares", "order", "ranks"),
    [
        ((0.2, 0.9, 0.5), "乙丙甲", [1, 2, 3]),
        ((0.5, 0.5, 0.5), "甲乙丙", [1, 1, 1]),
        ((0.5, 0.9, 0.5), "乙甲丙", [1, 2, 2]),
        ((0.9, 0.5, 0.9), "甲丙乙", [1, 1, 3]),
    ],
)
def test_equal_townships_share_a_place_and_the_next_one_is_left_out(
    shares: tuple[float, ...], order: str, ranks: list[int]
) -> None:
    found = planted(shares).townships
    assert "".join(row.name[0] for row in found) == order
    assert [row.rank for row in found] == ranks


def test_the_noise_of_dividing_makes_no_place() -> None:
    """Thirds of unlike parcels: 1/3 is not the same float on every way to it."""
    areas = {
        TOWNSHIP_A: (285.21, 747.48, 604.05, 224.82, 922.78),  # 0.33333333333333326
        TOWNSHIP_B: (575.36,),  # 0.3333333333333333
        TOWNSHIP_C: (999.14, 2.77, 912.05, 583.78, 349.09),  # 0.33333333333333337
    }
    rows: list[dict[str, Any]] = []
    work: list[dict[str, Any]] = []
    for code, sizes in areas.items():
        for area_m2 in sizes:
            rows.append({"township_code": code, "area_m2": area_m2, "new_arable_m2": area_m2})
            work.append(
                {"ledger_id": len(rows), "village_code": f"{code}201", "area_m2": area_m2 / 3}
            )
    found = summed(ledger(rows), events(work))
    assert [row.rank for row in found.townships] == [1, 1, 1]


def test_a_township_with_nothing_eligible_has_no_place_and_stands_last() -> None:
    parcels = ledger([{"township_code": TOWNSHIP_B}, {"verdict": "fail"}])
    found = summed(parcels, events([])).townships
    assert [(row.name, row.rank) for row in found] == [("乙镇", 1), ("甲镇", None), ("丙乡", None)]


def test_last_weeks_place_is_the_place_of_the_day_before_the_week() -> None:
    parcels = ledger([{"township_code": code} for code in NAMES])
    monday = START + timedelta(days=7)
    work = events(
        [
            {"ledger_id": 2, "village_code": f"{TOWNSHIP_B}201", "day": monday - timedelta(days=1)},
            {"ledger_id": 1, "village_code": f"{TOWNSHIP_A}201", "day": monday},
        ]
    )
    found = summed(parcels, work, first=monday, today=monday)
    places = {row.name: (row.rank, row.rank_before) for row in found.townships}
    assert places == {"甲镇": (1, 2), "乙镇": (1, 1), "丙乡": (3, 2)}
    assert {row.name: row.change for row in found.townships} == {"甲镇": 1, "乙镇": 0, "丙乡": 0}


def test_the_week_counts_from_monday_and_the_total_from_the_start() -> None:
    monday = START + timedelta(days=7)
    work = events(
        [{"day": monday - timedelta(days=1), "area_m2": 100.0}, {"day": monday, "area_m2": 30.0}]
    )
    found = summed(ledger([{}]), work, first=monday, today=monday)
    own = next(row for row in found.townships if row.code == TOWNSHIP_A)
    assert (own.within_m2[Step.PLANTED], own.total_m2[Step.PLANTED]) == (30.0, 130.0)


def test_work_on_a_parcel_that_does_not_count_is_in_no_sum() -> None:
    fails = {"verdict": Verdict.FAIL}
    parcels = ledger([{}, fails, {"is_withdrawn": True}])
    work = events([{"ledger_id": one, "area_m2": 100.0} for one in (1, 2, 3)])
    county = summed(parcels, work).county
    assert county.within_m2[Step.PLANTED] == county.total_m2[Step.PLANTED] == 100.0


def test_a_running_week_is_summed_up_to_today() -> None:
    assert planted((0.1, 0.2, 0.3)).cut_off_day == DAY
    assert planted((0.1, 0.2, 0.3), day=SUNDAY + timedelta(days=3)).cut_off_day == SUNDAY


def test_the_county_is_the_sum_of_its_townships() -> None:
    found = example()
    for name in ("parcels", "awaiting"):
        assert sum(getattr(row, name) for row in found.townships) == getattr(found.county, name)
    for step in REPORTED_BY_TOWNSHIP:
        for figures in ("within_m2", "total_m2"):
            parts = [getattr(row, figures)[step] for row in found.townships]
            assert sum(parts) == pytest.approx(getattr(found.county, figures)[step])
    for name in ("eligible_m2", "done_m2", "accepted_m2"):
        parts = [getattr(row.completion, name) for row in found.townships]
        assert sum(parts) == pytest.approx(getattr(found.county.completion, name))


def test_problems_of_returned_reports_are_not_told_and_none_twice() -> None:
    found = summed(
        ledger([{}]),
        events([]),
        sent(
            [
                {"problem": "缺机械", "help_wanted": "请协调"},
                {"problem": "缺机械", "day": START},
                {
                    "problem": "退回的",
                    "day": START + timedelta(days=1),
                    "state": ReportState.RETURNED,
                },
            ]
        ),
    )
    assert found.county.problems == ("缺机械", "请协调")


def test_the_county_is_foretold_by_its_last_township_with_formula_and_days() -> None:
    """28 days: 甲 plants 20 m² a day, 乙 10, 丙 5 of 1 000 m² each (800 m² new arable)."""
    days = [START + timedelta(days=n) for n in range(28)]
    paces = zip(NAMES, (20.0, 10.0, 5.0), strict=True)
    work = events(
        [
            {"ledger_id": place, "village_code": f"{code}201", "area_m2": pace, "day": day}
            for place, (code, pace) in enumerate(paces, start=1)
            for day in days
        ]
    )
    parcels = ledger([{"township_code": code} for code in NAMES])
    found = summed(parcels, work, first=days[-7], today=days[-1])
    slow = next(row for row in found.townships if row.code == TOWNSHIP_C)
    assert slow.forecast.finish == days[-1] + timedelta(days=172)  # (800 − 112) ÷ 4
    assert found.county.forecast.finish == slow.forecast.finish
    assert found.county.forecast.pooled == days[-1] + timedelta(days=58)  # 1 616 ÷ 28
    with speaking(CHINESE):
        assert forecast_sentence(found) == (
            "预测：约于2026年9月17日完成，区间2026年9月17日至2026年9月17日。以丙乡为准。"
            "依据已确认的28天（2026年3月2日至2026年3月29日）：2026年3月29日 ＋ 尚余1.03亩 ÷"
            "（其间完成0.17亩 ÷ 28天）。按各乡镇合计进度推算为2026年5月26日。依据已确认的28天"
            "（2026年3月2日至2026年3月29日）：2026年3月29日 ＋ 尚余2.42亩 ÷"
            "（其间完成1.18亩 ÷ 28天）。"
        )


def test_next_week_asks_of_each_township_what_brings_it_to_its_schedule() -> None:
    """Day 3 of 100; at the end of next week 14 of 100 are scheduled of 800 m² each: 112 m²."""
    found = planted((0.05, 0.2, 0.0))  # 40, 160 and 0 m² are done
    asked = {row.code: row.next_m2 for row in found.townships}
    assert asked == {
        TOWNSHIP_A: pytest.approx(72), TOWNSHIP_B: 0.0, TOWNSHIP_C: pytest.approx(112),
    }  # fmt: skip
    assert found.county.next_m2 == pytest.approx(184), "nobody's lead fills another's gap"
    with speaking(ENGLISH):
        words = paragraphs_of(found)[2][1].splitlines()[0]
        assert words == "Next week, to be on schedule at its end: 0.28 mu (丙乡 0.17; 甲镇 0.11)."
        assert "Next week" not in paragraphs_of(planted((1.0, 1.0, 1.0)))[2][1]


def test_percent_and_points_are_rounded_half_up_with_their_sign() -> None:
    assert [percent(s) for s in (None, 0.0, 0.12345, 1.0)] == ["—", "0.00%", "12.35%", "100.00%"]
    assert [points(g) for g in (None, 0.0, -1e-9, 0.12345, -0.5)] == [
        "—", "+0.00", "+0.00", "+12.35", "-50.00",
    ]  # fmt: skip


@pytest.mark.parametrize("code", [ENGLISH, CHINESE])
def test_the_document_says_what_the_office_signs(code: str) -> None:
    """Golden text; after a wanted change: TRACKER_WRITE_GOLDEN=1 and read the difference."""
    with speaking(code):
        text = as_text(composed())
    file = GOLDEN / f"weekly_summary.{code}.txt"
    if os.environ.get("TRACKER_WRITE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text("utf-8")


def test_the_chinese_document_has_no_english_sentence_left() -> None:
    assert catalogue(CHINESE)
    with speaking(CHINESE):
        document = composed()
    words = [document.title, *(part for pair in document.paragraphs for part in pair)]
    words += [column.title for table in document.tables for column in table.columns]
    letters = [word for word in words if any("a" <= letter.lower() <= "z" for letter in word)]
    assert letters == []


def test_a_townships_sheet_knows_no_county_figure() -> None:
    with speaking(ENGLISH):
        sheet = composed(with_county=False)
    assert sheet.paragraphs == ()
    assert all(table.totals == 0 for table in sheet.tables)
    assert not any(PROJECT.name in row for table in sheet.tables for row in table.rows)


def test_tables_have_a_cell_for_every_column() -> None:
    for table in composed().tables:
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_the_catalogue_calls_the_document_by_its_name() -> None:
    assert CATALOG["weekly_summary"].compose is compose
    assert composed().name == "weekly_summary"


def example() -> PeriodSummary:
    """A small county in its second week."""
    monday = START + timedelta(days=7)
    parcels = ledger(
        [
            {},
            {"new_arable_m2": 400.0, "is_withdrawn": True},
            {"verdict": "undetermined"},
            {"township_code": TOWNSHIP_B, "area_m2": 2000.0, "new_arable_m2": 1500.0},
            {"township_code": TOWNSHIP_B, "verdict": "fail"},
            {"township_code": TOWNSHIP_C, "area_m2": 3000.0, "new_arable_m2": 2700.0},
        ]
    )
    a, b, c = (f"{code}201" for code in NAMES)
    work = events(
        [
            {"village_code": a, "step": Step.AGREEMENT_SIGNED, "day": START},
            {"village_code": a, "step": Step.PLANTED, "day": START, "area_m2": 250.0},
            {"village_code": a, "step": Step.PLANTED, "day": monday, "area_m2": 250.0},
            {"village_code": a, "step": Step.COUNTY_ACCEPTED, "day": monday, "area_m2": 100.0},
            {"village_code": b, "ledger_id": 4, "day": monday, "area_m2": 40.0},
            {"village_code": b, "ledger_id": 5, "day": monday, "area_m2": 900.0},
            {"village_code": c, "ledger_id": 6, "day": monday, "state": EventState.CLAIMED},
        ]
    )
    week = [monday + timedelta(days=n) for n in range(3)]
    reports = sent(
        [
            {"day": week[0]},
            {"day": week[1], "is_late": True, "problem": "缺机械"},
            {"day": week[2], "state": ReportState.FILED},
            {"day": week[0], "township_code": TOWNSHIP_B, "zero_reason": "rain"},
            {"day": week[1], "township_code": TOWNSHIP_B, "state": ReportState.RETURNED,
             "problem": "退回的报告不算"},
            {"day": week[2], "township_code": TOWNSHIP_B, "zero_reason": "money_not_arrived",
             "problem": "资金未到位", "help_wanted": "请协调拨付"},
        ]
    )  # fmt: skip
    return summed(parcels, work, reports, first=monday, today=week[2], confirmed_to=week[1])


def composed(*, with_county: bool = True) -> Document:
    summary = example()
    stamp = Stamp(
        project=summary.project.name,
        basis="v1",
        made_at=datetime(2026, 3, 11, 9, 5, tzinfo=UTC),
        audit_head="0123456789abcdef" * 4,
        cut_off=f"{summary.cut_off_day} {summary.project.cut_off:%H:%M}",
    )
    return compose(summary, stamp, with_county=with_county)


def as_text(document: Document) -> str:
    """Everything the document says, in order, one line a thing."""
    lines = [document.title]
    lines += [f"{label}: {words}" for label, words in document.facts]
    for head, words in document.paragraphs:
        lines += ["", f"[{head}]", words]
    for table in document.tables:
        lines += ["", f"<{table.title}>"]
        lines.append(
            " | ".join(f"{c.group}/{c.title}" if c.group else c.title for c in table.columns)
        )
        lines += [" | ".join(shown(cell) for cell in row) for row in table.rows]
        lines += [f"({table.note})"] if table.note else []
    for card in document.cards:
        lines += ["", f"<{card.title}>", *(f"{label}: {words}" for label, words in card.facts)]
        lines += card.lines
    return "\n".join(lines) + "\n"


def shown(cell: Any) -> str:
    if cell is None:
        return "—"
    return f"{cell:.9g}" if isinstance(cell, float) else str(cell)


def test_the_golden_text_leaves_out_no_part_of_a_document() -> None:
    assert {field.name for field in fields(Document)} == {
        "name", "title", "stamp", "about", "paragraphs", "tables", "letter", "pictures",
        "cards",
    }  # fmt: skip
    assert len({row.code for row in example().townships}) == 3
    assert isinstance(example().county, PeriodRow)
    assert example().county.code == COUNTY
