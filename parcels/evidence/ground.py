"""What cards are made from, read once for many cards, always within one region."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.imagery.picture import Stroke, View, drawn, view_around
from gis.language import say
from parcels.imagery import MOMENT_TITLES, Image, Moment, image_pair, tiles_of
from parcels.judgement.queue import fingerprints
from parcels.judgement.reading import corrections, judgements
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.register import judged_parcels, structures_under
from parcels.store.engine import Store

OWN_LINE, OWN_WIDTH_PX = (214, 0, 109, 255), 3.0
NEIGHBOUR_LINE = (255, 255, 255, 235)
BUILT_LINE, BUILT_FILL = (0, 122, 255, 255), (0, 122, 255, 46)


@dataclass(frozen=True)
class Ground:
    """The adopted parcels that a person sees, with what was judged of them."""

    store: Store
    actor: Actor
    project: Project

    @cached_property
    def parcels(self) -> gpd.GeoDataFrame:
        """Return the parcels, lon/lat, with a column fingerprint."""
        own = judged_parcels(self.store, self.actor, self.project, in_own_crs=True)
        return own.assign(fingerprint=fingerprints(own)).to_crs(4490)

    @cached_property
    def images(self) -> dict[Moment, Image]:
        return image_pair(self.store, self.actor, self.project)

    @cached_property
    def judgements(self) -> pd.DataFrame:
        return judgements(self.store, self.actor, self.project)

    @cached_property
    def corrections(self) -> pd.DataFrame:
        return corrections(self.store, self.actor, self.project)

    def parcel(self, index: Any) -> gpd.GeoDataFrame:
        """Return one parcel as a frame of one row."""
        return self.parcels.loc[[index]]

    def neighbours(self, index: Any) -> gpd.GeoDataFrame:
        """Return the parcels near one, without it."""
        one = self.parcels.geometry.loc[index]
        if one is None or one.is_empty:
            return self.parcels.iloc[:0]
        west, south, east, north = one.bounds
        margin = max(east - west, north - south, 0.0005)
        box = (west - margin, south - margin, east + margin, north + margin)
        found = self.parcels.iloc[np.sort(self.parcels.sindex.intersection(box))]
        return found[found.index != index]

    def structures(self, index: Any) -> gpd.GeoDataFrame:
        """Return the structures under a parcel."""
        own = self.parcel(index)
        if own.geometry.isna().any():
            return gpd.GeoDataFrame({"row": [], "class": []}, geometry=[], crs=4490)
        return structures_under(self.store, self.actor, self.project, own)

    def history(self, index: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the judgements and corrections of a parcel by village and number."""
        parcel = self.parcels.loc[index]

        def own(rows: pd.DataFrame) -> pd.DataFrame:
            return rows[
                (rows["parcel_no"] == parcel["parcel_no"])
                & (rows["village_code"] == parcel["village_code"])
            ]

        return own(self.judgements), own(self.corrections)

    def picture(self, index: Any, moment: Moment, width_px: int, height_px: int) -> Any:
        """Return a parcel from the air at a moment (a PIL image), outlines above."""
        one = self.parcels.geometry.loc[index]
        bounds = tuple(self.parcels.total_bounds) if one is None or one.is_empty else one.bounds
        view: View = view_around(bounds, width_px, height_px)
        structures = self.structures(index)
        neighbours = self.neighbours(index)
        strokes = [
            Stroke(list(neighbours.geometry.dropna()), NEIGHBOUR_LINE, 1.6, dash_px=6),
            Stroke(list(structures.geometry), BUILT_LINE, 1.4, fill=BUILT_FILL),
            Stroke([] if one is None else [one], OWN_LINE, OWN_WIDTH_PX),
        ]
        image = self.images.get(moment)
        label = str(MOMENT_TITLES[moment])
        label += f"  {image.taken_on}" if image else f"  {say('no image registered')}"
        tiles = tiles_of(self.store, image) if image else None
        return drawn(view, tiles, strokes, label=label)
