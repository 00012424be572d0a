"""Settings: typed, changed by the administrator only, every change written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.services.keep_settings import change_settings
from parcels.settings import SETTINGS, Kind, Setting, hand_in_setting, setting, settings
from parcels.store.engine import Store
from parcels.store.tables import AUDIT, SETTING
from tests.builders import NOW, person

ROWS = (
    Setting("test_count", _("Count"), Kind.WHOLE, 3, least=1, most=9),
    Setting("test_share", _("Share"), Kind.NUMBER, 0.5, least=0.0, most=1.0),
    Setting("test_second", _("Second person"), Kind.YES_NO, default=False),
    Setting("test_words", _("Words"), Kind.WORDS, "—", most=5),
    Setting("test_choice", _("Choice"), Kind.CHOICE, "a", choices={"a": _("A"), "b": _("B")}),
    Setting("test_time", _("Time"), Kind.TIME, "17:30"),
)


@pytest.fixture(autouse=True)
def handed_in() -> Iterator[None]:
    for row in ROWS:
        hand_in_setting(row)
    yield
    for row in ROWS:
        del SETTINGS[row.name]


def in_force(store: Store, name: str) -> Any:
    with store.reading() as connection:
        return setting(connection, name)


def test_a_setting_nobody_changed_has_its_default(store: Store) -> None:
    assert in_force(store, "test_count") == 3
    with store.reading() as connection:
        assert settings(connection)["test_time"] == "17:30"


def test_a_changed_setting_holds_and_says_who_changed_it(store: Store) -> None:
    admin = person(store, "admin", Role.ADMINISTRATOR)
    wanted = {"test_count": 7, "test_second": True, "test_words": " 县局 ", "test_time": "18:00"}
    changed = change_settings(store, admin, wanted | {"test_choice": "a"}, now=NOW)
    assert changed == ["test_count", "test_second", "test_time", "test_words"]
    assert in_force(store, "test_count") == 7
    assert in_force(store, "test_second") is True
    assert in_force(store, "test_words") == "县局"
    with store.reading() as connection:
        rows = connection.execute(sa.select(AUDIT).where(AUDIT.c.action == "change_setting"))
        said = {row.subject: (row.person, row.before, row.after) for row in rows}
    assert said["test_count"] == ("admin", {"value": 3}, {"value": 7})
    assert set(said) == set(changed)


def test_saving_what_is_in_force_writes_nothing(store: Store) -> None:
    admin = person(store, "admin", Role.ADMINISTRATOR)
    change_settings(store, admin, {"test_count": 7}, now=NOW)
    assert change_settings(store, admin, {"test_count": 7}, now=NOW) == []
    with store.reading() as connection:
        assert len(connection.execute(sa.select(AUDIT)).all()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("test_count", 0),
        ("test_count", 10),
        ("test_count", "3"),
        ("test_count", True),
        ("test_count", 3.5),
        ("test_share", 1.01),
        ("test_share", float("nan")),
        ("test_second", 1),
        ("test_words", "六个字太长了"),
        ("test_choice", "c"),
        ("test_time", "25:00"),
        ("test_unknown", 1),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_written(
    store: Store, name: str, value: Any
) -> None:
    admin = person(store, "admin", Role.ADMINISTRATOR)
    with pytest.raises(Problem):
        change_settings(store, admin, {"test_time": "18:00", name: value}, now=NOW)
    with store.reading() as connection:
        assert connection.execute(sa.select(SETTING)).all() == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_only_the_administrator_changes_settings(store: Store, role: Role) -> None:
    with pytest.raises(Refused):
        change_settings(store, person(store, "someone", role), {"test_count": 7}, now=NOW)


def test_one_name_is_one_setting() -> None:
    with pytest.raises(ValueError, match="test_count"):
        hand_in_setting(Setting("test_count", _("Another"), Kind.WHOLE, 1))


def test_a_default_is_a_value_that_could_be_set() -> None:
    with pytest.raises(Problem):
        hand_in_setting(Setting("test_wrong", _("Wrong"), Kind.WHOLE, 0, least=1, most=2))
