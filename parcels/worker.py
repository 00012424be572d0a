"""The worker: takes one job after another, tells how far it is, and is gone with its parent.

Run as ``python -m reports worker``; the app starts one beside itself. A worker that is killed
leaves its job to the next one: its lock file falls with it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from gis.language import Problem, say, speaking
from parcels.jobs import JOB_KINDS, ROUNDS, Job, JobKind, hand_in_job
from parcels.people.access import Refused
from parcels.services.job_files import keep_result
from parcels.services.job_queue import (
    LostJob,
    actor_of,
    beat,
    end_job,
    fail_job,
    hand_back,
    take_job,
)
from parcels.services.note_refusal import note_refusal
from parcels.store.engine import Store
from parcels.store.trouble import Busy, in_our_words

LOG = logging.getLogger("tracker.worker")
IDLE_S, BEAT_S, TROUBLE_S = 0.5, 1.0, 2.0
ROUND_S = 60.0
FORGOTTEN_S = 2 * 24 * 3600  # a dead worker's lock file, long after its job was taken again
NICE = 5
FOLDER = "workers"


class BrokenOff(BaseException):
    """The job at work was cancelled; a BaseException, so that no ``except Exception`` keeps it."""


class Stopped(BaseException):
    """The worker is told to stop."""


@dataclass
class Worker:
    """One worker of a store; its name is locked as long as its process lives."""

    store: Store
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    name: str = field(
        default_factory=lambda: f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
    )
    interrupt: Callable[[], None] | None = None  # breaks off what the main thread is at
    parent: int | None = None
    at_work: bool = False
    last_round: float = 0.0  # of the monotonic clock

    def __post_init__(self) -> None:
        folder = self.store.folder / FOLDER
        folder.mkdir(exist_ok=True, mode=0o700)
        for old in folder.iterdir():
            is_old = time.time() - old.stat().st_mtime > FORGOTTEN_S
            if is_old and self.is_alive(old.name) is False:
                old.unlink(missing_ok=True)
        self._lock = (folder / self.name).open("w")  # closed by the system, however we end
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def run_next(self) -> bool:
        """Run the next job to its end; False when none waits."""
        row = take_job(self.store, self.name, now=self.clock(), is_alive=self.is_alive)
        if row is None:
            return False
        told = _Told()
        with self._beating(row["id"], told), speaking(row["language"]):
            self._run(row, told)
        return True

    def look_round(self) -> None:
        """Do what has fallen due by itself; what fails there is logged and tried again."""
        if self.last_round and time.monotonic() - self.last_round < ROUND_S:
            return
        self.last_round = time.monotonic()
        for look in ROUNDS:
            try:
                look(self.store, self.clock())
            except Exception:
                LOG.exception("reference %s: a round", secrets.token_hex(4))

    def is_alive(self, name: str) -> bool | None:
        """Tell whether another worker lives; None where its lock does not lie here."""
        if name == self.name:
            return False  # we are taking, so what is ours is left over
        path = self.store.folder / FOLDER / Path(name).name
        try:
            with path.open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        """Let go of the name: whatever is still under it may be taken at once."""
        self._lock.close()

    def _run(self, row: Mapping[str, Any], told: _Told) -> None:
        kind = JOB_KINDS[row["kind"]]
        ended = False

        def end_in(connection: Any, result: Mapping[str, Any]) -> None:
            nonlocal ended
            end_job(connection, row["id"], self.name, result, now=self.clock())
            ended = True

        try:
            job = Job(
                id=row["id"],
                store=self.store,
                actor=actor_of(self.store, row),
                project_id=row["project_id"],
                region=row["region"],
                wanted=row["wanted"],
                progress=told.tell,
                end_in=end_in,
                keep=lambda path, name, kind_of: keep_result(
                    self.store, path, name, kind_of, now=self.clock()
                ),
                now=self.clock,
            )
            self.at_work = True
            result = kind.run(job)
            self.at_work = False
            if not ended:
                with self.store.writing() as connection:
                    end_in(connection, result)
        except (BrokenOff, LostJob):
            LOG.info("job %s was cancelled or lost", row["id"])
        except Stopped:
            hand_back(self.store, row["id"], self.name)
            raise
        except Refused as refused:
            note_refusal(self.store, actor_of(self.store, row), refused, now=self.clock())
            self._fail(row, str(refused), "")
        except Busy:
            raise  # the database is away, or without room: the job is taken again
        except Problem as problem:
            self._fail(row, str(problem), "")
        except Exception as error:
            if trouble := in_our_words(error):
                self._fail(row, str(trouble), "")
                return
            reference = secrets.token_hex(4)
            LOG.exception("reference %s: job %s %s", reference, row["id"], row["kind"])
            words = say(
                "This failed; nothing was changed. Tell the administrator the number {reference}.",
                reference=reference,
            )
            self._fail(row, words, reference)
        finally:
            self.at_work = False

    def _fail(self, row: Mapping[str, Any], words: str, reference: str) -> None:
        with suppress(LostJob):
            fail_job(
                self.store, row["id"], self.name,
                words=words, reference=reference, now=self.clock(),
            )  # fmt: skip

    @contextmanager
    def _beating(self, job_id: int, told: _Told) -> Iterator[None]:
        """Write progress and life signs from a thread: the job may be inside a transaction."""
        over = threading.Event()

        def beats() -> None:
            while not over.wait(BEAT_S):
                self._end_with_parent()
                try:
                    is_ours = beat(
                        self.store, job_id, self.name,
                        share=told.share, words=told.words, now=self.clock(),
                    )  # fmt: skip
                except Exception:  # a busy database: the next beat tells it
                    LOG.warning("no beat of job %s", job_id, exc_info=True)
                    continue
                if not is_ours and self.at_work and self.interrupt and not over.is_set():
                    self.interrupt()

        thread = threading.Thread(target=beats, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _end_with_parent(self) -> None:
        if self.parent is not None and os.getppid() != self.parent:
            os._exit(1)  # the job is taken again by the next worker


@dataclass
class _Told:
    """What the job said last of its progress."""

    share: float = 0.0
    words: str = ""

    def tell(self, share: float, words: str) -> None:
        self.share, self.words = share, words


def work(store: Store, kinds: Iterable[JobKind], *, parent: int | None = None) -> None:
    """Work on jobs of these kinds until told to stop, or until the parent is gone."""
    for kind in kinds:
        hand_in_job(kind)
    os.nice(NICE)
    worker = Worker(store, parent=parent)
    worker.interrupt = lambda: os.kill(os.getpid(), signal.SIGUSR1)

    def broken_off(_number: int, _frame: FrameType | None) -> None:
        if worker.at_work:
            raise BrokenOff

    def stopped(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Stopped

    signal.signal(signal.SIGUSR1, broken_off)
    signal.signal(signal.SIGTERM, stopped)
    signal.signal(signal.SIGINT, stopped)
    try:
        while parent is None or os.getppid() == parent:
            with suppress(BrokenOff):  # came too late: the job had just ended
                try:
                    if not worker.run_next():
                        worker.look_round()
                        time.sleep(IDLE_S)
                except Busy as trouble:
                    LOG.warning("waiting: %s", trouble)
                    time.sleep(TROUBLE_S)
    except Stopped:
        LOG.info("stopped")
    finally:
        worker.close()
