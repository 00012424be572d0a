"""A village's acceptance package: in a reviewer's order, whole, and nothing of the neighbours."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from pdf_read import text_of
from pictures import photo

from gis.formats import read_layer
from gis.language import CHINESE, Problem, speaking
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.services.jobs import one_job, submit_job
from parcels.store.engine import Store
from parcels.store.tables import AUDIT, PARCEL
from parcels.worker import Worker
from parcels.workflow import REPORTED_BY_TOWNSHIP
from reports.daily import ReportState
from reports.heavy.acceptance_package import KIND
from reports.parcel_reading import photos_of_parcel
from reports.services.acceptance_package import Package, file_words, village_package
from reports.services.keep_draft import save_draft
from reports.services.keep_photo import keep_photo
from tests.builders import DAY, VILLAGE_A, VILLAGE_B, County, at, person, working_county

NOON = at(DAY, 20)


@pytest.fixture
def here(store: Store) -> County:
    """A1 is done up to the township's self-check and has a photo."""
    county = working_county(store)
    one = county.parcels().loc["A1"]
    work = [("A1", step, float(one["area_m2"])) for step in REPORTED_BY_TOWNSHIP]
    county.move(county.send(*work, now=at(DAY)), ReportState.CONFIRMED)
    keep_photo(
        store, county.reporter_a, photo(), "x.jpg", project_id=county.project_id,
        region=VILLAGE_A, about="daily_report:1", ledger_id=int(one["ledger_id"]), now=at(DAY),
    )  # fmt: skip
    return county


def package(here: County, village: str = VILLAGE_A) -> Package:
    with speaking(CHINESE):
        return village_package(here.store, here.bureau, here.project, village, now=NOON)


def test_the_papers_stand_in_the_order_of_a_review(here: County, tmp_path: Path) -> None:
    made = package(here)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        papers = {name: archive.read(name) for name in names}
    assert [name[0] for name in names] == sorted(name[0] for name in names)
    assert "Bureau" in papers["0 目录.txt"].decode()
    assert [name for name in names if name[0] not in "05"] == [
        "1 图斑清单及自查表.pdf", "1 图斑清单及自查表.xlsx", "2 图件.pdf", "3 界址点坐标.txt",
        "4 前后影像对比.pdf",
    ]  # fmt: skip
    listed = text_of(papers["1 图斑清单及自查表.pdf"], tmp_path)
    assert str(DAY) in listed  # the day of the self-check
    assert "A1" in listed
    assert "B1" not in listed
    assert "比例尺" in text_of(papers["2 图件.pdf"], tmp_path)


def test_a_photo_of_a_draft_stays_with_its_writer(here: County) -> None:
    one = here.parcels().loc["A1"]
    ledger_id = int(one["ledger_id"])
    draft = save_draft(
        here.store, here.reporter_a, here.project_id, VILLAGE_A[:9], DAY - timedelta(days=1),
        {"workers": 1}, now=at(DAY),
    )  # fmt: skip
    keep_photo(
        here.store, here.reporter_a, photo(colour="#a57"), "y.jpg", project_id=here.project_id,
        region=VILLAGE_A, about=draft.about, ledger_id=ledger_id, now=at(DAY),
    )  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(package(here).content)) as archive:
        assert len([name for name in archive.namelist() if name.startswith("5 ")]) == 1
    found = photos_of_parcel(here.store, here.bureau, here.project, ledger_id)
    assert [photo["about"] for photo in found] == ["daily_report:1"]


def test_coordinates_come_back_as_the_parcels_that_went_out(here: County, tmp_path: Path) -> None:
    made = package(here)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        path = tmp_path / "a.txt"
        path.write_bytes(archive.read("3 界址点坐标.txt"))
    frame = read_layer(path).frame
    parcels = here.parcels()
    own = parcels[(parcels["village_code"] == VILLAGE_A) & (parcels["verdict"] == "pass")]
    assert sorted(frame["地块编号"]) == sorted(own["parcel_no"])
    assert len(frame) == made.parcels
    assert frame.geometry.area.sum() == pytest.approx(own["area_m2"].sum(), rel=1e-3)


def test_a_package_needs_the_right_the_region_and_a_village(here: County) -> None:
    leader = person(here.store, "leader", Role.TOWNSHIP_LEADER, VILLAGE_A[:9])
    assert village_package(here.store, leader, here.project, VILLAGE_A, now=NOON).parcels
    for actor, village in ((leader, VILLAGE_B), (here.reporter_a, VILLAGE_A)):
        with pytest.raises(Refused):
            village_package(here.store, actor, here.project, village, now=NOON)
    for village in (VILLAGE_A[:9], f"{VILLAGE_A[:9]}999"):
        with pytest.raises(Problem):
            village_package(here.store, here.bureau, here.project, village, now=NOON)
    with here.store.reading() as connection:
        rows = connection.execute(sa.select(AUDIT).where(AUDIT.c.action == "export_package")).all()
    assert [row.region for row in rows] == [VILLAGE_A]


def test_the_worker_makes_it_and_hostile_numbers_are_no_paths(here: County) -> None:
    with here.store.writing() as connection:
        connection.execute(
            sa.update(PARCEL).where(PARCEL.c.parcel_no == "A2").values(parcel_no="../../🏠=1,@")
        )
    job_id = submit_job(
        here.store, here.bureau, KIND, project_id=here.project_id, region=VILLAGE_A, wanted={},
        now=NOON,
    )  # fmt: skip
    assert Worker(here.store).run_next()
    job = one_job(here.store, here.bureau, job_id)
    assert job["result"]["parcels"], job["words"]
    assert file_words("../../a:b\n") == "_.._a_b_"
    assert file_words("..") == "_"
