"""A parcel on the ground: outline and edges over images before and after, structures, photos."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import streamlit as st

from gis.language import say
from gis.palette import VERDICTS, WITHDRAWN, Paint
from gis.units import format_m2, format_mu
from parcels import register
from parcels.imagery import MOMENT_TITLES, Image, Moment, image_pair
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.daily import OFFICE_TIME
from reports.photos import Photo
from reports.photos.reading import photos_near_parcel
from ui import office
from ui.components import maps
from ui.components.legend import legend
from ui.components.literal import literally
from ui.routes.imagery import image_address

HEIGHT_PX = 520
NEAR_SHARE = 1.5  # of the parcel's own size: how much of its neighbours is drawn
Bounds = tuple[float, float, float, float]
OUTLINE = Paint("#FFFFFF", outline="#D6006C", weight_px=3.0, opacity=0.0)
BUILT = Paint("#F7DC6F", outline="#F7DC6F", weight_px=1.4, opacity=0.12)
BUILT_ON_PAPER = Paint("#C8A165", outline="#3C2A18", weight_px=1.2, opacity=0.35)
NEAR_DEGREES = 0.0007  # about 70 m: a photo from the road beside it shows it too


def parcel_map(session: Session, project: Project, ledger_id: int) -> None:
    """Show the parcel of a ledger row among its neighbours."""
    store, actor = office.store(), session.actor
    own = register.judged_parcels(store, actor, project, of_ledger=ledger_id, in_own_crs=True)
    own = own[own.geometry.notna() & ~own.geometry.is_empty]
    if own.empty:
        st.caption(say("It lies in no layer in force, or has no outline."))
        return
    crs = own.crs.to_epsg()
    drawn = own.to_crs(register.LONLAT)
    images = image_pair(store, actor, project)
    is_over_image = bool(images)
    around = _around(session, project, drawn)
    structures = register.structures_under(store, actor, project, drawn)
    near = _reach(drawn, NEAR_DEGREES)
    photos = photos_near_parcel(store, actor, project, ledger_id, near)
    built = BUILT if is_over_image else BUILT_ON_PAPER
    groups = [_images(session, images)] if images else []
    groups += [
        _neighbours(around, is_over_image=is_over_image),
        *([_outlined(structures, built, "structures")] if not structures.empty else []),
        _outlined(drawn, OUTLINE, "own"),
        maps.call_group("TrackerMap.lengths", edges(own), key="lengths"),
        *([maps.call_group("TrackerMap.photos", _places(photos), key="photos")] if photos else []),
    ]
    base = maps.base_map(_reach(drawn, 0.15 * _size(drawn)), height=HEIGHT_PX, crs=crs)
    maps.show(base, groups, key=f"parcel map {ledger_id}", height=HEIGHT_PX)
    _legend(own, structures, photos, is_over_image=is_over_image)


def edges(parcels: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return every edge with its ends in degrees and its length by the layer's own coordinates.

    Lengths between coordinates of the zone are what a survey's sheet of boundary points says.
    """
    flat = parcels.geometry.explode(ignore_index=True)
    rings = shapely.get_rings(shapely.force_2d(flat.to_numpy()))
    lonlat = gpd.GeoSeries(rings, crs=parcels.crs).to_crs(register.LONLAT)
    made = []
    for ring, placed in zip(rings, lonlat, strict=True):
        ends = [[round(float(n), 8) for n in place] for place in shapely.get_coordinates(placed)]
        steps = np.hypot(*np.diff(shapely.get_coordinates(ring), axis=0).T)
        made += [
            {"from": a, "to": b, "words": f"{length:.2f}"}
            for (a, b), length in zip(pairwise(ends), steps, strict=True)
        ]
    return made


def _reach(drawn: gpd.GeoDataFrame, margin: float) -> Bounds:
    west, south, east, north = (float(side) for side in drawn.total_bounds)
    return west - margin, south - margin, east + margin, north + margin


def _size(drawn: gpd.GeoDataFrame) -> float:
    west, south, east, north = (float(side) for side in drawn.total_bounds)
    return max(east - west, north - south)


def _around(session: Session, project: Project, own: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    near = _reach(own, NEAR_SHARE * _size(own))
    around = register.judged_parcels(office.store(), session.actor, project, within_lonlat=near)
    around = around[~around["id"].isin(own["id"])]
    return around[~maps.cannot_be_drawn(around)]


def _neighbours(around: gpd.GeoDataFrame, *, is_over_image: bool) -> maps.Group:
    """Return the neighbours by verdict; over an image only their outlines, to leave it seen."""
    fill = around["verdict"].map(VERDICTS).where(~around["is_withdrawn"], WITHDRAWN)
    if is_over_image:
        line = Paint("#FFFFFF", outline="#FFFFFF", weight_px=1.5, opacity=0.0)
        fill = pd.Series([line] * len(around), index=around.index, dtype=object)
    tooltip = [(say("Parcel"), "parcel_no"), (say("Village"), "village")]
    return maps.parcels_group(around, fill=fill, tooltip=tooltip, key="around")


def _outlined(shapes: gpd.GeoDataFrame, paint: Paint, key: str) -> maps.Group:
    fill = pd.Series([paint] * len(shapes), index=shapes.index, dtype=object)
    return maps.parcels_group(shapes, fill=fill, key=key)


def _images(session: Session, images: dict[Moment, Image]) -> maps.Group:
    """Return both images with a handle between them, or the only one there is."""
    if len(images) < len(Moment):
        image = next(iter(images.values()))
        return maps.tiles_group(
            image_address(session, image), key="image", max_native_zoom=image.max_zoom or 18,
            source=f"{MOMENT_TITLES[image.moment]} {image.taken_on}",
        )  # fmt: skip
    handed: dict[str, Any] = {
        moment.value: {
            "tiles": f"{maps.ROOT}{image_address(session, images[moment])}",
            "maxNativeZoom": images[moment].max_zoom or 18,
            "title": f"{MOMENT_TITLES[moment]} {images[moment].taken_on}",
        }
        for moment in Moment
    }
    words = {"words": say("Drag to compare before and after")}
    return maps.call_group("TrackerMap.swipe", handed | words, key="swipe")


def _places(photos: list[Photo]) -> list[dict[str, Any]]:
    return [
        {
            "lon": photo.lon,
            "lat": photo.lat,
            "direction": photo.direction,
            "number": number,
            "title": _title(photo),
            "picture": f"{maps.ROOT}files/photo/{photo.id}/small",
            "page": f"{maps.ROOT}files/photo/{photo.id}",
        }
        for number, photo in enumerate(photos, start=1)
    ]


def _title(photo: Photo) -> str:
    taken = photo.taken_at.astimezone(OFFICE_TIME) if photo.taken_at else None
    return f"{photo.file_name} {taken:%Y-%m-%d %H:%M}" if taken else photo.file_name


def _legend(
    own: gpd.GeoDataFrame,
    structures: gpd.GeoDataFrame,
    photos: list[Photo],
    *,
    is_over_image: bool,
) -> None:
    built = BUILT if is_over_image else BUILT_ON_PAPER
    area_m2 = float(own["area_m2"].iloc[0])
    rows: list[tuple[Paint | str, str]] = [
        (
            OUTLINE,
            say("This parcel: {m2} m², {mu} mu", m2=format_m2(area_m2), mu=format_mu(area_m2)),
        )
    ]
    if not structures.empty:
        rows.append((built, say("Structures: {count}", count=len(structures))))
    legend(rows, "")
    said = [say("Lengths of edges in m, by the layer's coordinates; survey area on the ellipsoid.")]
    if photos:
        said.append(say("Numbered: photos where they were taken, the arrow is where they look."))
    if not is_over_image:
        said.append(say("No orthophoto is registered yet."))
    st.caption(literally(" ".join(said)))
