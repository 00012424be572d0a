"""The editor of Word templates as a clerk uses it: fields, upload, preview, in force, back."""

from __future__ import annotations

import io

import docx
import pytest

from gis.language import ENGLISH, speaking
from parcels.store.engine import Store
from reports.services.looks import look_of, template_in_force
from tests.builders import NOW, County, working_county
from tests.reports.pages import session_of, shown_page, words_in
from tests.reports.test_docx_template import FULL, template
from ui.pages.documents import PAGE


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def first_line(content: bytes) -> str:
    return docx.Document(io.BytesIO(content)).paragraphs[0].text


def test_a_template_is_seen_before_it_is_in_force_and_ours_comes_back(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = template("某县自然资源局文件", *FULL)
    session = session_of(here.bureau, ENGLISH)
    with speaking(ENGLISH), shown_page(here, PAGE, session, NOW, monkeypatch) as page:
        said = "\n".join(words_in(page))
        assert "{{p body }}" in said
        assert "In force: the template that came with the software." in said
        page.file_uploader(key="template file").set_value(
            ("own.docx", own, "application/octet-stream")
        ).run()
        said = "\n".join(words_in(page))
        assert "某县自然资源局文件" in said
        assert "A sample document" in said  # the sample's words stand in it
        assert look_of(here.store).templates == {}
        page.button(key="keep template").click().run()
        assert look_of(here.store).templates == {"": own}
        assert first_line(template_in_force(here.store, here.bureau, "notice")) == (
            "某县自然资源局文件"
        )
        assert any("own.docx, taken by" in words.replace("\\", "") for words in words_in(page))
        page.button(key="restore template").click().run()
        assert look_of(here.store).templates == {}


def test_what_cannot_be_used_is_told_and_not_offered(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of(here.bureau, ENGLISH)
    wrong = template(*FULL, "{% for a in b %}{{ a }}{% endfor %}")
    with speaking(ENGLISH), shown_page(here, PAGE, session, NOW, monkeypatch) as page:
        page.file_uploader(key="template file").set_value(
            ("own.docx", wrong, "application/octet-stream")
        ).run()
        assert "take out" in page.error[0].value
        assert not [one for one in page.button if one.key == "keep template"]
