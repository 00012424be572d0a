"""A project is corrected after it was founded: with a reason, and nobody overwrites another."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from gis.language import Problem
from parcels.people.access import Refused
from parcels.people.actor import Actor, Role
from parcels.projects import Project
from parcels.services.change_project import change_project, correction_of
from parcels.store.engine import Store
from parcels.store.tables import AUDIT
from tests.builders import NOW, County, county, person


def correct(made: County, actor: Actor | None = None, **fields: Any) -> Project:
    reason = fields.pop("reason", "批复更正")
    seen = fields.pop("seen", correction_of(made.project))
    return change_project(
        made.store, actor or made.bureau, made.project_id, replace(seen, **fields),
        seen=seen, reason=reason, now=NOW,
    )  # fmt: skip


def test_a_correction_holds_and_says_what_was_before_and_why(store: Store) -> None:
    made = county(store)
    later = made.project.deadline + timedelta(days=30)
    correct(made, approved_scale_m2=120_000.0, deadline=later, cut_off=time(18, 0))
    assert made.project.approved_scale_m2 == 120_000.0
    assert (made.project.deadline, made.project.cut_off) == (later, time(18, 0))
    with store.reading() as connection:
        row = connection.execute(
            sa.select(AUDIT).where(AUDIT.c.action == "change_project")
        ).mappings().one()  # fmt: skip
    assert row["before"]["approved_scale_m2"] == 100_000.0
    assert row["after"]["approved_scale_m2"] == 120_000.0
    assert row["after"]["cut_off"] == "18:00"
    assert row["after"]["reason"] == "批复更正"
    assert "name" not in row["after"], "only what changed"


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": " "},
        {"name": ""},
        {"approved_scale_m2": 0.0},
        {"approved_new_arable_m2": 100_001.0},
        {"approved_new_arable_m2": float("nan")},
        {"approved_scale_m2": float("inf")},
        {},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(store: Store, fields: dict) -> None:
    made = county(store)
    before = made.project
    with pytest.raises(Problem):
        correct(made, **fields)
    assert made.project == before


def test_a_deadline_before_the_start_is_refused(store: Store) -> None:
    made = county(store)
    with pytest.raises(Problem):
        correct(made, deadline=made.project.starts_on)
    assert made.project.deadline > made.project.starts_on


def test_the_second_of_two_corrections_is_told_of_the_first(store: Store) -> None:
    made = county(store)
    seen = correction_of(made.project)
    correct(made, name="甲项目")
    with pytest.raises(Problem):
        correct(made, name="乙项目", seen=seen)
    assert made.project.name == "甲项目"


def test_only_who_keeps_projects_here_corrects_one(store: Store) -> None:
    made = county(store)
    other = person(store, "other", Role.BUREAU_CLERK, "419902")
    for actor in (made.reporter_a, other, person(store, "inspector", Role.INSPECTOR)):
        with pytest.raises(Refused):
            correct(made, actor, name="乙项目")
    assert made.project.name == "测试项目"
