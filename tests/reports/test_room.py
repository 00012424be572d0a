"""How much of a parcel a tap reports."""

from __future__ import annotations

import pandas as pd

from parcels.workflow import Step
from reports.room import first_step, left_m2


def test_a_whole_parcel_is_never_more_than_its_area_whatever_the_step_before_did() -> None:
    parcels = pd.DataFrame({"area_m2": [900.0]}, index=[1])  # a newer layer: a cent less
    done = pd.DataFrame([dict.fromkeys(Step, 0.0) | {Step.AGREEMENT_SIGNED: 900.01}], index=[1])
    assert left_m2(parcels, done, {}, Step.DEMOLISHED).tolist() == [900.0]
    assert left_m2(parcels, done, {(1, Step.DEMOLISHED): 900.0}, Step.CLEARED).tolist() == [900.0]


def test_the_form_begins_with_the_draft_then_with_yesterdays_step_then_with_what_waits() -> None:
    ready = {Step.AGREEMENT_SIGNED: 20, Step.DEMOLISHED: 3, Step.CLEARED: 0}
    assert first_step(ready, {}, {}) is Step.AGREEMENT_SIGNED
    before = {Step.DEMOLISHED: 2, Step.CLEARED: 5}
    assert first_step(ready, {}, before) is Step.DEMOLISHED, "nothing is left to clear"
    assert first_step(ready, {(1, Step.CLEARED): 900.0}, before) is Step.CLEARED
