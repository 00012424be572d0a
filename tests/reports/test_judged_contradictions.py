"""A judge still sees structures on a parcel that was reported cleared: the claim is asked about."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from parcels.imagery import Moment
from parcels.judgement.vocabulary import Shows
from parcels.services.keep_imagery import cut_imagery, keep_imagery
from parcels.services.record_judgement import record_judgement
from parcels.store.engine import Store
from parcels.workflow import Step
from reports.contradictions.reading import contradictions_of
from reports.services.find_contradictions import find_contradictions
from tests.builders import DAY, NOW, County, working_county
from tests.gis.images import NORTH, PIXEL_M, WEST, photo

LATER = NOW + timedelta(days=30)


def judged(made: County, folder: Path, taken_on: date, *shows: Shows) -> int:
    """Let a judge read an image of after the works; return how many cards opened."""
    place = Affine(PIXEL_M, 0, WEST - 50, 0, -PIXEL_M, NORTH + 150)
    path = photo(folder / "a.tif", np.full((1, 800, 800), 90, dtype=np.uint8), transform=place)
    image_id = keep_imagery(
        made.store, made.bureau, made.project_id, path, file_name="a.tif", title="航片",
        moment=Moment.AFTER, taken_on=taken_on, now=LATER,
    )  # fmt: skip
    cut_imagery(made.store, made.bureau, image_id, now=LATER)
    record_judgement(
        made.store, made.bureau, made.project_id, int(made.parcels().loc["A1", "id"]),
        before_shows=[], after_shows=shows, explanation="", before_id=None, after_id=image_id,
        now=LATER,
    )  # fmt: skip
    return find_contradictions(made.store, made.project_id, now=LATER)


@pytest.mark.parametrize(
    ("days", "shows", "cards"),
    [
        (20, (Shows.BUILT,), 1),
        (20, (Shows.UNFINISHED, Shows.RUBBLE), 1),
        (20, (Shows.ARABLE,), 0),
        (20, (Shows.NOTHING_TOLD,), 0),
        (-20, (Shows.BUILT,), 0),
    ],
)
def test_what_a_judge_sees_after_the_claim_opens_a_card(
    store: Store, tmp_path: Path, days: int, shows: tuple[Shows, ...], cards: int
) -> None:
    made = working_county(store)
    made.send(*[("A1", step, 900.0) for step in (
        Step.AGREEMENT_SIGNED, Step.DEMOLISHED, Step.CLEARED
    )])  # fmt: skip
    assert judged(made, tmp_path, DAY + timedelta(days=days), *shows) == cards
    found = contradictions_of(made.store, made.bureau, made.project)
    assert [round(one.standing_m2) for one in found] == [400] * cards
