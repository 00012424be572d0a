"""Places a person can check by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcels.workflow import ORDER, Step
from reports.ranking import Waiting, ranks, tied, waiting_most

gaps = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3), st.none() | st.integers(-9, 9).map(lambda n: n / 10)
)


@given(gaps)
def test_a_place_is_one_more_than_those_ahead(found: dict[str, float | None]) -> None:
    places = ranks(found)
    for code, gap in found.items():
        ahead = [other for other in found.values() if None not in (gap, other) and other > gap]
        assert places[code] == (None if gap is None else len(ahead) + 1)


@given(gaps)
def test_shared_places_are_told(found: dict[str, float | None]) -> None:
    shared = tied(ranks(found))
    for code, gap in found.items():
        twins = [other for other in found if other != code and found[other] == gap]
        assert (code in shared) == (gap is not None and bool(twins))


def done(**steps: float) -> list[float]:
    """What one parcel has behind it, by step."""
    return [steps.get(step.value, 0.0) for step in ORDER]


@pytest.mark.parametrize(
    ("rows", "waits"),
    [
        ([done()], Waiting(Step.AGREEMENT_SIGNED, 1, 1000.0)),
        ([done(agreement_signed=1000.0)], Waiting(Step.DEMOLISHED, 1, 1000.0)),
        (
            [done(agreement_signed=1000.0), done(agreement_signed=400.0)],
            Waiting(Step.DEMOLISHED, 2, 1400.0),
        ),
        ([done(**dict.fromkeys([s.value for s in ORDER[:6]], 1000.0))], None),
    ],
)
def test_most_ground_waits_at_the_step_after_the_last_done(
    rows: list[list[float]], waits: Waiting | None
) -> None:
    areas = np.full(len(rows), 1000.0)
    assert waiting_most(areas, np.array(rows), Step.PLANTED) == waits


def test_where_nothing_is_eligible_nothing_waits() -> None:
    assert waiting_most(np.empty(0), np.empty((0, len(ORDER))), Step.PLANTED) is None
