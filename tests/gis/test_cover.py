"""Structure cover of parcels: the cases a person can check by hand, and the odd ones."""

import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
import shapely
from shapely import Polygon, box
from shapely.affinity import rotate

from gis import cover, cover_kernel
from gis.cover import structure_cover
from gis.rings import rings_of

ZONE_38 = np.array([38_500_000, 4_000_000])


def covered(parcel: shapely.Geometry, *structures: shapely.Geometry) -> float:
    return float(structure_cover(np.array([parcel]), np.array(structures, dtype=object)).area_m2[0])


def test_cover_agrees_with_counting_points() -> None:
    rng = np.random.default_rng(7)
    parcel = Polygon([(0, 0), (90, 10), (100, 80), (40, 60), (5, 95)])
    corners = rng.uniform(0, 90, (25, 2))
    built = [rotate(box(x, y, x + 14, y + 9), a) for a, (x, y) in enumerate(corners)]
    points = rng.uniform(0, 100, (200_000, 2))
    inside = shapely.contains_xy(parcel, points)
    under = np.zeros(len(points), dtype=bool)
    for structure in built:
        under |= shapely.contains_xy(structure, points)
    counted = 10_000 * np.mean(inside & under)
    assert covered(parcel, *built) == pytest.approx(counted, abs=60)


def test_every_parcel_gets_its_own_structures_and_their_number() -> None:
    parcels = np.array([box(x, 0, x + 10, 10) for x in (0, 10, 20, 30)])
    built = np.array([box(1, 1, 3, 3), box(8, 4, 12, 6), box(21, 1, 24, 4), box(22, 2, 25, 5)])
    found = structure_cover(parcels, built)
    assert found.area_m2.tolist() == [8, 4, 14, 0]
    assert found.structures.tolist() == [2, 1, 2, 0]
    assert found.planar_m2.tolist() == [100, 100, 100, 100]


def test_a_structure_that_only_touches_is_not_in_the_parcel() -> None:
    parcel = box(0, 0, 10, 10)
    outside = [box(10, 0, 12, 10), box(-3, -3, 0, 0), box(2, 10, 4, 11)]
    found = structure_cover(np.array([parcel]), np.array(outside))
    assert found.area_m2[0] == 0
    assert found.structures[0] == 0


def test_neighbours_that_share_a_wall_add_up() -> None:
    assert covered(box(0, 0, 10, 10), box(1, 1, 4, 4), box(4, 1, 7, 4)) == 18


def test_a_structure_over_the_whole_parcel_covers_all_of_it() -> None:
    parcel = rotate(box(0, 0, 12, 10), 31)
    assert covered(parcel, box(-50, -50, 50, 50)) == pytest.approx(120, abs=1e-9)
    assert covered(parcel, parcel) == pytest.approx(120, abs=1e-9)
    assert covered(parcel, parcel, parcel, box(-50, -50, 50, 50)) == pytest.approx(120, abs=1e-9)


def test_a_house_in_the_parcels_hole_is_outside() -> None:
    ring = Polygon(box(0, 0, 30, 30).exterior, [box(10, 10, 20, 20).exterior])
    assert covered(ring, box(12, 12, 18, 18)) == pytest.approx(0, abs=1e-9)
    assert covered(ring, box(5, 5, 25, 25)) == pytest.approx(300, abs=1e-9)


def test_null_and_empty_shapes_keep_their_place_and_cover_nothing() -> None:
    parcels = np.array([None, box(0, 0, 10, 10), Polygon()], dtype=object)
    built = np.array([Polygon(), None, box(1, 1, 2, 2)], dtype=object)
    found = structure_cover(parcels, built)
    assert found.area_m2.tolist() == [0, 1, 0]
    assert found.planar_m2.tolist() == [0, 100, 0]
    nothing = np.array([], dtype=object)
    assert structure_cover(parcels, nothing).area_m2.tolist() == [0, 0, 0]
    assert structure_cover(nothing, built).area_m2.tolist() == []


def test_a_line_is_refused_because_it_has_no_area() -> None:
    line = shapely.LineString([(0, 0), (5, 5)])
    with pytest.raises(ValueError, match="polygons"):
        covered(box(0, 0, 9, 9), line)


def test_a_structure_that_crosses_itself_stays_within_the_bounds() -> None:
    parcel = box(0, 0, 10, 10)
    for bow_tie in (
        Polygon([(1, 1), (9, 9), (9, 1), (1, 9)]),
        Polygon([(1, 1), (9, 9), (9, 1), (1, 8)]),
        Polygon([(0, 0), (20, 0), (0, 0), (0, 20)]),
    ):
        assert 0 <= covered(parcel, bow_tie, box(2, 2, 3, 3)) <= 100
        assert 0 <= covered(bow_tie, parcel) <= 100


@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_coordinate_that_is_no_number_shows_as_no_figure() -> None:
    broken = Polygon([(1, 1), (5, 1), (5, np.nan), (1, 5)])
    assert np.isnan(covered(broken, box(0, 0, 9, 9)))
    assert np.isnan(covered(box(0, 0, 9, 9), broken))


def test_a_village_of_overlapping_structures_in_one_parcel_counts_once() -> None:
    rng = np.random.default_rng(5)
    corners = rng.uniform(0, 200, (400, 2))
    built = [rotate(box(x, y, x + 9, y + 5), a) for a, (x, y) in enumerate(corners)]
    parcel = Polygon([(0, 0), (150, -20), (190, 150), (60, 210)])
    expected = shapely.area(shapely.intersection(parcel, shapely.union_all(built)))
    assert covered(parcel, *built) == pytest.approx(expected, abs=1e-6)


def test_a_kernel_result_out_of_bounds_is_taken_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        edge_tables = staticmethod(cover_kernel.edge_tables)
        join_overlapping = staticmethod(cover_kernel.join_overlapping)

        @staticmethod
        def shared_areas(*arguments: object) -> None:
            arguments[-1][:] = 1e9  # type: ignore[index]

        @staticmethod
        def covered_areas(*arguments: object) -> None:
            arguments[-1][:] = -1e9  # type: ignore[index]

    monkeypatch.setattr(cover, "_kernels", lambda: (Wrong, Wrong))
    assert covered(box(0, 0, 10, 10), box(1, 1, 3, 3), box(2, 2, 4, 4)) == 7


def test_many_parcels_in_threads_give_what_each_gives_alone() -> None:
    rng = np.random.default_rng(11)
    west, south = rng.uniform(0, 3000, (2, 2500))
    parcels = shapely.box(west, south, west + 60, south + 40)
    west, south = rng.uniform(0, 3000, (2, 60_000))
    built = shapely.box(west, south, west + 12, south + 8)
    together = structure_cover(parcels, built)
    assert together.structures.sum() > 40_000  # enough for several slices
    tree = shapely.STRtree(built)
    for n in range(0, 2500, 100):
        union = shapely.union_all(built[tree.query(parcels[n])])
        expected = shapely.area(shapely.intersection(parcels[n], union))
        assert together.area_m2[n] == pytest.approx(expected, abs=1e-6)


def test_outlines_are_measured_inside_the_parcel_only() -> None:
    parcels = np.array([box(0, 0, 10, 10), box(20, 0, 30, 10), None], dtype=object)
    parcels = shapely.transform(parcels, lambda xy: xy + ZONE_38)
    built = np.array([box(8, 2, 12, 4), box(1, 1, 2, 2), None], dtype=object)
    built = shapely.transform(built, lambda xy: xy + ZONE_38)
    assert structure_cover(parcels, built).outline_m(np.ones(3, dtype=bool)) == pytest.approx(
        [2 + 2 + 2 + 4, 0, 0]
    )


def test_kernels_still_compile_where_nothing_can_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = numba.njit

    def read_only(*arguments: object, **options: object) -> object:
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return real(*arguments, **options)

    monkeypatch.setattr(numba, "njit", read_only)
    double = cover_kernel.compiled("float64(float64)")(lambda x: 2 * x)
    assert double(21.0) == 42


def test_a_second_start_finds_its_kernels_compiled(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom gis import cover_kernel\n"
        "kernels = [cover_kernel.edge_tables, cover_kernel.shared_areas]\n"
        "sys.exit(sum(sum(kernel.stats.cache_misses.values()) for kernel in kernels))"
    )
    environment = {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    misses = [
        subprocess.run([sys.executable, "-c", program], env=environment, check=False).returncode
        for _start in range(2)
    ]
    assert misses[0] > 0
    assert misses[1] == 0


def test_an_empty_hole_takes_nothing_out_and_touches_no_memory_but_its_own() -> None:
    holed = shapely.from_wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), EMPTY)")
    found = rings_of(np.array([holed, box(0, 0, 1, 1)], dtype=object))
    assert found.start.tolist() == [0, 5, 10]
    assert found.first.tolist() == [0, 1, 2]
    cover = structure_cover(np.array([holed]), np.array([box(1, 1, 9, 9)]))
    assert cover.planar_m2.tolist() == [16.0]
    assert cover.area_m2.tolist() == [9.0]
