"""The stamp of a document made now: what its figures rest on, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gis.language import say
from parcels import register
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.store import audit
from parcels.store.engine import Store
from reports.daily import OFFICE_TIME
from reports.document import Stamp


def stamp_of(
    store: Store,
    actor: Actor,
    project: Project,
    *,
    cut_off: str = "",
    versions: Mapping[str, Any] | None = None,
    is_taken_out: bool = False,
    now: datetime,
) -> Stamp:
    """Return the stamp of unpublished figures; ``versions`` other than the adopted ones are said.

    ``versions`` has parcels, structures and policy, as ``register.adopted_versions`` gives them.
    With ``is_taken_out`` it names the person: every file with coordinates bears that.
    """
    with store.reading() as connection:
        head = audit.head(connection)
    found = versions or register.adopted_versions(store, actor, project)
    basis = (
        say("parcels v{parcels}, structures v{structures}, policy v{policy}", **found)
        if found
        else "—"
    )
    taken_out = f"{actor.display_name} {now.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"
    return Stamp(
        project.name, basis, now, head, cut_off, taken_out=taken_out if is_taken_out else ""
    )
