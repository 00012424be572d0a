"""Outlines worth proving: for each failing parcel what trimming, splitting and joining offer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from gis.units import reaches
from parcels.policy import Policy, StructureUnit
from parcels.remedies.join import chains, neighbours_of
from parcels.remedies.kinds import Remedy
from parcels.remedies.site import Floats, Others, Shapes, Site, site_of
from parcels.remedies.split import split
from parcels.remedies.trim import trimmed
from parcels.rules.groups import alone, by_block, by_touch, summed
from parcels.rules.verdicts import Verdict

OFFERED = 2  # outlines of a kind that are proved; the first that passes is proposed
KNOWN = (Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True)
class Candidate:
    """An outline that should pass, and the places of the parcels whose ground it takes."""

    remedy: Remedy
    places: tuple[int, ...]
    outline: BaseGeometry


class Ground:
    """The parcels, their structures and what the rules ask, ready to be cut and joined."""

    def __init__(
        self,
        parcels: gpd.GeoDataFrame,
        structures: gpd.GeoDataFrame,
        policy: Policy,
        margin: Decimal = Decimal(0),
    ) -> None:
        """``parcels``: judged, in metres; ``structures``: those that count, in the same CRS."""
        self.parcels, self.policy, self.margin = parcels, policy, margin
        self.outlines: Shapes = parcels.geometry.to_numpy()
        self.structures: Shapes = structures.geometry.to_numpy()
        self.area_m2: Floats = parcels["area_m2"].to_numpy(dtype=np.float64)
        self.built_m2: Floats = parcels["structure_m2"].to_numpy(dtype=np.float64)
        self.arable_m2: Floats = parcels["new_arable_m2"].to_numpy(dtype=np.float64)
        self.is_failing = (parcels["verdict"] == Verdict.FAIL).to_numpy()
        self.new_arable_verdicts = parcels["new_arable_verdict"].tolist()
        self.is_asked_arable = (parcels["new_arable_verdict"] != Verdict.NOT_APPLICABLE).to_numpy()
        is_known = parcels["structure_verdict"].isin(KNOWN) & parcels["new_arable_verdict"].isin(
            KNOWN
        )
        self.is_known = is_known.to_numpy() & (self.area_m2 > 0)
        self.neighbours = neighbours_of(parcels, self.is_known)
        is_block = policy.structure_unit is StructureUnit.BLOCK
        self.blocks = by_block(parcels) if is_block else alone(parcels)
        is_one = policy.touching_count_as_one
        self.chains = by_touch(parcels, self.is_asked_arable) if is_one else alone(parcels)
        self._tree = shapely.STRtree(self.structures)
        self._block_m2 = summed(self.area_m2, self.blocks), summed(self.built_m2, self.blocks)
        self._chain_m2 = summed(self.arable_m2, self.chains)
        self._of_block, self._of_chain = _members(self.blocks), _members(self.chains)

    def site(self, places: tuple[int, ...]) -> Site:
        """Return the parcels of these places as one site."""
        chosen = list(places)
        outline = self.outlines[chosen[0]] if len(chosen) == 1 else self.joined(places)
        others = self._others(chosen)
        planar_m2 = float(outline.area)
        area_m2, arable_m2 = self.area_m2[chosen].sum(), self.arable_m2[chosen].sum()
        wanted_m2 = float(self.policy.min_new_arable_m2) - others.new_arable_m2
        least_m2 = 0.0
        if self.is_asked_arable[chosen].any() and wanted_m2 > 0:
            # one cent more: the part's figures are rounded
            least_m2 = (wanted_m2 + 0.01) * planar_m2 / arable_m2 if arable_m2 > 0 else np.inf
        found = np.unique(self._tree.query(outline, predicate="intersects"))
        scale = planar_m2 / area_m2  # others are survey areas: bring them into this plane
        return site_of(
            outline,
            self.structures[found],
            min_share=self.policy.min_share,
            margin=self.margin,
            least_area_m2=float(least_m2),
            others=Others(others.built_m2 * scale, others.area_m2 * scale, 0.0),
        )

    def joined(self, places: tuple[int, ...]) -> BaseGeometry:
        """Return the union of parcels, made near the origin."""
        shapes = self.outlines[list(places)]
        origin = np.floor(shapely.total_bounds(shapes)[:2])
        near = shapely.union_all(shapely.transform(shapes, lambda corners: corners - origin))
        return shapely.transform(near, lambda corners: corners + origin)

    def may_join(self, places: tuple[int, ...]) -> bool:
        """Tell whether the figures of parcels, added up, pass both rules."""
        chosen = list(places)
        return self._reach_share(chosen) and self._gives_enough(chosen)

    def may_join_and_trim(self, places: tuple[int, ...]) -> bool:
        """Tell whether the structures of parcels could carry enough new arable together."""
        chosen = list(places)
        area_m2, arable_m2 = self.area_m2[chosen].sum(), self.arable_m2[chosen].sum()
        if self._reach_share(chosen) or not arable_m2 > 0 or not self.policy.min_share:
            return False
        most_m2 = self.built_m2[chosen].sum() / float(self.policy.min_share + self.margin)
        return bool(most_m2 * arable_m2 / area_m2 >= float(self.policy.min_new_arable_m2))

    @property
    def takes_together(self) -> bool:
        """Tell whether a rule takes some parcels together."""
        count = len(self.parcels)
        return len(set(self.blocks)) < count or len(set(self.chains)) < count

    def beside(self, places: tuple[int, ...]) -> list[int]:
        """Return the other places that a rule takes together with these, in order."""
        found: set[int] = set()
        for groups, members in ((self.blocks, self._of_block), (self.chains, self._of_chain)):
            for place in places:
                found.update(members[int(groups[place])])
        return sorted(found - {*places})

    def _reach_share(self, chosen: list[int]) -> bool:
        others = self._others(chosen)
        part_m2 = self.built_m2[chosen].sum() + others.built_m2
        whole_m2 = self.area_m2[chosen].sum() + others.area_m2
        return reaches(part_m2, whole_m2, self.policy.min_share + self.margin)

    def _gives_enough(self, chosen: list[int]) -> bool:
        if not self.is_asked_arable[chosen].any():
            return True
        given_m2 = self.arable_m2[chosen].sum() + self._others(chosen).new_arable_m2
        return bool(round(given_m2, 2) >= float(self.policy.min_new_arable_m2))

    def _others(self, chosen: list[int]) -> Others:
        """Return what the rest of the first parcel's block and chain adds to it."""
        block, chain = self.blocks[chosen[0]], self.chains[chosen[0]]
        in_block = [place for place in chosen if self.blocks[place] == block]
        in_chain = [place for place in chosen if self.chains[place] == chain]
        whole_m2, built_m2 = (float(sums[chosen[0]]) for sums in self._block_m2)
        return Others(
            built_m2 - float(self.built_m2[in_block].sum()),
            whole_m2 - float(self.area_m2[in_block].sum()),
            float(self._chain_m2[chosen[0]]) - float(self.arable_m2[in_chain].sum()),
        )


def _members(groups: npt.NDArray[np.int64]) -> dict[int, list[int]]:
    """Return group → its places."""
    found: dict[int, list[int]] = {}
    for place, group in enumerate(groups.tolist()):
        found.setdefault(group, []).append(place)
    return found


def candidates(ground: Ground, place: int) -> Iterator[Candidate]:
    """Give the outlines that should pass for one failing parcel."""
    if not ground.is_known[place]:
        return
    site = ground.site((place,))
    is_saved = False
    for remedy, parts in ((Remedy.TRIM, trimmed(site)), (Remedy.SPLIT, split(site))):
        placed = [outline for part in parts if (outline := site.placed(part)) is not None]
        for outline in placed[:OFFERED]:
            is_saved = True
            yield Candidate(remedy, (place,), outline)
    joinable, trimmable = 0, 0
    for chain in chains(place, ground.neighbours):
        if joinable < OFFERED and ground.may_join(chain):
            outline = ground.joined(chain)
            if outline.geom_type == "Polygon" and outline.is_valid:
                joinable += 1
                yield Candidate(Remedy.JOIN, chain, outline)
        elif (
            not is_saved
            and trimmable < OFFERED
            and ground.is_failing[list(chain)].all()
            and ground.may_join_and_trim(chain)
        ):
            together = ground.site(chain)
            for part in trimmed(together)[:1]:
                outline = together.placed(part)
                if outline is not None:
                    trimmable += 1
                    yield Candidate(Remedy.JOIN_AND_TRIM, chain, outline)
