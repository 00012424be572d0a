"""Every document that leaves has a check code, and whoever reads it finds what it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa
from documents import document

from gis.language import CHINESE, speaking
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.store.engine import Store
from reports.__main__ import main
from reports.document import Column, Document, Kind
from reports.periods.period import Period, PeriodKind
from reports.publication.check_code import read_code, shown
from reports.publication.fingerprint import fingerprint
from reports.services.freeze import freeze
from reports.services.give_codes import coded, document_of_code, free_code
from reports.services.issue_documents import hand_out_issued, issue_documents, issued
from reports.services.map_files import map_files
from reports.tables import DOCUMENT_CODE
from tests.builders import COUNTY, DAY, TOWNSHIP_A, County, at, person, reported_county

NOON = at(DAY + timedelta(days=1), 12)


@pytest.fixture
def here(store: Store) -> County:
    return reported_county(store)


def small(figure: float = 2000.0) -> Document:
    return document(Column("乡镇"), Column("亩", Kind.MU), rows=(("甲镇", figure),))


def test_an_issued_document_prints_a_code_that_leads_to_its_very_bytes(here: County) -> None:
    store, bureau = here.store, here.bureau
    with speaking(CHINESE):
        issue_documents(store, bureau, here.project, DAY, formats=("csv",), now=NOON)
    rows = issued(store, bureau, here.project)
    assert len({row["check_code"] for row in rows}) == len(rows) == 3
    for row in rows:
        _name, _media, content = hand_out_issued(store, bureau, row["id"], now=NOON)
        assert f"核验码,{row['check_code']}" in content.decode("utf-8-sig")
        with store.reading() as connection:
            found = document_of_code(connection, bureau, read_code(row["check_code"]))
        assert found is not None
        assert (found.title, found.region, found.made_by) == (
            row["title"], row["region"], bureau.display_name
        )  # fmt: skip
        assert [file[-1] for file in found.files] == [sha256(content).hexdigest()]


def test_the_same_figures_have_the_same_code_and_others_another(here: County) -> None:
    def code(made: Document, now: int = 9) -> str:
        later = replace(made, stamp=replace(made.stamp, made_at=at(DAY, now), audit_head=f"{now}"))
        return coded(
            here.store, here.bureau, here.project, later, region=COUNTY, now=at(DAY, now)
        ).stamp.check_code

    assert code(small()) == code(small(), now=15)
    assert code(small(2000.01)) != code(small())
    assert fingerprint(replace(small(), title="x")) != fingerprint(small())
    with here.store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(DOCUMENT_CODE)) == 2


def test_a_code_speaks_to_its_own_region_only(here: County) -> None:
    with pytest.raises(Refused):
        coded(here.store, here.reporter_b, here.project, small(), region=TOWNSHIP_A, now=NOON)
    made = coded(here.store, here.reporter_a, here.project, small(), region=TOWNSHIP_A, now=NOON)
    stranger = person(here.store, "stranger", Role.INSPECTOR, "419902")
    code = read_code(made.stamp.check_code)
    with here.store.reading() as connection:
        assert document_of_code(connection, here.reporter_a, code)
        assert document_of_code(connection, here.bureau, code)
        assert document_of_code(connection, here.reporter_b, code) is None
        assert document_of_code(connection, stranger, code) is None


def test_frozen_figures_keep_their_code_and_no_document_gets_it(here: County) -> None:
    snapshot = freeze(here.store, here.bureau, here.project, Period(PeriodKind.DAY, DAY),
                      now=at(DAY, 20))  # fmt: skip
    frozen = replace(small(), stamp=replace(small().stamp, check_code=shown(snapshot.code)))
    assert coded(here.store, here.bureau, here.project, frozen, region=COUNTY, now=NOON) == frozen
    with here.store.writing() as connection:
        assert free_code(connection, snapshot.content_sha256) != snapshot.code


def test_the_shell_tells_of_a_map_and_of_a_document_by_their_codes(
    here: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL",
                       here.store.engine.url.render_as_string(hide_password=False))  # fmt: skip
    monkeypatch.setenv("TRACKER_VAR", str(here.store.folder))
    monkeypatch.setenv("TRACKER_LANGUAGE", "en")
    [made] = map_files(
        here.store, here.bureau, here.project, TOWNSHIP_A, DAY, ("txt",), now=at(DAY, 20)
    )
    assert main(["derive", made.check_code.lower()]) == 0
    said = capsys.readouterr().out
    assert "甲镇" in said
    assert "parcels v1" in said
    assert main(["derive", made.check_code, "--json"]) == 0
    assert '"name": "map"' in capsys.readouterr().out
