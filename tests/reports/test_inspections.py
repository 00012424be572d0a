"""Acceptance on site: results by parcel within the ceilings, refusals until they are mended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from gis.language import ENGLISH, Problem
from parcels.people.access import Refused
from parcels.people.actor import Actor, Role
from parcels.references import references_to
from parcels.register import judged_figures, stage_events
from parcels.store.engine import Store
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports.acceptance.inspection import (
    GROUND_TITLES,
    RECORDED_ON_SITE,
    Ground,
    Result,
    open_refusals,
)
from reports.acceptance.reading import inspection_results
from reports.completion import completion
from reports.daily import ReportState
from reports.services.ceilings import TooMuchClaimed
from reports.services.keep_visit import (
    Visit,
    end_visit,
    keep_visit_draft,
    visit_under_way,
)
from reports.services.record_inspection import open_inspection, record_results, strike_result
from tests.builders import DAY, NOW, TOWNSHIP_A, TOWNSHIP_B, County, person, working_county
from tests.reports.pages import session_of, shown_page
from ui.pages import acceptance

COUNTY_STEP, CITY_STEP = Step.COUNTY_ACCEPTED, Step.CITY_ACCEPTED


@pytest.fixture
def here(store: Store) -> County:
    """Township A has self-checked A1 wholly, and nothing else."""
    made = working_county(store)
    receipt = made.send(*(("A1", step, 900.0) for step in REPORTED_BY_TOWNSHIP))
    made.move(receipt, ReportState.CONFIRMED)
    return made


@pytest.fixture
def inspector(here: County) -> Actor:
    return person(here.store, "inspector", Role.INSPECTOR)


def ledger_id(here: County, number: str) -> int:
    return int(here.parcels().loc[number, "ledger_id"])


def visit(here: County, who: Actor, step: Step = COUNTY_STEP, **fields: Any) -> int:
    given: dict[str, Any] = {"day": DAY, "people": "周文涛、郑立", "document_no": "1号", "now": NOW}
    return open_inspection(here.store, who, here.project_id, TOWNSHIP_A, step, **given | fields)


def accept(
    here: County, who: Actor, number: str = "A1", area_m2: float = 900.0, step: Step = COUNTY_STEP
) -> int:
    made = visit(here, who, step)
    record_results(here.store, who, made, [Result(ledger_id(here, number), True, area_m2)], now=NOW)
    return made


def refusal(here: County, number: str = "A1") -> Result:
    return Result(
        ledger_id(here, number), False, 0.0, (Ground.RUBBLE,), "清运东北角瓦砾",
        DAY + timedelta(days=7),
    )  # fmt: skip


def accepted_m2(here: County) -> float:
    return completion(
        here.project, judged_figures(here.store, here.bureau, here.project),
        stage_events(here.store, here.bureau, here.project), day=DAY,
    ).accepted_m2  # fmt: skip


def test_the_steps_on_site_are_those_no_township_reports() -> None:
    assert (*REPORTED_BY_TOWNSHIP, *RECORDED_ON_SITE) == tuple(Step)
    assert set(GROUND_TITLES) == set(Ground)


def test_an_accepted_parcel_counts_in_the_fourth_total(here: County, inspector: Actor) -> None:
    assert accepted_m2(here) == 0.0
    accept(here, inspector)
    assert accepted_m2(here) == 800.0


def test_nothing_is_accepted_that_was_not_self_checked(here: County, inspector: Actor) -> None:
    with pytest.raises(TooMuchClaimed) as refused:
        accept(here, inspector, "A2")
    assert [breach.parcel_no for breach in refused.value.breaches] == ["A2"]
    with pytest.raises(TooMuchClaimed):
        accept(here, inspector, "A1", 900.02)
    with pytest.raises(TooMuchClaimed):
        accept(here, inspector, step=CITY_STEP)
    assert inspection_results(here.store, inspector, here.project).empty


def test_work_that_is_claimed_but_not_confirmed_is_not_accepted(
    here: County, inspector: Actor
) -> None:
    here.send(*(("A2", step, 900.0) for step in REPORTED_BY_TOWNSHIP),
              key="second", day=DAY - timedelta(days=1))  # fmt: skip
    with pytest.raises(TooMuchClaimed):
        accept(here, inspector, "A2")


def test_a_parcel_is_accepted_once_and_then_by_the_city(here: County, inspector: Actor) -> None:
    accept(here, inspector, area_m2=500.0)
    accept(here, inspector, area_m2=400.0)
    with pytest.raises(TooMuchClaimed):
        accept(here, inspector, area_m2=0.02)
    accept(here, inspector, step=CITY_STEP)
    accept(here, inspector, step=Step.FILED)
    steps = set(stage_events(here.store, inspector, here.project)["step"])
    assert set(RECORDED_ON_SITE) <= steps


def test_a_parcel_of_another_township_is_not_accepted_here(here: County, inspector: Actor) -> None:
    with pytest.raises(TooMuchClaimed):
        accept(here, inspector, "B1")


def test_a_refusal_stays_open_until_the_parcel_is_accepted(here: County, inspector: Actor) -> None:
    made = visit(here, inspector)
    record_results(here.store, inspector, made, [refusal(here)], now=NOW)
    results = inspection_results(here.store, here.reporter_a, here.project)
    assert list(open_refusals(results)["to_mend"]) == ["清运东北角瓦砾"]
    assert results.iloc[0]["grounds"] == [Ground.RUBBLE]
    assert accepted_m2(here) == 0.0
    accept(here, inspector)
    results = inspection_results(here.store, here.reporter_a, here.project)
    assert open_refusals(results).empty
    assert len(results) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"grounds": ()},
        {"to_mend": " "},
        {"mend_by": None},
        {"mend_by": DAY - timedelta(days=1)},
        {"is_accepted": True, "area_m2": 5.0},  # with a ground of refusal
    ],
)
def test_a_result_that_says_too_little_is_not_kept(
    here: County, inspector: Actor, fields: dict[str, Any]
) -> None:
    from dataclasses import replace

    made = visit(here, inspector)
    with pytest.raises(Problem):
        record_results(here.store, inspector, made, [replace(refusal(here), **fields)], now=NOW)
    assert inspection_results(here.store, inspector, here.project).empty


def test_a_result_struck_out_frees_the_ground_again(here: County, inspector: Actor) -> None:
    accept(here, inspector)
    result_id = int(inspection_results(here.store, inspector, here.project).iloc[0]["id"])
    strike_result(here.store, inspector, result_id, reason="点错图斑", now=NOW)
    assert accepted_m2(here) == 0.0
    assert inspection_results(here.store, inspector, here.project).empty
    accept(here, inspector)


def test_a_result_that_the_city_rests_on_is_not_struck_out(here: County, inspector: Actor) -> None:
    accept(here, inspector)
    result_id = int(inspection_results(here.store, inspector, here.project).iloc[0]["id"])
    accept(here, inspector, step=CITY_STEP)
    with pytest.raises(Problem):
        strike_result(here.store, inspector, result_id, reason="点错图斑", now=NOW)
    assert accepted_m2(here) == 800.0


def test_a_township_does_not_accept_its_own_work(here: County) -> None:
    with pytest.raises(Refused):
        visit(here, here.reporter_a)


def test_a_visit_names_who_was_there_and_the_citys_document(here: County, inspector: Actor) -> None:
    for wrong in (
        {"people": " "}, {"step": CITY_STEP, "document_no": ""}, {"step": Step.PLANTED},
        {"day": DAY + timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(Problem):
            visit(here, inspector, **wrong)


def test_a_neighbour_sees_none_of_it(here: County, inspector: Actor) -> None:
    accept(here, inspector)
    assert inspection_results(here.store, here.reporter_b, here.project).empty
    assert here.reporter_b.region == TOWNSHIP_B


def test_a_new_layer_is_told_how_many_results_name_its_parcels(
    here: County, inspector: Actor
) -> None:
    accept(here, inspector)
    with here.store.reading() as connection:
        found = {
            title.msgid: count
            for title, count in references_to(connection, [ledger_id(here, "A1")])
        }
        none = references_to(connection, [ledger_id(here, "B1")])
    assert found["Results of inspections"] == 1
    assert {title.msgid: count for title, count in none}["Results of inspections"] == 0


def test_a_visit_that_was_interrupted_is_taken_up_again_with_what_was_filled_in(
    here: County, inspector: Actor
) -> None:
    made = visit(here, inspector)
    filled = {"ledger_id": ledger_id(here, "A1"), "is_accepted": False, "to_mend": "清运东北角瓦砾"}
    keep_visit_draft(here.store, inspector, made, filled)

    def found(who: Actor, now: datetime = NOW) -> Visit | None:
        return visit_under_way(here.store, who, here.project_id, now=now)

    again = found(inspector)
    assert again is not None
    assert (again.id, again.township, again.draft) == (made, "甲镇", filled)
    colleague = person(here.store, "colleague", Role.INSPECTOR)
    assert found(colleague) is None
    assert found(inspector, NOW + timedelta(days=4)) is None
    with pytest.raises(Problem):
        keep_visit_draft(here.store, colleague, made, {})
    end_visit(here.store, inspector, made, now=NOW)
    assert found(inspector) is None
    with pytest.raises(Problem):
        keep_visit_draft(here.store, inspector, made, filled)


def test_a_refused_parcel_is_offered_first_for_re_inspection_and_once_a_visit(
    here: County, inspector: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_on_a2 = here.send(*(("A2", step, 900.0) for step in REPORTED_BY_TOWNSHIP),
                           key="second", day=DAY - timedelta(days=1))  # fmt: skip
    here.move(work_on_a2, ReportState.CONFIRMED)
    first = visit(here, inspector)
    record_results(here.store, inspector, first, [refusal(here, "A2")], now=NOW)
    end_visit(here.store, inspector, first, now=NOW)
    again = visit(here, inspector)
    session = session_of(inspector, ENGLISH)
    with shown_page(here, acceptance.PAGE, session, NOW, monkeypatch) as shown:
        choice = shown.selectbox(f"visit parcel {again}")
        assert [option.split(" ")[1] for option in choice.options] == ["A2", "A1"]
        assert "re-inspection" in choice.options[0]
        assert "re-inspection" not in choice.options[1]
        assert ["清运东北角瓦砾" in warning.value for warning in shown.warning] == [True]
        shown.button(f"keep {again} {ledger_id(here, 'A2')}").click().run()
        assert [o.split(" ")[1] for o in shown.selectbox(f"visit parcel {again}").options] == ["A1"]
        assert not shown.warning
        record_results(here.store, inspector, again, [refusal(here)], now=NOW)
        shown.run()
        offered = [box.key for box in shown.selectbox if "visit parcel" in str(box.key)]
        assert not offered, "what has its result of this visit is not asked for again"
    results = inspection_results(here.store, inspector, here.project)
    assert list(open_refusals(results)["parcel_no"]) == ["A1"]


def test_a_parcel_is_not_accepted_and_refused_at_once(here: County, inspector: Actor) -> None:
    accept(here, inspector, area_m2=400.0)  # the rest may still be refused
    record_results(here.store, inspector, visit(here, inspector), [refusal(here)], now=NOW)
    accept(here, inspector, area_m2=500.0)
    with pytest.raises(Problem, match="A1"):
        record_results(here.store, inspector, visit(here, inspector), [refusal(here)], now=NOW)


@pytest.mark.parametrize("area_m2", [float("nan"), float("inf"), -1.0, 0.0])
def test_what_is_no_area_is_not_accepted(here: County, inspector: Actor, area_m2: float) -> None:
    with pytest.raises(Problem):
        accept(here, inspector, area_m2=area_m2)
    assert accepted_m2(here) == 0.0
