"""Notices that open again by themselves: their figure fell back, and nobody need look for it."""

from __future__ import annotations

from datetime import datetime

from parcels.people.actor import Actor, Role
from parcels.projects import every_project
from parcels.store.engine import Store
from reports.services.issue_papers import keep_letters
from reports.services.move_notice import fallen_back, reopen_fallen_back
from reports.supervision import reading


def look_for_fallen_notices(store: Store, now: datetime) -> None:
    """Open again what fell back since the last look; facts are read only where one is closed."""
    for project in every_project(store):
        if project.adopted_check_id is None:
            continue
        office = Actor(None, "system", "system", Role.INSPECTOR, project.region, "localhost")
        notices = reading.notices(store, office, project)
        if all(notice.is_open for notice in notices):
            continue
        every, lines = reading.facts(store, office, project, now=now), reading.lines(store)
        if fallen_back(notices, every, lines):
            reopened = reopen_fallen_back(store, office, project.id, every, lines, now=now)
            for notice_id in reopened:
                keep_letters(store, office, project, notice_id, now=now)
