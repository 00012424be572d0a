"""``python -m reports build``: the day's set as files, without the app."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from parcels.store.engine import Store
from parcels.store.tables import AUDIT
from reports.__main__ import main
from tests.builders import COUNTY, DAY, TOWNSHIP_A, TOWNSHIP_B, County, reported_county


@pytest.fixture
def here(store: Store, monkeypatch: pytest.MonkeyPatch) -> County:
    """A county whose store the shell finds."""
    county = reported_county(store)
    url = store.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("TRACKER_DATABASE_URL", url)
    monkeypatch.setenv("TRACKER_VAR", str(store.folder))
    monkeypatch.setenv("TRACKER_LANGUAGE", "zh_CN")
    return county


def build(*more: str) -> int:
    return main(["build", "--project", "P-1", "--day", str(DAY), *more])


def test_the_days_set_and_one_document_alone_are_written(
    here: County, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made" / "today"
    assert build("--out", str(out), "--format", "csv") == 0
    names = ["county_daily-" + COUNTY, *(f"township_sheet-{c}" for c in (TOWNSHIP_A, TOWNSHIP_B))]
    assert sorted(path.name for path in out.iterdir()) == [f"{name}.csv" for name in names]
    said = (out / f"{names[1]}.csv").read_text("utf-8-sig")
    assert "甲镇" in said
    code = re.search(r"核验码,(\S+)", said)
    assert code
    assert main(["derive", code.group(1)]) == 0
    assert "甲镇" in capsys.readouterr().out
    assert build("--out", str(out), "--only", "ledger", "--format", "xlsx") == 0
    book = load_workbook(out / f"ledger-{COUNTY}.xlsx")
    assert [sheet.title for sheet in book][1:] == ["甲镇", "乙镇"]
    with here.store.reading() as connection:
        subjects = connection.scalars(
            sa.select(AUDIT.c.subject).where(AUDIT.c.action == "export").order_by(AUDIT.c.id)
        ).all()
    assert subjects == [f"P-1 build {DAY} county_daily township_sheet", f"P-1 build {DAY} ledger"]


@pytest.mark.parametrize("wrong", [("--only", "salary"), ("--format", "exe"),
                                   ("--only", "ledger", "--format", "pdf"),
                                   ("--day", "2020-01-01"), ("--day", "2199-01-01")])  # fmt: skip
def test_what_cannot_be_made_leaves_no_file(
    here: County, wrong: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build("--out", str(tmp_path / "made"), *wrong) == 2
    assert capsys.readouterr().err.strip()
    assert not (tmp_path / "made").exists()
