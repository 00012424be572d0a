"""A year of a county in a store: townships, parcels, reports, entries, from a fixed seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa

from parcels.people.actor import Actor, Role
from parcels.projects import Project, one_project
from parcels.rules.verdicts import Verdict
from parcels.store.engine import Store, open_store
from parcels.store.migrate import migrate
from parcels.store.tables import (
    ADOPTION,
    CHECK_RUN,
    LAYER,
    LEDGER,
    PARCEL,
    PERSON,
    POLICY,
    PROJECT,
    REGION,
    STAGE_EVENT,
    STORED_FILE,
    VERDICT,
)
from parcels.workflow import REPORTED_BY_TOWNSHIP, EventState, Step
from reports.daily import OFFICE_TIME, ReportState
from reports.tables import DAILY_ENTRY, DAILY_REPORT

COUNTY = "419901"
START, DAYS = date(2025, 3, 3), 365
AT_ONCE = 50_000


@dataclass(frozen=True)
class Year:
    """The filled store with somebody of its bureau."""

    store: Store
    project: Project
    bureau: Actor
    now: datetime
    reports: int
    entries: int


def a_year(folder: Path, *, times: int = 1, entries_a_parcel: int = 50) -> Year:
    """Fill a store with 30 townships, 3 000 parcels, 11 000 reports, 150 000 entries, ``times``.

    Townships stay 30; parcels and entries grow, and every tenth of a report's length with them.
    """
    store = open_store(folder, f"sqlite:///{folder / 'tracker.db'}")
    migrate(store)
    chance = Random(20_260_301)
    townships = [f"{COUNTY}{100 + n}" for n in range(30)]
    now = datetime.combine(START + timedelta(days=DAYS - 1), time(20), OFFICE_TIME)
    with store.writing() as connection:
        _base(connection, townships)
        parcels = _parcels(connection, townships, 3_000 * times, chance)
        reports, entries = _days(
            connection, townships, parcels, entries_a_parcel * len(parcels), chance
        )
        project = one_project(connection, 1)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    bureau = Actor(1, "bureau", "bureau", Role.BUREAU_CLERK, COUNTY, "localhost")
    return Year(store, project, bureau, now, reports, entries)


def _base(connection: sa.Connection, townships: list[str]) -> None:
    morning = datetime.combine(START, time(8), OFFICE_TIME)
    person = {"role": "bureau_clerk", "region": COUNTY, "password_hash": "none",
              "password_set_at": morning, "must_change_password": False,
              "is_demo": False}  # fmt: skip
    connection.execute(sa.insert(PERSON).values(name="bureau", display_name="bureau", **person))
    names = [{"code": code, "name": f"{n}镇"} for n, code in enumerate(townships)]
    connection.execute(sa.insert(REGION), [{"code": COUNTY, "name": "县"}, *names])
    connection.execute(
        sa.insert(PROJECT).values(
            code="YEAR", name="一年", region=COUNTY, approval_no="", approved_scale_m2=9e6,
            approved_new_arable_m2=8e6, starts_on=START, deadline=START + timedelta(days=399),
            counting_step=Step.PLANTED.value, cut_off=time(17, 30), adopted_check_id=1,
        )
    )  # fmt: skip
    connection.execute(
        sa.insert(POLICY).values(project_id=1, version=1, created_at=morning, created_by=1,
                                 terms={"min_share": "0.3", "min_new_arable_m2": "400"})
    )  # fmt: skip
    connection.execute(
        sa.insert(STORED_FILE).values(sha256="0" * 64, size_bytes=1, stored_at=morning)
    )
    for kind in ("parcels", "structures"):
        connection.execute(
            sa.insert(LAYER).values(
                project_id=1, kind=kind, version=1, file_name="x", file_sha256="0" * 64, crs=4526,
                understood={}, columns={}, rows_in=1, rows_kept=1, created_at=morning, created_by=1,
            )
        )  # fmt: skip
    connection.execute(
        sa.insert(CHECK_RUN).values(
            project_id=1, parcel_layer_id=1, structure_layer_id=2, policy_id=1, at=morning,
            by_person=1, adopted_at=morning, adopted_by=1,
        )
    )  # fmt: skip
    connection.execute(
        sa.insert(ADOPTION).values(
            project_id=1, check_id=1, at=morning, by_person=1, reason="first layer", summary={}
        )
    )


def _parcels(
    connection: sa.Connection, townships: list[str], count: int, chance: Random
) -> list[tuple[int, float]]:
    """Write parcels with verdicts and ledger rows; return (ledger id, m²), by township in turn."""
    rows, verdicts, ledger, made = [], [], [], []
    for n in range(1, count + 1):
        code = townships[n % len(townships)]
        area_m2 = round(chance.uniform(500, 5000), 2)
        rows.append(
            {"id": n, "layer_id": 1, "row": n, "parcel_no": str(n), "township_code": code,
             "village_code": f"{code}{200 + n % 9}", "township": code, "village": f"{n % 9}村",
             "ownership": "", "land_class": "", "block_no": "", "area_m2": area_m2,
             "geometry": b"x" * 160}
        )  # fmt: skip
        verdict = Verdict.PASS if chance.random() < 0.85 else Verdict.FAIL
        verdicts.append(
            {"check_id": 1, "parcel_id": n, "new_arable_m2": round(area_m2 * 0.85, 2),
             "structure_verdict": verdict.value, "new_arable_verdict": verdict.value,
             "verdict": verdict.value, "near_limit": False, "reasons": []}
        )  # fmt: skip
        ledger.append(
            {"id": n, "project_id": 1, "village_code": f"{code}{200 + n % 9}",
             "parcel_no": str(n), "occurrence": 1, "parcel_id": n}
        )  # fmt: skip
        made.append((n, area_m2))
    for table, values in ((PARCEL, rows), (VERDICT, verdicts), (LEDGER, ledger)):
        connection.execute(sa.insert(table), values)
    return made


def _days(
    connection: sa.Connection,
    townships: list[str],
    parcels: list[tuple[int, float]],
    entries: int,
    chance: Random,
) -> tuple[int, int]:
    """Write a report for each township and day with its entries and their stage events."""
    per_parcel = entries // len(parcels)
    parts = -(-per_parcel // len(REPORTED_BY_TOWNSHIP))
    work: dict[tuple[int, int], list[tuple[int, Step, float]]] = {}
    for ledger_id, area_m2 in parcels:
        begun = chance.randrange(DAYS - 60)
        for place in range(per_parcel):
            step = REPORTED_BY_TOWNSHIP[place // parts]
            day = min(begun + place, DAYS - 1)
            part = (ledger_id, step, round(area_m2 / parts, 2))
            work.setdefault((ledger_id % len(townships), day), []).append(part)
    reports: list[dict] = []
    rows: list[dict] = []
    events: list[dict] = []
    for day in range(DAYS):
        for place, code in enumerate(townships):
            number = len(reports) + 1
            filed = datetime.combine(START + timedelta(days=day), time(17), OFFICE_TIME)
            own = work.get((place, day), [])
            state = ReportState.FILED if day == DAYS - 1 else ReportState.CONFIRMED
            reports.append(
                {"id": number, "project_id": 1, "township_code": code, "day": filed.date(),
                 "sequence": 1, "idempotency_key": str(number), "receipt_no": str(number),
                 "state": state.value, "filed_by": 1, "filed_at": filed,
                 "is_late": chance.random() < 0.1, "workers": 9, "machines": 2,
                 "zero_reason": "" if own else "rain", "problem": "", "help_wanted": ""}
            )  # fmt: skip
            worth = EventState.CLAIMED if day == DAYS - 1 else EventState.CONFIRMED
            for ledger_id, step, area_m2 in own:
                same = {"ledger_id": ledger_id, "step": step.value, "area_m2": area_m2}
                rows.append(same | {"report_id": number})
                events.append(
                    same
                    | {"day": filed.date(), "state": worth.value,
                       "source": f"daily_report:{number}", "recorded_at": filed.astimezone(UTC)}
                )  # fmt: skip
    _insert(connection, DAILY_REPORT, reports)
    unique = {(row["report_id"], row["ledger_id"], row["step"]): row for row in rows}
    _insert(connection, DAILY_ENTRY, list(unique.values()))
    _insert(connection, STAGE_EVENT, events)
    return len(reports), len(events)


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(sa.insert(table), rows[start : start + AT_ONCE])
