"""The demo county, written once, and readers of its files that know nothing of ours."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from parcels.demo import DemoFiles
from parcels.demo.county import County, drawn
from tests.made_once import the_demo_files


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return the_demo_files(tmp_path_factory)


@pytest.fixture(scope="session")
def county() -> County:
    return drawn()


@pytest.fixture(scope="session")
def members(demo: DemoFiles) -> dict[str, bytes]:
    """The archive's members by suffix."""
    with zipfile.ZipFile(demo.parcels, metadata_encoding="gbk") as archive:
        return {Path(name).suffix: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="session")
def parcels(
    members: dict[str, bytes], dbf: list[dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> gpd.GeoDataFrame:
    """The layer by row number, outlines by a reader of our own, attributes as bytes decoded."""
    texts = [
        {name: value.decode("gbk", "ignore").strip("* ") for name, value in row.items()}
        for row in dbf
    ]
    frame = pd.DataFrame(texts)
    for name in ("TBMJ", "XZGDMJ"):
        frame[name] = pd.to_numeric(frame[name])
    room = tmp_path_factory.mktemp("plain")
    for suffix in (".shp", ".shx"):
        (room / f"parcels{suffix}").write_bytes(members[suffix])
    outlines = pyogrio.read_dataframe(room / "parcels.shp", fid_as_index=False).geometry.array
    layer = gpd.GeoDataFrame(frame, geometry=outlines, crs="EPSG:4526")
    return layer.set_index(pd.RangeIndex(1, len(layer) + 1))


@pytest.fixture(scope="session")
def structures(demo: DemoFiles) -> gpd.GeoDataFrame:
    return gpd.read_file(demo.structures, layer="structures")


@pytest.fixture(scope="session")
def villages(demo: DemoFiles) -> gpd.GeoDataFrame:
    return gpd.read_file(demo.boundaries, layer="villages")


@pytest.fixture(scope="session")
def dbf(members: dict[str, bytes]) -> list[dict[str, bytes]]:
    return dbf_rows(members[".dbf"])


def dbf_rows(content: bytes) -> list[dict[str, bytes]]:
    """Read a dbf by its published layout, knowing no library."""
    count, head, length = struct.unpack_from("<IHH", content, 4)
    fields, at = [], 32
    while content[at] != 0x0D:
        name = content[at : at + 11].split(b"\0")[0].decode("ascii")
        fields.append((name, content[at + 16]))
        at += 32
    rows = []
    for row in range(count):
        place, values = head + row * length + 1, {}
        for name, width in fields:
            values[name] = content[place : place + width]
            place += width
        rows.append(values)
    return rows


@pytest.fixture(scope="session")
def share(parcels: gpd.GeoDataFrame, structures: gpd.GeoDataFrame) -> pd.Series:
    """Return structure shares by GEOS overlay near a local origin: an oracle, not our kernel."""
    corner = np.array([38_520_000.0, 3_640_000.0])
    near = [
        shapely.make_valid(shapely.transform(layer.geometry.to_numpy(), lambda p: p - corner))
        for layer in (parcels[parcels.geometry.notna()], structures)
    ]
    tree = shapely.STRtree(near[1])
    cover_m2 = [
        shapely.union_all(near[1][tree.query(one, predicate="intersects")]).intersection(one).area
        for one in near[0]
    ]
    known = parcels.index[parcels.geometry.notna()]
    return pd.Series(cover_m2, index=known) / pd.Series(shapely.area(near[0]), index=known)
