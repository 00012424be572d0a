"""What a new version changes: a pure function of two judged frames, old and new.

Parcels are matched by the ground they share and by their number; each old and each new parcel
falls in exactly one class.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.language import Text, _
from gis.zones import in_working_crs
from parcels.ledger.keys import Key, ledger_keys

LINKED_SHARE = 0.3  # of the smaller parcel; less is a boundary that was drawn anew
SAME_GROUND_SHARE = 1e-5  # of the area, but at least 0.05 m²: the survey's own tolerance
SAME_GROUND_M2 = 0.05
NOISE_M2 = 1e-4


class Change(StrEnum):
    """What became of a parcel, or where it comes from."""

    SAME = "same"
    RESHAPED = "reshaped"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    SPLIT = "split"
    MERGED = "merged"
    REGROUPED = "regrouped"
    ADDED = "added"
    GONE = "gone"


CHANGE_TITLES: dict[Change, Text] = {
    Change.SAME: _("Unchanged"),
    Change.RESHAPED: _("Outline changed"),
    Change.MOVED: _("Number now elsewhere"),
    Change.RENUMBERED: _("Renumbered"),
    Change.SPLIT: _("Split"),
    Change.MERGED: _("Merged"),
    Change.REGROUPED: _("Divided anew"),
    Change.ADDED: _("Added"),
    Change.GONE: _("Gone"),
}
ONE_TO_ONE = (Change.SAME, Change.RESHAPED, Change.MOVED, Change.RENUMBERED)


@dataclass(frozen=True)
class Impact:
    """How two versions hang together; places are positions in the two frames.

    ``old`` and ``new``: change (Change), group (parcels of one group belong together, across both
    frames), key; indexed 0… in the frames' order. ``pairs``: old, new, common_m2 (planar): every
    piece of ground that an old and a new parcel share.
    """

    old: pd.DataFrame
    new: pd.DataFrame
    pairs: pd.DataFrame


def impact(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> Impact:
    """Match two versions of a layer.

    Both frames have row, parcel_no, village_code and outlines (null where none is known), in any
    CRS that can be measured in.
    """
    old_keys, new_keys = _keys(old), _keys(new)
    before, after = _on_one_grid(old, new)
    old_m2, new_m2 = shapely.area(before), shapely.area(after)
    pairs = _common_ground(before, after, old_keys, new_keys)
    smaller = np.minimum(old_m2[pairs["old"]], new_m2[pairs["new"]])
    linked = pairs[pairs["common_m2"].to_numpy() >= LINKED_SHARE * smaller]
    links = [(int(a), int(b)) for a, b in zip(linked["old"], linked["new"], strict=True)]
    links += _by_number_alone(links, old_keys, new_keys)
    group = _groups(links, len(old), len(new))
    of_old, of_new = group[: len(old)], group[len(old) :]
    common = dict(
        zip(zip(pairs["old"], pairs["new"], strict=True), pairs["common_m2"], strict=True)
    )
    changes: dict[int, Change] = {}
    olds, news = _members(of_old), _members(of_new)
    for key in {*olds, *news}:
        was, becomes = olds.get(key, []), news.get(key, [])
        changes[key] = _counted(was, becomes)
        if len(was) == len(becomes) == 1:
            a, b = was[0], becomes[0]
            changes[key] = _one_to_one(
                common.get((a, b)), old_m2[a], new_m2[b], is_same_no=old_keys[a] == new_keys[b]
            )
    return Impact(_side(of_old, changes, old_keys), _side(of_new, changes, new_keys), pairs)


def _keys(frame: pd.DataFrame) -> list[Key]:
    return ledger_keys(frame["row"], frame["village_code"], frame["parcel_no"])


def _on_one_grid(
    old: gpd.GeoDataFrame, new: gpd.GeoDataFrame
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return both versions' outlines in metres near a common origin, mended where they cross."""
    with_ground = old if old.geometry.notna().any() else new
    if not with_ground.geometry.notna().any():
        return old.geometry.to_numpy(), new.geometry.to_numpy()
    crs = in_working_crs(with_ground).crs
    sides = [frame.geometry.to_crs(crs) for frame in (old, new)]
    bounds = [side.total_bounds for side in sides]
    west, south = np.nanmin([one[:2] for one in bounds], axis=0)
    found = []
    for side in sides:
        near = shapely.transform(side.to_numpy(), lambda xy: xy - (west, south))
        broken = ~(shapely.is_valid(near) | shapely.is_missing(near))
        near[broken] = shapely.make_valid(near[broken], method="structure", keep_collapsed=False)
        found.append(near)
    return found[0], found[1]


def _common_ground(
    before: npt.NDArray[np.object_],
    after: npt.NDArray[np.object_],
    old_keys: list[Key],
    new_keys: list[Key],
) -> pd.DataFrame:
    """Return old, new, common_m2 of every pair that shares ground.

    A parcel that has both its number and its outline from before is its own pair and no other's.
    """
    place_of = {key: place for place, key in enumerate(new_keys)}
    twin = np.array([place_of.get(key, -1) for key in old_keys], dtype=np.int64)
    has_twin = np.flatnonzero(twin >= 0)
    is_twin = shapely.equals_exact(before[has_twin], after[twin[has_twin]], tolerance=0.0)
    settled = has_twin[is_twin]
    left_old = np.setdiff1d(np.flatnonzero(~shapely.is_missing(before)), settled)
    left_new = np.setdiff1d(np.flatnonzero(~shapely.is_missing(after)), twin[settled])
    one, other = shapely.STRtree(after[left_new]).query(before[left_old], predicate="intersects")
    one, other = left_old[one], left_new[other]
    common_m2 = shapely.area(shapely.intersection(before[one], after[other]))
    shares = common_m2 > NOISE_M2
    table = pd.DataFrame(
        {
            "old": np.concatenate([settled, one[shares]]),
            "new": np.concatenate([twin[settled], other[shares]]),
            "common_m2": np.concatenate([shapely.area(before[settled]), common_m2[shares]]),
        }
    )
    return table.sort_values(["old", "new"], ignore_index=True)


def _by_number_alone(
    links: list[tuple[int, int]], old_keys: list[Key], new_keys: list[Key]
) -> list[tuple[int, int]]:
    """Return the pairs of one number of which neither shares ground with anything."""
    found_old, found_new = {a for a, _b in links}, {b for _a, b in links}
    alone = {key: b for b, key in enumerate(new_keys) if b not in found_new}
    return [
        (a, alone[key]) for a, key in enumerate(old_keys) if a not in found_old and key in alone
    ]


def _groups(links: list[tuple[int, int]], olds: int, news: int) -> npt.NDArray[np.int64]:
    """Return the group of each old, then each new parcel: what hangs together by links."""
    group = list(range(olds + news))

    def root(place: int) -> int:
        while group[place] != place:
            group[place] = group[group[place]]
            place = group[place]
        return place

    for a, b in links:
        one, other = root(a), root(olds + b)
        group[max(one, other)] = min(one, other)
    return np.array([root(place) for place in range(olds + news)], dtype=np.int64)


def _members(group: npt.NDArray[np.int64]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for place, key in enumerate(group.tolist()):
        found.setdefault(key, []).append(place)
    return found


def _counted(was: list[int], becomes: list[int]) -> Change:
    if not was:
        return Change.ADDED
    if not becomes:
        return Change.GONE
    if len(was) == 1:
        return Change.SPLIT
    return Change.MERGED if len(becomes) == 1 else Change.REGROUPED


def _one_to_one(
    common_m2: float | None, old_m2: float, new_m2: float, *, is_same_no: bool
) -> Change:
    if not is_same_no:
        return Change.RENUMBERED
    if np.isnan(old_m2) and np.isnan(new_m2):
        return Change.SAME  # neither could be drawn: the number is all there is
    if np.isnan(old_m2) or np.isnan(new_m2):
        return Change.RESHAPED
    if common_m2 is None:
        return Change.MOVED
    tolerated_m2 = max(SAME_GROUND_M2, SAME_GROUND_SHARE * old_m2)
    differs = max(old_m2, new_m2) - common_m2 > tolerated_m2
    return Change.RESHAPED if differs else Change.SAME


def _side(
    group: npt.NDArray[np.int64], changes: dict[int, Change], keys: list[Key]
) -> pd.DataFrame:
    change = pd.Series([changes[key] for key in group.tolist()], dtype=object)
    return pd.DataFrame({"change": change, "group": group, "key": pd.Series(keys, dtype=object)})
