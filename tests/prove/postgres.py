"""PostgreSQL is killed under writers and started again: the app comes back, the form is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from parcels.store.engine import open_store
from tests.browser.running import PROJECT, free_port
from tests.prove.client import Unanswered, Visitor, sign_in
from tests.prove.county import PASSWORD, found_county
from tests.prove.crash import CHOSEN, PARCELS, Township, together, verify
from tests.prove.forked import nursery
from tests.prove.proof import Proof, Unprovable

TOWNSHIPS, WORKING_S, SHORT_S, DOWN_S, RECOVERED_S = 10, 2.0, 1.0, 1.5, 5.0
SAID = "数据库暂时无响应"
TIMED_FROM = 5  # rounds; a short form in a test judges no seconds


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL of our own that may be killed."""

    url: str
    folder: Path

    def kill(self) -> None:
        """Kill the server and everything it started, as a power cut would."""
        main = int((self.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        told = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        for pid in (main, *map(int, told)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        """Start it again where it lies and wait until it answers."""
        for left in ("data/postmaster.pid", ".s.PGSQL.5432.lock"):  # where nobody reaps the dead
            (self.folder / left).unlink(missing_ok=True)
        options = f"-k {self.folder} -c listen_addresses=''"
        command = [str(_binaries() / "pg_ctl"), "-D", str(self.folder / "data"), "-s", "-w", "-l",
                   str(self.folder / "log"), "-o", options, "start"]  # fmt: skip
        as_owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run([*as_owner, *command], check=True, timeout=60, cwd="/",
                       stdout=subprocess.DEVNULL)  # fmt: skip


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Make a cluster and remove it."""
    if not _binaries().is_dir():
        raise Unprovable("needs PostgreSQL's own programs")
    script = str(PROJECT / "tests" / "postgres.sh")
    options = {**os.environ, "TRACKER_POSTGRES_OPTIONS": "-c fsync=on"}
    # into a file: the server keeps what it inherits open, and a pipe would never end
    said = Path(os.environ.get("TMPDIR", "/tmp")) / f"proof-pg-{os.getpid()}-{time.time_ns()}"
    with said.open("w") as stream:
        subprocess.run(["sh", script], check=True, timeout=60, stdout=stream, env=options,
                       stderr=subprocess.DEVNULL)  # fmt: skip
    url = said.read_text().strip()
    said.unlink()
    made = Cluster(url, Path(url.rpartition("host=")[2]))
    try:
        yield made
    finally:
        subprocess.run(["sh", script, "stop", str(made.folder)], check=False, timeout=60)


def prove(rounds: int, folder: Path) -> str:
    """Kill PostgreSQL that many times under ten townships that send."""
    with cluster() as postgres:
        return _prove(rounds, folder, postgres)


def _prove(rounds: int, folder: Path, postgres: Cluster) -> str:
    store = open_store(folder / "var", postgres.url)
    found_county(store, townships=TOWNSHIPS, parcels=PARCELS)
    environment = {"TRACKER_DATABASE_URL": postgres.url}
    server, process = nursery().start(folder / "var", free_port(), environment)
    waits: list[float] = []
    was_told = False
    try:
        townships = [
            Patient(place, sign_in(server.address, f"town{place}", PASSWORD))
            for place in range(TOWNSHIPS)
        ]
        together(townships, server)
        working_s = WORKING_S if rounds >= TIMED_FROM else SHORT_S
        for _round in range(rounds):
            over = threading.Event()
            for one in townships:
                one.address = server.address
            with ThreadPoolExecutor(TOWNSHIPS + 1) as pool:
                at_work = [pool.submit(one.works, over) for one in townships]
                time.sleep(working_s)
                postgres.kill()
                time.sleep(DOWN_S)
                postgres.start()
                ready = time.monotonic()
                _first_page(server.address, townships[0])
                waits.append(time.monotonic() - ready)
                time.sleep(working_s)
                over.set()
                for done in at_work:
                    done.result()
            was_told |= any(SAID in words for one in townships for words in one.told)
            verify(store, townships)
            assert process.poll() is None
    finally:
        process.kill()
        process.wait()
        store.engine.dispose()
    assert was_told, "nobody was told what happened"
    sent = sum(one.meant for one in townships)
    longest_s = max(waits)
    assert rounds < TIMED_FROM or longest_s <= RECOVERED_S, f"back after {longest_s:.1f} s"
    return (
        f"PostgreSQL killed and started again {rounds} times under {TOWNSHIPS} townships: {sent} "
        f"reports, 0 acknowledged lost, 0 partial, 0 doubled; the form came back whole, at the "
        f"latest {longest_s:.1f} s after the database"
    )


def _first_page(address: str, township: Township) -> None:
    """Come back until the page is there again."""
    said = ""
    for _try in range(200):
        with suppress(Unanswered, OSError):
            visitor = Visitor(address, township.cookies, "today")
            said = visitor.texts()
            is_there = bool(visitor.receipt()) or any(True for _w in visitor.widgets())
            visitor.close()
            if is_there:
                return
        time.sleep(0.05)
    raise AssertionError(f"the app did not come back: {said}")


@dataclass
class Patient(Township):
    """A township that reads what it is told, waits and tries again."""

    address: str = ""
    told: list[str] = field(default_factory=list)

    def works(self, over: threading.Event) -> None:
        """Send and withdraw until told to stop, and then until the last sending is through."""
        while not over.is_set() or self.is_under_way:
            try:
                self._one_step()
            except (Unanswered, LookupError):
                self.told.append(self.visitor.texts() if self.visitor else "")
                time.sleep(0.3)
                self._comes_back()

    def _one_step(self) -> None:
        assert self.visitor is not None
        receipt = self.visitor.receipt()
        if self.is_under_way and receipt:
            self.acknowledged.append(receipt)
            self.is_under_way = False
        elif self.is_under_way:
            self._require_whole_form()
            self.visitor.presses(self.visitor.widget("send report"))
        elif receipt:
            self.visitor.presses(self.visitor.widget("withdraw"))
        else:
            self._require_whole_form()
            self.meant += 1
            self.is_under_way = True

    def _require_whole_form(self) -> None:
        assert self.visitor is not None
        chosen = self.visitor.chosen("parcels")
        assert len(chosen) == CHOSEN, f"the form lost what was chosen: {chosen}"

    def _comes_back(self) -> None:
        with suppress(Unanswered, OSError, AssertionError):
            if self.visitor is not None:
                self.visitor.close()
        with suppress(Exception):
            self.visitor = Visitor(self.address, self.cookies, "today")


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return found[-1] if found else Path("/nonexistent")


PROOF = Proof("postgres", "PostgreSQL is killed under writers", prove, quick=1, long=20)
