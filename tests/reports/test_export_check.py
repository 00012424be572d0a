"""Files of a check: the near ones as a list to measure by, and all of it made by the worker."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from pathlib import Path

import openpyxl
import pytest

from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.services.job_files import hand_out
from parcels.services.jobs import one_job, submit_job
from parcels.services.keep_layer import LayerKind
from parcels.store.engine import Store
from parcels.worker import Worker
from reports.heavy.export_check import KIND
from reports.services.export_check import CHECK_FILES, check_files
from tests.builders import COUNTY, NOW, VILLAGE_A, County, county, layer_of, person, square


@pytest.fixture
def checked(store: Store) -> tuple[County, int]:
    """Three parcels of 900 m²: the first has 271 m² of structures, a pixel from X = 30 %."""
    made = county(store)
    parcels = layer_of(
        [square(place * 100, 0, 30) for place in range(3)],
        parcel_no=["=1+1", "2", "3"],
        village_code=[VILLAGE_A] * 3,
        declared_new_arable_m2=[800.0] * 3,
    )
    built = layer_of([square(0, 0, 10, 27.1), square(100, 0, 25), square(200, 0, 5)])
    return made, made.check(made.keep(parcels), made.keep(built, LayerKind.STRUCTURES))


def test_the_list_to_measure_holds_the_near_ones_with_their_place(
    checked: tuple[County, int],
) -> None:
    made, check_id = checked
    (file,) = check_files(made.store, made.bureau, check_id, ("measure",), now=NOW)
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (row,) = [row for row in cells if "=1+1" in row or "'=1+1" in row]
    assert 113 < float(row[3]) < 115  # a place to walk to
    assert 35 < float(row[4]) < 36
    assert any("0.5" in str(cell) or "m²" in str(cell) or "平方米" in str(cell) for cell in row)
    assert not [row for row in cells if "3" in row]


def test_the_worker_makes_every_file_once(checked: tuple[County, int]) -> None:
    made, check_id = checked
    job_id = submit_job(
        made.store, made.bureau, KIND, project_id=made.project_id, region=COUNTY,
        wanted={"check_id": check_id, "names": list(CHECK_FILES)}, now=NOW,
    )  # fmt: skip
    assert Worker(made.store).run_next()
    job = one_job(made.store, made.bureau, job_id)
    assert [file["format"] for file in job["result"]["files"]] == list(CHECK_FILES), job["words"]
    _file, path = hand_out(made.store, made.bureau, job_id, 3, now=NOW)
    assert "parcels.shp" in zipfile.ZipFile(path).namelist()


def test_a_geopackage_says_who_took_it_out(checked: tuple[County, int], tmp_path: Path) -> None:
    made, check_id = checked
    (file,) = check_files(made.store, made.bureau, check_id, ("gpkg",), now=NOW)
    path = tmp_path / "a.gpkg"
    path.write_bytes(file.content)
    with sqlite3.connect(path) as opened:
        [(about,)] = opened.execute("SELECT description FROM gpkg_contents").fetchall()
    assert "Bureau 2026-03-04 16:00" in about


def test_who_may_not_take_coordinates_out_gets_no_file(checked: tuple[County, int]) -> None:
    made, check_id = checked
    leader = person(made.store, "leader", Role.APPROVER)
    for actor in (leader, made.reporter_a):
        with pytest.raises(Refused):
            check_files(made.store, actor, check_id, ("csv",), now=NOW)
    with pytest.raises(Refused):
        check_files(made.store, made.bureau, check_id, ("../etc",), now=NOW)
