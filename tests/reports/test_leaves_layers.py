"""Reporting leaves layers, checks and ledger as they are: nobody reads parcels again for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from parcels.people.actor import Role
from parcels.register import judged_parcels
from parcels.store.engine import Store
from parcels.store.tables import AUDIT
from parcels.workflow import Step
from reports.daily import ReportState, ReturnReason
from reports.leaves_layers import LEAVE_LAYERS
from reports.services.keep_photo import drop_photo, keep_photo
from reports.services.review_report import review_as_leader
from tests.builders import NOW, TOWNSHIP_A, County, person, working_county
from tests.reports.pictures import photo

SIGNED = ("A1", Step.AGREEMENT_SIGNED, 900.0)


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def reports(here: County, to: ReportState) -> None:
    receipt = here.send(SIGNED)
    if to is ReportState.FILED:
        leader = person(here.store, "leader", Role.TOWNSHIP_LEADER, TOWNSHIP_A)
        review_as_leader(here.store, leader, here.report_id(receipt.receipt_no), now=NOW)
        return
    who = here.reporter_a if to is ReportState.WITHDRAWN else here.bureau
    here.move(receipt, to, who, reason=ReturnReason.NOT_SEEN, text="地块尚未拆除")


def photographs(here: County) -> None:
    number = keep_photo(
        here.store, here.reporter_a, photo((40, 30)), "a.jpg", project_id=here.project_id,
        region=TOWNSHIP_A, about="draft:7", now=NOW,
    )  # fmt: skip
    drop_photo(here.store, here.reporter_a, number, about="draft:7", now=NOW)


@pytest.mark.parametrize(
    ("work", "actions"),
    [
        (lambda here: reports(here, ReportState.FILED), {"file_report", "review_as_leader"}),
        (lambda here: reports(here, ReportState.CONFIRMED), {"report_confirmed"}),
        (lambda here: reports(here, ReportState.RETURNED), {"report_returned"}),
        (lambda here: reports(here, ReportState.WITHDRAWN), {"report_withdrawn"}),
        (photographs, {"keep_photo", "drop_photo"}),
    ],
)
def test_what_reporting_does_changes_no_parcel(
    here: County, work: Callable[[County], None], actions: set[str]
) -> None:
    before = judged_parcels(here.store, here.bureau, here.project)
    with here.store.reading() as connection:
        last = connection.scalar(sa.select(sa.func.max(AUDIT.c.id)))
    work(here)
    with here.store.reading() as connection:
        met = set(connection.scalars(sa.select(AUDIT.c.action).where(AUDIT.c.id > last)))
    assert actions <= met & set(LEAVE_LAYERS)
    assert judged_parcels(here.store, here.bureau, here.project).equals(before)


def test_every_action_of_the_list_is_one_that_is_written() -> None:
    tried = {"file_report", "review_as_leader", "keep_photo", "drop_photo"}
    tried |= {f"report_{state}" for state in ReportState if state is not ReportState.FILED}
    assert set(LEAVE_LAYERS) == tried
