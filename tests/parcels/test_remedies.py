"""Remedies: every proposed outline passes the very check; what is lost is said with its reason."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from gis.formats import read_layer
from parcels.checking import check
from parcels.columns import PARCEL_FIELDS, recognised
from parcels.frames import parcels_frame
from parcels.policy import NewArableFrom, Policy, StructureUnit
from parcels.remedies import Hopeless, Remedies, Remedy, remedies
from parcels.remedies.output import layer_after, lost_rows, proposals_gpkg
from parcels.rules.verdicts import Verdict
from tests.builders import ORIGIN, parcels_of, square, structures_of

POLICY = Policy(Decimal("0.3"), Decimal(400))
FROM_AREA = replace(POLICY, new_arable_from=NewArableFrom.AREA)


def found_for(
    parcels: gpd.GeoDataFrame, structures: gpd.GeoDataFrame, policy: Policy = POLICY, **how: object
) -> Remedies:
    judged = check(parcels, structures, policy).parcels.to_crs(parcels.crs)
    return remedies(judged.set_geometry(parcels.geometry), structures, policy, **how)


def fed_back(found: Remedies, structures: gpd.GeoDataFrame, policy: Policy) -> pd.Series:
    """Return the verdicts that the check gives the proposals."""
    return check(found.proposals, structures, policy).parcels["verdict"]


def test_a_large_parcel_with_one_yard_of_houses_is_trimmed_to_the_largest_part_that_passes() -> (
    None
):
    parcels = parcels_of([square(0, 0, 100)], declared_new_arable_m2=[9_000.0])
    houses = structures_of([square(10, 10, 20), square(10, 35, 20, 10)])  # 600 m²
    found = found_for(parcels, houses)
    trimmed = found.proposals[found.proposals["remedy"] == Remedy.TRIM].iloc[0]
    assert trimmed["structure_m2"] == pytest.approx(600, abs=0.3)
    assert 1_960 < trimmed["area_m2"] <= 2_000.5  # more than 2 000 m² cannot pass
    assert trimmed["new_arable_m2"] == pytest.approx(0.9 * trimmed["area_m2"], abs=0.02)
    assert trimmed["is_estimated"]
    assert len(shapely.get_coordinates(trimmed["geometry"])) <= 9
    assert (fed_back(found, houses, POLICY) == Verdict.PASS).all()


def test_a_margin_keeps_proposals_away_from_the_limit() -> None:
    parcels = parcels_of([square(0, 0, 100)], declared_new_arable_m2=[9_000.0])
    found = found_for(parcels, structures_of([square(10, 10, 25)]), margin=Decimal("0.05"))
    assert (found.proposals["structure_share"] >= 0.35).all()


def test_rules_that_exclude_one_another_are_called_so() -> None:
    parcels = parcels_of([square(0, 0, 100)], declared_new_arable_m2=[9_000.0])
    found = found_for(parcels, structures_of([square(10, 10, 10)]))  # 100 m² carry 333 m²
    assert found.proposals.empty
    assert found.lost["reason"].tolist() == [Hopeless.TWO_RULES_APART]
    assert "333" in lost_rows(found)["reason"].iloc[0]


def test_two_small_neighbours_of_one_village_are_joined() -> None:
    parcels = parcels_of(
        [square(0, 0, 20, 15), square(20, 0, 20, 15)], declared_new_arable_m2=[250.0, 240.0]
    )
    houses = structures_of([square(2, 2, 10), square(22, 2, 10)])
    found = found_for(parcels, houses)
    joined = found.proposals.iloc[0]
    assert joined["remedy"] == Remedy.JOIN
    assert joined["rows"] == (1, 2)
    assert joined["new_arable_m2"] == 490
    assert joined["won_area_m2"] == joined["area_m2"]
    assert not joined["is_estimated"]
    assert found.lost.empty


def test_neighbours_of_two_villages_are_not_joined() -> None:
    parcels = parcels_of(
        [square(0, 0, 20, 15), square(20, 0, 20, 15)],
        declared_new_arable_m2=[250.0, 240.0],
        village_code=["419901101201", "419901101202"],
    )
    found = found_for(parcels, structures_of([square(2, 2, 10), square(22, 2, 10)]))
    assert found.proposals.empty
    assert set(found.lost["reason"]) == {Hopeless.TOO_SMALL_ALONE}


def test_a_neighbour_that_passed_before_is_not_counted_as_won() -> None:
    parcels = parcels_of(
        [square(0, 0, 20, 15), square(20, 0, 40)], declared_new_arable_m2=[250.0, 1_000.0]
    )
    found = found_for(parcels, structures_of([square(2, 2, 12), square(22, 2, 30)]))
    joined = found.proposals.iloc[0]
    assert joined["won_area_m2"] == pytest.approx(300, abs=0.2)
    assert joined["won_new_arable_m2"] == 250


def test_ground_that_two_joined_parcels_share_is_not_counted_twice() -> None:
    parcels = parcels_of(
        [square(0, 0, 20, 15), square(10, 0, 20, 15)], declared_new_arable_m2=[300.0, 290.0]
    )
    found = found_for(parcels, structures_of([square(2, 2, 12), square(18, 2, 10)]))
    assert (found.proposals["new_arable_m2"] <= found.proposals["area_m2"]).all()


def test_parts_of_a_parcel_that_pass_are_split_off() -> None:
    parts = MultiPolygon([square(0, 0, 30), square(200, 0, 60)])
    parcels = parcels_of([parts], declared_new_arable_m2=[4_300.0])
    found = found_for(parcels, structures_of([square(0, 0, 20, 25)]))
    own = found.proposals[found.proposals["remedy"] == Remedy.SPLIT].iloc[0]
    assert own["area_m2"] == pytest.approx(900, abs=0.2)


def test_unknown_new_arable_saves_nothing_and_says_so() -> None:
    parcels = parcels_of([square(0, 0, 100)])
    found = found_for(parcels, structures_of([square(10, 10, 20)]))
    assert found.lost["reason"].tolist() == [Hopeless.NEW_ARABLE_UNKNOWN]


def test_a_county_without_failing_parcels_has_no_remedies() -> None:
    parcels = parcels_of([square(0, 0, 30)], declared_new_arable_m2=[800.0])
    found = found_for(parcels, structures_of([square(0, 0, 28)]))
    assert found.proposals.empty
    assert found.lost.empty


@st.composite
def villages(draw: st.DrawFnT) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Parcels side by side with crooked borders, some with a bite out, and houses at random."""
    number = st.integers(0, 4_000)

    def cm(low: float, high: float) -> float:
        return round(low + (high - low) * draw(number) / 4_000, 3)

    columns, rows = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    knots = {
        (i, j): (
            ORIGIN[0] + 45 * i + cm(-9, 9),
            ORIGIN[1] + 40 * j + cm(-9, 9),
        )
        for i in range(columns + 1)
        for j in range(rows + 1)
    }
    outlines = [
        Polygon([knots[i, j], knots[i + 1, j], knots[i + 1, j + 1], knots[i, j + 1]])
        for j in range(rows)
        for i in range(columns)
    ]
    houses = [
        shapely.affinity.rotate(
            square(cm(-5, 45 * columns), cm(-5, 40 * rows), cm(1, 22), cm(1, 16)), cm(0, 90)
        )
        for _house in range(draw(st.integers(0, 9)))
    ]
    ratio = [cm(0.3, 0.98) for _parcel in outlines]
    parcels = parcels_of(
        outlines,
        declared_new_arable_m2=[round(o.area * r, 2) for o, r in zip(outlines, ratio, strict=True)],
        retained_m2=[round(o.area * (1 - r) / 2, 2) for o, r in zip(outlines, ratio, strict=True)],
        block_no=[draw(st.sampled_from(["", "1"])) for _parcel in outlines],
    )
    return parcels, structures_of(houses)


policies = st.builds(
    Policy,
    min_share=st.sampled_from([Decimal(x) / 100 for x in (0, 8, 15, 30, 45, 60)]),
    min_new_arable_m2=st.sampled_from([Decimal(y) for y in (0, 150, 400, 900)]),
    new_arable_from=st.sampled_from([NewArableFrom.COLUMN, NewArableFrom.AREA]),
    coefficient=st.sampled_from([Decimal(1), Decimal("0.85")]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(villages(), policies)
def test_every_proposal_passes_the_check_and_takes_only_the_ground_it_names(
    village: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], policy: Policy
) -> None:
    parcels, houses = village
    found = found_for(parcels, houses, policy)
    assert (fed_back(found, houses, policy) == Verdict.PASS).all()
    outline_of = dict(zip(parcels["row"], parcels.geometry, strict=True))
    approved = {tuple(at) for at in shapely.get_coordinates(parcels.geometry.to_numpy())}
    for proposal in found.proposals.itertuples():
        assert proposal.geometry.geom_type == "Polygon"
        assert proposal.geometry.is_valid
        own = shapely.union_all([outline_of[row] for row in proposal.rows])
        outside_m2 = shapely.difference(proposal.geometry, own).area
        assert outside_m2 <= 0.01 * proposal.geometry.length
        for corner in shapely.get_coordinates(proposal.geometry):
            assert tuple(corner) in approved or np.allclose(corner, np.round(corner, 2), atol=2e-8)
        if proposal.remedy == Remedy.JOIN:
            assert proposal.geometry.area == pytest.approx(own.area, rel=1e-9)
    judged = check(parcels, houses, policy).parcels
    failing = set(judged.loc[judged["verdict"] == Verdict.FAIL, "row"])
    offered = {row for rows in found.proposals["rows"] for row in rows}
    lost = set(found.lost["row"])
    assert failing == (offered & failing) | lost
    assert not offered & lost
    chosen = [row for rows in found.chosen["rows"] for row in rows]
    assert len(chosen) == len(set(chosen))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(villages(), policies, st.booleans())
def test_what_is_proposed_under_rules_that_take_parcels_together_passes_in_its_layer(
    village: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], policy: Policy, is_block: bool
) -> None:
    parcels, houses = village
    unit = StructureUnit.BLOCK if is_block else StructureUnit.PARCEL
    policy = replace(policy, structure_unit=unit, touching_count_as_one=not is_block)
    found = found_for(parcels, houses, policy)
    after = layer_after(parcels, found)
    rows = after.rename(columns={"new_arable_m2": "declared_new_arable_m2"}).assign(
        row=range(len(after)), township_code=after["village_code"].str[:9]
    )
    judged = check(rows, houses, policy).parcels
    assert (judged.loc[judged["made_by"] != "", "verdict"] == Verdict.PASS).all()


def test_the_written_proposals_pass_when_read_again_as_a_file(tmp_path: Path) -> None:
    parcels = parcels_of(
        [square(0, 0, 100), square(200, 0, 20, 15), square(220, 0, 20, 15)],
        declared_new_arable_m2=[9_000.0, 250.0, 240.0],
    )
    houses = structures_of([square(10, 10, 25), square(202, 2, 10), square(222, 2, 10)])
    found = found_for(parcels, houses)
    file = tmp_path / "proposals.gpkg"
    file.write_bytes(proposals_gpkg(parcels, found))
    read = read_layer(file, layer="proposals")
    again = parcels_frame(read.frame, recognised(read.understood.columns, PARCEL_FIELDS), {})
    assert len(again) == len(found.proposals) == 2
    assert (check(again, houses, POLICY).parcels["verdict"] == Verdict.PASS).all()
    after = read_layer(file, layer="after")
    assert sorted(after.frame["parcel_no"])[-1] == "2+3"


def test_a_layer_in_degrees_gets_proposals_in_degrees_that_pass() -> None:
    plane = parcels_of([square(0, 0, 100)], declared_new_arable_m2=[9_000.0])
    houses = structures_of([square(10, 10, 25)]).to_crs(4490)
    parcels = plane.to_crs(4490)
    found = found_for(parcels, houses)
    assert found.proposals.crs.to_epsg() == 4490
    assert len(found.proposals) == 1
    assert (fed_back(found, houses, POLICY) == Verdict.PASS).all()


def test_box_of_a_single_house_gives_right_angles() -> None:
    parcels = parcels_of([box(*square(0, 0, 60).bounds)], declared_new_arable_m2=[3_600.0])
    found = found_for(parcels, structures_of([square(20, 20, 20)]))
    corners = shapely.get_coordinates(found.proposals.iloc[0]["geometry"])
    assert len(corners) == 5
