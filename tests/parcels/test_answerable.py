"""Leaders, deputies and tasks: named by the bureau, both figures of a task side by side."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from gis.language import Problem
from parcels.answerable import NOBODY, Answerable, Officer, answerables, task_of
from parcels.people.access import Refused
from parcels.services.name_answerable import name_answerable
from parcels.store.engine import Store
from parcels.store.tables import AUDIT
from tests.builders import NOW, TOWNSHIP_A, TOWNSHIP_B, County, working_county

LEADER = Officer("王建国", "镇长", "13800000001")
DEPUTY = Officer("刘志强", "副镇长", "13800000002")
NAMED = Answerable(LEADER, DEPUTY, 90_000.0, "县政办〔2026〕7号")


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def named(here: County, code: str = TOWNSHIP_A, answerable: Answerable = NAMED) -> None:
    name_answerable(here.store, here.bureau, here.project_id, code, answerable, now=NOW)


def test_what_the_bureau_names_is_read_back(here: County) -> None:
    named(here)
    named(here, TOWNSHIP_B, Answerable(LEADER))
    found = answerables(here.store, here.bureau, here.project)
    assert found == {TOWNSHIP_A: NAMED, TOWNSHIP_B: Answerable(LEADER)}


def test_a_township_sees_its_own_leader_and_no_other(here: County) -> None:
    named(here)
    named(here, TOWNSHIP_B)
    assert set(answerables(here.store, here.reporter_a, here.project)) == {TOWNSHIP_A}


def test_naming_another_leader_keeps_the_one_before_in_the_audit_log(here: County) -> None:
    named(here)
    named(here, answerable=Answerable(Officer("赵新")))
    with here.store.reading() as connection:
        newest = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id.desc())).first()
    assert newest is not None
    assert newest.before["leader_name"] == "王建国"
    assert newest.after["leader_name"] == "赵新"


def test_a_township_names_nobody(here: County) -> None:
    with pytest.raises(Refused):
        name_answerable(here.store, here.reporter_a, here.project_id, TOWNSHIP_A, NAMED, now=NOW)
    assert not answerables(here.store, here.bureau, here.project)


def test_a_village_or_another_county_has_no_leader_here(here: County) -> None:
    with pytest.raises(Problem):
        named(here, f"{TOWNSHIP_A}201")


def test_a_task_is_the_eligible_sum_until_a_document_gives_another_figure() -> None:
    assert task_of(NOBODY, 800.0).task_m2 == 800.0
    by_document = task_of(NAMED, 800.0)
    assert (by_document.task_m2, by_document.eligible_m2) == (90_000.0, 800.0)
    assert by_document.document_no == "县政办〔2026〕7号"


@pytest.mark.parametrize(("task_m2", "number"), [(1000.0, ""), (None, "7号"), (-5.0, "7号")])
def test_a_figure_and_its_document_come_together(task_m2: float | None, number: str) -> None:
    with pytest.raises(Problem):
        Answerable(document_task_m2=task_m2, task_document_no=number)
