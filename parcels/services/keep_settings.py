"""Changing what an office sets for itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.settings import SETTINGS, settings
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import SETTING


def change_settings(
    store: Store, actor: Actor, wanted: Mapping[str, Any], *, now: datetime
) -> list[str]:
    """Write the settings that differ from those in force, all or none; return their names."""
    access.require(actor, Action.KEEP_SETTINGS, actor.region)
    unknown = sorted(set(wanted) - set(SETTINGS))
    if unknown:
        raise Problem(_("There is no setting {name}.", name=unknown[0]))
    checked = {name: SETTINGS[name].checked(value) for name, value in wanted.items()}
    with store.writing() as connection:
        before = settings(connection)
        changed = sorted(name for name, value in checked.items() if value != before[name])
        for name in changed:
            row = {"value": checked[name], "changed_at": now, "changed_by": actor.person_id}
            known = connection.execute(
                sa.update(SETTING).where(SETTING.c.name == name).values(**row)
            )
            if not known.rowcount:
                connection.execute(sa.insert(SETTING).values(name=name, **row))
            audit.record(
                connection,
                actor,
                "change_setting",
                name,
                now=now,
                before={"value": before[name]},
                after={"value": checked[name]},
            )
    return changed
