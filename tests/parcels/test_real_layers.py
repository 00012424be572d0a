"""The ``check`` command on real layers against a computation that shares no line with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from parcels.__main__ import main
from tests.parcels.overlay import assert_told_as_an_overlay, write_blocks

DATA = Path("../shared/data")
GENNES = DATA / "fr_gennes_parcelmanager"
CAMBRIDGE = DATA / "us_cambridge_ma/cambridge.gpkg"
BLOCKS = (-71.118, 42.372, -71.108, 42.378)  # of Cambridge, degrees

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the real layers are not here")


def checked(parcels: Path, structures: Path, to: Path, *more: str) -> Path:
    """Check as an office would on the command line: files read in a child, rows written."""
    status = main(
        ["check", str(parcels), "--structures", str(structures), "--min-share", "30%",
         "--min-new-arable", "400", "--new-arable-from-area", "--csv", str(to), "--quiet", *more]
    )  # fmt: skip
    assert status == 1  # some do not pass
    return to


def test_a_french_village_is_told_as_an_overlay_tells_it(tmp_path: Path) -> None:
    parcels, buildings = GENNES / "parcel.gpkg", GENNES / "building.gpkg"
    told = checked(parcels, buildings, tmp_path / "told.csv")
    verdicts = assert_told_as_an_overlay(
        told, parcels, "parcel", buildings, "building", plane="EPSG:2154", min_share="0.3",
        least_m2="400",
    )  # fmt: skip
    assert verdicts["pass"] > 20  # both verdicts are compared
    assert verdicts["fail"] > 500
    assert sum(verdicts.values()) == 851


def test_blocks_of_a_city_are_told_as_an_overlay_tells_them(tmp_path: Path) -> None:
    """Steps, decks and paths over one another, in degrees, some of them broken or empty."""
    blocks = tmp_path / "blocks.gpkg"
    write_blocks(CAMBRIDGE, blocks, ("parcels_fy2013", "structures"), BLOCKS)
    told = checked(blocks, blocks, tmp_path / "told.csv", "--parcels-layer", "parcels_fy2013",
                   "--structures-layer", "structures")  # fmt: skip
    verdicts = assert_told_as_an_overlay(
        told, blocks, "parcels_fy2013", blocks, "structures", plane="EPSG:32619", min_share="0.3",
        least_m2="400",
    )  # fmt: skip
    assert verdicts["pass"] > 20
    assert verdicts["fail"] > 100
