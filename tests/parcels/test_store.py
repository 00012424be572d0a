"""The store: one schema on two engines, transactions that hold, an audit chain that tells."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gis.language import Problem
from parcels.people import sessions
from parcels.people.actor import Role, system
from parcels.services.keep_project import name_region
from parcels.store import audit
from parcels.store.engine import Store, open_store, wal_is_safe
from parcels.store.files import file_path, keep_file
from parcels.store.migrate import migrate
from parcels.store.schema import METADATA
from parcels.store.sqlite import sqlite3
from parcels.store.tables import AUDIT, REGION, STORED_FILE
from parcels.store.trouble import Busy
from tests.builders import COUNTY, NOW, TOWNSHIP_A, person


def test_the_migrated_schema_is_the_one_the_code_knows(bare_store: Store) -> None:
    migrate(bare_store)
    with bare_store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_both_packages_migrations_have_run(bare_store: Store) -> None:
    migrate(bare_store)
    present = set(sa.inspect(bare_store.engine).get_table_names())
    assert {"parcel", "ledger", "audit"} <= present  # the register's
    assert {"daily_report", "daily_entry"} <= present  # the reporting loop's
    assert present == set(METADATA.tables) | {"alembic_version"}


def test_migrating_again_changes_nothing(bare_store: Store) -> None:
    migrate(bare_store)
    person(bare_store, "bureau", Role.BUREAU_CLERK)
    migrate(bare_store)
    with bare_store.reading() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM person")) == 1


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_used_only_where_its_reset_race_is_fixed(
    version: tuple[int, ...], is_safe: bool
) -> None:
    assert wal_is_safe(version) is is_safe


def test_sqlite_is_opened_with_the_discipline_that_keeps_reports(tmp_path: Path) -> None:
    store = open_store(tmp_path, f"sqlite:///{tmp_path / 'tracker.db'}")
    with store.reading() as connection:

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("synchronous") == 2  # FULL
        assert pragma("foreign_keys") == 1
        assert pragma("busy_timeout") == 30_000
        assert wal_is_safe(sqlite3.sqlite_version_info)  # the one we bring along
        assert pragma("journal_mode") == "wal"


def test_a_row_that_refers_to_nothing_is_refused(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.writing() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO stage_event (ledger_id, step, day, area_m2, state, source,"
                " recorded_at) VALUES (99, 'planted', '2026-03-04', 1, 'claimed', '',"
                " '2026-03-04 00:00:00')"
            )
        )


def test_an_error_in_the_block_rolls_everything_back(store: Store) -> None:
    def write_and_fail() -> None:
        with store.writing() as connection:
            connection.execute(sa.insert(REGION).values(code=COUNTY, name="县"))
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        write_and_fail()
    with store.reading() as connection:
        assert connection.scalar(sa.select(REGION.c.code)) is None


def test_nothing_written_while_reading_is_kept(store: Store) -> None:
    with store.reading() as connection:
        connection.execute(sa.insert(REGION).values(code=COUNTY, name="县"))
    with store.reading() as connection:
        assert connection.scalar(sa.select(REGION.c.code)) is None


def test_a_reader_sees_one_state_while_a_writer_writes(store: Store) -> None:
    count = sa.select(sa.func.count()).select_from(REGION)
    done = threading.Event()

    def write() -> None:
        with store.writing() as connection:
            connection.execute(sa.insert(REGION).values(code=COUNTY, name="县"))
        done.set()

    writer = threading.Thread(target=write)
    with store.reading() as connection:
        before = connection.scalar(count)
        writer.start()
        done.wait(0.5)  # under a rollback journal the writer waits for us, and that is right too
        assert connection.scalar(count) == before == 0
    writer.join(timeout=30)
    with store.reading() as connection:
        assert connection.scalar(count) == 1


def test_writers_stand_in_line_so_that_no_one_builds_on_a_state_that_changes(store: Store) -> None:
    read_then_write = sa.select(sa.func.count()).select_from(REGION)

    def add_one() -> None:
        with store.writing() as connection:
            number = connection.scalar(read_then_write)
            connection.execute(sa.insert(REGION).values(code=f"{number:06}", name="县"))

    threads = [threading.Thread(target=add_one) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with store.reading() as connection:
        codes = sorted(connection.scalars(sa.select(REGION.c.code)))
    assert codes == [f"{number:06}" for number in range(6)]


def test_a_moment_comes_back_as_it_went_in(store: Store) -> None:
    moment = NOW.replace(microsecond=123_456)
    actor = person(store, "bureau", Role.BUREAU_CLERK, password_set_at=moment)
    with store.reading() as connection:
        wanted = sa.select(METADATA.tables["person"].c.password_set_at)
        assert connection.scalar(wanted) == moment
    assert actor.person_id is not None


def test_a_moment_without_a_time_zone_is_refused(store: Store) -> None:
    with pytest.raises((ValueError, sa.exc.StatementError), match="time zone"):
        person(store, "bureau", Role.BUREAU_CLERK, password_set_at=NOW.replace(tzinfo=None))


# --- the audit chain ---


def test_a_chain_of_changes_is_whole(store: Store) -> None:
    write_five(store)
    with store.reading() as connection:
        assert audit.broken_at(connection) is None


TAMPERED = {
    "at": NOW - timedelta(seconds=1),
    "person": "someone else",
    "display_name": "Someone Else",
    "address": "10.9.9.9",
    "region": "419902",
    "action": "nothing_at_all",
    "subject": "another thing",
    "before": {"name": "was otherwise"},
    "after": {"name": "became otherwise"},
    "previous_hash": "f" * 64,
    "hash": "e" * 64,
}


def test_every_column_of_the_audit_is_tampered_with_below() -> None:
    assert set(TAMPERED) == {column.name for column in AUDIT.c} - {"id"}


@pytest.mark.parametrize("column", sorted(TAMPERED))
def test_tampering_with_any_field_is_found(store: Store, column: str) -> None:
    ids = write_five(store)
    with store.writing() as connection:
        changed = sa.update(AUDIT).where(AUDIT.c.id == ids[2])
        connection.execute(changed.values({column: TAMPERED[column]}))
    with store.reading() as connection:
        assert audit.broken_at(connection) == ids[2]


@pytest.mark.parametrize("gone", [0, 2])
def test_a_deleted_row_is_found_at_the_row_after_it(store: Store, gone: int) -> None:
    ids = write_five(store)
    with store.writing() as connection:
        connection.execute(sa.delete(AUDIT).where(AUDIT.c.id == ids[gone]))
    with store.reading() as connection:
        assert audit.broken_at(connection) == ids[gone + 1]


def test_a_cut_tail_changes_the_head_that_documents_print(store: Store) -> None:
    ids = write_five(store)
    with store.reading() as connection:
        printed = audit.head(connection)
    with store.writing() as connection:
        connection.execute(sa.delete(AUDIT).where(AUDIT.c.id == ids[-1]))
    with store.reading() as connection:
        assert audit.head(connection) != printed


def test_rows_written_at_once_still_make_one_chain(store: Store) -> None:
    def write() -> None:
        with store.writing() as connection:
            audit.record(connection, system(), "something", "thing", now=NOW)

    threads = [threading.Thread(target=write) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(AUDIT)) == 6
        assert audit.broken_at(connection) is None


def test_a_service_that_fails_leaves_neither_change_nor_audit_row(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    full = RuntimeError("disk full")

    def fail(*_args: object, **_more: object) -> None:
        raise full

    monkeypatch.setattr("parcels.services.keep_project.audit.record", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        name_region(store, bureau, TOWNSHIP_A, "甲镇", now=NOW)
    with store.reading() as connection:
        assert connection.scalar(sa.select(REGION.c.code)) is None
        assert connection.scalar(sa.select(AUDIT.c.id)) is None


def test_a_refused_service_leaves_no_audit_row(store: Store) -> None:
    inspector = person(store, "inspector", Role.INSPECTOR)
    with pytest.raises(Problem):
        name_region(store, inspector, TOWNSHIP_A, "甲镇", now=NOW)
    with store.reading() as connection:
        assert connection.scalar(sa.select(AUDIT.c.id)) is None


# --- files ---


def test_the_same_content_is_kept_once_and_unchanged(store: Store) -> None:
    path = store.folder / "layer.zip"
    path.write_bytes(b"content")
    with store.writing() as connection:
        first = keep_file(store, connection, path, NOW)
        second = keep_file(store, connection, path, NOW)
    assert first == second
    assert file_path(store, first).read_bytes() == b"content"
    with store.reading() as connection:
        rows = connection.execute(sa.select(STORED_FILE)).all()
    assert [(row.sha256, row.size_bytes) for row in rows] == [(first, 7)]


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "a" * 63, "", "/" * 64])
def test_a_file_is_named_by_nothing_but_a_hash(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        file_path(store, name)


def test_a_store_lies_in_a_folder_nobody_else_reads(store: Store) -> None:
    opened = open_store(store.folder / "new", "sqlite://")
    assert opened.folder.stat().st_mode & 0o077 == 0
    assert opened.files.stat().st_mode & 0o077 == 0


def write_five(store: Store) -> list[int]:
    """Write five audit rows by a service; return their ids in order."""
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    for number in range(5):
        name_region(store, bureau, f"{TOWNSHIP_A}20{number}", f"村{number}", now=NOW)
    with store.reading() as connection:
        return list(connection.scalars(sa.select(AUDIT.c.id).order_by(AUDIT.c.id)))


# --- a database that somebody holds ---


@contextmanager
def held(store: Store) -> Iterator[None]:
    """Hold the writers' place in another thread, with something written."""
    taken, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with store.writing() as connection:
            rows = [{"code": f"{number:09}", "name": "村" * 40} for number in range(20_000)]
            connection.execute(sa.insert(REGION), rows)
            taken.set()
            let_go.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(30)
    try:
        yield
    finally:
        let_go.set()
        holder.join(timeout=60)


def test_a_writer_that_waits_too_long_is_told_so_in_words(store: Store) -> None:
    with held(store), pytest.raises(Busy), store.writing(patience_ms=200):
        pass
    with store.writing() as connection:  # patience is back, and the place is free
        assert connection.scalar(sa.select(sa.func.count()).select_from(REGION)) == 20_000


def test_readers_and_sessions_go_on_behind_a_long_write(store: Store) -> None:
    alice = person(store, "alice", Role.INSPECTOR)
    assert alice.person_id is not None
    with store.writing() as connection:
        token = sessions.begin(connection, alice.person_id, "10.0.0.1", "en", NOW)
    later = NOW + timedelta(minutes=30)
    with held(store):
        began = time.monotonic()
        assert sessions.find_session(store, token, later) is not None
        with store.reading() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(REGION)) == 0
        assert time.monotonic() - began < 3
