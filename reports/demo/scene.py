"""What a part of the demo county is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from parcels.demo import DemoFiles
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.store.engine import Store


@dataclass(frozen=True)
class Scene:
    """The demo county after its days: its files, its people by account name, its project."""

    store: Store
    files: DemoFiles
    actors: Mapping[str, Actor]
    project: Project
    now: datetime


Part = Callable[[Scene], None]
