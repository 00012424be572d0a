"""The demo database: the demo county's files taken in by the services, and 60 days of reports.

One township is slow, one forgets, one claims work that the bureau does not find on the ground.
Everything is invented; days count back from the day it is made. What else the county shows is one
file a part beside this one, ending in PART, and one line in ``PARTS``.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from parcels.demo import write_demo
from parcels.projects import projects
from parcels.services.keep_settings import change_settings
from parcels.settings import OFFICE_NAME
from parcels.store.engine import Store
from parcels.store.tables import PERSON
from reports.demo import (
    acceptance,
    compared,
    days,
    imagery,
    judgements,
    ledger,
    means,
    published,
    supervision,
    versions,
    writing,
)
from reports.demo.people import people
from reports.demo.project import found_project
from reports.demo.scene import Part, Scene

PARTS: tuple[Part, ...] = (  # in order: each may lean on those before it
    days.PART,
    imagery.PART,
    versions.PART,
    writing.PART,
    judgements.PART,
    means.PART,
    acceptance.PART,
    supervision.PART,
    published.PART,
    ledger.PART,
    compared.PART,
)
OFFICE = "禾溪县自然资源局"


def is_empty(store: Store) -> bool:
    """Tell whether nobody has been here yet."""
    with store.reading() as connection:
        return not connection.scalar(sa.select(sa.func.count()).select_from(PERSON))


def is_filled(store: Store) -> bool:
    """Tell whether the demo county is here already."""
    with store.reading() as connection:
        return bool(connection.scalar(sa.select(PERSON.c.id).where(PERSON.c.is_demo).limit(1)))


def fill(store: Store, *, now: datetime) -> None:
    """Fill an empty store with the demo county; the same day always gives the same figures."""
    with tempfile.TemporaryDirectory() as folder:
        files = write_demo(Path(folder))
        actors = people(store, files, now)
        bureau = actors["bureau"]
        found_project(store, bureau, files, now)
        change_settings(store, actors["admin"], {OFFICE_NAME.name: OFFICE}, now=now)
        for part in PARTS:  # a part may have changed what the project rests on
            part(Scene(store, files, actors, projects(store, bureau)[0], now))
