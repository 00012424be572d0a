"""Judgement by imagery: images are read, inputs are corrected, verdicts are only ever computed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from affine import Affine
from shapely.geometry import mapping

from gis.imagery.wrapping import wrapped
from gis.language import ENGLISH, Problem, speaking
from parcels.evidence.ground import Ground
from parcels.imagery import Moment
from parcels.judgement.correcting import drawn_outline, drawn_structures, new_arable, preview
from parcels.judgement.queue import FIGURES, fingerprint, queue
from parcels.judgement.reading import corrections, explained, judgements
from parcels.judgement.vocabulary import Input, JudgementState, Shows
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.register import adopted_inputs, judged_parcels, layer_structures
from parcels.rules.verdicts import Verdict
from parcels.services.correct_inputs import apply_corrections, correct_input
from parcels.services.keep_imagery import cut_imagery, keep_imagery
from parcels.services.keep_layer import LayerKind
from parcels.services.keep_settings import change_settings
from parcels.services.record_judgement import record_judgement, second_word
from parcels.store.audit import broken_at
from parcels.store.engine import Store
from parcels.store.tables import LAYER
from tests.builders import COUNTY, NOW, VILLAGE_A, County, layer_of, person, square, working_county
from tests.gis.images import NORTH, PIXEL_M, WEST, photo


@pytest.fixture
def seen(store: Store, tmp_path: Path) -> County:
    """The working county, where A1 (900 m²) now has 200 m² of structures and fails; two images."""
    made = working_county(store)
    parcels = layer_of(
        [square(place * 100, 0, 30) for place in range(3)],
        parcel_no=["A1", "A2", "B1"],
        village_code=[VILLAGE_A, VILLAGE_A, "419901102201"],
        declared_new_arable_m2=[800.0, 600.0, 500.0],
    )
    houses = layer_of([square(0, 0, 20, 10), square(100, 0, 20), square(200, 0, 20)])
    check_id = made.check(made.keep(parcels), made.keep(houses, LayerKind.STRUCTURES))
    made.adopt(check_id, "newer structures")
    for moment in Moment:
        place = Affine(PIXEL_M, 0, WEST - 50, 0, -PIXEL_M, NORTH + 150)
        grey = np.full((1, 800, 800), 90, dtype=np.uint8)
        path = photo(tmp_path / f"{moment}.tif", grey, transform=place)
        image_id = keep_imagery(
            store, made.bureau, made.project_id, path, file_name=path.name, title=moment,
            moment=moment, taken_on=date(2025, 3, 1), now=NOW,
        )  # fmt: skip
        cut_imagery(store, made.bureau, image_id, now=NOW)
    return made


def parcel_id(made: County, number: str = "A1") -> int:
    return int(made.parcels().loc[number, "id"])


def judged(made: County, number: str = "A1", **said: Any) -> int:
    images = Ground(made.store, made.bureau, made.project).images
    terms = {
        "before_shows": [Shows.BUILT], "after_shows": [Shows.LEVELLED], "explanation": "占比属实",
        "before_id": images[Moment.BEFORE].id, "after_id": images[Moment.AFTER].id,
    }  # fmt: skip
    return record_judgement(
        made.store, made.bureau, made.project_id, parcel_id(made, number), **terms | said, now=NOW
    )


def correct(made: County, what: Input, after: dict[str, Any], number: str = "A1") -> int:
    return correct_input(
        made.store, made.bureau, made.project_id, parcel_id(made, number), what, after,
        reason="影像可见", now=NOW,
    )  # fmt: skip


def order(made: County) -> list[str]:
    ground = Ground(made.store, made.bureau, made.project)
    waiting = queue(ground.parcels, explained(ground.judgements))
    return list(ground.parcels.loc[waiting, "parcel_no"])


def house(made: County, east_m: float, side_m: float) -> dict[str, Any]:
    """Return one house added at metres from the origin, as a map would send it."""
    shapes = layer_of([square(east_m, 12, side_m)]).frame.to_crs(4490)
    return {"removed": [], "added": [{"wkt_lonlat": shapes.geometry.iloc[0].wkt, "class": "房屋"}]}


def test_failing_parcels_come_first_and_a_judged_one_leaves_the_queue(seen: County) -> None:
    assert order(seen)[0] == "A1"
    judged(seen)
    assert "A1" not in order(seen)


def test_an_explanation_holds_until_a_figure_changes(seen: County) -> None:
    judged(seen)
    correct(seen, Input.STRUCTURES, house(seen, 22, 5))
    seen.adopt(apply_corrections(seen.store, seen.bureau, seen.project_id, now=NOW), "house drawn")
    assert "A1" in order(seen)  # 25 m² more: what was explained is another figure now
    judged(seen)
    same = seen.check(*_adopted_layers(seen))
    seen.adopt(same, "nothing changed")
    assert "A1" not in order(seen)


def test_an_outline_that_moved_asks_again_though_every_figure_is_the_same() -> None:
    figures = dict.fromkeys(FIGURES, 900.0)
    told = fingerprint(square(0, 0, 30), figures)
    assert fingerprint(square(0, 0, 30), figures) == told
    assert fingerprint(square(1, 0, 30), figures) != told


def _adopted_layers(made: County) -> tuple[int, int]:
    with made.store.reading() as connection:
        newest = {
            row.kind: row.id for row in connection.execute(sa.select(LAYER).order_by(LAYER.c.id))
        }
    return newest["parcels"], newest["structures"]


def test_a_rejected_explanation_does_not_hold(seen: County) -> None:
    inspector = person(seen.store, "look", Role.INSPECTOR)
    key = judged(seen)
    second_word(seen.store, inspector, "judgement", key, agrees=False, words="模糊", now=NOW)
    assert order(seen)[0] == "A1"


def test_where_a_second_person_is_required_nothing_counts_before_their_word(seen: County) -> None:
    admin = person(seen.store, "root", Role.ADMINISTRATOR, COUNTY)
    change_settings(seen.store, admin, {"judgement_second_person": True}, now=NOW)
    key = judged(seen)
    wrong = correct(seen, Input.STRUCTURES, house(seen, 22, 5))
    assert order(seen)[0] == "A1"
    with pytest.raises(Problem):
        apply_corrections(seen.store, seen.bureau, seen.project_id, now=NOW)
    with pytest.raises(Problem):  # nobody confirms their own
        second_word(seen.store, seen.bureau, "judgement", key, agrees=True, words="", now=NOW)
    inspector = person(seen.store, "look", Role.INSPECTOR)
    second_word(seen.store, inspector, "judgement", key, agrees=True, words="", now=NOW)
    second_word(seen.store, inspector, "correction", wrong, agrees=True, words="", now=NOW)
    assert "A1" not in order(seen)
    apply_corrections(seen.store, seen.bureau, seen.project_id, now=NOW)
    with pytest.raises(Problem):  # decided before
        second_word(seen.store, inspector, "judgement", key, agrees=False, words="x", now=NOW)


def test_a_drawn_house_makes_a_new_layer_version_and_the_verdict_follows(seen: County) -> None:
    before = _adopted_layers(seen)
    correct(seen, Input.STRUCTURES, house(seen, 12, 15))
    check_id = apply_corrections(seen.store, seen.bureau, seen.project_id, now=NOW)
    after = _adopted_layers(seen)
    assert after[0] == before[0]
    assert after[1] != before[1]
    with seen.store.reading() as connection:
        assert len(layer_structures(connection, before[1])) == 3
        assert len(layer_structures(connection, after[1])) == 4
        credited = connection.scalar(sa.select(LAYER.c.created_by).where(LAYER.c.id == after[1]))
        assert broken_at(connection) is None
    assert credited == seen.bureau.person_id
    checked = judged_parcels(seen.store, seen.bureau, seen.project, check_id)
    a1 = checked.set_index("parcel_no").loc["A1"]
    assert a1["verdict"] == Verdict.PASS
    assert a1["structure_m2"] == pytest.approx(425, abs=0.5)
    assert seen.parcels().loc["A1", "verdict"] == Verdict.FAIL  # adopted is only what was adopted


def test_village_new_arable_and_outline_are_corrected_in_one_version(seen: County) -> None:
    correct(seen, Input.VILLAGE, {"village_code": "419901102201"}, "A2")
    correct(seen, Input.NEW_ARABLE, new_arable(900.0, 399.994), "B1")
    wide = layer_of([square(0, 0, 32)]).frame.to_crs(4490).geometry.iloc[0]
    ground = Ground(seen.store, seen.bureau, seen.project)
    own = ground.parcels[ground.parcels["parcel_no"] == "A1"]
    outline = drawn_outline([{"type": "Feature", "geometry": mapping(wide)}], own)
    correct(seen, Input.OUTLINE, outline)
    check_id = apply_corrections(seen.store, seen.bureau, seen.project_id, now=NOW)
    rows = judged_parcels(seen.store, seen.bureau, seen.project, check_id).set_index("parcel_no")
    assert rows.loc["A2", "village_code"] == "419901102201"
    assert rows.loc["A2", "township_code"] == "419901102"
    assert rows.loc["B1", "new_arable_verdict"] == Verdict.FAIL
    assert rows.loc["A1", "area_m2"] == pytest.approx(1024, abs=0.5)
    states = set(corrections(seen.store, seen.bureau, seen.project)["state"])
    assert states == {JudgementState.APPLIED}


def test_corrections_not_adopted_yet_come_again_in_the_next_version(seen: County) -> None:
    correct(seen, Input.STRUCTURES, house(seen, 12, 15))
    apply_corrections(seen.store, seen.bureau, seen.project_id, now=NOW)
    correct(seen, Input.STRUCTURES, house(seen, 112, 12), "A2")
    check_id = apply_corrections(seen.store, seen.bureau, seen.project_id, now=NOW)
    rows = judged_parcels(seen.store, seen.bureau, seen.project, check_id).set_index("parcel_no")
    assert rows.loc["A1", "verdict"] == Verdict.PASS


def test_a_preview_says_what_the_check_will_say(seen: County) -> None:
    own = judged_parcels(seen.store, seen.bureau, seen.project, in_own_crs=True)
    a1 = own[own["parcel_no"] == "A1"]
    wanted = [{"row": 1, "input": Input.STRUCTURES, "after": house(seen, 12, 15)}]
    with seen.store.reading() as connection:
        inputs = adopted_inputs(connection, seen.project, own.crs)
    told = preview(a1, inputs.structures, wanted, inputs.policy, coverage=None, villages=None)
    correct(seen, Input.STRUCTURES, house(seen, 12, 15))
    check_id = apply_corrections(seen.store, seen.bureau, seen.project_id, now=NOW)
    real = judged_parcels(seen.store, seen.bureau, seen.project, check_id).set_index("parcel_no")
    for name in ("verdict", "structure_m2", "area_m2"):
        assert told[name] == real.loc["A1", name]


def test_what_a_map_sends_is_looked_at_shape_by_shape(seen: County) -> None:
    ground = Ground(seen.store, seen.bureau, seen.project)
    index = ground.parcels.index[0]
    structures, parcel = ground.structures(index), ground.parcel(index)
    own = structures.geometry.iloc[0]
    row = int(structures["row"].iloc[0])
    same = {"type": "Feature", "geometry": mapping(own), "properties": {"row": row}}
    with pytest.raises(Problem):
        drawn_structures([same], structures, parcel)
    assert drawn_structures([], structures, parcel) == {"removed": [row], "added": []}
    far = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    x, y = own.centroid.x, own.centroid.y
    bow = [[x, y], [x + 1e-4, y + 1e-4], [x + 1e-4, y], [x, y + 1e-4], [x, y]]
    crossed = {"type": "Polygon", "coordinates": [bow]}
    for geometry in (None, {}, "x", far, crossed, {"type": "Point", "coordinates": [x, y]},
                     {"type": "Polygon", "coordinates": [[[x, "y"]]]}):  # fmt: skip
        with pytest.raises(Problem):
            drawn_structures([same, {"geometry": geometry}], structures, parcel)


def test_a_judgement_needs_an_image_a_word_and_the_right(seen: County) -> None:
    with speaking(ENGLISH), pytest.raises(Problem, match="No image of that moment"):
        judged(seen, after_id=None)
    with pytest.raises(Problem):
        judged(seen, before_shows=[], after_shows=[])
    with pytest.raises(Problem):
        judged(seen, before_id=999)
    bureau = seen.bureau
    with pytest.raises(Refused):
        judged(replace(seen, bureau=seen.reporter_a))
    assert judgements(seen.store, bureau, seen.project).empty


def test_a_township_reads_its_own_judgements_only(seen: County) -> None:
    judged(seen)
    correct(seen, Input.NEW_ARABLE, {"new_arable_m2": 10.0})
    for read in (judgements, corrections):
        assert len(read(seen.store, seen.reporter_a, seen.project)) == 1
        assert read(seen.store, seen.reporter_b, seen.project).empty


def test_a_card_shows_the_image_and_the_outline(seen: County) -> None:
    ground = Ground(seen.store, seen.bureau, seen.project)
    picture = np.asarray(ground.picture(ground.parcels.index[0], Moment.AFTER, 400, 300))
    grey = (np.abs(picture.astype(int) - 90).max(axis=2) < 12).mean()
    magenta = ((picture[:, :, 0] > 180) & (picture[:, :, 1] < 60)).mean()
    assert grey > 0.3
    assert 0.002 < magenta < 0.1


def test_chinese_breaks_anywhere_and_figures_stay_whole() -> None:
    lines = wrapped("图斑面积 4,295.61 m²，其中构筑物 1,278.33 m²", 19, 150)
    assert len(lines) > 2
    assert any("4,295.61" in line for line in lines)
    assert "".join(lines).replace(" ", "") == "图斑面积4,295.61m²，其中构筑物1,278.33m²"
