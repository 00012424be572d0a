"""What remedies win back, as figures that are kept and sentences in the reader's own language."""

from __future__ import annotations

from dataclasses import dataclass

from gis.language import say
from gis.units import half_up, to_mu
from parcels.remedies.kinds import REMEDY_TITLES, Remedy
from parcels.remedies.proposals import Remedies


@dataclass(frozen=True)
class Balance:
    """The whole in figures; ``kinds`` are remedy, number of proposals taken and m² won by them."""

    failing_parcels: int
    failing_area_m2: float
    proposals: int
    won_area_m2: float
    won_new_arable_m2: float
    kinds: tuple[tuple[str, int, float], ...]
    outdone: int
    lost: int
    lost_area_m2: float


def balance(found: Remedies) -> Balance:
    """Return what the proposals that can be taken together win back, and what is lost."""
    chosen = found.chosen
    kinds = []
    for remedy in REMEDY_TITLES:
        own = chosen[chosen["remedy"] == remedy]
        if len(own):
            kinds.append((remedy.value, len(own), float(own["won_area_m2"].sum())))
    return Balance(
        found.failing_parcels,
        found.failing_area_m2,
        len(chosen),
        float(chosen["won_area_m2"].sum()),
        float(chosen["won_new_arable_m2"].sum()),
        tuple(kinds),
        len(found.outdone),
        len(found.lost),
        float(found.lost["area_m2"].sum()),
    )


def sentences(of: Balance) -> list[str]:
    """Return what was won back, in words: the whole, each kind, what is lost."""
    told = [
        say(
            "{parcels} parcels fail, {mu} mu in all. {proposals} proposals that can be taken "
            "together win back {won} mu of parcel area and {arable} mu of new arable.",
            parcels=of.failing_parcels,
            mu=_mu(of.failing_area_m2),
            proposals=of.proposals,
            won=_mu(of.won_area_m2),
            arable=_mu(of.won_new_arable_m2),
        )
    ]
    for remedy, count, won_m2 in of.kinds:
        what = REMEDY_TITLES[Remedy(remedy)]
        told.append(say("{what}: {count}, {mu} mu", what=what, count=count, mu=_mu(won_m2)))
    if of.outdone:
        told.append(say("Only in proposals that others exclude: {count} parcels", count=of.outdone))
    told.append(
        say("Cannot be saved: {count} parcels, {mu} mu", count=of.lost, mu=_mu(of.lost_area_m2))
    )
    return told


def _mu(area_m2: float) -> str:
    return f"{half_up(to_mu(area_m2), 2):,}"
