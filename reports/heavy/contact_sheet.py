"""Evidence cards of chosen parcels, made in the worker."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gis.language import Problem, _, say
from parcels.evidence.ground import Ground
from parcels.jobs import Job, JobKind
from parcels.judgement.queue import queue
from parcels.people.access import Action
from parcels.projects import townships
from parcels.services.read_project import project_for
from reports.renderers import MEDIA_TYPES, RENDERERS
from reports.services.evidence_cards import MOST_CARDS, cards_document
from reports.services.looks import look_of


def run(job: Job) -> Mapping[str, Any]:
    """Draw; wanted: township_code ("" for all), verdicts (list). Result: files, cards."""
    project = project_for(job.store, job.actor, Action.EXPORT_CARDS, job.project_id, job.region)
    ground = Ground(job.store, job.actor, project)
    parcels = ground.parcels
    chosen = parcels[parcels["village_code"].str.startswith(job.region[:9])]
    wanted = list(job.wanted.get("verdicts", []))
    if wanted:
        chosen = chosen[chosen["verdict"].isin(wanted) & ~chosen["is_withdrawn"]]
    first = queue(chosen, set(), whole=True)
    order = [*first, *(index for index in chosen.index if index not in set(first))]
    if not order:
        raise Problem(_("No parcel is chosen; there is nothing to print."))
    if len(order) > MOST_CARDS:
        raise Problem(
            _("{count} cards are too many for one file; choose a township.", count=len(order))
        )
    names = townships(job.store, project, job.actor)
    area = names.get(job.region[:9], say("Whole county"))
    words = say("Drawing {count} cards …", count=len(order))
    document = cards_document(
        ground, order, area, now=job.now(), tell=lambda share: job.progress(0.9 * share, words)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cards.pdf"
        path.write_bytes(RENDERERS["pdf"](document, look_of(job.store)))
        name = f"{document.title} {area}.pdf"
        file = job.keep(path, name, MEDIA_TYPES["pdf"])
    return {"files": [file], "cards": len(order)}


KIND = JobKind("contact_sheet", _("Evidence cards as one PDF"), run, Action.EXPORT_CARDS)
