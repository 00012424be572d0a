"""Remedies of the adopted check, in the worker."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from gis.language import Problem, _, say
from gis.units import format_limit
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.policy import parse_share
from parcels.register import adopted_inputs, judged_parcels
from parcels.register.remedies import REMEDIES_JOB
from parcels.remedies import Remedies, remedies
from parcels.remedies.balance import balance
from parcels.remedies.output import proposal_rows, proposals_gpkg
from parcels.services.read_project import project_for

SHOWN = (
    "rank", "is_chosen", "remedy", "parcel_no", "township", "village_code", "village",
    "before_area_m2", "before_structure_m2", "before_new_arable_m2", "area_m2", "structure_m2",
    "new_arable_m2", "won_area_m2", "won_new_arable_m2", "near_limit", "is_estimated",
)  # fmt: skip
LOST = (
    "parcel_no", "township", "village_code", "village", "area_m2", "structure_m2", "new_arable_m2",
    "reason", "values",
)  # fmt: skip


def run(job: Job) -> Mapping[str, Any]:
    """Compute; wanted: margin (“0” to “0.2”). Result: balance, proposals, lost, files, check_id.

    Kinds and reasons are kept as codes, so that each reader is told in the own language.
    """
    project = project_for(job.store, job.actor, Action.FIND_REMEDIES, job.project_id, job.region)
    if project.adopted_check_id is None:
        raise Problem(_("Nothing is adopted yet; there is nothing to remedy."))
    margin = parse_share(str(job.wanted.get("margin", "0")))
    parcels = judged_parcels(job.store, job.actor, project, in_own_crs=True)
    standing = parcels[~parcels["is_withdrawn"]]
    with job.store.reading() as connection:
        inputs = adopted_inputs(connection, project, parcels.crs)
    found = remedies(
        standing, inputs.structures, inputs.policy, coverage=inputs.coverage,
        villages=inputs.villages, margin=margin,
        progress=lambda share: job.progress(0.95 * share, say("Trying cuts and joins …")),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "proposals.gpkg"
        about = f"{project.name}；{job.actor.display_name}；{job.now():%Y-%m-%d %H:%M} UTC"
        drawn = standing[standing.geometry.notna()]
        path.write_bytes(proposals_gpkg(drawn, found, about=about))
        name = f"{project.name} {say('Remedies')} #{project.adopted_check_id}.gpkg"
        file = job.keep(path, name, "application/geopackage+sqlite3")
    return _shown(found) | {
        "check_id": project.adopted_check_id,
        "limit": str(inputs.policy.min_share),
        "margin": format_limit(margin),
        "files": [file],
    }


def _shown(found: Remedies) -> dict[str, Any]:
    """Return what the page shows, as JSON holds it; outlines of the chosen ones in degrees."""
    rows = proposal_rows(found.proposals).assign(remedy=found.proposals["remedy"].astype(str))
    rows = rows[[*SHOWN]].astype(object)
    outlines = found.chosen.geometry.to_crs(4490)
    lost = pd.DataFrame(found.lost)[[*LOST]].astype(object)
    return {
        "balance": asdict(balance(found)),
        "proposals": rows.where(rows.notna(), None).to_dict("records"),
        "outlines": [shapely.to_wkt(outline, rounding_precision=7) for outline in outlines],
        "lost": lost.where(lost.notna(), None).to_dict("records"),
    }


KIND = JobKind(REMEDIES_JOB, _("Remedies of failing parcels"), run, Action.FIND_REMEDIES)
