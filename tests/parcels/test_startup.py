"""The start-up check names what is unsafe, and nothing else."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gis.language import ENGLISH, speaking
from parcels import startup
from parcels.people.actor import Role, system
from parcels.startup import Place, what_is_unsafe
from parcels.store import audit
from parcels.store.engine import Store
from tests.builders import NOW, person

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def well(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A place where nothing is wrong, whatever machine the tests run on."""
    monkeypatch.setattr(startup.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(startup, "without_network", lambda: ("unshare", "-rn"))
    monkeypatch.setattr(startup, "has_postgis", lambda _connection: True)
    monkeypatch.setattr(startup, "wal_is_safe", lambda _version: True)
    monkeypatch.setattr(startup, "PINS", Path("/nowhere"))
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    monkeypatch.setattr(startup.shutil, "disk_usage", lambda _folder: Usage(1, 1, 9 * 1024**3))
    store.folder.chmod(0o700)
    return store


def told(store: Store, address: str = "127.0.0.1", now: datetime = NOW) -> str:
    with speaking(ENGLISH):
        return " ".join(str(said) for said in what_is_unsafe(Place(store, address, now)))


def test_where_all_is_well_nothing_is_said(well: Store) -> None:
    assert told(well) == ""
    assert told(well, "::1") == ""


@pytest.mark.parametrize("address", ["0.0.0.0", "10.1.2.3", "::", "tracker.county"])
def test_an_open_address_is_named(well: Store, address: str) -> None:
    assert "unencrypted" in told(well, address)


def test_demo_accounts_behind_an_open_address_are_named(well: Store) -> None:
    person(well, "town1", Role.INSPECTOR, is_demo=True)
    assert "demo" not in told(well)
    assert "1 demo accounts" in told(well, "0.0.0.0")


def test_a_password_that_stood_on_a_console_for_a_week_is_named(well: Store) -> None:
    person(well, "admin", Role.ADMINISTRATOR, must_change_password=True)
    assert "admin" not in told(well, now=NOW + timedelta(days=6))
    assert "admin" in told(well, now=NOW + timedelta(days=8))


def test_a_register_in_use_without_a_backup_is_named(well: Store) -> None:
    def recorded(action: str, at: datetime) -> None:
        with well.writing() as connection:
            audit.record(connection, system(), action, "x", now=at)

    recorded("sign_in", NOW)
    assert "backup" not in told(well, now=NOW + timedelta(days=2))
    assert "No backup" in told(well, now=NOW + timedelta(days=4))
    recorded("back_up", NOW + timedelta(days=3))
    assert "backup" not in told(well, now=NOW + timedelta(days=4))
    assert "No backup" in told(well, now=NOW + timedelta(days=7))


@pytest.mark.parametrize("told_by", ["*", "127.0.0.1, 0.0.0.0/0"])
def test_believing_everybodys_address_is_named(
    well: Store, monkeypatch: pytest.MonkeyPatch, told_by: str
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "127.0.0.1,10.0.0.7")
    assert told(well) == ""
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", told_by)
    assert "FORWARDED_ALLOW_IPS" in told(well)


@pytest.mark.parametrize(
    ("where", "is_named"),
    [
        ("tracker:geheim@10.1.2.3/t", True),
        ("tracker:geheim@10.1.2.3/t?sslmode=prefer", True),
        ("tracker:geheim@10.1.2.3/t?sslmode=verify-full", False),
        ("tracker:geheim@localhost/t", False),
        ("tracker@/t?host=/run/postgresql", False),
    ],
)
def test_an_open_line_to_a_database_elsewhere_is_named(where: str, *, is_named: bool) -> None:
    engine = sa.create_engine(f"postgresql+psycopg://{where}")  # connects to nothing yet
    place = Place(Store(engine, Path("/nowhere")), "127.0.0.1", NOW)
    with speaking(ENGLISH):
        said = str(startup._line_to_database(place) or "")
    assert ("10.1.2.3" in said) is is_named
    assert "geheim" not in said


def test_a_clock_before_the_last_entry_is_named(well: Store) -> None:
    with well.writing() as connection:
        audit.record(connection, system(), "sign_in", "x", now=NOW)
    assert "clock" not in told(well, now=NOW - timedelta(minutes=4))
    assert "clock" in told(well, now=NOW - timedelta(minutes=6))


def spoil_libraries(patch: pytest.MonkeyPatch, store: Store) -> None:
    pins = store.folder / "pins.txt"
    pins.write_text("# by pip-compile\nshapely==0.0.1\n    # via x\nnot-there[x]==1.0\n")
    patch.setattr(startup, "PINS", pins)


def spoil_zone(patch: pytest.MonkeyPatch, _store: Store) -> None:
    patch.setattr(startup, "OFFICE_ZONE", "Nowhere/Never")


def spoil_folder(_patch: pytest.MonkeyPatch, store: Store) -> None:
    store.folder.chmod(0o755)


def spoil_disk(patch: pytest.MonkeyPatch, _store: Store) -> None:
    patch.setattr(startup.shutil, "disk_usage", lambda _folder: Usage(1, 1, 1024**2))


def spoil_user(patch: pytest.MonkeyPatch, _store: Store) -> None:
    patch.setattr(startup.os, "geteuid", lambda: 0)


def spoil_wall(patch: pytest.MonkeyPatch, _store: Store) -> None:
    patch.setattr(startup, "without_network", lambda: ())


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (spoil_libraries, "shapely"),
        (spoil_zone, "tzdata"),
        (spoil_folder, "chmod 700"),
        (spoil_disk, "1 MB"),
        (spoil_user, "root"),
        (spoil_wall, "unshare"),
    ],
)
def test_each_danger_is_named(
    well: Store,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[pytest.MonkeyPatch, Store], None],
    word: str,
) -> None:
    spoil(monkeypatch, well)
    assert word in told(well)
