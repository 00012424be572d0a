"""The shell prints the figures of the page and the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gis.units import format_mu, half_up, to_mu
from parcels.store.engine import Store
from parcels.workflow import REPORTED_BY_TOWNSHIP
from reports.__main__ import main
from reports.daily import ReportState, ZeroReason
from reports.periods.period import Period, PeriodKind
from reports.printed import percent
from reports.publication.check_code import shown
from reports.services.freeze import freeze
from reports.services.week import summary_of
from tests.builders import DAY, NOW, START, County, at, working_county


@pytest.fixture
def here(store: Store, monkeypatch: pytest.MonkeyPatch) -> County:
    """A day: A planted half of A1, B had rain and was late; the shell finds the store."""
    county = working_county(store)
    work = [("A1", step, 450.0) for step in REPORTED_BY_TOWNSHIP[:6]]
    county.move(county.send(*work, key="a"), ReportState.CONFIRMED)
    late = county.send(actor=county.reporter_b, key="b", zero_reason=ZeroReason.RAIN,
                       now=at(DAY, 19))  # fmt: skip
    county.move(late, ReportState.CONFIRMED)
    url = store.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("TRACKER_DATABASE_URL", url)
    monkeypatch.setenv("TRACKER_VAR", str(store.folder))
    monkeypatch.setenv("TRACKER_LANGUAGE", "en")
    return county


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main([*arguments, "--json"]) == 0
    found: dict = json.loads(capsys.readouterr().out)
    return found


def test_status_adds_up(here: County, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "status", "--day", str(DAY))
    assert found["expected"] == found["on_time"] + found["late"] + found["missing"] == 2
    assert (found["on_time"], found["late"], found["is_frozen"]) == (1, 1, False)
    before = printed(capsys, "status", "--day", str(START))  # before the first adoption
    assert before["expected"] == 0
    assert main(["status", "--day", str(DAY)]) == 0
    assert "expected 2 = on time 1 + late 1 + missing 0" in capsys.readouterr().out


def test_week_prints_the_figures_of_the_page(
    here: County, capsys: pytest.CaptureFixture[str]
) -> None:
    found = printed(capsys, "week", "--from", str(START))
    period = Period(PeriodKind.WEEK, START)
    county = summary_of(here.store, here.bureau, here.project, period, now=NOW.replace(month=6))
    done = county.county.completion
    assert found["county"]["done_mu"] == float(half_up(to_mu(done.done_m2), 2)) == 0.6
    assert found["county"]["completion"] == float(half_up(done.share or 0, 4))
    assert [row["name"] for row in found["townships"]] == [row.name for row in county.townships]
    assert main(["week", "--from", str(DAY)]) == 0  # any day of the week
    text = capsys.readouterr().out
    assert format_mu(done.done_m2) in text
    assert percent(done.share) in text
    foretold = found["county"]["forecast"]
    assert foretold["outlook"] == "not_enough"
    assert foretold["left_mu"] == float(half_up(to_mu(county.county.forecast.left_m2), 2)) > 0
    assert f"at least {foretold['needed_mu_a_working_day']:.2f} mu a day" in text


def test_derive_adds_the_parcels_up_again(here: County, capsys: pytest.CaptureFixture[str]) -> None:
    period = Period(PeriodKind.DAY, DAY)
    snapshot = freeze(here.store, here.bureau, here.project, period, now=at(DAY, 20))
    found = printed(capsys, "derive", shown(snapshot.code).lower())
    assert found["sha256"] == snapshot.content_sha256
    assert all(row["agrees"] for row in found["rows"])
    assert sum(row["done_m2"] for row in found["rows"][:-1]) == found["rows"][-1]["done_m2"]
    assert main(["derive", snapshot.code]) == 0
    assert "甲村 A1: 1.20 × 450.00 ÷ 900.00 = 0.60" in capsys.readouterr().out


@pytest.mark.parametrize("code", ["nonsense", "3333-3333"])
def test_a_code_that_is_none_or_unknown_is_told(
    here: County, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["derive", code]) == 2
    assert capsys.readouterr().err.strip()


def test_a_project_that_is_not_there_is_told(
    here: County, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--day", str(DAY), "--project", "P-9"]) == 2
    assert "P-9" in capsys.readouterr().err


def test_the_manual_names_every_command() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
    for command in ("reports week --from", "reports status --day", "reports derive CODE"):
        assert command in manual
