"""The audit log in words: every action the code writes, read as a person reads it."""

from __future__ import annotations

import ast
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from gis.language import CHINESE, ENGLISH, LANGUAGES, Problem, catalogue, speaking
from parcels.audit_words import ACTIONS, FIELDS, what_happened
from parcels.jobs import ROUNDS
from parcels.people import sessions as _sessions  # noqa: F401  hands in its settings
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.services.keep_project import name_region
from parcels.services.keep_settings import change_settings
from parcels.services.note_refusal import note_refusal
from parcels.services.read_audit import Wanted, is_whole, known_actions, read_audit
from parcels.store.engine import Store
from parcels.store.migrate import migrate
from parcels.store.tables import AUDIT
from parcels.worker import Worker
from reports import audit_words as _words  # noqa: F401  hands in the reporting loop's
from reports import heavy as _heavy  # noqa: F401  hands in its rounds
from reports.audit_log import compose
from reports.document import Look
from reports.renderers import RENDERERS
from tests.builders import COUNTY, NOW, TOWNSHIP_A, TOWNSHIP_B, person
from tests.test_architecture import code, tree

EVER = (NOW - timedelta(days=1), NOW + timedelta(days=1))


def test_words_are_said_in_both_languages() -> None:
    chinese = catalogue(CHINESE)
    assert set(LANGUAGES) == {CHINESE, ENGLISH}
    missing = [
        text.msgid for text in (*ACTIONS.values(), *FIELDS.values()) if text.msgid not in chinese
    ]
    assert not missing


def row(**values: Any) -> dict[str, Any]:
    return {"action": "name_region", "subject": TOWNSHIP_A, "before": {}, "after": {}} | values


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"after": {"name": "甲镇"}}, f"Named a region: {TOWNSHIP_A}; name 甲镇"),
        (
            {"before": {"name": "甲镇"}, "after": {"name": "乙镇"}},
            f"Named a region: {TOWNSHIP_A}; name 甲镇 → 乙镇",
        ),
        (
            {"before": {"name": "甲镇"}, "after": {"name": ""}},
            f"Named a region: {TOWNSHIP_A}; name 甲镇 → —",
        ),
        (
            {"action": "create_account", "subject": "alice", "after": {"role": "inspector"}},
            "Created an account: alice; role Inspector",
        ),
        (
            {
                "action": "change_setting", "subject": "session_idle_minutes",
                "before": {"value": 120}, "after": {"value": 30},
            },
            "Changed a setting: Minutes without use after which a session ends; value 120 → 30",
        ),
        (
            {"action": "keep_layer", "subject": "P-1 structures v2", "after": {"rows": 3}},
            "Kept a layer: P-1 Structures v2; rows 3",
        ),
        ({"action": "sign_in", "subject": ""}, "Signed in"),
        ({"action": "never_heard", "subject": "x"}, "never_heard: x"),
    ],
)  # fmt: skip
def test_a_row_is_a_sentence(values: dict[str, Any], sentence: str) -> None:
    with speaking(ENGLISH):
        assert what_happened(row(**values)) == sentence


def test_a_row_is_a_sentence_in_chinese() -> None:
    with speaking(CHINESE):
        said = what_happened(row(action="create_account", subject="a", after={"role": "inspector"}))
    assert "督查" in said
    assert "role" not in said


# --- reading ---


def happened(store: Store, actor: Any, **wanted: Any) -> list[str]:
    with speaking(ENGLISH):
        entries, _count = read_audit(store, actor, Wanted(*EVER, **wanted), most=100)
        return [f"{one.person} {one.happened}" for one in entries]


def test_the_log_is_read_newest_first_by_region_person_and_action(store: Store) -> None:
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    admin = person(store, "admin", Role.ADMINISTRATOR)
    stranger = person(store, "other", Role.INSPECTOR, "419902")
    inspector = person(store, "inspector", Role.INSPECTOR)
    name_region(store, bureau, TOWNSHIP_A, "甲镇", now=NOW)
    name_region(store, bureau, TOWNSHIP_B, "乙镇", now=NOW)
    change_settings(store, admin, {"office_name": "县局"}, now=NOW)
    told = happened(store, inspector)
    assert len(told) == 3
    assert told[0].startswith("admin Changed a setting")
    assert happened(store, stranger) == []
    assert len(happened(store, inspector, person="bureau")) == 2
    assert len(happened(store, inspector, action="change_setting")) == 1
    assert len(happened(store, inspector, subject="102")) == 1
    assert known_actions(store, inspector) == ["change_setting", "name_region"]
    entries, count = read_audit(store, inspector, Wanted(*EVER), most=1, skip=1)
    assert (len(entries), count) == (1, 3)
    assert is_whole(store, inspector)[0] is None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.INSPECTOR}))
def test_nobody_else_reads_the_log(store: Store, role: Role) -> None:
    someone = person(store, "someone", role, TOWNSHIP_A if "township" in role else COUNTY)
    for read in (known_actions, is_whole, happened):
        with pytest.raises(Refused):
            read(store, someone)


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_the_log_goes_out_as_a_file(store: Store, suffix: str) -> None:
    inspector = person(store, "inspector", Role.INSPECTOR)
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    name_region(store, bureau, TOWNSHIP_A, '=HYPERLINK("x")', now=NOW)
    entries, _count = read_audit(store, inspector, Wanted(*EVER), most=10)
    document = compose(entries, period="p", made_at=NOW, audit_head="f" * 64)
    content = RENDERERS[suffix](document, Look())
    if suffix == "csv":
        assert content.startswith(b"\xef\xbb\xbf")
        assert TOWNSHIP_A in content.decode("utf-8-sig")
    assert len(content) > 100


def test_the_log_is_kept_for_years_and_goes_out_whole(store: Store) -> None:
    inspector = person(store, "inspector", Role.INSPECTOR)
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    later = NOW + timedelta(days=800)
    for days in (0, 100, 200, 400):  # the rule of 等保 is six months
        name_region(store, bureau, TOWNSHIP_A, f"镇{days}", now=NOW + timedelta(days=days))
    worker = Worker(store, clock=lambda: later)
    assert ROUNDS
    worker.look_round()  # whatever tidies up by itself
    worker.close()
    migrate(store)
    ever = Wanted(NOW, later)
    entries, count = read_audit(store, inspector, ever, most=10)
    assert (count, is_whole(store, inspector)[0]) == (4, None)
    document = compose(entries, period="p", made_at=later, audit_head="f" * 64)
    told = RENDERERS["csv"](document, Look()).decode("utf-8-sig")
    assert [f"镇{days}" in told for days in (0, 100, 200, 400)] == [True] * 4


# --- refusals ---


def test_a_refused_service_leaves_exactly_one_row_that_says_what_was_wanted(store: Store) -> None:
    inspector = person(store, "inspector", Role.INSPECTOR)
    with pytest.raises(Refused) as refused:
        name_region(store, inspector, TOWNSHIP_A, "甲镇", now=NOW)
    note_refusal(store, inspector, refused.value, now=NOW)
    with store.reading() as connection:
        rows = connection.execute(sa.select(AUDIT)).mappings().all()
    assert len(rows) == 1
    with speaking(ENGLISH):
        said = what_happened(dict(rows[0]))
    assert said.startswith("Was refused: Create projects, regions and policies")
    assert TOWNSHIP_A in said


def test_a_problem_that_is_no_refusal_is_none(store: Store) -> None:
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    with pytest.raises(Problem) as problem:
        name_region(store, bureau, TOWNSHIP_A, "", now=NOW)
    assert not isinstance(problem.value, Refused)


def test_nothing_of_ours_ever_deletes_or_changes_an_audit_row() -> None:
    wrong = [
        f"{file}:{node.lineno}"
        for file in code()
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("sa.delete", "sa.update")
        and ast.unparse(node.args[0]) == "AUDIT"
    ]
    assert not wrong
