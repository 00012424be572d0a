"""Documents in every format, read back by other programs: the same words and the same figures."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from documents import HOSTILE, document, letter
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_read import pages_of, text_of
from test_every_document import composed, poisoned

from gis.fonts import SHIPPED
from gis.language import CHINESE, ENGLISH, speaking
from reports.catalog import CATALOG
from reports.clean import clean
from reports.document import Column, Document, Kind, Look
from reports.renderers import MEDIA_TYPES, RENDERERS
from reports.renderers.cells import numbered, printed
from reports.renderers.pdf import fonts_line

LOOK = Look()


def words_of_docx(content: bytes) -> list[str]:
    """Every paragraph's and cell's text of a Word file, in order."""
    word = docx.Document(io.BytesIO(content))
    words = [paragraph.text for paragraph in word.paragraphs]
    words += [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return words


def test_every_format_has_a_media_type() -> None:
    assert set(MEDIA_TYPES) == set(RENDERERS) == {"xlsx", "docx", "pdf", "csv"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_word_file_is_only_text(text: str) -> None:
    made = document(
        Column(text, group=text), Column("B"), rows=((text, "b"),),
        title=text, about=((text, text),), paragraphs=((text, text),),
    )  # fmt: skip
    content = RENDERERS["docx"](made, LOOK)
    words = words_of_docx(content)
    shown = clean(text)
    assert words.count(shown) >= 3  # title, body, cell
    assert f"{shown}：{shown}" in words
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert b'TargetMode="External"' not in archive.read(name), name


def test_hostile_text_in_a_pdf_is_only_text(tmp_path: Path) -> None:
    made = document(
        Column("A"), rows=tuple((text,) for text in HOSTILE),
        title=HOSTILE[0], paragraphs=tuple((text, text) for text in HOSTILE),
    )  # fmt: skip
    said = text_of(RENDERERS["pdf"](made, LOOK), tmp_path)
    for text in HOSTILE:
        if all(unicodedata.bidirectional(letter) in ("L", "EN", "ES", "CS", "ET", "ON", "WS", "AN")
               and ord(letter) < 0x20000 for letter in text):  # fmt: skip
            wanted = re.sub(r"\s", "", text)
            assert said.count(wanted) >= 3, text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_csv_is_only_text(text: str) -> None:
    content = RENDERERS["csv"](document(Column(text), rows=((text,),)), LOOK)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[-1][0].removeprefix("'") == clean(text).removeprefix("'")
    assert not rows[-1][0].startswith(("=", "+", "-", "@"))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40))
def test_any_text_comes_back_from_a_word_file_as_it_was_cleaned(text: str) -> None:
    made = document(Column("A"), rows=((text,),), title=text)
    words = words_of_docx(RENDERERS["docx"](made, LOOK))
    # Word keeps a tab and a line break as marks; python-docx gives them back as the same letters
    assert clean(text) in words


def test_ten_thousand_characters_break_no_format() -> None:
    long = "长" * 20_000
    for name, render in RENDERERS.items():
        assert render(document(Column("A"), rows=((long,),), paragraphs=(("H", long),)), LOOK), name


def test_libreoffice_opens_every_format_and_finds_the_words(tmp_path: Path) -> None:
    with speaking(CHINESE):
        for suffix in ("xlsx", "docx", "csv"):
            (tmp_path / f"letter-{suffix}.{suffix}").write_bytes(RENDERERS[suffix](letter(), LOOK))
    every = [(n, x) for n in CATALOG for x in ("xlsx", "docx") if x in CATALOG[n].formats]
    for name, suffix in every:
        content = RENDERERS[suffix](poisoned(composed(name)), LOOK)
        (tmp_path / f"{name}-{suffix}.{suffix}").write_bytes(content)
    files = sorted(map(str, tmp_path.iterdir()))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", str(tmp_path / "out"), *files],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    made = sorted((tmp_path / "out").glob("*.pdf"))
    wanted = {"letter-csv", "letter-docx", "letter-xlsx", *(f"{n}-{x}" for n, x in every)}
    assert {path.stem for path in made} == wanted
    for path in made:  # a formula in the title is words there too
        if path.stem.partition("-")[0] in CATALOG:
            assert "=1+1" in text_of(path.read_bytes(), tmp_path), path.stem
    said = text_of((tmp_path / "out" / "letter-docx.pdf").read_bytes(), tmp_path)
    for words in (
        "督办单",
        "〔2026〕第3号",
        "甲镇人民政府：",
        "2026年3月11日",
        "一、存在问题",
        "3.00",
    ):
        assert words in said


def test_a_letter_stands_as_the_official_layout_asks(tmp_path: Path) -> None:
    with speaking(CHINESE):
        content = RENDERERS["pdf"](letter(), LOOK)
    pages = pages_of(content, tmp_path)
    assert pages[0] == (595, 842)  # A4 upright, then the tables on landscape pages
    assert pages[-1] == (842, 595)
    said = text_of(content, tmp_path)
    assert f"第1页，共{len(pages)}页" in said
    assert "内部资料·未经审定" in said
    word = docx.Document(io.BytesIO(RENDERERS["docx"](letter(), LOOK)))
    first, last = word.sections[0], word.sections[-1]
    assert (round(first.top_margin.mm), round(first.left_margin.mm)) == (37, 28)
    assert (round(first.page_width.mm - first.left_margin.mm - first.right_margin.mm)) == 156
    assert last.page_width > last.page_height
    assert [p.text for p in word.paragraphs if p.text][:2] == [letter().title, "〔2026〕第3号"]


def test_a_narrow_document_has_no_landscape_page(tmp_path: Path) -> None:
    made = document(Column("A"), Column("B", Kind.MU), rows=(("x", 1.0),), paragraphs=(("H", "w"),))
    word = docx.Document(io.BytesIO(RENDERERS["docx"](made, LOOK)))
    assert len(word.sections) == 1


def test_the_state_and_the_check_code_stand_on_every_page(tmp_path: Path) -> None:
    from dataclasses import replace

    made = letter()
    made = replace(made, stamp=replace(made.stamp, state="已发布", check_code="7KQ2-M9TX"))
    content = RENDERERS["pdf"](made, LOOK)
    said = text_of(content, tmp_path)
    once = 1  # and among the facts
    assert said.count("7KQ2-M9TX") == len(pages_of(content, tmp_path)) + once
    assert "未经审定" not in said


def test_the_same_document_gives_the_same_pdf() -> None:
    assert RENDERERS["pdf"](letter(), LOOK) == RENDERERS["pdf"](letter(), LOOK)


def test_the_last_line_says_which_faces_are_missing() -> None:
    with speaking(CHINESE):
        assert "仿宋_GB2312" in fonts_line(frozenset())
        assert fonts_line(frozenset({"仿宋_GB2312", "FZXiaoBiaoSong-B05S", "SimHei"})) == ""
        assert "黑体" in fonts_line(frozenset({"FangSong", "方正小标宋简体"}))


def test_the_offices_own_face_is_used_where_it_is(tmp_path: Path) -> None:
    face = tmp_path / "own.ttf"
    rename(SHIPPED / "NotoSansSC-Medium.ttf", face, "SimHei")
    with speaking(CHINESE):
        content = RENDERERS["pdf"](letter(), Look(fonts=(tmp_path,)))
    listed = tmp_path / "x.pdf"
    listed.write_bytes(content)
    fonts = subprocess.run(["pdffonts", str(listed)], capture_output=True, text=True, check=True)
    assert "SimHei" in fonts.stdout


def rename(source: Path, target: Path, family: str) -> None:
    """Write a font under another family's name."""
    from fontTools.ttLib import TTFont

    font = TTFont(source)
    for name in font["name"].names:
        if name.nameID in (1, 3, 4, 6, 16):
            font["name"].setName(family, name.nameID, name.platformID, name.platEncID, name.langID)
    font.save(target)


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (2000.0, Kind.MU, "3.00"), (123_456.78, Kind.HA, "12.3457"),
        (0.12345, Kind.SHARE, "12.35%"),
        (-0.012, Kind.POINTS, "-1.20"), (0.0, Kind.POINTS, "0.00"), (1234, Kind.COUNT, "1,234"),
        (None, Kind.MU, ""), ("2026-03-11", Kind.DAY, "2026-03-11"),
    ],
)  # fmt: skip
def test_a_figure_is_printed_the_same_everywhere(
    value: Any, kind: Kind, shown: str, tmp_path: Path
) -> None:
    assert printed(value, kind) == shown
    made = document(Column("A"), Column("B", kind), rows=(("x", value),))
    assert words_of_docx(RENDERERS["docx"](made, LOOK))[-1] == shown
    assert shown in text_of(RENDERERS["pdf"](made, LOOK), tmp_path)


def test_heads_are_numbered_in_the_readers_language() -> None:
    parts = (("A", "x\ny"), ("", "z"), ("B", "w"))
    with speaking(CHINESE):
        assert numbered(parts) == [("一、A", ["x", "y"]), ("", ["z"]), ("二、B", ["w"])]
    with speaking(ENGLISH):
        assert [head for head, _lines in numbered(parts)] == ["1. A", "", "2. B"]
    assert numbered((("Only", "x"),)) == [("Only", ["x"])]


def test_a_document_without_anything_is_still_a_file() -> None:
    empty: Document = document()
    for name, render in RENDERERS.items():
        if name != "xlsx":
            assert render(empty, LOOK), name


def test_what_nobody_sees_is_cleaned_away_and_what_joins_signs_stays() -> None:
    assert clean("\u202e录目\u2066\u200b\ufeff") == "录目"
    assert clean(" \u200b\u2060 ").strip() == "", "an empty text does not look filled"
    family = "👩\u200d🌾"
    assert clean(family) == family
