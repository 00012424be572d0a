"""What a new layer changes, and where reported work goes: nothing twice, nothing lost."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from parcels.impact import Change, Impact, impact
from parcels.ledger.succession import Event, handed_on, plan, taken_out
from tests.builders import VILLAGE_B, parcels_of, square

STEPS = ("agreement_signed", "demolished", "cleared")
CELLS = 12


def judged(*parcels: tuple[str, shapely.Geometry | None], **columns: object) -> gpd.GeoDataFrame:
    """Parcels by number with their survey area (of the plane, near enough here)."""
    outlines = [outline for _number, outline in parcels]
    frame = parcels_of(outlines, parcel_no=[number for number, _outline in parcels], **columns)
    area_m2 = np.round(shapely.area(np.array(outlines, dtype=object)), 2)
    return frame.assign(area_m2=area_m2)


def changes(found: Impact) -> tuple[list[str], list[str]]:
    return list(found.old["change"]), list(found.new["change"])


# --- classes ---


@pytest.mark.parametrize(
    ("old", "new", "was", "becomes"),
    [
        ([("1", square(0, 0, 30))], [("1", square(0, 0, 30))], "same", "same"),
        ([("1", square(0, 0, 30))], [("1", square(0, 0, 31))], "reshaped", "reshaped"),
        ([("1", square(0, 0, 30))], [("1", square(500, 0, 30))], "moved", "moved"),
        ([("1", square(0, 0, 30))], [("9", square(0, 0, 30))], "renumbered", "renumbered"),
        ([("1", square(0, 0, 30))], [("9", square(500, 0, 30))], "gone", "added"),
        (
            [("1", square(0, 0, 30))],
            [("1", square(0, 0, 15, 30)), ("2", square(15, 0, 15, 30))],
            "split",
            "split split",
        ),
        (
            [("1", square(0, 0, 30)), ("2", square(30, 0, 30))],
            [("1", square(0, 0, 60, 30))],
            "merged merged",
            "merged",
        ),
        (
            [("1", square(0, 0, 20, 30)), ("2", square(20, 0, 20, 30))],
            [("1", square(0, 0, 40, 15)), ("2", square(0, 15, 40, 15))],
            "regrouped regrouped",
            "regrouped regrouped",
        ),
    ],
)
def test_each_kind_of_change_is_told_by_ground_and_number(
    old: list[tuple[str, shapely.Geometry]],
    new: list[tuple[str, shapely.Geometry]],
    was: str,
    becomes: str,
) -> None:
    assert changes(impact(judged(*old), judged(*new))) == (was.split(), becomes.split())


def test_a_boundary_drawn_anew_between_neighbours_is_no_exchange_of_ground() -> None:
    old = judged(("1", square(0, 0, 30)), ("2", square(30, 0, 30)))
    new = judged(("1", square(0, 0, 33, 30)), ("2", square(33, 0, 27, 30)))
    assert changes(impact(old, new)) == (["reshaped"] * 2, ["reshaped"] * 2)


def test_parcels_without_an_outline_are_matched_by_their_number() -> None:
    old = judged(("1", None), ("2", None), ("3", square(0, 0, 30)))
    new = judged(("1", None), ("2", square(90, 0, 30)), ("3", square(0, 0, 30)))
    assert changes(impact(old, new))[0] == ["same", "reshaped", "same"]


def test_a_layer_without_any_outline_and_an_empty_one_can_be_compared() -> None:
    assert changes(impact(judged(("1", None)), judged(("2", None)))) == (["gone"], ["added"])
    assert changes(impact(judged(), judged(("2", square(0, 0, 9))))) == ([], ["added"])
    assert changes(impact(judged(("2", square(0, 0, 9))), judged())) == (["gone"], [])


def test_one_number_in_two_villages_is_two_parcels() -> None:
    old = judged(("1", square(0, 0, 30)))
    new = judged(("1", square(500, 0, 30)), village_code=VILLAGE_B)
    assert changes(impact(old, new)) == (["gone"], ["added"])


def test_another_coordinate_system_changes_nothing() -> None:
    old = judged(("1", square(0, 0, 30)), ("2", square(30, 0, 30)))
    assert set(changes(impact(old, old.to_crs(4490)))[0]) == {"same"}


def test_an_outline_that_crosses_itself_is_compared_too() -> None:
    bow = shapely.Polygon([(0, 0), (30, 30), (30, 0), (0, 30)])
    bow = shapely.transform(bow, lambda xy: np.add(xy, (38_500_000, 3_900_000)))
    found = impact(judged(("1", bow)), judged(("1", square(0, 0, 30))))
    assert list(found.old["change"]) == ["reshaped"]


# --- properties, on ground of 12 × 1 cells given to parcels at random ---


def parcels_on_cells(owners: list[int], numbers: list[str]) -> gpd.GeoDataFrame:
    cells: dict[int, list[shapely.Geometry]] = {}
    for place, owner in enumerate(owners):
        if owner >= 0:
            cells.setdefault(owner, []).append(square(place * 10, 0, 10))
    rows = [(numbers[owner], shapely.union_all(some)) for owner, some in sorted(cells.items())]
    return judged(*rows)


owned = st.lists(st.integers(-1, 5), min_size=CELLS, max_size=CELLS)
named = st.permutations([str(number) for number in range(6)])


@settings(max_examples=60, deadline=None)
@given(owned, named, owned, named)
def test_every_parcel_is_in_one_class_and_areas_add_up(
    old_owners: list[int], old_names: list[str], new_owners: list[int], new_names: list[str]
) -> None:
    old, new = parcels_on_cells(old_owners, old_names), parcels_on_cells(new_owners, new_names)
    found = impact(old, new)
    assert len(found.old) == len(old)
    assert len(found.new) == len(new)
    by_group = [Counter(side["group"]) for side in (found.old, found.new)]
    for side in (found.old, found.new):
        for change, group in zip(side["change"], side["group"], strict=True):
            was, becomes = by_group[0][group], by_group[1][group]
            assert (was, becomes) == {
                Change.ADDED: (0, 1), Change.GONE: (1, 0), Change.SPLIT: (1, becomes),
                Change.MERGED: (was, 1), Change.REGROUPED: (was, becomes),
            }.get(change, (1, 1))  # fmt: skip
    shared = sum(10 * 10 for a, b in zip(old_owners, new_owners, strict=True) if min(a, b) >= 0)
    assert found.pairs["common_m2"].sum() == pytest.approx(shared, abs=1e-3)
    for side, frame in ((found.old, old), (found.new, new)):
        by_class = frame["area_m2"].groupby(side["change"].astype(str)).sum()
        assert by_class.sum() == pytest.approx(frame["area_m2"].sum())


@st.composite
def worked(draw: st.DrawFn) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, list[Event]]:
    """Two layers and work on the old one that keeps the order of the works and the areas."""
    old = parcels_on_cells(draw(owned), draw(named))
    new = parcels_on_cells(draw(owned), draw(named))
    events: list[Event] = []
    for place, area_m2 in enumerate(old["area_m2"]):
        most = round(area_m2 * 100)
        for step in STEPS:
            most = draw(st.integers(0, most) | st.just(most))
            first = draw(st.integers(0, most))
            taken_back = draw(st.integers(0, 300))
            for cents in (first, most - first + taken_back, -taken_back):
                if cents:
                    events.append(Event(len(events) + 1, place, step, cents))
    return old, new, events


@settings(max_examples=120, deadline=None, phases=[Phase.generate])
@given(worked())
def test_work_is_handed_on_whole_within_the_ground_and_in_order(
    case: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, list[Event]],
) -> None:
    old, new, events = case
    found = impact(old, new)
    planned = plan(found, old, new, events)
    old_keys, new_keys = found.old["key"].tolist(), found.new["key"].tolist()
    leaves: Counter[int] = Counter()
    stands: Counter[tuple[object, str]] = Counter()
    behind: Counter[tuple[int, str]] = Counter()
    for piece in planned.pieces:
        assert piece.cents
        leaves[piece.event_id] += piece.cents
        if piece.new is None:
            behind[piece.old, piece.step] += piece.cents
        else:
            stands[new_keys[piece.new], piece.step] += piece.cents
    for event in events:
        assert abs(leaves[event.id]) <= abs(event.cents)
        if old_keys[event.old] in new_keys:
            stands[old_keys[event.old], event.step] += event.cents - leaves[event.id]
        else:
            behind[event.old, event.step] += event.cents - leaves[event.id]
    assert stands.total() + behind.total() == sum(event.cents for event in events)
    for key, area_m2 in zip(new_keys, new["area_m2"], strict=True):
        done = [stands[key, step] for step in STEPS]
        assert done == sorted(done, reverse=True), "no step lies ahead of the one before"
        assert done[0] <= round(area_m2 * 100) + len(old)
    for place in range(len(old)):
        done = [behind[place, step] for step in STEPS]
        assert done == sorted(done, reverse=True)


def test_a_wholly_finished_parcel_that_is_split_is_finished_in_both_parts() -> None:
    old = judged(("1", square(0, 0, 30)))
    new = judged(("1", square(0, 0, 10, 30)), ("2", square(10, 0, 20, 30)))
    planned = plan(impact(old, new), old, new, [Event(1, 0, "demolished", 90_000)])
    assert [(piece.new, piece.cents) for piece in planned.pieces] == [(1, 60_000)]


def test_work_follows_the_ground_when_numbers_are_exchanged() -> None:
    old = judged(("1", square(0, 0, 30)), ("2", square(100, 0, 30)))
    new = judged(("2", square(0, 0, 30)), ("1", square(100, 0, 30)))
    planned = plan(impact(old, new), old, new, [Event(7, 0, "demolished", 500)])
    assert [(p.event_id, p.new, p.cents) for p in planned.pieces] == [(7, 0, 500)]


def test_a_parcel_made_smaller_keeps_what_fits() -> None:
    old, new = judged(("1", square(0, 0, 30))), judged(("1", square(0, 0, 20, 30)))
    events = [Event(1, 0, "demolished", 50_000), Event(2, 0, "demolished", 40_000)]
    planned = plan(impact(old, new), old, new, events)
    assert [(p.event_id, p.new, p.cents) for p in planned.pieces] == [(2, None, 30_000)]


def test_ground_that_two_old_parcels_claimed_is_not_credited_twice() -> None:
    old = judged(("1", square(0, 0, 30)), ("2", square(0, 0, 30, 29)))
    new = judged(("3", square(0, 0, 30)))
    events = [Event(1, 0, "demolished", 90_000), Event(2, 1, "demolished", 87_000)]
    planned = plan(impact(old, new), old, new, events)
    assert sum(piece.cents for piece in planned.moves) <= 90_002
    assert sum(piece.cents for piece in planned.pieces) == 177_000


def test_no_plan_has_an_empty_mark_and_each_plan_its_own() -> None:
    old, new = judged(("1", square(0, 0, 30))), judged(("2", square(0, 0, 30)))
    found = impact(old, new)
    marks = {
        plan(found, old, new, events).mark
        for events in ([], [Event(1, 0, "cleared", 5)], [Event(1, 0, "cleared", 6)])
    }
    assert len(marks) == 3
    assert "" in marks


def test_what_a_person_took_out_stays_out_under_another_number() -> None:
    old = judged(("1", square(0, 0, 30)), ("2", square(100, 0, 30)))
    new = judged(("7", square(0, 0, 30)), ("8", square(100, 0, 30)))
    found = impact(old, new)
    assert handed_on(found) == {0: 0, 1: 1}
    assert taken_out(found, {0: True, 1: False}) == {0}
