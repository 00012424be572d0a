"""Thirty townships send at the same moment: every report accepted, and how long each waited."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from shapely.geometry import box

from benchmarks.section import Section, table
from parcels.people.actor import Actor, Role
from parcels.services.keep_project import create_project, name_region
from parcels.store.engine import Store, open_store
from parcels.store.migrate import migrate
from parcels.store.schema import METADATA
from parcels.store.tables import LAYER, LEDGER, PARCEL, PERSON, STORED_FILE
from parcels.workflow import Step
from reports import tables as _tables  # noqa: F401  hands in its migrations
from reports.daily import DailyReport, Entry
from reports.services.file_report import file_report
from reports.tables import DAILY_REPORT

TOWNSHIPS, PARCELS, ENTRIES, WINDOW_S = 30, 100, 14, 10.0
DAYS, DAYS_FULL = 20, 120
COUNTY, START = "419901", date(2026, 1, 5)
LIMIT_S = 1.0


def measure(full: bool) -> str:
    """Send on SQLite and, where TRACKER_TEST_POSTGRES_URL names one, on PostgreSQL."""
    days = DAYS_FULL if full else DAYS
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        engines = [("SQLite", f"sqlite:///{place / 'tracker.db'}")]
        if url := os.environ.get("TRACKER_TEST_POSTGRES_URL"):
            engines.append(("PostgreSQL", url))
        for name, address in engines:
            store = open_store(place, address)
            if not store.is_sqlite:
                with store.engine.begin() as connection:
                    connection.execute(sa.text("DROP SCHEMA public CASCADE"))
                    connection.execute(sa.text("CREATE SCHEMA public"))
            people, project_id = _county(store)
            for back in range(days, 0, -1):
                for place_no, actor in enumerate(people):
                    _send(store, actor, project_id, place_no, days - back)
            for spread_s in (0.0, WINDOW_S):
                day = days + (1 if spread_s else 0)
                waits = _all_at_once(store, people, project_id, day, spread_s)
                with store.reading() as connection:
                    kept = connection.scalar(
                        sa.select(sa.func.count())
                        .select_from(DAILY_REPORT)
                        .where(DAILY_REPORT.c.day == START + timedelta(days=day))
                    )
                p95 = float(np.quantile(waits, 0.95))
                rows.append([
                    name, f"{spread_s:.0f} s", f"{kept} of {TOWNSHIPS}",
                    f"{float(np.median(waits)):.3f} s", f"{p95:.3f} s", f"{max(waits):.3f} s",
                    "yes" if p95 <= LIMIT_S and kept == TOWNSHIPS else "NO",
                ])  # fmt: skip
            store.engine.dispose()
    head = ["store", "all within", "accepted", "median", "p95", "slowest", f"≤ {LIMIT_S:.0f} s"]
    before = f"{TOWNSHIPS * PARCELS:,} parcels, {TOWNSHIPS * days:,} reports before"
    return (
        f"{TOWNSHIPS} townships, {ENTRIES} entries each, one thread a township, {before}; "
        f"the service call without the page, fsync as in the office on SQLite.\n\n"
        f"{table(head, rows)}"
    )


def _all_at_once(
    store: Store, people: list[Actor], project_id: int, day: int, spread_s: float
) -> list[float]:
    ready = threading.Barrier(len(people))
    waits: list[float] = []

    def send(place: int) -> None:
        ready.wait()
        time.sleep(spread_s * place / len(people))
        start = time.perf_counter()
        _send(store, people[place], project_id, place, day)
        waits.append(time.perf_counter() - start)

    threads = [threading.Thread(target=send, args=[place]) for place in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


def _send(store: Store, actor: Actor, project_id: int, place: int, day_no: int) -> None:
    """Send one day: agreements on the next parcels, a few square metres of each."""
    day = START + timedelta(days=day_no)
    first = place * PARCELS + 1
    entries = tuple(
        Entry(first + (day_no * ENTRIES + one) % PARCELS, Step.AGREEMENT_SIGNED, 10.0)
        for one in range(ENTRIES)
    )
    report = DailyReport(project_id, actor.region, day, entries, workers=12, machines=3)
    now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    file_report(store, actor, report, idempotency_key=f"{actor.name}-{day}", now=now)


def _county(store: Store) -> tuple[list[Actor], int]:
    migrate(store)
    now = datetime(2026, 1, 5, tzinfo=UTC)
    bureau = Role.BUREAU_CLERK
    names = [("bureau", bureau, COUNTY)] + [
        (f"town{place:02}", Role.TOWNSHIP_REPORTER, f"{COUNTY}1{place:02}")
        for place in range(TOWNSHIPS)
    ]
    with store.writing() as connection:
        rows = [
            {"name": name, "display_name": name, "role": role.value, "region": region,
             "phone": "", "password_hash": "none", "password_set_at": now,
             "must_change_password": False, "is_demo": False}
            for name, role, region in names
        ]  # fmt: skip
        connection.execute(sa.insert(PERSON), rows)
    actors = [
        Actor(place, name, name, role, region, "10.0.0.1")
        for place, (name, role, region) in enumerate(names, start=1)
    ]
    for actor in actors[1:]:
        name_region(store, actors[0], actor.region, actor.name, now=now)
    project = create_project(
        store, actors[0], code="B-1", name="benchmark", region=COUNTY, approval_no="",
        approved_on=None, approved_scale_m2=1e6, approved_new_arable_m2=9e5, starts_on=START,
        deadline=START + timedelta(days=364), now=now,
    )  # fmt: skip
    _ground(store, project.id, actors[1:], now)
    return actors[1:], project.id


def _ground(store: Store, project_id: int, towns: list[Actor], now: datetime) -> None:
    """Write parcels and ledger straight into the tables: reading a file is measured elsewhere."""
    outline = box(0, 0, 60, 60).wkb
    parcel_columns = {column.name for column in METADATA.tables["parcel"].c}
    with store.writing() as connection:
        connection.execute(
            sa.insert(STORED_FILE).values(sha256="0" * 64, size_bytes=1, stored_at=now)
        )
        connection.execute(
            sa.insert(LAYER).values(
                project_id=project_id, kind="parcels", version=1, file_name="x",
                file_sha256="0" * 64, crs=4526, understood={}, columns={},
                rows_in=1, rows_kept=1, created_at=now, created_by=1,
            )
        )  # fmt: skip
        parcels, ledger = [], []
        for place, actor in enumerate(towns):
            for number in range(PARCELS):
                row = place * PARCELS + number + 1
                village = f"{actor.region}201"
                parcels.append({
                    "layer_id": 1, "row": row, "parcel_no": str(number), "village": "v",
                    "township_code": actor.region, "village_code": village, "township": "t",
                    "ownership": "", "land_class": "", "block_no": "", "area_m2": 3600.0,
                    "geometry": outline,
                })  # fmt: skip
                ledger.append({
                    "project_id": project_id, "village_code": village, "parcel_no": str(number),
                    "occurrence": 1, "parcel_id": row,
                })  # fmt: skip
        assert set(parcels[0]) <= parcel_columns
        connection.execute(sa.insert(PARCEL), parcels)
        connection.execute(sa.insert(LEDGER), ledger)


SECTION = Section("deadline", "Thirty townships at the cut-off", measure)
