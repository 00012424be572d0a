"""A parcel reported cleared on which a later image still shows structures: a card, two answers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image
from shapely.geometry import box

from gis.language import Problem
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.services.keep_layer import LayerKind
from parcels.store.engine import Store
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports.contradictions.cutout import cutout_png
from reports.contradictions.evidence import Evidence, hand_in_evidence
from reports.contradictions.reading import Card, contradictions_of, scene_of
from reports.contradictions.states import NEXT_STATES, STATE_TITLES, State
from reports.daily import Correction, ReportState, ReturnReason
from reports.reasons import CorrectionReason
from reports.services.answer_contradiction import answer_contradiction
from reports.services.find_contradictions import find_contradictions
from reports.supervision.reading import facts
from tests.builders import DAY, NOW, ORIGIN, County, at, layer_of, person, square, working_county

AFTER = DAY + timedelta(days=20)
FIRST_THREE = REPORTED_BY_TOWNSHIP[:3]  # agreement, demolished, cleared


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def cleared(here: County, area_m2: float = 900.0, number: str = "A1") -> Any:
    work = [(number, step, 900.0) for step in FIRST_THREE[:2]]
    return here.send(*work, (number, Step.CLEARED, area_m2))


def image(here: County, outlines: Sequence[Any], day: date | None = AFTER, **how: Any) -> int:
    here.keep(layer_of(outlines), LayerKind.STRUCTURES, image_date=day, **how)
    return find_contradictions(here.store, here.project_id, now=NOW)


def cards(here: County, actor: Any = None, **how: Any) -> list[Card]:
    return contradictions_of(here.store, actor or here.bureau, here.project, **how)


def answer(here: County, to: State, actor: Any, text: str = "已现场核实") -> None:
    [card] = cards(here)
    answer_contradiction(here.store, actor, card.id, to, text=text, now=NOW)


def test_a_later_image_with_a_house_on_a_cleared_parcel_opens_one_card(here: County) -> None:
    cleared(here)
    assert image(here, [square(0, 0, 10)]) == 1
    [card] = cards(here)
    assert (card.parcel_no, card.state, card.image_date) == ("A1", State.OPEN, AFTER)
    assert (card.claimed_on, card.claimed_m2) == (DAY, 900.0)
    assert card.standing_m2 == pytest.approx(100.0, abs=0.1)
    assert find_contradictions(here.store, here.project_id, now=NOW) == 0, "and no second one"
    assert len(cards(here)) == 1


@pytest.mark.parametrize("day", [DAY, DAY - timedelta(days=1), None])
def test_an_image_of_the_day_or_before_or_without_a_date_proves_nothing(
    here: County, day: date | None
) -> None:
    cleared(here)
    assert image(here, [square(0, 0, 10)], day) == 0


def test_what_stands_beside_the_parcel_or_is_too_small_to_trust_is_no_contradiction(
    here: County,
) -> None:
    cleared(here)
    assert image(here, [square(40, 0, 10), square(0, 0, 3)]) == 0


def test_a_part_that_was_never_claimed_may_still_stand(here: County) -> None:
    cleared(here, 500.0)
    assert image(here, [square(0, 0, 20)]) == 0  # 400 m² stand where 400 m² are not claimed
    assert image(here, [square(0, 0, 21)], AFTER + timedelta(days=1)) == 1


def test_the_newest_look_counts_and_where_nobody_looked_nothing_is_said(here: County) -> None:
    cleared(here)
    elsewhere = box(ORIGIN[0] + 200, ORIGIN[1], ORIGIN[0] + 300, ORIGIN[1] + 100)
    assert image(here, [square(0, 0, 10)]) == 1
    assert image(here, [square(250, 0, 5)], AFTER + timedelta(days=9), coverage=elsewhere) == 0
    answer(here, State.SEEN_CLEARED, here.bureau)
    # a look of the whole that sees it gone: the older picture opens nothing again
    assert image(here, [square(250, 0, 5)], AFTER + timedelta(days=10)) == 0


def test_the_township_explains_and_the_bureau_accepts_or_asks_again(here: County) -> None:
    cleared(here)
    image(here, [square(0, 0, 10)])
    answer(here, State.EXPLAINED, here.reporter_a, "影像为拆除当日上午拍摄")
    answer(here, State.OPEN, here.bureau, "请补充照片")
    answer(here, State.EXPLAINED, here.reporter_a, "见附图")
    [card] = cards(here, here.reporter_a)
    assert [a.text for a in card.answers] == ["影像为拆除当日上午拍摄", "请补充照片", "见附图"]
    answer(here, State.ACCEPTED, here.bureau)
    assert cards(here) == []
    [settled] = cards(here, states=set(State))
    assert (settled.state, settled.answers[-1].by) == (State.ACCEPTED, "Bureau")


def test_a_card_that_did_not_convince_waits_for_the_township_again(here: County) -> None:
    """The ladder counts from the day it was asked again, not until the first word about it."""

    def waits(days: int) -> tuple[int, int]:
        [own, _other] = facts(here.store, here.bureau, here.project, now=NOW + timedelta(days=days))
        return own.contradictions, own.contradiction_days

    cleared(here)
    image(here, [square(0, 0, 10)])
    assert waits(5) == (1, 4), "days that are over: the cut-off of the fifth has not passed"
    answer(here, State.EXPLAINED, here.reporter_a, "已清")
    assert waits(5) == (0, 0)
    [card] = cards(here)
    answer_contradiction(here.store, here.bureau, card.id, State.OPEN, text="请附照片",
                         now=NOW + timedelta(days=6))  # fmt: skip
    assert waits(10) == (1, 3)
    answer(here, State.SEEN_STANDING, here.bureau)
    assert waits(10) == (0, 0), "the bureau has looked; what is left is the township's correction"


def test_nobody_answers_for_the_other_side_or_without_a_word(here: County) -> None:
    cleared(here)
    image(here, [square(0, 0, 10)])
    with pytest.raises(Refused):
        answer(here, State.EXPLAINED, here.bureau)
    with pytest.raises(Refused):
        answer(here, State.SEEN_CLEARED, here.reporter_a)
    with pytest.raises(Refused):
        answer(here, State.EXPLAINED, here.reporter_b)
    with pytest.raises(Problem):
        answer(here, State.EXPLAINED, here.reporter_a, "  ")
    with pytest.raises(Problem):
        answer(here, State.ACCEPTED, here.bureau)
    assert cards(here)[0].answers == ()
    answer(here, State.SEEN_STANDING, person(here.store, "insp", Role.INSPECTOR))


def test_another_township_sees_neither_card_nor_picture(here: County) -> None:
    cleared(here)
    image(here, [square(0, 0, 10)])
    [card] = cards(here)
    assert cards(here, here.reporter_b) == []
    with pytest.raises(Problem):
        scene_of(here.store, here.reporter_b, card.id)
    parcel, structures = scene_of(here.store, here.reporter_a, card.id)
    picture = Image.open(io.BytesIO(cutout_png(parcel, structures))).convert("RGB")
    colours = {colour for _count, colour in picture.getcolors(1 << 20) or []}
    assert (0xD2, 0x69, 0x1E) in colours, "what stands is orange"


def test_a_claim_taken_back_closes_the_card(here: County) -> None:
    receipt = cleared(here)
    here.move(receipt, ReportState.CONFIRMED)
    image(here, [square(0, 0, 10)])
    answer(here, State.SEEN_STANDING, here.bureau, "北屋未拆")
    taken = Correction(int(here.parcels()["ledger_id"]["A1"]), Step.CLEARED, 100.0,
                       CorrectionReason.NOT_DONE)  # fmt: skip
    next_day = DAY + timedelta(days=1)
    here.send(day=next_day, now=at(next_day), key="back", corrections=(taken,))
    assert cards(here) == []
    assert [c.state for c in cards(here, states=set(State))] == [State.CORRECTED]


def test_a_report_that_is_returned_takes_its_contradiction_with_it(here: County) -> None:
    receipt = cleared(here)
    image(here, [square(0, 0, 10)])
    here.move(receipt, ReportState.RETURNED, reason=ReturnReason.NOT_SEEN, text="未清运")
    assert cards(here) == []


def test_a_report_that_comes_after_the_image_is_told_at_once(here: County) -> None:
    image(here, [square(0, 0, 10)], DAY + timedelta(days=1))
    cleared(here)
    assert len(cards(here)) == 1


def test_another_way_of_seeing_can_be_handed_in(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.contradictions.evidence._FINDERS", {})
    ledger_id = int(here.parcels()["ledger_id"]["A1"])
    hand_in_evidence("judgement", lambda _c, _p, claimed: [
        Evidence(one, AFTER, 55.0, "judgement:7") for one in claimed.index
    ])  # fmt: skip
    cleared(here)
    [card] = cards(here)
    assert (card.ledger_id, card.standing_m2) == (ledger_id, 55.0)


def test_every_state_has_its_title_and_its_row() -> None:
    assert set(STATE_TITLES) == set(State) == set(NEXT_STATES)
