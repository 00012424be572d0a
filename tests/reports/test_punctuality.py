"""On time, late, missing: three classes that add up to what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.calendar import days_between
from reports.daily import ReportState
from reports.punctuality import (
    ExpectedReport,
    Standing,
    idle_run,
    missing_run,
    punctuality,
    standings,
)
from tests.builders import DAY, START, TOWNSHIP_A, TOWNSHIP_B

TOWNSHIP_C = "419901103"
CODES = [TOWNSHIP_A, TOWNSHIP_B, TOWNSHIP_C]
SUNDAY = START + timedelta(days=6)
WEEK = days_between(START, SUNDAY)


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


@pytest.mark.parametrize(
    ("report", "counts"),
    [
        ({}, (1, 0, 20, 0)),
        ({"is_late": True}, (0, 1, 20, 0)),
        ({"state": ReportState.FILED}, (1, 0, 20, 0)),
        ({"state": ReportState.RETURNED}, (0, 0, 21, 0)),
        ({"state": ReportState.WITHDRAWN}, (0, 0, 21, 0)),
        ({"township_code": "419902101"}, (0, 0, 21, 0)),
        ({"day": START - timedelta(days=1)}, (0, 0, 21, 1)),
    ],
)
def test_a_day_is_on_time_late_or_missing(report: dict, counts: tuple[int, ...]) -> None:
    found = punctuality(WEEK, CODES, sent([report]))
    assert (found.on_time, found.late, found.missing, found.unasked) == counts
    assert found.expected == 21


reports = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.integers(-2, 8),
        st.sampled_from(ReportState),
        st.booleans(),
        st.sampled_from(["", "rain", "no_team"]),
    ),
    unique_by=lambda report: report[:2],  # the store keeps one live report a township and day
)


@settings(max_examples=100, deadline=None)
@given(reports, st.sets(st.integers(0, 6)))
def test_expected_is_on_time_and_late_and_missing_and_townships_add_up(
    rows: list, days: set
) -> None:
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
    expected = [START + timedelta(days=n) for n in days]
    county = punctuality(expected, CODES, frame)
    assert county.expected == county.on_time + county.late + county.missing == 3 * len(days)
    assert min(county.on_time, county.late, county.missing, county.unasked) >= 0
    parts = [punctuality(expected, [code], frame) for code in CODES]
    for name in ("expected", "on_time", "late", "missing", "unasked", "idle_days"):
        assert sum(getattr(part, name) for part in parts) == getattr(county, name)
    assert sum(county.zero_days.values()) <= county.on_time + county.late
    live = frame[frame["state"].isin(["filed", "confirmed"])]
    assert county.on_time + county.late + county.unasked == len(live)


def test_each_expected_report_is_named_once() -> None:
    found = standings(WEEK, CODES, sent([{"is_late": True, "zero_reason": "rain"}]))
    assert len({(one.township_code, one.day) for one in found}) == len(found) == 21
    assert ExpectedReport(TOWNSHIP_A, DAY, Standing.LATE, "rain") in found


def a_run(marks: str) -> list[ExpectedReport]:
    """Days in a row: w worked, n no team, r rain, . missing."""
    reasons = {"n": "no_team", "r": "rain"}
    return [
        ExpectedReport(
            TOWNSHIP_A,
            START + timedelta(days=place),
            Standing.MISSING if mark == "." else Standing.ON_TIME,
            reasons.get(mark, ""),
        )
        for place, mark in enumerate(marks)
    ]


@pytest.mark.parametrize(
    ("marks", "idle", "missing"),
    [
        ("", 0, 0), ("w", 0, 0), ("wnn", 2, 0), ("nwn", 1, 0), ("wnrn", 2, 0), ("wn.n", 2, 0),
        ("wr", 0, 0), ("w..", 0, 2), ("...", 0, 3), (".w", 0, 0), ("nn..", 2, 2),
    ],
)  # fmt: skip
def test_idle_and_missing_days_in_a_row_end_with_the_last_day(
    marks: str, idle: int, missing: int
) -> None:
    assert idle_run(a_run(marks)) == idle
    assert missing_run(a_run(marks)) == missing


def test_rain_is_an_accepted_reason_and_a_missing_team_is_not() -> None:
    rows = [
        {"zero_reason": "rain"},
        {"zero_reason": "no_team", "day": START},
        {"zero_reason": "weather", "day": SUNDAY},
    ]
    found = punctuality(WEEK, CODES, sent(rows))
    assert found.zero_days == {"no_team": 1, "rain": 1, "weather": 1}
    assert found.idle_days == 1
