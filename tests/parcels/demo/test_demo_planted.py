"""The demo county: its planted errors and verdicts really are there, and nowhere else."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.survey_area import survey_area_m2
from parcels.demo import DemoFiles, names
from parcels.demo.faults import CUT_REMARK

X, Y_M2 = 0.30, 400.0


def planted_rows(demo: DemoFiles, kind: str) -> list[int]:
    rows = [key.row for key in demo.planted[kind]]
    assert len(rows) >= 2, f"{kind} must be planted at least twice"
    return rows


def test_the_declared_area_is_the_survey_area_except_where_planted(
    demo: DemoFiles, parcels: gpd.GeoDataFrame
) -> None:
    spoilt = [key.row for kind in ("null_geometry", "self_crossing") for key in demo.planted[kind]]
    plain = parcels.drop(index=spoilt)
    gap_m2 = np.abs(plain["TBMJ"] - survey_area_m2(plain.geometry.to_numpy(), plain.crs))
    assert set(gap_m2.index[gap_m2 > 0.05]) == set(planted_rows(demo, "declared_area_differs"))
    ordinary = gap_m2.drop(index=planted_rows(demo, "declared_area_differs"))
    assert (ordinary < 0.005).all()


def test_parcels_lie_in_their_village_except_where_planted(
    demo: DemoFiles, parcels: gpd.GeoDataFrame, villages: gpd.GeoDataFrame
) -> None:
    cells = villages.set_index("code").geometry
    strays = [
        *planted_rows(demo, "outside_township"),
        *planted_rows(demo, "outside_village"),
        *planted_rows(demo, "unknown_village"),
    ]
    for row, parcel in parcels.drop(index=planted_rows(demo, "null_geometry")).iterrows():
        code = parcel["ZLDWDM"][:12]
        is_inside = code in cells.index and cells[code].buffer(0.01).contains(parcel.geometry)
        assert is_inside == (row not in strays), row


def test_strays_are_where_they_were_planted(
    demo: DemoFiles, parcels: gpd.GeoDataFrame, villages: gpd.GeoDataFrame
) -> None:
    towns = gpd.read_file(demo.boundaries, layer="townships").set_index("code").geometry
    for kind, is_in_town in (("outside_township", False), ("outside_village", True)):
        for row in planted_rows(demo, kind):
            parcel = parcels.loc[row]
            assert towns[parcel["ZLDWDM"][:9]].contains(parcel.geometry) == is_in_town, (kind, row)
    for row in planted_rows(demo, "unknown_village"):
        assert parcels.loc[row, "ZLDWDM"][:12] not in set(villages["code"])


def test_the_keys_point_at_their_rows(demo: DemoFiles, parcels: gpd.GeoDataFrame) -> None:
    for keys in demo.planted.values():
        for key in keys:
            found = parcels.loc[key.row]
            assert (found["ZLDWDM"][:12], found["TBBH"]) == (key.village_code, key.parcel_no)


def test_outlines_are_sound_except_where_planted(
    demo: DemoFiles, parcels: gpd.GeoDataFrame
) -> None:
    missing = parcels.index[parcels.geometry.isna()].tolist()
    assert missing == sorted(planted_rows(demo, "null_geometry"))
    drawn_parcels = parcels.drop(index=missing)
    invalid = drawn_parcels.index[~shapely.is_valid(drawn_parcels.geometry.to_numpy())].tolist()
    assert invalid == sorted(planted_rows(demo, "self_crossing"))
    several = drawn_parcels.index[drawn_parcels.geom_type == "MultiPolygon"].tolist()
    assert several == sorted(planted_rows(demo, "multi_part"))
    sound = drawn_parcels.drop(index=[*invalid, *several])
    holed = sound.index[sound.geometry.map(lambda one: len(one.interiors)) > 0].tolist()
    assert holed == sorted(planted_rows(demo, "hole"))
    rings = sound.geometry.map(lambda one: shapely.get_coordinates(one.exterior))
    repeats = rings.map(lambda ring: bool((np.diff(ring, axis=0) == 0).all(axis=1).any()))
    assert repeats.index[repeats].tolist() == sorted(planted_rows(demo, "repeated_vertices"))


def test_slivers_and_spikes_lose_themselves_when_narrowed(
    demo: DemoFiles, parcels: gpd.GeoDataFrame
) -> None:
    opened = parcels.geometry.buffer(-0.15).buffer(0.15)
    gone = opened.index[opened.is_empty & parcels.geometry.notna()].tolist()
    assert gone == sorted(planted_rows(demo, "sliver"))
    for row in planted_rows(demo, "spike"):
        outline = parcels.geometry.loc[row]
        assert outline.hausdorff_distance(opened.loc[row]) > 8
        assert outline.area - opened.loc[row].area < 1


def test_only_the_planted_parcels_overlap(demo: DemoFiles, parcels: gpd.GeoDataFrame) -> None:
    shapes = shapely.make_valid(parcels.geometry.dropna().to_numpy())
    rows = parcels.index[parcels.geometry.notna()].to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    both = left < right
    common_m2 = shapely.area(shapely.intersection(shapes[left[both]], shapes[right[both]]))
    pairs = np.column_stack([rows[left[both]], rows[right[both]]])[common_m2 > 0.5]
    assert sorted(pairs.ravel().tolist()) == sorted(planted_rows(demo, "parcels_overlap"))
    assert common_m2.max() > 20


def test_attribute_errors_are_where_they_were_planted(
    demo: DemoFiles, parcels: gpd.GeoDataFrame, dbf: list[dict[str, bytes]]
) -> None:
    named = parcels[parcels["TBBH"] != ""]
    twice = named.index[named.duplicated(["ZLDWDM", "TBBH"], keep=False)].tolist()
    assert twice == sorted(planted_rows(demo, "duplicate_number"))
    empty = parcels.index[parcels["TBBH"] == ""].tolist()
    assert empty == sorted(planted_rows(demo, "empty_number"))
    other_land = parcels.index[parcels["DLBM"].isin(["0103", "0305"])].tolist()
    assert other_land == sorted(planted_rows(demo, "not_building_land"))
    unknown = parcels.index[parcels["XZGDMJ"].isna()].tolist()
    assert unknown == sorted(planted_rows(demo, "null_new_arable"))
    same = parcels.loc[planted_rows(demo, "same_number_two_villages")]
    assert same["TBBH"].value_counts().tolist() == [2, 2]
    assert same.groupby("TBBH")["ZLDWDM"].nunique().tolist() == [2, 2]
    halved = []
    for number, remark in enumerate((row["BZ"] for row in dbf), start=1):
        try:
            remark.decode("gbk")
        except UnicodeDecodeError:
            halved.append(number)
            assert CUT_REMARK.startswith(remark[:-1].decode("gbk"))
    assert halved == sorted(planted_rows(demo, "cut_text"))


def test_two_villages_were_not_read_and_have_no_structures(
    demo: DemoFiles,
    parcels: gpd.GeoDataFrame,
    structures: gpd.GeoDataFrame,
    villages: gpd.GeoDataFrame,
) -> None:
    covered = gpd.read_file(demo.structures, layer="coverage").geometry.union_all()
    share = villages.geometry.intersection(covered).area / villages.area
    unread = villages[share < 0.01]
    assert len(unread) == 2
    assert (share.drop(unread.index) > 0.9999).all()
    assert not structures.intersects(unread.geometry.buffer(-15).union_all()).any()
    inside = parcels.index[parcels["ZLDWDM"].str[:12].isin(unread["code"])].tolist()
    assert inside == sorted(planted_rows(demo, "uncovered_village"))


def test_structures_overlap_straddle_and_stand_alone(
    demo: DemoFiles, parcels: gpd.GeoDataFrame, structures: gpd.GeoDataFrame
) -> None:
    shapes = structures.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert structures["id"].is_unique
    assert set(structures["class"]) == set(names.STRUCTURE_CLASSES)
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="overlaps")
    assert (left < right).sum() > 100
    edges = parcels.geometry.dropna().boundary.to_numpy()
    for row in planted_rows(demo, "structure_across_edge"):
        edge = parcels.geometry.loc[row].boundary
        assert len(tree.query(edge, predicate="crosses")) > 0, row
    away = shapely.distance(shapes, shapely.union_all(edges)) > 0
    free = ~np.isin(np.arange(len(shapes)), tree.query(parcels.geometry.dropna(), "intersects")[1])
    assert (away & free).sum() > 500


def test_the_verdicts_are_mixed_as_in_a_real_county(
    demo: DemoFiles, parcels: gpd.GeoDataFrame, share: pd.Series
) -> None:
    share = share.reindex(parcels.index)
    has_share, has_area = share >= X, parcels["XZGDMJ"] >= Y_M2
    is_unread = parcels.index.isin([key.row for key in demo.planted["uncovered_village"]])
    fails_share = (share < X) & ~is_unread
    fails_area = parcels["XZGDMJ"] < Y_M2
    assert 0.68 <= (has_share & has_area).mean() <= 0.76
    assert 0.09 <= (fails_share & ~fails_area).mean() <= 0.15
    assert 0.06 <= (fails_area & has_share).mean() <= 0.11
    assert 0.015 <= (fails_area & fails_share).mean() <= 0.045
    near = (share / X - 1).abs() < 0.01
    assert set(planted_rows(demo, "share_near_limit")) <= set(near.index[near])


def test_some_shares_below_the_limit_would_print_as_the_limit(
    demo: DemoFiles, share: pd.Series
) -> None:
    for found in share.loc[planted_rows(demo, "share_prints_as_limit")]:
        assert found < X
        assert f"{found:.2%}" == "30.00%"


def test_some_new_arable_areas_stand_at_the_limit(
    demo: DemoFiles, parcels: gpd.GeoDataFrame
) -> None:
    found = parcels.loc[planted_rows(demo, "new_arable_near_limit"), "XZGDMJ"]
    assert sorted(found) == [399.5, 399.99, 400.0, 400.01, 401.2]
