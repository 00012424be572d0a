"""The cut-off: every township reports in the same ten seconds, while others look and compute."""

from __future__ import annotations

import hashlib
import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from gis.tiles import to_mercator
from parcels.heavy.check_parcels import KIND as CHECK
from parcels.services.jobs import submit_job
from parcels.store import audit
from parcels.store.backup import back_up, restore
from parcels.store.engine import Store, open_store
from parcels.store.schema import METADATA
from parcels.store.tables import CHECK_RUN
from reports.tables import DAILY_REPORT
from tests.browser.running import Server, free_port, start
from tests.browser.wire import ask
from tests.builders import COUNTY
from tests.prove.client import Visitor, sign_in
from tests.prove.county import INSPECTORS, PASSWORD, Proved, found_county
from tests.prove.proof import Proof
from ui.shell.seats import TOO_MANY

WINDOW_S, PARCELS, CHOSEN = 10.0, 8, 3
P95_S, LONGEST_S, MOST_MB = 3.0, 10.0, 1024
CROWD = 200
TIMED_FROM = 30  # townships; a short form in a test judges no seconds
SEED = 8
ZOOM, HALF_WORLD_M = 15, 20_037_508.342789244


@dataclass(frozen=True)
class Waited:
    """How long a township waited for each answer, s.

    ``receipt`` is empty where it was not accepted: ``said`` is what the page then tells the person,
    ``failed`` how the attempt broke off without a word of ours.
    """

    steps: tuple[float, ...]
    receipt: str
    said: str = ""
    failed: str = ""


def prove(townships: int, folder: Path) -> str:
    """Let that many report within ten seconds; in the long form two hundred at once too."""
    told = [_measured(townships, WINDOW_S, folder / "window")]
    if townships >= TIMED_FROM:
        told.append(_measured(CROWD, 0.0, folder / "crowd"))
    return "; ".join(told)


def _measured(townships: int, window_s: float, folder: Path) -> str:
    store = open_store(folder / "var")
    county = found_county(store, townships=townships, parcels=PARCELS)
    server, process = start(folder / "var", free_port())
    try:
        _warmed_up(server)
        before_s = _cpu_s(process.pid)
        with _inspectors(server) as tiles, _checks(store, county), _backup(store, folder):
            waited = _all_report(server, townships, window_s)
        memory_mb, cpu_s = _peak_mb(process.pid), _cpu_s(process.pid) - before_s
        with store.reading() as connection:
            receipts = set(connection.scalars(sa.select(DAILY_REPORT.c.receipt_no)))
            assert audit.broken_at(connection) is None
            checks = connection.scalar(sa.select(sa.func.count()).select_from(CHECK_RUN)) or 0
    finally:
        process.kill()
        process.wait()
    _require_equal(store, folder)
    store.engine.dispose()
    accepted = [one for one in waited if one.receipt]
    assert {one.receipt for one in accepted} <= receipts, "a receipt without its report"
    failed = [one for one in waited if one.failed]
    steps = np.array([wait for one in accepted for wait in one.steps])
    sends = np.array([one.steps[-1] for one in accepted])
    p95_s, longest_s = float(np.quantile(sends, 0.95)), float(sends.max())
    if window_s:
        assert len(accepted) == townships, [
            one.said or one.failed for one in waited if not one.receipt
        ]
    assert townships < TIMED_FROM or memory_mb <= MOST_MB, f"{memory_mb} MB"
    when = f"within {window_s:.0f} s" if window_s else "at once"
    figure = (
        f"{townships} townships {when}: {len(accepted)} accepted, "
        f"{len(waited) - len(accepted) - len(failed)} refused in words, {len(failed)} broken off; "
        f"sending p95 {p95_s:.2f} s, slowest "
        f"{longest_s:.2f} s; any step p95 {np.quantile(steps, 0.95):.2f} s, slowest "
        f"{steps.max():.2f} s; {len(tiles)} tiles for {len(INSPECTORS)} inspectors, slowest "
        f"{max(tiles, default=0):.2f} s; {checks - 1} checks meanwhile; a backup made meanwhile "
        f"restored equal; {cpu_s:.0f} s of CPU, {memory_mb} MB"
    )
    assert not failed, f"{figure}: {failed[0].failed}"
    assert all(one.said for one in waited if not one.receipt), f"refused without a word: {figure}"
    if townships >= TIMED_FROM and window_s:
        assert p95_s <= P95_S, figure
        assert longest_s <= LONGEST_S, figure
    return figure


def _warmed_up(server: Server) -> None:
    """Let the first visitor of the day load the libraries."""
    Visitor(server.address, sign_in(server.address, "bureau", PASSWORD), "overview").close()


def _all_report(server: Server, townships: int, window_s: float) -> list[Waited]:
    chance = random.Random(SEED)
    begins = [chance.uniform(0, window_s) for _one in range(townships)]
    with ThreadPoolExecutor(townships) as pool:
        return list(pool.map(lambda place: _report(server, place, begins[place]), range(townships)))


def _report(server: Server, place: int, begin_s: float) -> Waited:
    """Sign in, open, fill and send as one township."""
    time.sleep(begin_s)
    steps: list[float] = []

    def timed(step: Callable[[], Any]) -> Any:
        began = time.monotonic()
        result = step()
        steps.append(time.monotonic() - began)
        return result

    try:
        cookies = timed(lambda: sign_in(server.address, f"town{place}", PASSWORD))
        visitor = timed(lambda: Visitor(server.address, cookies, "today"))
        if str(TOO_MANY) in visitor.texts():
            return Waited(tuple(steps), "", said=str(TOO_MANY))
        parcels = visitor.widget("parcels")
        wanted = [one.content for one in parcels.options[:CHOSEN]]
        timed(lambda: visitor.chooses(parcels, *wanted))
        timed(lambda: visitor.types(visitor.widget("workers"), 10 + place % 50))
        timed(lambda: visitor.presses(visitor.widget("send report")))
    except Exception as error:  # whatever it was: the person has no answer
        return Waited(tuple(steps), "", failed=f"{type(error).__name__}: {error}"[:300])
    receipt = visitor.receipt()
    said = "" if receipt else visitor.texts()[-500:]
    visitor.close()
    return Waited(tuple(steps), receipt, said)


@contextmanager
def _inspectors(server: Server) -> Iterator[list[float]]:
    """Let the inspectors pan a map: tile after tile of the adopted check."""
    over, waits = threading.Event(), []
    x, y = _tile_of(114.0, 35.22)

    def pans(name: str) -> None:
        cookies, chance = sign_in(server.address, name, PASSWORD), random.Random(name)
        while not over.is_set():
            place = f"{ZOOM}/{x + chance.randint(-6, 6)}/{y + chance.randint(-6, 6)}"
            began = time.monotonic()
            tile = ask(server.address, f"/gis/{COUNTY}/check/1/{place}.png", cookies=cookies)
            waits.append(time.monotonic() - began)
            assert tile.status == 200, tile.status
            over.wait(0.15)

    with ThreadPoolExecutor(len(INSPECTORS)) as pool:
        panning = [pool.submit(pans, name) for name in INSPECTORS]
        try:
            yield waits
        finally:
            over.set()
        for one in panning:
            one.result()


@contextmanager
def _checks(store: Store, county: Proved) -> Iterator[None]:
    """Keep a check at work in the worker."""
    over = threading.Event()

    def asks() -> None:
        while not over.is_set():
            submit_job(
                store, county.bureau, CHECK, project_id=county.project_id, region=COUNTY,
                wanted={"parcel_layer_id": 1, "structure_layer_id": 2}, now=datetime.now(UTC),
            )  # fmt: skip
            over.wait(2.0)

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(asks)
        try:
            yield
        finally:
            over.set()
        asking.result()


@contextmanager
def _backup(store: Store, folder: Path) -> Iterator[None]:
    """Make a backup in the midst of it."""

    def makes() -> None:
        time.sleep(3.0)
        back_up(store, folder / "backup.zip", now=datetime.now(UTC))

    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(makes)
        yield
        making.result()


def _require_equal(store: Store, folder: Path) -> None:
    """Fail unless the backup comes back elsewhere as one state that the live register went through.

    Restored and backed up again it has the same rows in every table and the same files; what it
    has of the audit log is the beginning of the live one.
    """
    other, third = open_store(folder / "other"), open_store(folder / "third")
    made = restore(other, folder / "backup.zip")
    assert not made.missing
    again = back_up(other, folder / "again.zip", now=datetime.now(UTC))
    restore(third, folder / "again.zip")
    assert again.rows == made.rows
    assert again.audit_head == made.audit_head
    with other.reading() as one, third.reading() as two, store.reading() as live:
        assert audit.broken_at(one) is None
        for table in METADATA.sorted_tables:
            wanted = sa.select(table).order_by(*table.primary_key.columns)
            rows = one.execute(wanted).all()
            assert rows == two.execute(wanted).all(), table.name
            assert len(rows) == made.rows[table.name], table.name
            if table.name in ("audit", "daily_entry"):  # only ever grow
                assert set(map(repr, rows)) <= set(map(repr, live.execute(wanted))), table.name
    lying, brought, again_there = (_files(one) for one in (store, other, third))
    assert brought == again_there
    assert brought.items() <= lying.items()  # a check that ended later left its file later
    other.engine.dispose()
    third.engine.dispose()


def _files(store: Store) -> dict[str, str]:
    """Return name → hash of every original."""
    lying = (path for path in store.files.rglob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in lying}


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _tile_of(lon: float, lat: float) -> tuple[int, int]:
    east_m, north_m = to_mercator(lon, lat)
    side_m = 2 * HALF_WORLD_M / 2**ZOOM
    return int((east_m + HALF_WORLD_M) / side_m), int((HALF_WORLD_M - north_m) / side_m)


def _peak_mb(pid: int) -> int:
    said = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", said)
    assert found
    return int(found.group(1)) // 1024


PROOF = Proof("deadline", "Every township at the cut-off", prove, quick=0, long=30)
