"""The county of the proofs: many townships with parcels, people with one known password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from parcels.people import passwords
from parcels.people.actor import Actor, Role
from parcels.projects import Project, one_project
from parcels.services.keep_layer import LayerKind
from parcels.services.keep_project import add_policy, create_project, name_region
from parcels.store.engine import Store
from parcels.store.migrate import migrate
from reports.daily import OFFICE_TIME
from tests.builders import COUNTY, POLICY, County, layer_of, person, square

PASSWORD = "Proof-Mianyang-7264"
DAYS = 7
PARCEL_M, BUILDING_M, APART_M = 30, 20, 60
INSPECTORS = ("inspector1", "inspector2", "inspector3")


@dataclass(frozen=True)
class Proved:
    """What the proofs need to know of the county they stand on."""

    project_id: int
    towns: Sequence[str]
    bureau: Actor


def township_code(place: int) -> str:
    """Return the administrative code of a township by its place."""
    return f"{COUNTY}{101 + place}"


def found_county(store: Store, *, townships: int, parcels: int) -> Proved:
    """Write a county whose every township has ``parcels`` parcels that count, none reported yet."""
    migrate(store)
    now = datetime.now(UTC) - timedelta(days=DAYS)
    known = {"password_hash": passwords.hashed(PASSWORD), "password_set_at": now}
    bureau = person(store, "bureau", Role.BUREAU_CLERK, **known)
    person(store, "admin", Role.ADMINISTRATOR, **known)
    for name in INSPECTORS:
        person(store, name, Role.INSPECTOR, **known)
    codes = [township_code(place) for place in range(townships)]
    for place, code in enumerate(codes):
        person(store, f"town{place}", Role.TOWNSHIP_REPORTER, code, **known)
        name_region(store, bureau, code, f"第{place + 1}镇", now=now)
        name_region(store, bureau, f"{code}201", f"第{place + 1}村", now=now)
    project = _project(store, bureau, now)
    made = County(store, bureau, bureau, bureau, project.id)
    corners = [(place * APART_M * 4, row * APART_M) for place in range(townships)
               for row in range(parcels)]  # fmt: skip
    layer = layer_of(
        [square(*corner, PARCEL_M) for corner in corners],
        parcel_no=[
            f"{place * 100 + row + 1}" for place in range(townships) for row in range(parcels)
        ],
        village_code=[f"{code}201" for code in codes for _row in range(parcels)],
        declared_new_arable_m2=np.full(len(corners), 800.0),
    )
    buildings = layer_of([square(*corner, BUILDING_M) for corner in corners])
    check = made.check(made.keep(layer), made.keep(buildings, LayerKind.STRUCTURES))
    made.adopt(check)
    return Proved(project.id, [f"town{place}" for place in range(townships)], bureau)


def _project(store: Store, bureau: Actor, now: datetime) -> Project:
    starts_on = now.astimezone(OFFICE_TIME).date()
    made = create_project(
        store, bureau, code="PROOF", name="证明项目", region=COUNTY, approval_no="",
        approved_on=None, approved_scale_m2=1e6, approved_new_arable_m2=9e5,
        starts_on=starts_on, deadline=starts_on + timedelta(days=120), now=now,
    )  # fmt: skip
    add_policy(store, bureau, made.id, POLICY, now=now)
    with store.reading() as connection:
        return one_project(connection, made.id)
