"""A real city's parcels under its real structures: the ``check`` command against an overlay."""

from __future__ import annotations

from pathlib import Path

from tests.parcels.overlay import assert_told_as_an_overlay
from tests.parcels.test_real_layers import CAMBRIDGE, checked
from tests.prove.proof import Proof, Unprovable

YEARS = ("parcels_fy2013", "parcels_fy2014")


def prove(years: int, folder: Path) -> str:
    """Check whole layers from file to CSV; every row must say what GEOS and PROJ say."""
    if not CAMBRIDGE.exists():
        raise Unprovable("the real layers are not here")
    told = []
    for layer in YEARS[:years]:
        result = checked(CAMBRIDGE, CAMBRIDGE, folder / f"{layer}.csv", "--parcels-layer", layer,
                         "--structures-layer", "structures")  # fmt: skip
        verdicts = assert_told_as_an_overlay(
            result, CAMBRIDGE, layer, CAMBRIDGE, "structures", plane="EPSG:32619",
            min_share="0.3", least_m2="400",
        )  # fmt: skip
        counts = ", ".join(f"{count:,} {name}" for name, count in verdicts.items())
        told.append(f"{layer}: {sum(verdicts.values()):,} parcels ({counts})")
    return f"{'; '.join(told)} — areas, structures and verdicts of every row as an overlay's"


PROOF = Proof("real", "A real city's layers against an overlay", prove, quick=0, long=2)
