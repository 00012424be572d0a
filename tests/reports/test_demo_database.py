"""The demo county goes into an empty database, once, and never into an office's."""

from __future__ import annotations

from pathlib import Path

import pytest

from parcels.people.actor import Role
from parcels.store.engine import Store
from reports import demo
from reports.__main__ import main
from tests.builders import person


@pytest.fixture
def told(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return a list of what was filled, in place of a minute's filling."""
    filled: list[Path] = []
    monkeypatch.setenv("TRACKER_VAR", str(store.folder))
    monkeypatch.setenv(
        "TRACKER_DATABASE_URL", store.engine.url.render_as_string(hide_password=False)
    )
    monkeypatch.setattr(demo, "fill", lambda one, **_words: filled.append(one.folder))
    return filled


def test_an_empty_database_is_filled_and_a_demo_left_alone(store: Store, told: list[Path]) -> None:
    assert main(["demo-database"]) == 0
    assert told == [store.folder]
    person(store, "town1", Role.INSPECTOR, is_demo=True)
    assert main(["demo-database"]) == 0
    assert told == [store.folder]


def test_an_offices_register_is_refused_and_said_so(
    store: Store, told: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    person(store, "admin", Role.ADMINISTRATOR)
    assert main(["demo-database"]) == 2
    assert "TRACKER_VAR" in capsys.readouterr().err
    assert told == []
