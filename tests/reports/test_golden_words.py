"""Every document of the catalogue word for word, in both languages.

After a wanted change: TRACKER_WRITE_GOLDEN=1 and read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_every_document import SAMPLES
from test_weekly import as_text

from gis.language import CHINESE, ENGLISH, speaking
from reports.catalog import CATALOG

GOLDEN = Path(__file__).parent / "golden" / "each"
LANGUAGES = (CHINESE, ENGLISH)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_document_says_these_words(name: str, code: str) -> None:
    with speaking(code):
        made = SAMPLES[name]()
        text = as_text(made)
    if made.letter:
        letter = made.letter
        text += f"\n{letter.number} {letter.addressee} {letter.office} {letter.day_words}\n"
    file = GOLDEN / f"{name}.{code}.txt"
    if os.environ.get("TRACKER_WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text("utf-8")


def test_no_document_of_the_catalogue_is_without_golden_text() -> None:
    kept = {path.name for path in GOLDEN.iterdir()}
    assert kept == {f"{name}.{code}.txt" for name in CATALOG for code in LANGUAGES}
