"""A demo county as an office's files: invented, the same on every run, with planted errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from parcels.demo import files, names
from parcels.demo.county import SEED, drawn
from parcels.demo.faults import ParcelKey, keys_by_tag, planted
from parcels.demo.imagery import write_images

__all__ = ["DemoFiles", "ParcelKey", "write_demo"]

_FILES = (
    "parcels.zip",
    "structures.gpkg",
    "boundaries.gpkg",
    "before.tif",
    "after.tif",
    "policy.toml",
)


@dataclass(frozen=True)
class DemoFiles:
    """What was written; ``planted`` is kind of error → where it stands in the parcel layer."""

    folder: Path
    parcels: Path
    structures: Path
    boundaries: Path
    before: Path
    after: Path
    policy: Path
    planted: Mapping[str, list[ParcelKey]]
    parcel_count: int
    structure_count: int
    county_code: str = names.COUNTY_CODE
    county_name: str = names.COUNTY_NAME


def write_demo(folder: Path) -> DemoFiles:
    """Write the demo county into a folder, which is made if need be.

    Files of the same names are replaced, others stay. All are written in a room beside them and
    moved at the end, so that a failure half-way leaves the folder as it was.
    """
    folder = Path(folder).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    county = drawn()
    rows = planted(county, SEED)
    with TemporaryDirectory(prefix=".demo-", dir=folder) as beside:
        room = Path(beside)
        files.write_parcels(room / "parcels.zip", county, rows)
        files.write_structures(room / "structures.gpkg", county)
        files.write_boundaries(room / "boundaries.gpkg", county)
        write_images(room / "before.tif", room / "after.tif", county)
        files.write_policy(room / "policy.toml")
        for name in _FILES:
            (room / name).replace(folder / name)
    return DemoFiles(
        folder,
        parcels=folder / "parcels.zip",
        structures=folder / "structures.gpkg",
        boundaries=folder / "boundaries.gpkg",
        before=folder / "before.tif",
        after=folder / "after.tif",
        policy=folder / "policy.toml",
        planted=keys_by_tag(rows),
        parcel_count=len(rows),
        structure_count=len(county.structures),
    )
