"""The village of parcels whose file names none: one for the whole file, or by where they lie."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from gis.language import Problem, _
from parcels.regions import Level, level_of, township_of
from parcels.register import region_outlines
from parcels.store.engine import Store

BY_LOCATION = "by location"


def placed(
    store: Store,
    parcels: gpd.GeoDataFrame | pd.DataFrame,
    village: str,
    region: str,
    names: Mapping[str, str],
) -> gpd.GeoDataFrame | pd.DataFrame:
    """Return the parcels with a village each: ``village`` is a code, or ``BY_LOCATION``.

    A parcel keeps the code it has. One that lies in no known village, or has no outline, keeps none
    and is noticed by the check. Raises Problem for a code that is no village of the project.
    """
    if village == BY_LOCATION:
        codes = _by_location(parcels, region_outlines(store, region, Level.VILLAGE))
    elif level_of(village) is Level.VILLAGE and village in names:
        codes = pd.Series(village, index=parcels.index)
    else:
        raise Problem(_("{code} is no village of this project; choose another.", code=village))
    code = parcels["village_code"].where(parcels["village_code"] != "", codes)
    is_known = code.isin(list(names))
    township = code.map(township_of)
    return parcels.assign(
        village_code=code,
        township_code=township,
        village=code.map(names).where(is_known, parcels["village"]),
        township=township.map(names).where(township.isin(list(names)), parcels["township"]),
    )


def _by_location(parcels: gpd.GeoDataFrame | pd.DataFrame, villages: gpd.GeoDataFrame) -> pd.Series:
    """Return the code of the village that each parcel's inner point lies in; empty where none."""
    codes = pd.Series("", index=parcels.index, dtype=object)
    if not isinstance(parcels, gpd.GeoDataFrame) or villages.empty:
        return codes
    points = parcels.geometry.representative_point().to_crs(villages.crs)
    point, village = villages.sindex.query(points.to_numpy(), predicate="within")
    found = villages["code"].to_numpy()[village]
    codes.iloc[point] = found
    return codes
