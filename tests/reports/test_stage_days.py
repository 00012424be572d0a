"""The days of a map: for every day exactly what the figures say, found in one pass."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

from parcels.ledger.opening import OPENING
from parcels.workflow import ORDER, EventState
from reports.completion import current_step, done_m2
from reports.stage_days import stage_days

START, TODAY = date(2026, 3, 1), date(2026, 3, 20)
PARCELS = pd.DataFrame(
    {"ledger_id": pd.array([11, 12, 13, None], dtype="Int64"), "area_m2": [100.0, 50.0, 70.0, 9.0]}
)
EVENTS = some.lists(
    some.tuples(
        some.sampled_from([11, 12, 13, 99]),
        some.sampled_from(ORDER),
        some.integers(-30, 19),
        some.sampled_from([-20.0, 30.0, 50.0, 70.0, 100.0]),
        some.sampled_from([EventState.CONFIRMED, EventState.CLAIMED]),
        some.sampled_from(["report:1", f"{OPENING}:1"]),
    ),
    max_size=30,
)


def events_of(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["ledger_id", "step", "day", "area_m2", "state", "source"])
    frame["day"] = [START + timedelta(days=number) for number in frame["day"]]
    return frame.sort_values("day", kind="stable")


@given(EVENTS)
def test_every_day_says_what_the_figures_say_of_it(rows: list[tuple]) -> None:
    events = events_of(rows)
    days = stage_days(PARCELS, events, today=TODAY)
    for number in range(days.days):
        day = days.day(number)
        steps = current_step(done_m2(events, until=day), PARCELS)
        expected = [ORDER.index(step) + 1 if step else 0 for step in steps]
        assert days.places_at(day).tolist() == expected


@given(EVENTS)
def test_the_days_begin_with_the_first_report_and_end_today(rows: list[tuple]) -> None:
    events = events_of(rows)
    days = stage_days(PARCELS, events, today=TODAY)
    reported = events[
        (events["state"] == EventState.CONFIRMED)
        & (events["source"] == "report:1")
        & events["ledger_id"].isin([11, 12, 13])
    ]
    assert days.last == TODAY
    assert days.first == min([*reported["day"], TODAY])
    for number in range(days.days):
        own = reported.loc[reported["day"] == days.day(number), "ledger_id"]
        moved = PARCELS["ledger_id"].isin(own)
        assert days.moved_at(days.day(number)).tolist() == moved.tolist()


def test_an_opening_balance_stands_but_has_moved_on_no_day() -> None:
    events = events_of([(11, ORDER[0], 0, 100.0, EventState.CONFIRMED, f"{OPENING}:1"),
                        (12, ORDER[0], 3, 50.0, EventState.CONFIRMED, "report:1")])  # fmt: skip
    days = stage_days(PARCELS, events, today=TODAY)
    assert days.first == START + timedelta(days=3)
    assert days.places_at(days.first).tolist() == [1, 1, 0, 0]
    assert days.moved_at(days.first).tolist() == [False, True, False, False]
    assert days.moved_counts(days.places_at(TODAY) >= 0)[0] == 1
