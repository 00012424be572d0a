"""Shapes as a map takes them: flat, rounded, with a style; knows no map."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.palette import HIGHLIGHT_OUTLINE, Paint

DECIMALS = 7  # of a degree: 1 cm; more only makes the page heavier


def cannot_be_drawn(shapes: gpd.GeoDataFrame) -> pd.Series:
    """Tell which rows have no outline (null, empty, unlocated); tell the person how many."""
    bounds = shapes.geometry.bounds.to_numpy(dtype=np.float64)
    return pd.Series(~np.isfinite(bounds).all(axis=1), index=shapes.index, name="cannot_be_drawn")


def outlines_of(shapes: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return GeoJSON geometries, flat and rounded to ``DECIMALS``."""
    flat = shapely.force_2d(shapes.geometry.to_numpy())
    rounded = shapely.transform(flat, lambda places: np.round(places, DECIMALS))
    return [{} if shape is None else shape.__geo_interface__ for shape in rounded]


def style_of(paint: Paint, *, is_chosen: bool = False) -> dict[str, Any]:
    """Return a paint as Leaflet takes it; what is chosen has a heavy outline."""
    return {
        "color": HIGHLIGHT_OUTLINE if is_chosen else paint.outline,
        "weight": 4 if is_chosen else paint.weight_px,
        "dashArray": None if is_chosen else paint.dash,
        "fillColor": paint.fill,
        "fillOpacity": paint.opacity,
    }
