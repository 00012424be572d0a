"""The server is killed while ten townships send: what was acknowledged is there, whole and once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from parcels.store import audit
from parcels.store.engine import Store, open_store
from parcels.store.tables import AUDIT, STAGE_EVENT
from reports.services.ceilings import source_of
from reports.tables import DAILY_ENTRY, DAILY_REPORT
from tests.browser.running import Server, free_port
from tests.prove.client import Unanswered, Visitor, sign_in
from tests.prove.county import PASSWORD, found_county, township_code
from tests.prove.forked import nursery, worker
from tests.prove.proof import Proof

TOWNSHIPS, PARCELS, CHOSEN = 10, 4, 2
LONGEST_ROUND_S, SHORT_ROUND_S, FEW = 2.5, 0.8, 10
SEED = 8


@dataclass
class Township:
    """One client: sends its day's report, withdraws it, sends it again, until the line is dead."""

    place: int
    cookies: Mapping[str, str]
    visitor: Visitor | None = None
    meant: int = 0  # sendings that were to arrive, each once
    is_under_way: bool = False
    acknowledged: list[str] = field(default_factory=list)

    @property
    def workers(self) -> int:
        return 100 + self.place

    def opens(self, address: str) -> None:
        """Open the page; fill the form where this day was never written."""
        self.visitor = Visitor(address, self.cookies, "today")
        if self.is_under_way:
            self.sends()  # the answer got lost: the person sends what stands there once more
        elif not self.meant and not self.visitor.receipt():
            parcels = self.visitor.widget("parcels")
            self.visitor.chooses(parcels, *(one.content for one in parcels.options[:CHOSEN]))
            self.visitor.types(self.visitor.widget("workers"), self.workers)

    def works(self, over: threading.Event) -> None:
        """Send and withdraw until told to stop or until nobody answers."""
        with suppress(Unanswered):
            while not over.is_set():
                assert self.visitor is not None
                if self.visitor.receipt():
                    self.visitor.presses(self.visitor.widget("withdraw"))
                else:
                    self.meant += 1
                    self.sends()

    def sends(self) -> None:
        """Send the day's report, unless the page shows that it arrived."""
        assert self.visitor is not None
        self.is_under_way = True
        if not self.visitor.receipt():
            self.visitor.presses(self.visitor.widget("send report"))
        receipt = self.visitor.receipt()
        assert receipt, self.visitor.texts()
        self.acknowledged.append(receipt)
        self.is_under_way = False


@contextmanager
def all_at_work(townships: list[Township]) -> Iterator[None]:
    """Let every township send until the block ends."""
    over = threading.Event()
    with ThreadPoolExecutor(len(townships)) as pool:
        at_work = [pool.submit(one.works, over) for one in townships]
        try:
            yield
        finally:
            over.set()
        for one in at_work:
            one.result()


def prove(rounds: int, folder: Path) -> str:
    """Kill the server that many times at seeded moments, under ten townships that send."""
    chance, port = random.Random(SEED), free_port()
    place = folder / "var"
    store = open_store(place)
    found_county(store, townships=TOWNSHIPS, parcels=PARCELS)
    born = nursery()
    with worker(place):
        server, process = born.start(place, port)
        try:
            townships = [
                Township(one, sign_in(server.address, f"town{one}", PASSWORD))
                for one in range(TOWNSHIPS)
            ]
            together(townships, server)
            longest_s = SHORT_ROUND_S if rounds <= FEW else LONGEST_ROUND_S
            for _round in range(rounds):
                with all_at_work(townships):
                    time.sleep(chance.uniform(0, longest_s))
                    process.kill()
                    process.wait()
                server, process = born.start(place, port)
                together(townships, server)
                verify(store, townships)
        finally:
            process.kill()
            process.wait()
            store.engine.dispose()
    sent = sum(one.meant for one in townships)
    assert sent >= rounds, "nobody sent anything"
    return (
        f"{rounds} times `kill -9` under {TOWNSHIPS} townships: {sent} reports sent, "
        "0 acknowledged lost, 0 partial, 0 doubled"
    )


def together(townships: list[Township], server: Server) -> None:
    """Open every township's page at once."""
    with ThreadPoolExecutor(len(townships)) as pool:
        list(pool.map(lambda one: one.opens(server.address), townships))


def verify(store: Store, townships: list[Township]) -> None:
    """Fail unless the store holds every sending once and whole."""
    with store.reading() as connection:
        assert audit.broken_at(connection) is None
        for one in townships:
            code = township_code(one.place)
            rows = connection.execute(
                sa.select(DAILY_REPORT).where(DAILY_REPORT.c.township_code == code)
            ).all()
            kept = [row.receipt_no for row in rows]
            lost = set(one.acknowledged) - set(kept)
            assert not lost, f"acknowledged and lost: {lost}"
            assert len(kept) == one.meant, f"{code}: {one.meant} sendings, {len(kept)} reports"
            assert sum(row.state in ("filed", "confirmed") for row in rows) <= 1
            for row in rows:
                _require_whole(connection, row, one.workers)


def _require_whole(connection: sa.Connection, row: sa.Row, workers: int) -> None:
    for table, condition, wanted in (
        (DAILY_ENTRY, DAILY_ENTRY.c.report_id == row.id, CHOSEN),
        (STAGE_EVENT, STAGE_EVENT.c.source == source_of(row.id), CHOSEN),
        (AUDIT, (AUDIT.c.action == "file_report") & (AUDIT.c.subject == row.receipt_no), 1),
    ):
        count = connection.scalar(sa.select(sa.func.count()).select_from(table).where(condition))
        assert count == wanted, f"{row.receipt_no}: {count} rows of {table.name}"
    assert row.workers == workers, row.receipt_no


PROOF = Proof(
    "crash", "The server is killed while townships send", prove, quick=10, long=200, on_postgres=60
)
