"""A backup while others write, and back: equal table by table and file by file, or not at all."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gis.language import Problem
from parcels.__main__ import main
from parcels.people.actor import Role
from parcels.services.keep_project import name_region
from parcels.services.keep_settings import change_settings
from parcels.store import audit, drill
from parcels.store.archive import read_manifest
from parcels.store.backup import back_up, is_empty, restore
from parcels.store.drill import Drill, rehearse
from parcels.store.engine import Store, open_store
from parcels.store.files import file_path, has_file, keep_file
from parcels.store.migrate import migrate
from parcels.store.schema import METADATA
from parcels.store.tables import AUDIT, LAYER, PERSON, REGION, SETTING, STORED_FILE
from parcels.store.upgrade import altering, bring_to, revisions
from tests.builders import COUNTY, NOW, TOWNSHIP_A, person, working_county
from tests.conftest import Databases

Places = Callable[[str], Store]


def rows_of(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with store.reading() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(sa.select(table))), key=repr
            )
            for table in METADATA.sorted_tables
        }


def files_of(store: Store) -> dict[str, bytes]:
    return {
        path.relative_to(store.files).as_posix(): path.read_bytes()
        for path in store.files.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    """Empty SQLite places, by name."""
    opened: list[Store] = []

    def place(name: str) -> Store:
        store = open_store(tmp_path / name, f"sqlite:///{tmp_path / name / 'tracker.db'}")
        opened.append(store)
        return store

    yield place
    for store in opened:
        store.engine.dispose()


@pytest.fixture
def full(store: Store) -> Store:
    """A register with layers, verdicts, originals, a setting and a font of the office."""
    made = working_county(store)
    with store.reading() as connection:
        hashes = list(connection.scalars(sa.select(STORED_FILE.c.sha256)))
    for place, sha256 in enumerate(hashes):  # working_county gives later stores rows only
        if not has_file(store, sha256):
            with store.writing() as connection:
                connection.execute(
                    sa.update(LAYER)
                    .where(LAYER.c.file_sha256 == sha256)
                    .values(file_sha256=kept(store, connection, f"original {place}".encode()))
                )
                connection.execute(sa.delete(STORED_FILE).where(STORED_FILE.c.sha256 == sha256))
    admin = person(store, "admin", Role.ADMINISTRATOR)
    change_settings(store, admin, {"office_name": "测试县自然资源局"}, now=NOW)
    (store.folder / "fonts").mkdir()
    (store.folder / "fonts" / "仿宋.ttf").write_bytes(b"font")
    assert made.project_id == 1
    return store


def kept(store: Store, connection: sa.Connection, content: bytes) -> str:
    path = store.folder / "upload"
    path.write_bytes(content)
    return keep_file(store, connection, path, NOW)


def test_register_files_and_settings_come_back_equal(full: Store, places: Places) -> None:
    made = back_up(full, full.folder / "b.zip", now=NOW)
    assert made.missing == []
    assert made.rows["parcel"] == 3
    other = places("other")
    restore(other, full.folder / "b.zip")
    assert rows_of(other) == rows_of(full)
    assert files_of(other) == files_of(full)
    assert len(files_of(other)) == 2
    assert (other.folder / "fonts" / "仿宋.ttf").read_bytes() == b"font"
    migrate(other)
    with other.reading() as connection:
        assert audit.broken_at(connection) is None
        assert audit.head(connection) == made.audit_head


def test_a_register_moves_from_one_database_to_the_other(
    full: Store, places: Places, databases: Databases, tmp_path: Path
) -> None:
    before = rows_of(full)
    back_up(full, tmp_path / "b.zip", now=NOW)
    other = places("other")
    restore(other, tmp_path / "b.zip")
    assert rows_of(other) == before
    back_up(other, tmp_path / "c.zip", now=NOW)
    full.engine.dispose()
    again = databases.bare(tmp_path / "again")
    restore(again, tmp_path / "c.zip")
    assert rows_of(again) == before
    assert files_of(again) == files_of(other)
    with again.writing() as connection:  # counters go on after the highest number
        connection.execute(sa.insert(PERSON).values(next_person()))
    again.engine.dispose()


def next_person() -> dict[str, Any]:
    return {
        "name": "next", "display_name": "Next", "role": "inspector", "region": COUNTY,
        "password_hash": "none", "password_set_at": NOW, "must_change_password": False,
        "is_demo": False,
    }  # fmt: skip


def test_a_backup_is_one_state_while_others_write(store: Store, places: Places) -> None:
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    stopped = threading.Event()

    def write() -> None:
        number = 0
        while not stopped.is_set():
            number += 1
            name_region(store, bureau, f"{TOWNSHIP_A}{number:03}", f"村{number}", now=NOW)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(4):
            back_up(store, store.folder / f"{number}.zip", now=NOW)
    finally:
        stopped.set()
        writer.join(timeout=60)
    counts = []
    for number in range(4):
        other = places(f"other{number}")
        restore(other, store.folder / f"{number}.zip")
        with other.reading() as connection:
            regions = connection.scalar(sa.select(sa.func.count()).select_from(REGION))
            told = connection.scalar(sa.select(sa.func.count()).select_from(AUDIT))
            assert regions == told, "a change and its audit row are both there or both not"
            assert audit.broken_at(connection) is None
        counts.append(regions)
    assert counts == sorted(counts)
    assert counts[-1] > counts[0], "somebody wrote meanwhile"


@pytest.mark.parametrize("damage", ["cut", "cut to nothing", "flip", "other file", "manifest"])
def test_a_damaged_backup_is_refused_and_nothing_changes(
    full: Store, damage: str, tmp_path: Path
) -> None:
    file = tmp_path / "b.zip"
    back_up(full, file, now=NOW)
    whole = file.read_bytes()
    before, files = rows_of(full), files_of(full)
    if damage == "cut":
        broken = [whole[:length] for length in (len(whole) // 2, len(whole) - 1)]
    elif damage == "cut to nothing":
        broken = [b"", b"PK", whole[:64]]
    elif damage == "flip":
        places = range(0, len(whole), max(1, len(whole) // 40))
        broken = [whole[:p] + bytes([whole[p] ^ 1]) + whole[p + 1 :] for p in places]
        broken.append(whole[:-1] + bytes([whole[-1] ^ 1]))
    elif damage == "other file":
        broken = [b"x" * 5000, (full.folder / "upload").read_bytes()]
    else:
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("files/../../evil", b"x")
        broken = [file.read_bytes()]
    for content in broken:
        file.write_bytes(content)
        with pytest.raises(Problem):
            restore(full, file, replace=True)
    assert rows_of(full) == before
    assert files_of(full) == files


def test_a_place_with_a_register_is_not_overwritten_by_mistake(full: Store) -> None:
    back_up(full, full.folder / "b.zip", now=NOW)
    person(full, "later", Role.INSPECTOR)
    before = rows_of(full)
    with pytest.raises(Problem):
        restore(full, full.folder / "b.zip")
    assert rows_of(full) == before
    restore(full, full.folder / "b.zip", replace=True)
    assert not is_empty(full)
    assert len(rows_of(full)["person"]) == len(before["person"]) - 1


KILLED = """
import os, signal, sys
from pathlib import Path
from parcels.store import snapshot
from parcels.store.backup import restore
from parcels.store.engine import open_store
folder, url, file, moment = sys.argv[1:]
snapshot.PAGES_AT_ONCE = 5
snapshot.ROWS_AT_ONCE = 1
told = 0
def progress(what):
    global told
    told += 1
    if told == int(moment):
        os.kill(os.getpid(), signal.SIGKILL)
store = open_store(Path(folder), url)
restore(store, Path(file), replace=True, progress=progress)
"""


@pytest.mark.parametrize("moment", [2, 8])
def test_killed_on_the_way_the_register_is_the_old_one(
    full: Store, moment: int, tmp_path: Path
) -> None:
    file = tmp_path / "b.zip"
    back_up(full, file, now=NOW)
    person(full, "later", Role.INSPECTOR)
    before = rows_of(full)
    full.engine.dispose()
    url = full.engine.url.render_as_string(hide_password=False)
    child = subprocess.run(
        [sys.executable, "-c", KILLED, str(full.folder), url, str(file), str(moment)],
        check=False,
        timeout=120,
    )
    assert child.returncode == -signal.SIGKILL
    assert rows_of(full) == before
    restore(full, file, replace=True)
    assert len(rows_of(full)["person"]) == len(before["person"]) - 1


def test_an_original_that_was_lost_is_named_and_the_rest_is_kept(
    full: Store, places: Places
) -> None:
    with full.reading() as connection:
        lost, damaged = sorted(connection.scalars(sa.select(STORED_FILE.c.sha256)))
    file_path(full, lost).unlink()
    file_path(full, damaged).write_bytes(b"rotten")
    made = back_up(full, full.folder / "b.zip", now=NOW)
    assert made.missing == [lost, damaged]
    other = places("other")
    restore(other, full.folder / "b.zip")
    assert rows_of(other) == rows_of(full)


def test_a_backup_is_readable_by_its_owner_only_and_overwrites_nothing(full: Store) -> None:
    file = full.folder / "b.zip"
    back_up(full, file, now=NOW)
    assert file.stat().st_mode & 0o077 == 0
    content = file.read_bytes()
    with pytest.raises(Problem):
        back_up(full, file, now=NOW)
    assert file.read_bytes() == content
    assert [path.name for path in full.folder.glob("*.part")] == []


# --- migrations at start ---

FIRST = ["reports_0001"]  # which depends on register_0001


def old_store(databases: Databases, folder: Path) -> Store:
    """A database of the first version with an account in it."""
    store = databases.bare(folder)
    with altering(store) as connection:
        bring_to(connection, FIRST)
    person(store, "bureau", Role.BUREAU_CLERK)
    return store


def test_an_update_keeps_a_backup_of_what_was_before(
    databases: Databases, tmp_path: Path, places: Places
) -> None:
    store = old_store(databases, tmp_path / "var")
    kept_as = migrate(store)
    assert kept_as is not None
    assert read_manifest(kept_as).revisions == FIRST
    assert migrate(store) is None, "nothing to migrate, nothing to back up"
    other = places("other")
    restore(other, kept_as)
    with other.reading() as connection:
        assert revisions(connection) == set(FIRST)
        assert connection.scalar(sa.select(PERSON.c.name)) == "bureau"
    migrate(other)
    assert rows_of(other) == rows_of(store)
    store.engine.dispose()


def test_a_new_database_has_nothing_to_back_up(bare_store: Store) -> None:
    assert migrate(bare_store) is None
    assert not (bare_store.folder / "backups").exists()


def test_only_the_newest_automatic_backups_are_kept(databases: Databases, tmp_path: Path) -> None:
    folder = tmp_path / "var" / "backups"
    folder.mkdir(parents=True)
    for number in range(9):
        (folder / f"before-update-2020010{number}-000000-000000.zip").touch()
    (folder / "mine.zip").touch()
    store = old_store(databases, tmp_path / "var")
    newest = migrate(store)
    assert newest is not None
    assert sorted(path.name for path in folder.iterdir()) == [
        *(f"before-update-2020010{number}-000000-000000.zip" for number in range(5, 9)),
        newest.name,
        "mine.zip",
    ]
    store.engine.dispose()


def test_a_failing_update_leaves_the_database_as_it_was(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = old_store(databases, tmp_path / "var")

    def fail(_connection: sa.Connection) -> list[str]:
        raise RuntimeError("power")

    monkeypatch.setattr("parcels.store.migrate.keep_geometry_columns", fail)
    with pytest.raises(RuntimeError, match="power"):
        migrate(store)
    with store.reading() as connection:
        assert revisions(connection) == set(FIRST)
    store.engine.dispose()


def test_a_database_of_a_newer_version_is_left_alone(bare_store: Store) -> None:
    migrate(bare_store)
    with bare_store.writing() as connection:
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('later_9999')"))
    with pytest.raises(Problem):
        migrate(bare_store)


def test_rows_that_an_altered_table_would_orphan_stop_the_update(full: Store) -> None:
    if not full.is_sqlite:  # PostgreSQL never rests its foreign keys
        return

    def lose_originals() -> None:
        with altering(full) as connection:
            connection.execute(sa.delete(STORED_FILE))

    with pytest.raises(RuntimeError, match="refer to nothing"):
        lose_originals()
    with full.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(STORED_FILE)) == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


# --- the commands ---


def test_the_commands_keep_and_bring_back(
    places: Places,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    live = places("live")
    migrate(live)
    working_county(live)
    monkeypatch.delenv("TRACKER_DATABASE_URL", raising=False)
    monkeypatch.setenv("TRACKER_VAR", str(live.folder))
    file = tmp_path / "b.zip"
    assert main(["backup", str(file)]) == 1, "rows of files that the builder did not write"
    with live.reading() as connection:
        newest = sa.select(AUDIT).order_by(AUDIT.c.id.desc()).limit(1)
        assert connection.execute(newest).mappings().one()["action"] == "back_up"
    monkeypatch.setenv("TRACKER_VAR", str(tmp_path / "fresh"))
    assert main(["restore", str(file)]) == 0
    assert "3" in capsys.readouterr().out
    there = open_store(tmp_path / "fresh", f"sqlite:///{tmp_path / 'fresh' / 'tracker.db'}")
    with there.reading() as connection:
        newest = sa.select(AUDIT).order_by(AUDIT.c.id.desc()).limit(1)
        row = connection.execute(newest).mappings().one()
    assert (row["action"], row["subject"]) == ("restore", "b.zip")
    there.engine.dispose()
    assert main(["restore", str(file)]) == 2
    person(live, "later", Role.INSPECTOR)
    assert main(["restore", "--replace", str(file)]) == 0
    assert list((tmp_path / "fresh" / "backups").glob("before-restore-*.zip"))
    assert main(["audit", "verify"]) == 0


# --- originals elsewhere ---


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_originals_lie_behind_any_address(kind: str, tmp_path: Path, places: Places) -> None:
    url = f"memory://{tmp_path.name}" if kind == "memory" else f"file://{tmp_path / 'far'}"
    store = open_store(tmp_path / "var", f"sqlite:///{tmp_path / 'x.db'}", files_url=url)
    migrate(store)
    with store.writing() as connection:
        first = kept(store, connection, b"content")
        assert kept(store, connection, b"content") == first
    assert has_file(store, first)
    assert not has_file(store, "0" * 64)
    assert file_path(store, first).read_bytes() == b"content"
    assert not (store.folder / "files").exists()
    person(store, "bureau", Role.BUREAU_CLERK)
    made = back_up(store, tmp_path / "b.zip", now=NOW + timedelta(days=1))
    assert made.missing == []
    other = places("other")
    restore(other, tmp_path / "b.zip")
    assert file_path(other, first).read_bytes() == b"content"
    store.engine.dispose()


def test_an_address_that_cannot_be_reached_is_said_without_its_password(tmp_path: Path) -> None:
    url = "nothing://user:geheim@host/x"
    store = open_store(tmp_path / "var", "sqlite://", files_url=url)
    with pytest.raises(Problem) as refused:
        has_file(store, "0" * 64)
    assert "geheim" not in str(refused.value)
    assert "host" in str(refused.value)


# --- the drill ---


def test_a_drill_compares_and_touches_nothing(
    full: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "b.zip"
    made = back_up(full, file, now=NOW)
    person(full, "later", Role.INSPECTOR)
    before, files = rows_of(full), files_of(full)
    monkeypatch.setenv("TRACKER_VAR", str(full.folder))
    monkeypatch.setenv("TRACKER_DATABASE_URL", full.engine.url.render_as_string(False))
    assert main(["drill", str(file)]) == 0
    said = capsys.readouterr().out
    assert re.search(rf"^person +{made.rows['person']} +{made.rows['person']} ", said, re.M)
    assert re.search(rf" {made.rows['person'] + 1}$", said, re.M), "and what there is now"
    assert said.count(made.audit_head) == 2
    assert rows_of(full) == before
    assert files_of(full) == files
    assert not list(full.folder.glob(".drill-*"))
    file.write_bytes(file.read_bytes()[:-5])
    assert main(["drill", str(file)]) == 2, "no whole backup"


def test_a_drill_says_what_did_not_come_back(
    full: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "b.zip"
    back_up(full, file, now=NOW)
    assert rehearse(file, tmp_path).is_equal

    def restored_but(spoil: Callable[[Store], None]) -> Drill:
        def restoring(store: Store, one: Path) -> Any:
            made = restore(store, one)
            spoil(store)
            return made

        monkeypatch.setattr(drill, "restore", restoring)
        return rehearse(file, tmp_path)

    def lose_a_row(store: Store) -> None:
        with store.writing() as connection:
            connection.execute(sa.delete(SETTING))

    def lose_the_tail(store: Store) -> None:
        with store.writing() as connection:
            connection.execute(sa.delete(AUDIT))

    def spoil_a_file(store: Store) -> None:
        next(path for path in store.files.rglob("*") if path.is_file()).write_bytes(b"rotten")

    assert not restored_but(lose_a_row).is_equal
    assert not restored_but(lose_the_tail).is_equal
    assert len(restored_but(spoil_a_file).damaged_files) == 1
