"""The generated pages of the handbook are those that the tables say today."""

from pathlib import Path

import pytest

from gis import formats  # noqa: F401  its findings join the table
from gis.language import CHINESE, ENGLISH, speaking
from reports.handbook import PAGES

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("code", "folder"), [(CHINESE, DOCS), (ENGLISH, DOCS / "en")])
def test_the_page_is_fresh(name: str, code: str, folder: Path) -> None:
    with speaking(code):
        wanted = PAGES[name]()
    assert (folder / name).read_text(encoding="utf-8") == wanted, "run `python -m reports handbook`"
