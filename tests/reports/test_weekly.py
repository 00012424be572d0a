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
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.language import CHINESE, ENGLISH, catalogue, speaking
from parcels.workflow import REPORTED_BY_TOWNSHIP, EventState, Step
from reports.catalog import CATALOG
from reports.catalog.weekly_summary import compose, percent, points
from reports.daily import ReportState
from reports.document import Document, Stamp
from reports.weekly import WeeklySummary, WeekRow, monday_of, punctuality, weekly_summary
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


def planted(shares: Sequence[float], day: date = DAY) -> WeeklySummary:
    """A county where each township has one parcel of which that share is planted."""
    parcels = ledger([{"township_code": code} for code in NAMES])
    work = events(
        [
            {"ledger_id": place, "village_code": f"{code}201", "area_m2": 1000.0 * share}
            for place, (code, share) in enumerate(zip(NAMES, shares, strict=True), start=1)
        ]
    )
    return weekly_summary(PROJECT, NAMES, parcels, work, sent([]), first=START, today=day)


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
    found = weekly_summary(
        PROJECT, NAMES, ledger(rows), events(work), sent([]), first=START, today=DAY
    )
    assert [row.rank for row in found.townships] == [1, 1, 1]


def test_a_township_with_nothing_eligible_has_no_place_and_stands_last() -> None:
    parcels = ledger([{"township_code": TOWNSHIP_B}, {"verdict": "fail"}])
    found = weekly_summary(
        PROJECT, NAMES, parcels, events([]), sent([]), first=START, today=DAY
    ).townships
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
    found = weekly_summary(PROJECT, NAMES, parcels, work, sent([]), first=monday, today=monday)
    places = {row.name: (row.rank, row.last_rank) for row in found.townships}
    assert places == {"甲镇": (1, 2), "乙镇": (1, 1), "丙乡": (3, 2)}
    assert {row.name: row.change for row in found.townships} == {"甲镇": 1, "乙镇": 0, "丙乡": 0}


def test_the_week_counts_from_monday_and_the_total_from_the_start() -> None:
    monday = START + timedelta(days=7)
    work = events(
        [{"day": monday - timedelta(days=1), "area_m2": 100.0}, {"day": monday, "area_m2": 30.0}]
    )
    found = weekly_summary(PROJECT, NAMES, ledger([{}]), work, sent([]), first=monday, today=monday)
    own = next(row for row in found.townships if row.code == TOWNSHIP_A)
    assert (own.week_m2[Step.PLANTED], own.total_m2[Step.PLANTED]) == (30.0, 130.0)


def test_a_running_week_is_summed_up_to_today() -> None:
    assert planted((0.1, 0.2, 0.3)).cut_off_day == DAY
    assert planted((0.1, 0.2, 0.3), day=SUNDAY + timedelta(days=3)).cut_off_day == SUNDAY


def test_monday_is_the_weeks_first_day() -> None:
    assert {monday_of(START + timedelta(days=n)) for n in range(7)} == {START}


@pytest.mark.parametrize(
    ("report", "counts"),
    [
        ({}, (1, 0, 20)),
        ({"is_late": True}, (0, 1, 20)),
        ({"state": ReportState.FILED}, (1, 0, 20)),
        ({"state": ReportState.RETURNED}, (0, 0, 21)),
        ({"state": ReportState.WITHDRAWN}, (0, 0, 21)),
        ({"township_code": "419902101"}, (0, 0, 21)),
        ({"day": START - timedelta(days=1)}, (0, 0, 21)),
    ],
)
def test_a_day_is_on_time_late_or_missing(report: dict, counts: tuple[int, int, int]) -> None:
    found = punctuality(PROJECT, list(NAMES), sent([report]), START, SUNDAY)
    assert (found.on_time, found.late, found.missing) == counts
    assert found.expected == 21


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (START - timedelta(days=7), START - timedelta(days=1), 0),
        (START - timedelta(days=3), START + timedelta(days=3), 4),
        (PROJECT.deadline, PROJECT.deadline + timedelta(days=6), 1),
        (PROJECT.deadline + timedelta(days=1), PROJECT.deadline + timedelta(days=7), 0),
    ],
)
def test_reports_are_expected_on_days_of_the_project_only(
    first: date, last: date, days: int
) -> None:
    found = punctuality(PROJECT, list(NAMES), sent([]), first, last)
    assert found.expected == found.missing == 3 * days


reports = st.lists(
    st.tuples(
        st.sampled_from(list(NAMES)),
        st.integers(-2, 8),
        st.sampled_from(ReportState),
        st.booleans(),
        st.sampled_from(["", "rain", "no_team"]),
    ),
    unique_by=lambda report: report[:2],  # the store keeps one live report a township and day
)


@settings(max_examples=50, deadline=None)
@given(reports)
def test_expected_is_on_time_and_late_and_missing_and_townships_add_up(rows: list) -> None:
    frame = sent(
        [
            {
                "township_code": code,
                "day": START + timedelta(days=shift),
                "state": state,
                "is_late": late,
                "zero_reason": zero,
            }
            for code, shift, state, late, zero in rows
        ]
    )
    county = punctuality(PROJECT, list(NAMES), frame, START, SUNDAY)
    assert county.expected == county.on_time + county.late + county.missing == 21
    assert county.missing >= 0
    parts = [punctuality(PROJECT, [code], frame, START, SUNDAY) for code in NAMES]
    for name in ("expected", "on_time", "late", "missing"):
        assert sum(getattr(part, name) for part in parts) == getattr(county, name)
    assert sum(county.zero_days.values()) == sum(sum(p.zero_days.values()) for p in parts)
    assert sum(county.zero_days.values()) <= county.on_time + county.late


def test_the_county_is_the_sum_of_its_townships() -> None:
    found = example()
    for name in ("parcels", "awaiting"):
        assert sum(getattr(row, name) for row in found.townships) == getattr(found.county, name)
    for step in REPORTED_BY_TOWNSHIP:
        for figures in ("week_m2", "total_m2"):
            parts = [getattr(row, figures)[step] for row in found.townships]
            assert sum(parts) == pytest.approx(getattr(found.county, figures)[step])
    for name in ("eligible_m2", "done_m2", "accepted_m2"):
        parts = [getattr(row.completion, name) for row in found.townships]
        assert sum(parts) == pytest.approx(getattr(found.county.completion, name))


def test_problems_of_returned_reports_are_not_told_and_none_twice() -> None:
    found = weekly_summary(
        PROJECT,
        NAMES,
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
        first=START,
        today=DAY,
    )
    assert found.county.problems == ("缺机械", "请协调")


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


def example() -> WeeklySummary:
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
    return weekly_summary(PROJECT, NAMES, parcels, work, reports, first=monday, today=week[2])


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
    return "\n".join(lines) + "\n"


def shown(cell: Any) -> str:
    if cell is None:
        return "—"
    return f"{cell:.9g}" if isinstance(cell, float) else str(cell)


def test_the_golden_text_leaves_out_no_part_of_a_document() -> None:
    assert {field.name for field in fields(Document)} == {
        "name", "title", "stamp", "facts", "paragraphs", "tables",
    }  # fmt: skip
    assert len({row.code for row in example().townships}) == 3
    assert isinstance(example().county, WeekRow)
    assert example().county.code == COUNTY
