"""The server's clock jumps: no report lands on another day, no session comes back to life."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from gis.language import Problem
from parcels.people import sessions
from parcels.people.actor import Actor, Role
from parcels.store.engine import Store, open_store
from parcels.store.tables import PERSON
from reports.daily import OFFICE_TIME, DailyReport, ZeroReason
from reports.services.file_report import file_report
from reports.services.keep_draft import save_draft
from reports.tables import DAILY_REPORT
from tests.prove.county import Proved, found_county, township_code
from tests.prove.proof import Proof

SEED, TOWNSHIPS, OPENED_EACH, ASKED_EACH = 8, 4, 3, 60
A_STEP = timedelta(hours=5)  # and between the jumps time goes on
JUMPS = tuple(
    sign * jump
    for jump in (
        timedelta(seconds=30), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=9),
        timedelta(days=1), timedelta(days=40), timedelta(days=400),
    )
    for sign in (1, -1)
)  # fmt: skip


def prove(jumps: int, folder: Path) -> str:
    """Let the clock jump that often under sessions and reports; keep our own books beside it."""
    store = open_store(folder / "var")
    county = found_county(store, townships=TOWNSHIPS, parcels=1)
    towns = _towns(store)
    chance, true = random.Random(SEED), datetime.now(UTC)
    open_, ended = {}, set()
    outcomes: Counter[str] = Counter()
    wanted: dict[str, tuple[str, date]] = {}
    for jump in range(jumps):
        true += A_STEP
        now = true + chance.choice(JUMPS) + chance.choice(JUMPS)
        for token, began in list(open_.items()):
            if sessions.find_session(store, token, now) is None:
                is_before = now < began  # not yet begun by this clock: shut, but not over
                if not is_before:
                    ended.add(token)
                    del open_[token]
        asked = chance.sample(sorted(ended), min(len(ended), ASKED_EACH))
        for token in ended if jump == jumps - 1 else asked:
            assert sessions.find_session(store, token, now) is None, "a session came back to life"
        for _one in range(OPENED_EACH):
            with store.writing() as connection:
                token = sessions.begin(connection, towns[0].person_id or 0, "x", "zh_CN", now)
            open_[token] = now
        for place, actor in enumerate(towns):
            outcomes[_reports(store, county, actor, f"{jump}-{place}", now, chance, wanted)] += 1
    _require_days(store, wanted)
    store.engine.dispose()
    return (
        f"{jumps} jumps of the clock, half a minute to 400 days, forth and back: "
        f"{outcomes['filed']} reports on the very day they were written for, "
        f"{outcomes['refused']} refused in words; {len(ended)} sessions ended, 0 came back"
    )


def _reports(
    store: Store, county: Proved, actor: Actor, key: str, now: datetime,
    chance: random.Random, wanted: dict[str, tuple[str, date]],
) -> str:  # fmt: skip
    """Write a day's report by one clock and send it by another that has jumped since."""
    day = now.astimezone(OFFICE_TIME).date()
    later = now + chance.choice(JUMPS)
    try:
        save_draft(store, actor, county.project_id, actor.region, day, {"workers": 3}, now=now)
        report = DailyReport(county.project_id, actor.region, day, (), zero_reason=ZeroReason.RAIN)
        sent = file_report(store, actor, report, idempotency_key=key, now=later)
    except Problem:
        return "refused"
    assert day <= later.astimezone(OFFICE_TIME).date(), "a report of a day that has not come"
    wanted[sent.receipt_no] = (actor.region, day)
    with suppress(Problem):  # the clock jumps between two tries of one sending: still one report
        again = file_report(store, actor, report, idempotency_key=key, now=now)
        assert (again.receipt_no, again.is_repeat) == (sent.receipt_no, True)
    return "filed"


def _require_days(store: Store, wanted: dict[str, tuple[str, date]]) -> None:
    with store.reading() as connection:
        kept = {
            row.receipt_no: (row.township_code, row.day)
            for row in connection.execute(sa.select(DAILY_REPORT))
        }
    assert kept == wanted, "a report lies on another day than it was written for"


def _towns(store: Store) -> list[Actor]:
    with store.reading() as connection:
        ids = {row.name: row.id for row in connection.execute(sa.select(PERSON))}
    return [
        Actor(ids[f"town{place}"], f"town{place}", "x", Role.TOWNSHIP_REPORTER,
              township_code(place), "10.0.0.1")
        for place in range(TOWNSHIPS)
    ]  # fmt: skip


PROOF = Proof("clock", "The server's clock jumps", prove, quick=6, long=500, on_postgres=500)
