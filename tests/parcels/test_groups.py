"""What a policy may take together or leave out: blocks, touching parcels, villages, classes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from parcels.checking import Checked, check
from parcels.policy import InsideVillage, NewArableFrom, StructureUnit, from_terms
from parcels.rules.groups import by_touch
from parcels.rules.verdicts import Verdict
from tests.builders import POLICY, VILLAGE_A, parcels_of, square, structures_of

BY_AREA = replace(POLICY, new_arable_from=NewArableFrom.AREA)
BLOCKS = replace(BY_AREA, structure_unit=StructureUnit.BLOCK)
TOUCHING = replace(BY_AREA, touching_count_as_one=True)


def codes(checked: Checked, position: int) -> list[str]:
    return [reason.code for reason in checked.parcels["reasons"].iloc[position]]


def answers(checked: Checked, rule: str) -> list[str]:
    return list(checked.parcels[f"{rule}_verdict"])


def two_parcels(**columns: Any) -> Any:
    return parcels_of([square(0, 0, 30), square(30, 0, 30)], **columns)


def test_a_block_passes_when_its_parcels_have_enough_together() -> None:
    parcels = two_parcels(block_no="K1")
    buildings = structures_of([square(0, 0, 25)])  # 69 % of one parcel, 35 % of both
    assert answers(check(parcels, buildings, BY_AREA), "structure") == ["pass", "fail"]
    assert answers(check(parcels, buildings, BLOCKS), "structure") == ["pass", "pass"]


def test_a_block_that_fails_says_so_with_its_own_figures_on_every_parcel() -> None:
    parcels = two_parcels(block_no="K1")
    checked = check(parcels, structures_of([square(0, 0, 22)]), BLOCKS)
    assert answers(checked, "structure") == ["fail", "fail"]
    assert codes(checked, 0) == codes(checked, 1) == ["block_share_below"]
    values = checked.parcels["reasons"].iloc[1][0].values
    assert values["parcels"] == "2"
    assert float(values["area_m2"].replace(",", "")) == pytest.approx(1800, rel=0.002)


def test_parcels_without_a_block_number_or_in_another_township_stay_alone() -> None:
    buildings = structures_of([square(0, 0, 25)])
    nameless = check(two_parcels(block_no=""), buildings, BLOCKS)
    elsewhere = check(
        two_parcels(block_no="K1", township_code=["419901101", "419901102"]), buildings, BLOCKS
    )
    assert answers(nameless, "structure") == answers(elsewhere, "structure") == ["pass", "fail"]


def test_touching_parcels_of_a_village_reach_y_together() -> None:
    small = parcels_of([square(0, 0, 15), square(15, 0, 15), square(100, 0, 15)])
    nothing = structures_of([square(0, 0, 15), square(15, 0, 15)])
    alone = check(small, nothing, BY_AREA)
    together = check(small, nothing, TOUCHING)
    assert answers(alone, "new_arable") == ["fail", "fail", "fail"]
    assert answers(together, "new_arable") == ["pass", "pass", "fail"]


@pytest.mark.parametrize(
    ("outlines", "villages", "joined"),
    [
        ([square(0, 0, 15), square(15, 15, 15)], [VILLAGE_A] * 2, False),  # only a corner
        ([square(0, 0, 15), square(15, 0, 15)], [VILLAGE_A, "419901101202"], False),
        ([square(0, 0, 15), square(14, 0, 15)], [VILLAGE_A] * 2, True),  # an overlap touches
        ([square(0, 0, 15), square(15, 14.95, 15)], [VILLAGE_A] * 2, False),  # 5 cm of edge
    ],
)
def test_touching_means_an_edge_in_one_village(
    outlines: list[Any], villages: list[str], joined: bool
) -> None:
    parcels = parcels_of(outlines, village_code=villages)
    groups = by_touch(parcels, np.ones(2, dtype=bool))
    assert (groups[0] == groups[1]) == joined


def test_a_chain_of_parcels_is_one_group_whatever_the_order() -> None:
    places = [2, 0, 3, 1]
    parcels = parcels_of([square(15 * place, 0, 15) for place in places])
    assert len(set(by_touch(parcels, np.ones(4, dtype=bool)))) == 1


def test_the_village_layer_decides_by_the_greater_part() -> None:
    policy = replace(BY_AREA, inside_village=InsideVillage.LAYER)
    parcels = parcels_of([square(0, 0, 30), square(100, 0, 30), square(88, 100, 30)])
    village = square(-50, -50, 100, 200).union(square(100, 90, 100))
    checked = check(parcels, structures_of([square(0, 0, 30)]), policy, villages=village)
    assert answers(checked, "new_arable") == ["pass", "not_applicable", "pass"]
    assert codes(checked, 1) == ["no_structures", "outside_village"]


def test_without_the_village_layer_nothing_is_said_about_villages() -> None:
    policy = replace(BY_AREA, inside_village=InsideVillage.LAYER)
    checked = check(parcels_of([square(0, 0, 30)]), structures_of([square(0, 0, 30)]), policy)
    assert answers(checked, "new_arable") == [Verdict.UNDETERMINED]
    assert codes(checked, 0) == ["village_unknown"]


def test_only_the_classes_of_the_policy_count() -> None:
    buildings = structures_of([square(0, 0, 20), square(20, 0, 10)])
    buildings["class"] = ["房屋", "硬化地面"]
    parcels = parcels_of([square(0, 0, 30)])
    every = check(parcels, buildings, BY_AREA)
    houses = check(parcels, buildings, replace(BY_AREA, structure_classes=("房屋",)))
    assert every.parcels["structure_m2"].iloc[0] == pytest.approx(500, rel=0.002)
    assert houses.parcels["structure_m2"].iloc[0] == pytest.approx(400, rel=0.002)


def test_a_policy_comes_back_from_its_stored_terms() -> None:
    policy = replace(
        BLOCKS,
        structure_classes=("房屋", "围墙"),
        touching_count_as_one=True,
        inside_village=InsideVillage.LAYER,
    )
    assert from_terms(policy.as_terms()) == policy
