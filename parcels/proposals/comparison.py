"""What a proposal changes, as a person is shown it: a pure function of both versions.

It is worked out once, by the worker, and kept as JSON: a page must not weigh 100 000 outlines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from parcels.impact import Change, Impact
from parcels.impact_tables import Group, changed_groups, counts, township_changes
from parcels.ledger.succession import Plan
from parcels.rules.verdicts import Verdict

MOST_DRAWN = 2000  # shapes on a map that a browser draws at once
LONLAT, DECIMALS = 4490, 7


@dataclass(frozen=True)
class Move:
    """Work of one step that leaves a parcel; ``new`` None: its ground is in no parcel now."""

    old: str
    new: str | None
    step: str
    cents: int


@dataclass(frozen=True)
class Comparison:
    """Both versions side by side.

    ``counts`` and ``townships`` as ``impact_tables`` gives them; ``touched`` are the ledger rows of
    parcels that are not simply the same; ``shapes`` are lon/lat: place (of the group), parcel_no,
    village, verdict, change, is_flip. ``moves_mark`` is the plan's, confirmed on adoption.
    """

    counts: pd.DataFrame
    townships: pd.DataFrame
    groups: tuple[Group, ...]
    touched: tuple[int, ...]
    moves: tuple[Move, ...]
    moves_mark: str
    shapes: gpd.GeoDataFrame

    @property
    def drawn(self) -> tuple[Group, ...]:
        """Return the groups that are on the map."""
        return self.groups[: drawable(self.groups)]


def compared(found: Impact, old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, plan: Plan) -> Comparison:
    """Return what two judged versions differ in, and which work would move."""
    groups = tuple(changed_groups(found, old, new))
    is_changed = (found.old["change"] != Change.SAME).to_numpy(dtype=bool)
    return Comparison(
        counts(found),
        township_changes(old, new),
        groups,
        tuple(int(i) for i in old.loc[is_changed, "ledger_id"].dropna()),
        _moves(plan, old, new),
        plan.mark,
        _shapes(groups[: drawable(groups)], old, new),
    )


def drawable(groups: tuple[Group, ...]) -> int:
    """Return how many groups, from the first, a map can draw."""
    counted = np.cumsum([_parcels_of(group) for group in groups])
    return int((counted <= MOST_DRAWN).sum())


def as_bytes(comparison: Comparison) -> bytes:
    """Return it as JSON, to be kept."""
    shapes = comparison.shapes
    wkt = shapely.to_wkt(shapes.geometry.to_numpy(), rounding_precision=DECIMALS)
    said = {
        "counts": comparison.counts.to_dict("list"),
        "townships": {"code": comparison.townships.index.tolist()}
        | comparison.townships.to_dict("list"),
        "groups": [[getattr(g, name) for name in _GROUP] for g in comparison.groups],
        "touched": comparison.touched,
        "moves": [asdict(move) for move in comparison.moves],
        "moves_mark": comparison.moves_mark,
        "shapes": shapes.drop(columns="geometry").to_dict("list") | {"outline": list(wkt)},
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def from_bytes(content: bytes) -> Comparison:
    """Return what ``as_bytes`` wrote."""
    said: Mapping[str, Any] = json.loads(content)
    townships = pd.DataFrame(said["townships"]).set_index("code")
    columns = dict(said["shapes"])
    outlines = shapely.from_wkt(columns.pop("outline"))  # None stays None: no outline was given
    shapes = pd.DataFrame(columns)
    return Comparison(
        pd.DataFrame(said["counts"], index=pd.Index(list(Change), name="change")),
        townships,
        tuple(_group(dict(zip(_GROUP, row, strict=True))) for row in said["groups"]),
        tuple(said["touched"]),
        tuple(Move(**move) for move in said["moves"]),
        said["moves_mark"],
        gpd.GeoDataFrame(
            shapes.assign(change=[Change(name) for name in shapes["change"]]),
            geometry=outlines,
            crs=LONLAT,
        ).astype({"is_flip": bool}),
    )


_GROUP = tuple(field.name for field in fields(Group))


def _group(said: Mapping[str, Any]) -> Group:
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in said.items()}
    values["change"] = Change(said["change"])
    for name in ("old_verdicts", "new_verdicts"):
        values[name] = tuple(Verdict(verdict) for verdict in said[name])
    return Group(**values)


def _moves(plan: Plan, old: pd.DataFrame, new: pd.DataFrame) -> tuple[Move, ...]:
    sums: dict[tuple[int, int | None, str], int] = {}
    for piece in plan.pieces:
        key = (piece.old, piece.new, piece.step)
        sums[key] = sums.get(key, 0) + piece.cents
    before, after = _names(old), _names(new)
    return tuple(
        Move(before[was], None if to is None else after[to], step, cents)
        for (was, to, step), cents in sums.items()
    )


def _names(frame: pd.DataFrame) -> list[str]:
    named = zip(frame["village"], frame["parcel_no"], strict=True)
    return [f"{village} {number or '—'}" for village, number in named]


def _shapes(
    groups: tuple[Group, ...], old: gpd.GeoDataFrame, new: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return what a map draws: gone parcels by their old outline, all others by the new."""
    pieces = []
    for frame, of_old in ((old, True), (new, False)):
        rows = [
            (place, group.change, group.is_flip, row)
            for place, group in enumerate(groups)
            if (group.change is Change.GONE) is of_old
            for row in (group.old_places if of_old else group.new_places)
        ]
        piece = frame.iloc[[row for *_rest, row in rows]].to_crs(LONLAT)
        pieces.append(
            pd.DataFrame(
                {
                    "place": [place for place, *_rest in rows],
                    "parcel_no": piece["parcel_no"].to_numpy(),
                    "village": piece["village"].to_numpy(),
                    "verdict": [str(verdict) for verdict in piece["verdict"]],
                    "change": pd.Series([c for _p, c, *_rest in rows], dtype=object),
                    "is_flip": [flip for _p, _c, flip, _row in rows],
                    "geometry": piece.geometry.to_numpy(),
                }
            )
        )
    table = pd.concat([piece for piece in pieces if len(piece)] or pieces, ignore_index=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=LONLAT).astype({"is_flip": bool})


def _parcels_of(group: Group) -> int:
    return len(group.old_places if group.change is Change.GONE else group.new_places)
