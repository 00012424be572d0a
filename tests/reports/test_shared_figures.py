"""One day of one county in every document, map and page: each shared figure is one figure."""

from __future__ import annotations

import io
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pdf_read import text_of

from gis.language import CHINESE, say, speaking
from gis.units import format_mu
from parcels.people.actor import Actor, Role
from parcels.store.engine import Store
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports.daily import ReportState
from reports.document import Document, Kind
from reports.periods.period import Period, PeriodKind
from reports.printed import percent, points
from reports.publication.derivation import derived
from reports.publication.reading import content_of, find_snapshot
from reports.renderers import RENDERERS
from reports.renderers.cells import printed
from reports.services.freeze import freeze
from reports.services.looks import look_of
from reports.services.make_documents import MAKERS, Made, day_documents
from reports.services.map_files import map_files
from reports.services.published import publication_sheet_of
from reports.services.week import period_document, summary_of
from tests.builders import COUNTY, DAY, TOWNSHIP_A, County, at, person, working_county
from tests.reports.pages import pages_of, township_figures
from ui.daymap.answers import of_day
from ui.daymap.book import book_of
from ui.pages import PAGES

EVENING = at(DAY, 20)
SHARED = ("Eligible new arable (mu)", "Done new arable (mu)", "Completion of eligible new arable",
          "Scheduled", "Gap (points)", "Parcels")  # fmt: skip
ROUNDED = 0.005  # a workbook keeps the figure itself, rounded as it is printed


@pytest.fixture
def here(store: Store) -> County:
    """A planted a third of A1 today, confirmed; B sent a day without progress, confirmed."""
    county = working_county(store)
    planted = REPORTED_BY_TOWNSHIP[: REPORTED_BY_TOWNSHIP.index(Step.PLANTED) + 1]
    county.move(
        county.send(*(("A1", step, 333.33) for step in planted), now=at(DAY)),
        ReportState.CONFIRMED,
    )
    sent = county.send(
        ("B1", Step.AGREEMENT_SIGNED, 50.0), actor=county.reporter_b, key="b", now=at(DAY)
    )
    county.move(sent, ReportState.CONFIRMED)
    return county


def every_document(here: County) -> list[Document]:
    day = Period(PeriodKind.DAY, DAY)
    made: list[Made] = list(
        day_documents(here.store, here.bureau, here.project, DAY, only=tuple(MAKERS), now=EVENING)
    )
    documents = [one.document for one in made]
    documents.append(period_document(here.store, here.bureau, here.project, day, now=EVENING))
    frozen = freeze(here.store, here.bureau, here.project, day, now=EVENING)
    with here.store.reading() as connection:
        found = find_snapshot(connection, here.bureau, frozen.id, now=EVENING)
        assert found
        documents.append(publication_sheet_of(connection, here.bureau, found))
        assert all(one.agrees for one in derived(content_of(connection, found)))
    return documents


def shared(document: Document) -> dict[tuple[str, str], set[str]]:
    """(place, figure) → what a document prints of it, in whichever of its tables."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    titles = [say(title) for title in SHARED]
    for table in document.tables:
        heads = [column.title for column in table.columns]
        if say("Township") not in heads:
            continue
        name_at = heads.index(say("Township"))
        for cells in table.rows:
            for column, cell in zip(table.columns, cells, strict=True):
                if column.title in titles and not column.group and column.kind is not Kind.TEXT:
                    found[str(cells[name_at]), column.title].add(printed(cell, column.kind))
    return found


def test_every_shared_figure_of_a_day_is_one_figure(
    here: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with speaking(CHINESE):
        documents = every_document(here)
        said: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
        for place, document in enumerate(documents):
            for key, values in shared(document).items():
                said[key][f"{place} {document.name}"] = values
        assert {place for place, _title in said} >= {"甲镇", "乙镇"}
        for key, by_document in said.items():
            assert len(set().union(*by_document.values())) == 1, (key, by_document)
            if key[1] != say("Parcels"):
                assert len(by_document) >= 4, key
        row = next(
            one
            for one in summary_of(  # what the pages show
                here.store, here.bureau, here.project, Period(PeriodKind.DAY, DAY), now=EVENING
            ).townships
            if one.code == TOWNSHIP_A
        )
        done = row.completion
        expected = {
            say("Eligible new arable (mu)"): format_mu(done.eligible_m2),
            say("Done new arable (mu)"): format_mu(done.done_m2),
            say("Completion of eligible new arable"): percent(done.share),
            say("Scheduled"): percent(done.scheduled),
            say("Gap (points)"): points(done.gap),
        }
        assert done.done_m2 > 0
        for title, words in expected.items():
            assert set().union(*said["甲镇", title].values()) == {words}, title
        _in_files(here, documents, expected, tmp_path)
        _on_maps(here, expected, tmp_path)
        _on_pages(here, expected, monkeypatch)


def _in_files(
    here: County, documents: list[Document], expected: dict[str, str], folder: Path
) -> None:
    """The files say what the documents say: read back by other programs."""
    look = look_of(here.store)
    for document in documents:
        if document.name not in ("county_daily", "weekly_summary", "bulletin"):
            continue
        said = text_of(RENDERERS["pdf"](document, look), folder)
        assert all(words.replace(" ", "") in said for words in expected.values()), document.name
        book = load_workbook(io.BytesIO(RENDERERS["xlsx"](document, look)))
        cells = {cell.value for sheet in book for line in sheet.iter_rows() for cell in line}
        numbers = [value for value in cells if isinstance(value, int | float)]
        for words in expected.values():
            number = float(words.rstrip("%").replace(",", ""))
            wanted = number / 100 if words.endswith("%") else number
            near = min(abs(value - wanted) for value in numbers)
            assert near < (ROUNDED / 100 if words.endswith("%") else ROUNDED), words


def _on_maps(here: County, expected: dict[str, str], folder: Path) -> None:
    sheet, page = map_files(
        here.store, here.bureau, here.project, TOWNSHIP_A, DAY, ("pdf", "html"), now=EVENING
    )
    said = text_of(sheet.content, folder)
    assert all(words.lstrip("+") in said for words in expected.values())
    found = re.search(r'id="data">(.*?)</script>', page.content.decode(), re.DOTALL)
    assert found
    done, share, scheduled, gap = json.loads(found.group(1))["figures"][-1]
    assert [done, share, scheduled, gap] == list(expected.values())[1:]


# what a page calls a figure that documents have too
ON_PAGES = {
    "Completion": "Completion of eligible new arable",
    "Gap, points": "Gap (points)",
} | {title: title for title in SHARED if title != "Parcels"}
WITH_TABLE = {"overview", "weekly", "supervision"}  # of townships, with figures that are shared
WITH_CARDS = {"overview"}  # of the person's whole region


def _on_pages(here: County, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page: a figure that has a name of ours is the documents' figure."""
    wanted = {say(shown): expected[say(title)] for shown, title in ON_PAGES.items()}
    seen: set[str] = set()
    for role in (None, Role.BUREAU_CLERK, Role.ADMINISTRATOR):  # who together have every page
        actor = person_of(here, role)
        for slug, said in pages_of(here, actor, CHINESE, EVENING, monkeypatch):
            seen.add(slug)
            found = list(township_figures(said, "甲镇"))
            for title, words in found:
                assert words == wanted.get(title, words), (slug, title)
            if role is Role.BUREAU_CLERK and slug in WITH_TABLE:
                assert {title for title, _words in found} & set(wanted), slug
            if role is None and slug in WITH_CARDS:
                assert all(words in said for words in expected.values()), slug
    assert seen == {page.slug for page in PAGES}
    told = str(of_day(book_of(here.reporter_a, here.project), TOWNSHIP_A, DAY))  # the map asks it
    assert all(words in told for words in expected.values())


def person_of(here: County, role: Role | None) -> Actor:
    """Return somebody of this role; None: the reporter of A, who sees A alone."""
    if role in (None, Role.BUREAU_CLERK):
        return here.reporter_a if role is None else here.bureau
    return person(here.store, f"a {role}", role, TOWNSHIP_A if "township" in role else COUNTY)
