"""The as-built survey: Y asked again of what was made, and what counts as accepted then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gis.language import Problem
from parcels.as_built import check_as_built, counted_as_built_m2, occurrences
from parcels.people.access import Refused
from parcels.policy import InsideVillage, Policy
from parcels.register import judged_figures, judged_parcels
from parcels.rules.verdicts import Verdict
from parcels.services.adopt_as_built import AsBuilt, adopt_as_built, checked_as_built
from parcels.services.keep_layer import LayerKind
from parcels.store.engine import Store
from parcels.workflow import Step
from reports.completion import accepted_new_arable_m2, completion
from tests.builders import (
    NOW,
    VILLAGE_A,
    VILLAGE_B,
    County,
    a_project,
    events,
    layer_of,
    ledger,
    parcels_of,
    square,
    working_county,
)

Y_400 = Policy(Decimal("0.3"), Decimal(400), inside_village=InsideVillage.ALL)


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def survey(here: County, **columns: Any) -> AsBuilt:
    """A1 gave less than designed, A2 fails Y, and a parcel nobody knows was surveyed too."""
    given = {
        "parcel_no": ["A1", "A2", "X9"],
        "village_code": [VILLAGE_A, VILLAGE_A, VILLAGE_B],
        "declared_new_arable_m2": [750.0, 390.0, 500.0],
        "inside_village": ["是", "是", "是"],
    } | columns
    outlines = [square(place * 100, 0, 30) for place in range(3)]
    kept = here.keep(layer_of(outlines, **given), LayerKind.AS_BUILT)
    return checked_as_built(here.store, here.bureau, kept)


def test_the_survey_is_judged_by_what_it_measured() -> None:
    rows = parcels_of(
        [square(0, 0, 30), square(50, 0, 30), square(100, 0, 15)],
        declared_new_arable_m2=[400.0, 399.99, np.nan],
    )
    found = check_as_built(rows, Y_400)
    assert list(found["verdict"]) == [Verdict.PASS, Verdict.FAIL, Verdict.FAIL]
    counted = counted_as_built_m2(found["verdict"], found["new_arable_m2"])
    assert list(counted) == [400.0, 0.0, 0.0]


def test_one_number_twice_in_a_village_is_told_apart_by_order() -> None:
    rows = pd.DataFrame({"village_code": ["v", "v", "w"], "parcel_no": ["1", "1", "1"]})
    assert list(occurrences(rows)) == [1, 2, 1]


def test_no_surveyed_row_is_lost(here: County) -> None:
    found = survey(here)
    assert list(found.matched["parcel_no"]) == ["A1", "A2"]
    assert list(found.unmatched["parcel_no"]) == ["X9"]
    assert list(found.missing["parcel_no"]) == ["B1"]


def test_adopted_it_stands_beside_every_parcel(here: County) -> None:
    assert judged_figures(here.store, here.bureau, here.project)["as_built_m2"].isna().all()
    adopt_as_built(here.store, here.bureau, survey(here), reason="竣工测量", now=NOW)
    for read in (judged_figures, judged_parcels):
        rows = read(here.store, here.bureau, here.project).set_index("parcel_no")
        assert rows.loc["A1", "as_built_m2"] == 750.0
        assert rows.loc["A2", "as_built_m2"] == 0.0
        assert np.isnan(rows.loc["B1", "as_built_m2"])
        assert len(rows) == 3


def test_a_later_survey_takes_the_place_of_the_one_before(here: County) -> None:
    adopt_as_built(here.store, here.bureau, survey(here), reason="竣工测量", now=NOW)
    again = survey(here, declared_new_arable_m2=[760.0, 420.0, 500.0])
    adopt_as_built(here.store, here.bureau, again, reason="补测", now=NOW)
    rows = judged_figures(here.store, here.bureau, here.project).set_index("parcel_no")
    assert list(rows["as_built_m2"].dropna()) == [760.0, 420.0]


def test_it_needs_a_reason_a_match_and_the_right(here: County) -> None:
    found = survey(here)
    with pytest.raises(Problem):
        adopt_as_built(here.store, here.bureau, found, reason=" ", now=NOW)
    with pytest.raises(Refused):
        adopt_as_built(here.store, here.reporter_a, found, reason="x", now=NOW)
    strange = survey(here, parcel_no=["P", "Q", "R"])
    with pytest.raises(Problem):
        adopt_as_built(here.store, here.bureau, strange, reason="x", now=NOW)


def test_a_layer_of_another_kind_is_no_survey(here: County) -> None:
    with pytest.raises(Problem):
        checked_as_built(here.store, here.bureau, 1)


def test_accepted_new_arable_is_the_surveys_and_the_designs_where_none_was_made() -> None:
    rows = ledger(
        [
            {"as_built_m2": 700.0},
            {"as_built_m2": 0.0},  # fails Y as built
            {"as_built_m2": np.nan},
            {"as_built_m2": 900.0, "verdict": Verdict.FAIL},
        ]
    )
    found = accepted_new_arable_m2(rows, np.array([1000.0, 1000.0, 500.0, 1000.0]))
    assert list(found) == [700.0, 0.0, 400.0, 0.0]
    work = events([{"step": Step.COUNTY_ACCEPTED, "ledger_id": place} for place in (1, 2, 3, 4)])
    assert completion(a_project(), rows, work, day=NOW.date()).accepted_m2 == 1500.0
