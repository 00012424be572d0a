"""Proposals: outlines proved by the very check that will judge them, ranked by what they win back.

New arable of a part is the parcel's in proportion to the area (``is_estimated``): where in the
parcel it was to arise, no layer says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gis.survey_area import survey_area_m2
from gis.threads import each_in_threads
from gis.units import rounded_m2
from parcels.checking import judge
from parcels.policy import Policy
from parcels.remedies.candidates import Candidate, Ground, candidates
from parcels.remedies.kinds import Remedy
from parcels.remedies.lost import lost_parcels
from parcels.rules.verdicts import Verdict

SUFFIXES = {Remedy.TRIM: "T", Remedy.SPLIT: "S", Remedy.JOIN: "", Remedy.JOIN_AND_TRIM: "T"}
SHARED = ("township_code", "township", "village_code", "village", "ownership", "land_class")
OF_FIRST = ("parcel_no", "block_no")
BEFORE = ("area_m2", "structure_m2", "new_arable_m2")
GIVEN = ("declared_new_arable_m2", "retained_m2")
KEPT_OF_CHECK = (
    "area_m2", "structure_m2", "structure_share", "new_arable_m2", "structure_verdict",
    "new_arable_verdict", "verdict", "near_limit",
)  # fmt: skip


@dataclass(frozen=True)
class Remedies:
    """What can be won back of a check.

    ``proposals``: parcels' columns of ``parcels.frames`` and of a check, in the layer's CRS, plus
    remedy, rows (tuple), before_area_m2, before_structure_m2, before_new_arable_m2, won_area_m2,
    won_new_arable_m2, is_estimated, is_chosen, rank (in its township). Chosen ones share no ground.
    ``lost``: failing parcels without a remedy, with ``reason`` (Hopeless) and ``values``.
    """

    proposals: gpd.GeoDataFrame
    lost: pd.DataFrame
    failing_parcels: int
    failing_area_m2: float

    @property
    def outdone(self) -> set[int]:
        """Return the rows that only proposals not chosen take in: another took ground they need."""
        every = {row for rows in self.proposals["rows"] for row in rows}
        return every - {row for rows in self.chosen["rows"] for row in rows}

    @property
    def chosen(self) -> gpd.GeoDataFrame:
        """Return the proposals that can be taken together."""
        return self.proposals[self.proposals["is_chosen"]]


def remedies(
    parcels: gpd.GeoDataFrame,
    structures: gpd.GeoDataFrame,
    policy: Policy,
    *,
    coverage: BaseGeometry | None = None,
    villages: BaseGeometry | None = None,
    margin: Decimal = Decimal(0),
    progress: Callable[[float], None] = lambda _share: None,
) -> Remedies:
    """Return the remedies of every failing parcel; ``parcels`` as a check left them.

    ``parcels`` are in the layer's CRS, judged under ``policy``, those withdrawn left out;
    ``coverage`` and ``villages`` as in ``check``. ``margin`` is added to X, so that proposals
    keep away from the limit.
    """
    layer = parcels[parcels.geometry.notna()].reset_index(drop=True)
    plane = metric(layer)
    counted = structures
    if policy.structure_classes:
        counted = structures[structures["class"].isin(policy.structure_classes)]
    ground = Ground(plane, counted.to_crs(plane.crs), policy, margin)
    failing = np.flatnonzero(ground.is_failing).tolist()
    found: dict[tuple[Any, ...], Candidate] = {}
    # nearly all of the time is spent inside GEOS, where threads do not wait for one another
    offered = each_in_threads(failing, lambda place: list(candidates(ground, place)))
    for done, offers in enumerate(offered):
        for candidate in offers:
            key = (candidate.remedy, candidate.places, shapely.to_wkb(candidate.outline))
            found.setdefault(key, candidate)
        if done % 20 == 0:
            progress(0.9 * done / len(failing))
    proved = _proved(
        _frame(list(found.values()), ground, layer),
        ground,
        structures,
        policy,
        coverage=coverage,
        villages=villages,
    )
    chosen = _chosen(proved, ground)
    lost = lost_parcels(ground, {row for rows in chosen["rows"] for row in rows})
    progress(1.0)
    return Remedies(chosen, lost, len(failing), float(ground.area_m2[failing].sum()))


def metric(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the layer in metres: its own plane grid, else its working zone."""
    from gis.zones import in_working_crs

    is_plane = layer.crs.is_projected and all(
        abs(axis.unit_conversion_factor - 1) < 1e-12 for axis in layer.crs.axis_info
    )
    return layer if is_plane else in_working_crs(layer)


def _frame(offered: list[Candidate], ground: Ground, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return candidates as parcels of the layer, with the figures of what they are made from."""
    outlines = gpd.GeoSeries([one.outline for one in offered], crs=ground.parcels.crs)
    outlines = outlines.to_crs(layer.crs)
    area_m2 = survey_area_m2(outlines.to_numpy(), layer.crs)
    taken = set(zip(layer["village_code"], layer["parcel_no"], strict=True))
    # taken out of the frame once: a row of a frame costs more than all that is done with it
    column = {name: layer[name].tolist() for name in (*SHARED, *OF_FIRST, "row", "inside_village")}
    figure = {name: layer[name].to_numpy(dtype=np.float64) for name in (*BEFORE, *GIVEN)}
    has_passed = (layer["verdict"] == Verdict.PASS).to_numpy()
    rows: list[dict[str, Any]] = []
    for one, after_m2 in zip(offered, area_m2.tolist(), strict=True):
        places = list(one.places)
        before = {name: float(np.nansum(figure[name][places])) for name in BEFORE}
        # joined parcels that overlapped have less ground than their sum, and give less
        share = min(1.0, after_m2 / before["area_m2"])
        given = {name: _sum_of_known(figure[name][places]) * share for name in GIVEN}
        inside = {column["inside_village"][place] for place in places}
        passed = [place for place in places if has_passed[place]]
        rows.append(
            {name: _shared([column[name][place] for place in places]) for name in SHARED}
            | {name: float(rounded_m2(value)) for name, value in given.items()}
            | {
                "row": len(rows) + 1,
                "parcel_no": _number(one, column, taken),
                "block_no": column["block_no"][places[0]],
                "declared_area_m2": after_m2,
                "inside_village": inside.pop() if len(inside) == 1 else True in inside or None,
                "remedy": one.remedy,
                "places": one.places,
                "rows": tuple(int(column["row"][place]) for place in places),
                "is_estimated": one.remedy is not Remedy.JOIN or share < 1 - 1e-5,
                "passed_area_m2": float(np.nansum(figure["area_m2"][passed])),
                "passed_new_arable_m2": float(np.nansum(figure["new_arable_m2"][passed])),
            }
            | {f"before_{name}": value for name, value in before.items()}
        )
    columns = list(rows[0]) if rows else [*SHARED, *NEW_COLUMNS]
    frame = pd.DataFrame(rows, columns=columns)
    return gpd.GeoDataFrame(frame, geometry=outlines.to_numpy(), crs=layer.crs)


NEW_COLUMNS = (
    "declared_new_arable_m2", "retained_m2", "row", "parcel_no", "block_no", "declared_area_m2",
    "inside_village", "remedy", "places", "rows", "is_estimated", "passed_area_m2",
    "passed_new_arable_m2", "before_area_m2", "before_structure_m2", "before_new_arable_m2",
)  # fmt: skip


def _shared(values: list[Any]) -> Any:
    """Return what all members say; empty where they differ."""
    return values[0] if len({value for value in values if pd.notna(value)}) == 1 else ""


def _sum_of_known(values: npt.NDArray[np.float64]) -> float:
    """Return the sum of what is known, NaN where nothing is."""
    return float("nan") if np.isnan(values).all() else float(np.nansum(values))


def _number(one: Candidate, column: dict[str, list[Any]], taken: set[tuple[str, str]]) -> str:
    """Return a number that is free in the village and says where the ground comes from."""
    wanted = "+".join(column["parcel_no"][at] or f"#{column['row'][at]}" for at in one.places)
    wanted += SUFFIXES[one.remedy]
    village = column["village_code"][one.places[0]]
    number, tries = wanted, 1
    while (village, number) in taken:
        tries += 1
        number = f"{wanted}{tries}"
    taken.add((village, number))
    return number


def _proved(
    offered: gpd.GeoDataFrame,
    ground: Ground,
    structures: gpd.GeoDataFrame,
    policy: Policy,
    *,
    coverage: BaseGeometry | None,
    villages: BaseGeometry | None,
) -> gpd.GeoDataFrame:
    """Return the candidates that pass the check, one a kind and set of parcels, with its figures.

    Where a rule takes parcels together, each candidate is judged beside the rest of its block and
    its chain of neighbours, in a village of its own so that candidates do not meet one another.
    """
    tried = offered.assign(candidate=offered["row"])
    if ground.takes_together:
        tried = _beside_others(tried, ground)
    judged = judge(
        gpd.GeoDataFrame(tried, geometry="geometry", crs=offered.crs),
        structures,
        policy,
        coverage=coverage,
        villages=villages,
    )
    own = judged[judged["row"] == judged["candidate"]].set_index("candidate")
    passing = own[own["verdict"] == Verdict.PASS]
    kept = offered.set_index("row", drop=False).loc[passing.index]
    kept = kept.assign(**{name: passing[name] for name in KEPT_OF_CHECK})
    kept = kept.assign(
        won_area_m2=rounded_m2(kept["area_m2"] - kept["passed_area_m2"]),
        won_new_arable_m2=rounded_m2(
            kept["new_arable_m2"].fillna(0.0) - kept["passed_new_arable_m2"]
        ),
    )
    kept = kept[kept["won_area_m2"] > 0]
    best = kept.reset_index(drop=True).sort_values("row").drop_duplicates(["remedy", "rows"])
    return gpd.GeoDataFrame(best, geometry="geometry", crs=offered.crs)


def _beside_others(offered: gpd.GeoDataFrame, ground: Ground) -> pd.DataFrame:
    """Return each candidate and the untouched parcels that a rule takes together with its own."""
    beside = [ground.beside(places) for places in offered["places"]]
    counts = np.array([len(some) for some in beside], dtype=np.int64)
    candidate = np.repeat(offered["candidate"].to_numpy(), counts)
    others = ground.parcels.iloc[[place for some in beside for place in some]].to_crs(offered.crs)
    others = others.assign(row=-others["row"], candidate=candidate)
    columns = [*NEW_COLUMNS[:7], *SHARED, "candidate", "geometry"]
    every = pd.concat([offered[columns], others[columns]], ignore_index=True)
    every = every.sort_values("candidate", kind="stable", ignore_index=True)
    apart = {
        name: every["candidate"].astype(str) + "|" + every[name]
        for name in ("village_code", "township_code")
    }
    return every.assign(**apart).astype(
        dict.fromkeys(("declared_new_arable_m2", "retained_m2", "declared_area_m2"), "float64")
    )


def _chosen(proved: gpd.GeoDataFrame, ground: Ground) -> gpd.GeoDataFrame:
    """Mark proposals that can be taken together, the most won a failing parcel first, and rank.

    Of a block or chain that a rule takes together only one is taken: each was proved beside the
    others as they stand.
    """
    failing = [int(ground.is_failing[list(places)].sum()) for places in proved["places"]]
    gain = proved["won_new_arable_m2"] / np.maximum(failing, 1)
    order = proved.assign(gain=gain).sort_values(["gain", "won_area_m2"], ascending=False).index
    taken: set[tuple[str, int]] = set()
    is_chosen = pd.Series(False, index=proved.index)
    for at in order:
        places = list(proved.at[at, "places"])
        keys = {("parcel", place) for place in places}
        keys |= {("block", int(group)) for group in ground.blocks[places]}
        keys |= {("chain", int(group)) for group in ground.chains[places]}
        if taken.isdisjoint(keys):
            taken |= keys
            is_chosen[at] = True
    marked = proved.assign(is_chosen=is_chosen).sort_values(
        ["township_code", "is_chosen", "won_new_arable_m2"], ascending=[True, False, False]
    )
    rank = marked.groupby("township_code", sort=False).cumcount() + 1
    numbered = marked.assign(rank=rank, row=range(1, len(marked) + 1))
    return numbered.drop(columns=["places", "passed_area_m2", "passed_new_arable_m2"]).reset_index(
        drop=True
    )
