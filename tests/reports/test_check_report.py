"""The check report of a layer: what was assumed, the register's totals, every failing parcel."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdf_read import text_of

from gis.language import CHINESE, speaking
from parcels import register
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.projects import projects
from parcels.rules.verdicts import Verdict
from parcels.services.keep_layer import LayerKind
from parcels.store.engine import Store
from parcels.totals import totals
from reports.document import Document
from reports.services.export_check import Basis, check_files, report_document
from tests.builders import NOW, VILLAGE_A, VILLAGE_B, County, county, layer_of, person, square


@pytest.fixture
def checked(store: Store) -> tuple[County, int]:
    """Four parcels of 900 m²: one passes, two fail in different ways, one says no new arable."""
    made = county(store)
    parcels = layer_of(
        [square(place * 100, 0, 30) for place in range(4)],
        parcel_no=["1", "=2+2", "3", "4"],
        village_code=[VILLAGE_A, VILLAGE_A, VILLAGE_B, VILLAGE_B],
        declared_new_arable_m2=[800.0, 800.0, 100.0, None],
    )
    built = layer_of([square(0, 0, 28), square(100, 0, 5), square(200, 0, 28), square(300, 0, 28)])
    return made, made.check(made.keep(parcels), made.keep(built, LayerKind.STRUCTURES))


def report(checked: tuple[County, int]) -> Document:
    here, check_id = checked
    parcels = register.judged_parcels(
        here.store, here.bureau, here.project, check_id, in_own_crs=True
    )
    [project] = projects(here.store, here.bureau)
    [run] = register.checks(here.store, here.bureau, project)
    with speaking(CHINESE):
        return report_document(Basis(here.store, here.bureau, project, run, parcels, NOW))


def test_it_says_what_was_read_and_assumed_and_by_which_policy(
    checked: tuple[County, int],
) -> None:
    document = report(checked)
    words = dict(document.paragraphs)
    assert "读入4行，保留4行，剔除0行" in words["数据读取与认定"]
    assert "4526" in words["数据读取与认定"]
    assert "X = 30%，Y = 400" in words["判定依据"] or "X = 30%" in words["判定依据"]
    assert any("政策 v1" in fact for _label, fact in document.facts)


def test_beyond_what_paper_bears_the_rest_is_counted(
    checked: tuple[County, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.catalog.check_report.MOST_LISTED", 1)
    _totals, failing, undetermined = report(checked).tables
    assert (len(failing.rows), len(undetermined.rows)) == (1, 1)
    assert "2" in failing.note.partition("仅列")[0]  # both are counted
    assert "仅列前 1 个" in failing.note
    assert "仅列" not in undetermined.note


def test_every_failing_parcel_has_its_ground_and_remedy_and_totals_are_the_registers(
    checked: tuple[County, int],
) -> None:
    here, check_id = checked
    document = report(checked)
    parcels = register.judged_parcels(here.store, here.bureau, here.project, check_id)
    sums = totals(parcels).iloc[0]
    by_verdict = {
        verdict: [cells[3] for cells in table.rows]
        for verdict, table in zip(
            (Verdict.FAIL, Verdict.UNDETERMINED), document.tables[1:], strict=True
        )
    }
    for verdict, numbers in by_verdict.items():
        expected = parcels.loc[parcels["verdict"] == verdict, "parcel_no"]
        assert sorted(numbers) == sorted(expected)
        assert len(numbers) == sums[f"{verdict}_parcels"] > 0
    for table in document.tables[1:]:
        for cells in table.rows:
            assert cells[-2], cells
            assert cells[-1], cells
    assert document.tables[0].rows[-1][1] == sums["parcels"]
    assert len(document.pictures) == parcels["township_code"].nunique()


def test_it_is_handed_out_as_pdf_and_word_to_who_may_take_coordinates_out(
    checked: tuple[County, int], tmp_path: Path
) -> None:
    here, check_id = checked
    with speaking(CHINESE):
        pdf, word = check_files(
            here.store, here.bureau, check_id, ("report", "report_word"), now=NOW
        )
    assert "核查报告" in pdf.name
    said = text_of(pdf.content, tmp_path)
    assert "=2+2" in said
    assert "内部资料·未经审定" in said
    assert word.content.startswith(b"PK")
    approver = person(here.store, "approver", Role.APPROVER)
    with pytest.raises(Refused):
        check_files(here.store, approver, check_id, ("report",), now=NOW)
