"""Documents of plans and replies: what they may be, who attaches, who may fetch them."""

from __future__ import annotations

import io
import zipfile

import pytest
import sqlalchemy as sa

from gis.language import Problem
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.store.engine import Store
from parcels.store.tables import AUDIT
from reports.attached_kinds import kind_of
from reports.means.plan import Plan
from reports.schedule import Milestone
from reports.services.keep_attachment import (
    attachments,
    hand_out_attachment,
    keep_attachment,
    newest_plan,
)
from reports.services.keep_means import keep_plan
from tests.builders import DAY, NOW, START, TOWNSHIP_A, County, person, working_county

PDF = b"%PDF-1.7 a plan"


def zipped(member: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(member, "x")
    return target.getvalue()


@pytest.fixture
def here(store: Store) -> County:
    """A county whose township A has handed in a plan."""
    county = working_county(store)
    plan = Plan("实施方案", "甲政〔2026〕4号", START, (Milestone(DAY, 0.4),))
    keep_plan(store, county.bureau, county.project_id, TOWNSHIP_A, plan, now=NOW)
    return county


def attach(here: County, content: bytes = PDF, name: str = "实施方案.pdf") -> int:
    about = newest_plan(here.store, here.bureau, here.project_id, TOWNSHIP_A)
    return keep_attachment(here.store, here.bureau, about, content, name, now=NOW)


@pytest.mark.parametrize(
    ("content", "suffix", "is_known"),
    [
        (PDF, ".pdf", True),
        (PDF, ".PDF", True),
        (PDF, ".docx", False),
        (zipped("word/document.xml"), ".docx", True),
        (zipped("xl/workbook.xml"), ".docx", False),
        (zipped("OFD.xml"), ".ofd", True),
        (b"PK\x03\x04 cut off", ".xlsx", False),
        (b"MZ\x90", ".exe", False),
        (b"<script>", ".pdf", False),
        (b"\xff\xd8\xff\xe0", ".jpeg", True),
    ],
)
def test_a_document_is_what_both_its_content_and_its_name_say(
    content: bytes, suffix: str, is_known: bool
) -> None:
    assert (kind_of(content, suffix) is not None) is is_known


def test_a_plans_document_is_kept_once_and_fetched_by_who_sees_the_township(here: County) -> None:
    kept = attach(here)
    assert attach(here, name="又一次.pdf") == kept
    [found] = attachments(here.store, here.reporter_a, here.project, "plan")
    assert (found.id, found.region, found.file_name) == (kept, TOWNSHIP_A, "实施方案.pdf")
    name, media_type, content = hand_out_attachment(here.store, here.reporter_a, kept, now=NOW)
    assert (name, media_type, content) == ("实施方案.pdf", "application/pdf", PDF)
    with here.store.reading() as connection:
        actions = list(connection.scalars(sa.select(AUDIT.c.action).order_by(AUDIT.c.id)))
    assert actions[-2:] == ["keep_attachment", "export"]


def test_a_neighbour_sees_no_document_and_fetches_none(here: County) -> None:
    kept = attach(here)
    assert attachments(here.store, here.reporter_b, here.project, "plan") == []
    with pytest.raises(Problem):
        hand_out_attachment(here.store, here.reporter_b, kept, now=NOW)
    elsewhere = person(here.store, "elsewhere", Role.BUREAU_CLERK, "419902")
    with pytest.raises(Problem):
        hand_out_attachment(here.store, elsewhere, kept, now=NOW)


def test_only_the_bureau_attaches_to_a_plan_and_nothing_unknown(here: County) -> None:
    about = newest_plan(here.store, here.bureau, here.project_id, TOWNSHIP_A)
    with pytest.raises(Refused):
        keep_attachment(here.store, here.reporter_a, about, PDF, "x.pdf", now=NOW)
    with pytest.raises(Problem):
        attach(here, b"MZ\x90", "x.pdf")
    with pytest.raises(Problem):
        keep_attachment(here.store, here.bureau, "plan:99", PDF, "x.pdf", now=NOW)
