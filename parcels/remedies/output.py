"""Remedies as a GeoPackage for the design firm: proposals, the layer as it would be, what is lost.

Column names are those the check recognises, so that every layer can be fed back in.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from gis.units import half_up, to_mu
from parcels.remedies.kinds import REMEDY_TITLES, Remedy, why_lost
from parcels.remedies.proposals import Remedies

PLACE = ("township", "village_code", "village", "parcel_no")
TERMS = ("ownership", "land_class", "block_no", "retained_m2", "inside_village")
FIGURES = (
    "before_area_m2", "before_structure_m2", "before_share", "before_new_arable_m2", "area_m2",
    "structure_m2", "structure_share", "new_arable_m2", "won_area_m2", "won_new_arable_m2",
)  # fmt: skip


def proposal_rows(proposals: pd.DataFrame) -> pd.DataFrame:
    """Return proposals as files hold them: m² at 0.01 and the mu won beside them."""
    rows = pd.DataFrame(proposals.drop(columns="geometry"))
    share = rows["before_structure_m2"] / rows["before_area_m2"]
    wanted = rows.assign(
        remedy=[str(REMEDY_TITLES[Remedy(kind)]) for kind in rows["remedy"]],
        from_rows=[", ".join(map(str, numbers)) for numbers in rows["rows"]],
        before_share=share,
        won_area_mu=[float(half_up(to_mu(m2), 2)) for m2 in rows["won_area_m2"]],
        won_new_arable_mu=[float(half_up(to_mu(m2), 2)) for m2 in rows["won_new_arable_m2"]],
    )
    names = (
        "rank", "is_chosen", "remedy", "from_rows", *PLACE, *FIGURES, "won_area_mu",
        "won_new_arable_mu", "near_limit", "is_estimated", "declared_area_m2", *TERMS,
    )  # fmt: skip
    return wanted[[*names]].astype({"inside_village": object})


def lost_rows(found: Remedies) -> pd.DataFrame:
    """Return the failing parcels without a remedy, each with its reason in words."""
    rows = pd.DataFrame(found.lost)
    reasons = [
        why_lost(reason, values)
        for reason, values in zip(rows["reason"], rows["values"], strict=True)
    ]
    return rows.drop(columns=["values", "township_code"]).assign(reason=reasons)


def layer_after(parcels: gpd.GeoDataFrame, found: Remedies) -> gpd.GeoDataFrame:
    """Return the layer as it would be: chosen proposals in place of the parcels they are made of.

    Columns as the check reads them; parcels without a remedy stay, to be dropped by decision only.
    """
    chosen = found.chosen
    taken = {row for rows in chosen["rows"] for row in rows}
    untouched = parcels[~parcels["row"].isin(taken)]
    kept = untouched.assign(new_arable_m2=untouched["declared_new_arable_m2"], made_by="")
    made = chosen.assign(made_by=[str(REMEDY_TITLES[Remedy(kind)]) for kind in chosen["remedy"]])
    names = [*PLACE, *TERMS, "declared_area_m2", "new_arable_m2", "made_by", "geometry"]
    every = pd.concat([kept[names], made[names]], ignore_index=True)
    return gpd.GeoDataFrame(every, geometry="geometry", crs=parcels.crs)


def proposals_gpkg(parcels: gpd.GeoDataFrame, found: Remedies, *, about: str = "") -> bytes:
    """Return a GeoPackage of the layers ``proposals``, ``after`` and ``lost`` (a table).

    ``about`` becomes the layers' description: whose they are, who had them computed and when.
    """
    proposals = gpd.GeoDataFrame(
        proposal_rows(found.proposals),
        geometry=found.proposals.geometry.to_numpy(),
        crs=found.proposals.crs,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "proposals.gpkg"
        for name, frame in (("proposals", proposals), ("after", layer_after(parcels, found))):
            frame = frame.assign(inside_village=_yes_or_no(frame["inside_village"]))
            frame.to_file(
                path, layer=name, driver="GPKG", engine="pyogrio", geometry_type="Unknown",
                layer_options={"DESCRIPTION": about},
            )  # fmt: skip
        lost = lost_rows(found)
        if not lost.empty:
            import pyogrio

            pyogrio.write_dataframe(lost, path, layer="lost", append=True)
        return path.read_bytes()


def _yes_or_no(inside: pd.Series) -> list[Any]:
    return [None if value is None or pd.isna(value) else int(bool(value)) for value in inside]
