"""Files of a check: the near ones as a list to measure by, and all of it made by the worker."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from gis.findings import Finding
from gis.language import CHINESE, speaking
from parcels.noticed import noticed_rows
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.register import findings, judged_parcels
from parcels.result_files import RESULT_FILES
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
    heard: list[float] = []
    (file,) = check_files(
        made.store, made.bureau, check_id, ("measure",), now=NOW,
        tell=lambda share, _words: heard.append(share),
    )  # fmt: skip
    assert heard == [0.5]
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


def test_the_pages_excel_holds_every_finding_as_the_command_lines_does(store: Store) -> None:
    made = county(store)
    parcels = layer_of(
        [square(0, 0, 30), square(20, 0, 30)],
        parcel_no=["A1", "=2+2"],
        village_code=[VILLAGE_A] * 2,
        declared_new_arable_m2=[800.0] * 2,
        rejected=[{"parcel_no": "C3", "village_code": VILLAGE_A}],
    )
    undrawn = Finding("null_geometry", 3, {"row": 3})
    mended = Finding("repeated_vertices", 2, {"row": 2, "vertices": 4}, 38_500_001.0, 4_000_002.0)
    built = layer_of([square(0, 0, 28), square(20, 0, 28)])
    check_id = made.check(
        made.keep(replace(parcels, findings=(undrawn,))),
        made.keep(replace(built, findings=(mended,)), LayerKind.STRUCTURES),
    )
    with speaking(CHINESE):
        (file,) = check_files(made.store, made.bureau, check_id, ("xlsx",), now=NOW)
        rows = judged_parcels(made.store, made.bureau, made.project, check_id, in_own_crs=True)
        noticed = findings(made.store, made.bureau, made.project, check_id)
        ours = noticed.loc[noticed["code"] != "repeated_vertices", "finding"].tolist()
        command = RESULT_FILES[".xlsx"](rows, ours, [mended])
    page = [row[:8] for row in sheet_rows(file.content, "数据问题")]
    shell = [row[:8] for row in sheet_rows(command, "数据问题")[1:]]
    assert len(shell) == len(ours) + 1 >= 4  # two overlaps, one undrawn, one of the structures
    assert [row for row in page if row in shell] == shell
    told = {(row[0], row[4], row[2]): row for row in sheet_rows(file.content, "数据问题")}
    assert told["图斑", "null_geometry", "C3"][8:] == ("无可读取的界址点", None)
    assert told["构筑物", "repeated_vertices", None][8:] == ("38500001.00", "4000002.00")
    overlap = told["图斑", "parcels_overlap", "=2+2"]
    assert overlap[3] == "甲村"
    assert "300.00" in overlap[6]


def test_of_too_many_findings_the_rest_is_counted() -> None:
    many = [Finding("repeated_vertices", n, {"row": n, "vertices": 4}) for n in range(9)]
    nobody = pd.DataFrame({"row": [], "parcel_no": [], "village": []})
    with speaking(CHINESE):
        assert len(noticed_rows(nobody, many, [], most=9)) == 9
        rows = noticed_rows(nobody, many, many, most=9)
    assert len(rows) == 9
    assert "另有10条" in rows[-1][6]


def sheet_rows(content: bytes, name: str) -> list[tuple[Any, ...]]:
    """Return the rows of a sheet; openpyxl gives an empty text back as None."""
    sheet = openpyxl.load_workbook(io.BytesIO(content))[name]
    return [
        tuple(None if value == "" else value for value in row)
        for row in sheet.iter_rows(values_only=True)
    ]


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
