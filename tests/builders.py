"""Things for tests, with defaults: a test states only what matters to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import sqlalchemy as sa
from shapely.geometry import Polygon, box

from gis.formats import Layer, Understood
from parcels.people.actor import Actor, Role
from parcels.policy import Policy
from parcels.projects import Project, one_project
from parcels.register import judged_parcels
from parcels.rules.verdicts import Verdict
from parcels.services.adopt_check import adopt_check
from parcels.services.keep_layer import LayerKind, Upload, keep_layer
from parcels.services.keep_project import add_policy, create_project, name_region
from parcels.services.run_check import run_check
from parcels.store.engine import Store
from parcels.store.schema import METADATA
from parcels.store.tables import PERSON
from parcels.workflow import EventState, Step
from reports.daily import OFFICE_TIME, DailyReport, Entry, ReportState
from reports.services.file_report import Receipt, file_report
from reports.services.review_report import move_report
from reports.tables import DAILY_REPORT

COUNTY = "419901"
TOWNSHIP_A, TOWNSHIP_B = "419901101", "419901102"
VILLAGE_A, VILLAGE_B = "419901101201", "419901102201"
ZONE_38 = 4526
ORIGIN = (38_500_000.0, 3_900_000.0)
DAY = date(2026, 3, 4)  # a Wednesday
START = date(2026, 3, 2)  # the Monday before
NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)  # 16:00 in the office
POLICY = Policy(Decimal("0.3"), Decimal(400))


def at(day: date = DAY, hour: int = 16, minute: int = 0, second: int = 0) -> datetime:
    """Return a moment by the office's clock."""
    return datetime.combine(day, time(hour, minute, second), OFFICE_TIME)


def square(east_m: float, north_m: float, side_m: float, height_m: float | None = None) -> Polygon:
    """Return a rectangle with its lower left corner at metres from the tests' origin."""
    x, y = ORIGIN[0] + east_m, ORIGIN[1] + north_m
    return box(x, y, x + side_m, y + (height_m if height_m is not None else side_m))


def parcels_of(outlines: Sequence[Any], *, crs: int = ZONE_38, **columns: Any) -> gpd.GeoDataFrame:
    """Return a frame with the columns of ``parcels.frames``; a scalar holds for every row."""
    count = len(outlines)
    given = {
        "row": range(1, count + 1),
        "parcel_no": [str(number) for number in range(1, count + 1)],
        "township_code": TOWNSHIP_A,
        "township": "甲镇",
        "village_code": VILLAGE_A,
        "village": "甲村",
        "ownership": "",
        "land_class": "",
        "block_no": "",
        "declared_area_m2": np.nan,
        "declared_new_arable_m2": np.nan,
        "retained_m2": 0.0,
        "inside_village": None,
    } | columns
    table = {
        name: pd.Series([value] * count if np.isscalar(value) or value is None else list(value))
        for name, value in given.items()
    }
    frame = pd.DataFrame(table)
    frame["inside_village"] = frame["inside_village"].astype(object)
    return gpd.GeoDataFrame(frame, geometry=list(outlines), crs=crs)


def structures_of(outlines: Sequence[Any], *, crs: int = ZONE_38) -> gpd.GeoDataFrame:
    """Return a structure frame."""
    rows = {"row": np.arange(1, len(outlines) + 1), "class": [""] * len(outlines)}
    return gpd.GeoDataFrame(rows, geometry=list(outlines), crs=crs)


def layer_of(
    outlines: Sequence[Any],
    *,
    crs: int = ZONE_38,
    rejected: Sequence[Mapping[str, Any]] = (),
    **columns: Sequence[Any],
) -> Layer:
    """Return a layer as the reader gives it; ``rejected`` rows follow the kept ones."""
    count = len(outlines)
    frame = gpd.GeoDataFrame(
        {"row": np.arange(1, count + 1), **columns}, geometry=list(outlines), crs=crs
    )
    unread = pd.DataFrame(
        [
            {"row": count + place, "rejected_for": "null_geometry"} | dict(values)
            for place, values in enumerate(rejected, start=1)
        ],
        columns=["row", "rejected_for", *columns],
    )
    understood = Understood(
        format="GeoJSON", layer="layer", rows_in=count + len(unread), crs=crs, crs_how="declared",
        encoding="UTF-8", encoding_how="declared", samples=(), columns=tuple(columns),
        bounds_lonlat=(113.9, 35.1, 114.1, 35.3), sha256="",
    )  # fmt: skip
    return Layer(frame, unread, (), understood)


def person(store: Store, name: str, role: Role, region: str = COUNTY, **columns: Any) -> Actor:
    """Write an account that nobody can sign in to, and return it as an actor."""
    row = {
        "name": name,
        "display_name": name.title(),
        "role": role.value,
        "region": region,
        "phone": "",
        "password_hash": "none",
        "password_set_at": NOW,
        "must_change_password": False,
        "is_demo": False,
    } | columns
    with store.writing() as connection:
        key = connection.execute(sa.insert(PERSON).values(**row)).inserted_primary_key
    assert key is not None
    return Actor(key[0], name, row["display_name"], role, region, "10.0.0.1")


@dataclass(frozen=True)
class County:
    """A county of two townships with a project; each township has its reporter."""

    store: Store
    bureau: Actor
    reporter_a: Actor
    reporter_b: Actor
    project_id: int

    @property
    def project(self) -> Project:
        """The project as the store has it now."""
        with self.store.reading() as connection:
            return one_project(connection, self.project_id)

    def keep(self, layer: Layer, kind: LayerKind = LayerKind.PARCELS, **upload: Any) -> int:
        """Take a layer in; its columns have the register's names."""
        path = self.store.folder / "upload.geojson"
        path.write_bytes(repr(layer.understood).encode() + kind.value.encode())
        mapping = {name: name for name in layer.understood.columns}
        sent = Upload(kind, path, "upload.geojson", layer, mapping, **upload)
        return keep_layer(self.store, self.bureau, self.project_id, sent, now=NOW)

    def check(self, parcel_layer: int, structure_layer: int) -> int:
        """Check two layers under the newest policy."""
        return run_check(
            self.store, self.bureau, self.project_id,
            parcel_layer_id=parcel_layer, structure_layer_id=structure_layer, now=NOW,
        )  # fmt: skip

    def adopt(self, check_id: int, reason: str = "first layer") -> tuple[int, int]:
        """Let figures rest on a check."""
        return adopt_check(self.store, self.bureau, check_id, reason=reason, now=NOW)

    def parcels(self, actor: Actor | None = None) -> gpd.GeoDataFrame:
        """Return the adopted parcels by number, as an actor sees them."""
        found = judged_parcels(self.store, actor or self.bureau, self.project)
        return found.set_index("parcel_no", drop=False)

    def send(
        self,
        *work: tuple[str, Step, float],
        actor: Actor | None = None,
        key: str = "key-1",
        now: datetime = NOW,
        **report: Any,
    ) -> Receipt:
        """File a report of (parcel number, step, m²) as township A, or as the given actor's."""
        sender = actor or self.reporter_a
        ids = self.parcels()["ledger_id"]
        entries = tuple(Entry(int(ids[number]), step, area_m2) for number, step, area_m2 in work)
        sent = DailyReport(self.project_id, sender.region, DAY, entries)
        sent = replace(sent, **report)
        return file_report(self.store, sender, sent, idempotency_key=key, now=now)

    def report_id(self, receipt_no: str) -> int:
        """Return the id of a report by its receipt."""
        wanted = sa.select(DAILY_REPORT.c.id).where(DAILY_REPORT.c.receipt_no == receipt_no)
        with self.store.reading() as connection:
            return int(connection.execute(wanted).scalar_one())

    def move(
        self, receipt: Receipt, to: ReportState, actor: Actor | None = None, **words: Any
    ) -> None:
        """Confirm, return or withdraw a report."""
        move_report(
            self.store, actor or self.bureau, self.report_id(receipt.receipt_no), to,
            now=NOW + timedelta(hours=1), **words,
        )  # fmt: skip


def county(store: Store, policy: Policy = POLICY, **project: Any) -> County:
    """Write two townships of a village each, their people, a project and its policy."""
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    reporters = [
        person(store, name, Role.TOWNSHIP_REPORTER, code)
        for name, code in (("alice", TOWNSHIP_A), ("bob", TOWNSHIP_B))
    ]
    names = {TOWNSHIP_A: "甲镇", TOWNSHIP_B: "乙镇", VILLAGE_A: "甲村", VILLAGE_B: "乙村"}
    for code, name in names.items():
        name_region(store, bureau, code, name, now=NOW)
    terms = {
        "code": "P-1",
        "name": "测试项目",
        "region": COUNTY,
        "approval_no": "",
        "approved_on": None,
        "approved_scale_m2": 100_000.0,
        "approved_new_arable_m2": 80_000.0,
        "starts_on": START,
        "deadline": START + timedelta(days=99),
        "now": NOW,
    } | project
    made = create_project(store, bureau, **terms)
    add_policy(store, bureau, made.id, policy, now=NOW)
    return County(store, bureau, *reporters, made.id)


def working_county(store: Store) -> County:
    """A county with an adopted check: parcels A1, A2 (township A) and B1, each of 900 m².

    Built by the services once; later stores get the same rows, which is ten times quicker.
    """
    if not _working:
        made = _built(store)
        with store.reading() as connection:
            for table in METADATA.sorted_tables:
                rows = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
                _working.append((table, rows))
        _people.extend([made.bureau, made.reporter_a, made.reporter_b])
        return made
    with store.writing() as connection:
        for table, rows in _working:
            if rows:
                connection.execute(sa.insert(table), rows)
            if rows and not store.is_sqlite and "id" in table.c:
                counter = sa.func.pg_get_serial_sequence(table.name, "id")
                connection.execute(
                    sa.select(sa.func.setval(counter, max(row["id"] for row in rows)))
                )
    return County(store, *_people, project_id=1)


_working: list[tuple[sa.Table, list[dict[str, Any]]]] = []
_people: list[Actor] = []


def reported_county(store: Store) -> County:
    """Return ``working_county`` with one report of A, confirmed: 100 m² of A1 are signed."""
    county = working_county(store)
    receipt = county.send(("A1", Step.AGREEMENT_SIGNED, 100.0), now=at(DAY))
    county.move(receipt, ReportState.CONFIRMED)
    return county


def _built(store: Store) -> County:
    made = county(store)
    outlines = [square(place * 100, 0, 30) for place in range(3)]
    parcels = layer_of(
        outlines,
        parcel_no=["A1", "A2", "B1"],
        village_code=[VILLAGE_A, VILLAGE_A, VILLAGE_B],
        declared_new_arable_m2=[800.0, 600.0, 500.0],
    )
    buildings = layer_of([square(place * 100, 0, 20) for place in range(3)])
    check_id = made.check(made.keep(parcels), made.keep(buildings, LayerKind.STRUCTURES))
    made.adopt(check_id)
    assert made.project_id == 1
    return made


def ledger(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return parcels as ``judged_parcels`` gives them, for the pure functions."""
    defaults = {
        "township_code": TOWNSHIP_A,
        "area_m2": 1000.0,
        "new_arable_m2": 800.0,
        "verdict": Verdict.PASS,
        "is_withdrawn": False,
    }
    table = [{"ledger_id": place} | defaults | dict(row) for place, row in enumerate(rows, 1)]
    return pd.DataFrame(table)


def events(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return stage events as ``stage_events`` gives them, for the pure functions."""
    defaults = {
        "ledger_id": 1,
        "village_code": VILLAGE_A,
        "step": Step.PLANTED,
        "day": DAY,
        "area_m2": 1000.0,
        "state": EventState.CONFIRMED,
        "source": "",
    }
    table = [defaults | dict(row) for row in rows]
    return pd.DataFrame(table, columns=list(defaults)).astype(
        {"step": object, "state": object, "village_code": object}
    )


def a_project(**fields: Any) -> Project:
    """Return a project that no store has."""
    values: dict[str, Any] = {
        "id": 1, "code": "P-1", "name": "测试项目", "region": COUNTY, "approval_no": "",
        "approved_on": None, "approved_scale_m2": 100_000.0, "approved_new_arable_m2": 80_000.0,
        "starts_on": START, "deadline": START + timedelta(days=99),
        "counting_step": Step.PLANTED, "cut_off": time(17, 30), "adopted_check_id": 1,
    }  # fmt: skip
    return Project(**values | fields)
