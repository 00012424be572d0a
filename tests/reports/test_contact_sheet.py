"""Contact sheets: a township's cards as one PDF, with progress, within the region."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis.language import CHINESE, Problem, speaking
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.store.engine import Store
from parcels.store.files import file_path
from reports.heavy.contact_sheet import KIND
from tests.builders import COUNTY, TOWNSHIP_A, TOWNSHIP_B, person, working_county
from tests.job_runs import run_job
from tests.reports.pdf_read import text_of


def test_the_cards_of_a_township_are_one_pdf_and_progress_is_told(
    store: Store, tmp_path: Path
) -> None:
    here = working_county(store)
    with speaking(CHINESE):
        ran = run_job(store, here.reporter_a, KIND, here.project_id, TOWNSHIP_A, verdicts=[])
    assert ran.result["cards"] == 2
    shares = [share for share, _words in ran.told]
    assert shares == sorted(shares)
    assert shares[-1] > shares[0]
    assert all("2" in words for _share, words in ran.told)
    [file] = ran.result["files"]
    said = text_of(file_path(store, file["sha256"]).read_bytes(), tmp_path)
    assert "A1" in said
    assert "A2" in said
    assert "B1" not in said


def test_nobody_draws_the_cards_of_another_township(store: Store) -> None:
    here = working_county(store)
    with pytest.raises(Refused):
        run_job(store, here.reporter_a, KIND, here.project_id, TOWNSHIP_B, verdicts=[])
    far = person(store, "far", Role.BUREAU_CLERK, "419902")
    with pytest.raises(Problem):
        run_job(store, far, KIND, here.project_id, COUNTY, verdicts=[])
