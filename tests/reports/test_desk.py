"""The bureau's desk and calendar: what stands out comes first, what is plain is one tap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gis.language import ENGLISH, Problem, speaking
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.store.engine import Store
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports.daily import ReportState, ReturnReason, ZeroReason
from reports.holidays import CalendarDay, read_holidays
from reports.outliers import LEAST_KNOWN, MOST_STEPS_A_DAY, remarks
from reports.reading import calendar_of, reports_between
from reports.services import desk as desk_service
from reports.services.desk import confirm_unremarkable, waiting_reports
from reports.services.keep_calendar import keep_days, keep_week
from reports.services.keep_photo import keep_photo
from tests.builders import COUNTY, DAY, NOW, START, County, at, person, working_county
from tests.reports.pages import session_of, shown_page, words_in
from tests.reports.pictures import photo
from ui.components.literal import literally
from ui.pages import confirm as desk


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


@pytest.mark.parametrize(
    ("area", "usual", "steps", "people", "count"),
    [
        (300.0, [100.0] * LEAST_KNOWN, 1, 3, 0),
        (301.0, [100.0] * LEAST_KNOWN, 1, 3, 1),
        (999.0, [100.0] * (LEAST_KNOWN - 1), 1, 3, 0),  # too few days to say what is usual
        (100.0, [], MOST_STEPS_A_DAY + 1, 3, 1),
        (100.0, [], 1, 0, 1),
        (0.0, [], 0, 0, 0),
    ],
)
def test_what_stands_out(
    area: float, usual: list[float], steps: int, people: int, count: int
) -> None:
    assert len(remarks(area, usual, most_steps=steps, people_and_machines=people)) == count


def test_breaches_come_first_and_one_tap_confirms_the_plain_ones(here: County) -> None:
    later = DAY + timedelta(days=1)
    first = here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), key="1", workers=3)
    here.send(("A1", Step.DEMOLISHED, 900.0), key="2", day=later, now=at(later), workers=3)
    here.send(key="b", actor=here.reporter_b, zero_reason=ZeroReason.RAIN)
    here.move(first, ReportState.RETURNED, reason=ReturnReason.NOT_SEEN, text="未见")
    now = at(later, 18)
    found = waiting_reports(here.store, here.bureau, here.project, now=now)
    assert [bool(one.breaches) for one in found] == [True, False]
    assert confirm_unremarkable(here.store, here.bureau, here.project, now=now) == 1
    states = reports_between(here.store, here.bureau, here.project, START, later)["state"]
    assert sorted(states) == sorted(
        [ReportState.RETURNED, ReportState.FILED, ReportState.CONFIRMED]
    )


def test_a_parcel_done_in_one_day_is_looked_at(here: County) -> None:
    here.send(*[("A1", step, 900.0) for step in REPORTED_BY_TOWNSHIP], key="1", workers=3)
    (one,) = waiting_reports(here.store, here.bureau, here.project, now=NOW)
    assert one.is_remarkable
    assert confirm_unremarkable(here.store, here.bureau, here.project, now=NOW) == 0
    with pytest.raises(Refused):
        waiting_reports(here.store, here.reporter_a, here.project, now=NOW)


def test_what_is_sent_again_says_why_and_what_is_another_than_before(here: County) -> None:
    signed = Step.AGREEMENT_SIGNED
    first = here.send(("A1", signed, 900.0), ("A2", signed, 100.0), key="1", workers=3)
    here.move(first, ReportState.RETURNED, reason=ReturnReason.FIGURES, text="A1 只签了一半")
    here.send(("A1", signed, 450.0), ("A2", signed, 100.0), key="2", workers=3)
    with speaking(ENGLISH):
        (one,) = waiting_reports(here.store, here.bureau, here.project, now=NOW)
        assert [str(words) for words in one.changed] == [
            "Sent again; it was returned: Figures are wrong. A1 只签了一半",
            "Parcel A1, Agreement signed: 900.00 → 450.00 m²",
        ]
    assert one.is_remarkable, "a person looks whether it was answered"
    assert confirm_unremarkable(here.store, here.bureau, here.project, now=NOW) == 0


def test_what_was_withdrawn_and_sent_again_is_told_but_holds_nobody_up(here: County) -> None:
    first = here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), key="1", workers=3)
    here.move(first, ReportState.WITHDRAWN, here.reporter_a)
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), key="2", workers=3)
    (one,) = waiting_reports(here.store, here.bureau, here.project, now=NOW)
    with speaking(ENGLISH):
        assert [str(words) for words in one.changed] == [
            "Sent again after the township had withdrawn it.", "No claim of work has changed.",
        ]  # fmt: skip
    assert confirm_unremarkable(here.store, here.bureau, here.project, now=NOW) == 1


def test_the_desk_tells_by_itself_what_came_in_since_and_gives_no_sign_of_life(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run as Streamlit runs it each minute: with what the page knew when it was opened."""
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), key="1", workers=3)
    session = session_of(here.bureau, ENGLISH)
    page = replace(desk.PAGE, show=lambda _session: desk._who_has_reported(here.project, 0))
    with shown_page(here, page, session, NOW, monkeypatch) as shown:
        asked: list[bool] = []
        monkeypatch.setattr(
            desk, "require_session", lambda *, is_used: asked.append(is_used) or session
        )
        shown.run()
        assert "1 of 2" in "\n".join(words_in(shown))
        assert [button.label for button in shown.button] == [
            literally("Come in meanwhile: 1. Show")
        ]
        assert asked == [False]
    with shown_page(here, desk.PAGE, session, NOW, monkeypatch) as shown:
        assert "meanwhile" not in str([button.label for button in shown.button])


def test_a_photo_of_another_place_or_day_is_looked_at_before_confirming(here: County) -> None:
    receipt = here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), key="1", workers=3)
    about = f"daily_report:{here.report_id(receipt.receipt_no)}"
    plain = photo(colour="#123")  # chat programs strip place and time: it contradicts nothing
    far = photo(at=(120.0, 30.0), taken=at(DAY, 9))
    for name, content in (("plain.jpg", plain), ("far.jpg", far)):
        (waiting,) = waiting_reports(here.store, here.bureau, here.project, now=NOW)
        assert not waiting.is_remarkable
        keep_photo(here.store, here.reporter_a, content, name, project_id=here.project_id,
                   region=here.reporter_a.region, about=about, now=NOW)  # fmt: skip
    (waiting,) = waiting_reports(here.store, here.bureau, here.project, now=NOW)
    assert [one.values["count"] for one in waiting.remarks] == [1]
    assert confirm_unremarkable(here.store, here.bureau, here.project, now=NOW) == 0


def test_one_report_that_cannot_be_confirmed_holds_up_no_other(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), key="1", workers=3)
    here.send(key="b", actor=here.reporter_b, zero_reason=ZeroReason.RAIN)
    as_seen = waiting_reports(here.store, here.bureau, here.project, now=NOW)
    here.move(gone, ReportState.WITHDRAWN, here.reporter_a)  # while the clerk was looking
    monkeypatch.setattr(desk_service, "waiting_reports", lambda *_a, **_k: as_seen)
    assert confirm_unremarkable(here.store, here.bureau, here.project, now=NOW) == 1


def test_a_pasted_list_is_read_and_what_is_not_understood_is_told() -> None:
    days, rejected = read_holidays(
        "2026-10-01 至 2026-10-03 国庆节 休\n2026年10月10日\t班\n\n明天休\n2026-13-01 休\n"
        "2026-10-05"
    )
    assert [(one.day.day, one.is_working) for one in days] == [
        (1, False), (2, False), (3, False), (10, True),
    ]  # fmt: skip
    assert [one.line for one in rejected] == [4, 5, 6]


def test_the_calendar_is_kept_by_the_bureau_and_replaced_day_by_day(here: County) -> None:
    sunday = START + timedelta(days=6)
    keep_week(here.store, here.bureau, COUNTY, {0, 1, 2, 3, 4}, since=START, now=NOW)
    keep_days(here.store, here.bureau, COUNTY, [CalendarDay(sunday, True, "调休")], now=NOW)
    keep_days(here.store, here.bureau, COUNTY, [CalendarDay(DAY, False, "节")] * 2, now=NOW)
    with here.store.reading() as connection:
        calendar = calendar_of(connection, COUNTY)
    assert calendar.is_working(sunday)
    assert not calendar.is_working(DAY)
    assert not calendar.is_working(sunday - timedelta(days=1))
    with pytest.raises(Problem):
        keep_week(here.store, here.bureau, COUNTY, set(), since=START, now=NOW)
    with pytest.raises(Refused):
        keep_week(here.store, here.reporter_a, COUNTY, {0}, since=START, now=NOW)
    administrator = person(here.store, "admin", Role.ADMINISTRATOR)
    keep_week(here.store, administrator, COUNTY, {0}, since=date(2027, 1, 1), now=NOW)
