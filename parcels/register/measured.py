"""The figures of the adopted check, ready for other limits."""

from __future__ import annotations

import geopandas as gpd
import sqlalchemy as sa

from gis.zones import in_working_crs
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.policy import from_terms
from parcels.projects import Project
from parcels.register.layers import layer_coverage
from parcels.register.verdicts import judged_parcels
from parcels.store.engine import Store
from parcels.store.tables import CHECK_RUN, POLICY
from parcels.what_if import Measured, measured


def measured_parcels(
    store: Store, actor: Actor, project: Project
) -> tuple[gpd.GeoDataFrame, Measured]:
    """Return the adopted check's parcels, and of each what both rules ask whatever the limits."""
    access.require(actor, Action.SEE_PROPOSALS, project.region)
    parcels = judged_parcels(store, actor, project, in_own_crs=True)
    with store.reading() as connection:
        run = connection.execute(
            sa.select(CHECK_RUN.c.structure_layer_id, POLICY.c.terms)
            .join(POLICY, POLICY.c.id == CHECK_RUN.c.policy_id)
            .where(CHECK_RUN.c.id == (project.adopted_check_id or 0))
        ).one()
        kept = layer_coverage(connection, run.structure_layer_id)
    if parcels.geometry.notna().any():
        parcels = in_working_crs(parcels)
    coverage = None
    if kept is not None:
        coverage = gpd.GeoSeries([kept[0]], crs=kept[1]).to_crs(parcels.crs).iloc[0]
    return parcels, measured(parcels, from_terms(run.terms), coverage)
