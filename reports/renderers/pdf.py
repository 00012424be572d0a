"""Documents as PDF, set by typst in the layout of GB/T 9704 with the office's fonts or ours."""

from __future__ import annotations

import json
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from gis.fonts import SHIPPED
from gis.language import CHINESE, labelled, language, named, say
from reports.clean import clean
from reports.document import Card, Document, Look, Table
from reports.renderers.cells import LEFT, heads, longest_line, numbered, printed, width_of

SOURCE = Path(__file__).with_name("official.typ")
OFFICIAL_FACES = (
    ("仿宋_GB2312", ("FangSong_GB2312", "FangSong", "仿宋_GB2312", "仿宋")),
    ("方正小标宋简体", ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体")),
    ("黑体", ("SimHei", "黑体")),
)
NARROWEST, WIDEST = 6, 30
ROOMY_POINTS, DENSE_POINTS, DENSE_FROM = 10.5, 7.5, 150  # half-width columns in a landscape line
FEW_COLUMNS = 6
LONG_CARD = 1_200  # letters: such a card may run over a page's end


def render(document: Document, look: Look) -> bytes:
    """Return the PDF's bytes; deterministic for the same document and fonts."""
    fonts, families = _fonts(look.fonts)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / SOURCE.name).write_bytes(SOURCE.read_bytes())
        for at, picture in enumerate(document.pictures):
            (place / f"{at}.png").write_bytes(picture.png)
        for at, card in enumerate(document.cards):
            for number, jpeg in enumerate(card.pictures):
                (place / f"{at}-{number}.jpg").write_bytes(jpeg)
        made = typst.compile(
            place / SOURCE.name,
            root=place,
            font_paths=fonts,
            sys_inputs={"document": json.dumps(_said(document, families), ensure_ascii=False)},
            format="pdf",
            timestamp=int(document.stamp.made_at.timestamp()),
        )
    assert isinstance(made, bytes)  # noqa: S101  one document is one file
    return made


@lru_cache(maxsize=4)
def _fonts(office: tuple[Path, ...]) -> tuple[Any, frozenset[str]]:
    found = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[*office, SHIPPED],
    )
    return found, frozenset(found.families())


def fonts_line(families: frozenset[str]) -> str:
    """Return the sentence on the faces the layout asks and this office has not put in place."""
    missing = [name for name, known in OFFICIAL_FACES if not families.intersection(known)]
    if not missing:
        return ""
    return say(
        "Set in the shipped Noto faces: {missing} are not in the folder of fonts.",
        missing=named(missing),
    )


def _said(document: Document, families: frozenset[str]) -> dict[str, Any]:
    letter = document.letter
    is_chinese = language() == CHINESE
    return {
        "title": clean(document.title),
        "lang": "zh" if is_chinese else "en",
        "region": "cn" if is_chinese else "us",
        "tall": bool(document.paragraphs or document.pictures or letter),
        "colon": labelled("", ""),
        "facts-first": letter is None,
        "facts": [[clean(label), clean(words)] for label, words in document.facts],
        "number": clean(letter.number) if letter else "",
        "addressee": clean(letter.addressee) if letter else "",
        "office": clean(letter.office) if letter else "",
        "day": letter.day_words if letter else "",
        "paragraphs": [
            {"head": head, "lines": lines} for head, lines in numbered(document.paragraphs)
        ],
        "pictures": [
            {"file": f"{at}.png", "title": clean(picture.title)}
            for at, picture in enumerate(document.pictures)
        ],
        "cards": [_card(card, at) for at, card in enumerate(document.cards)],
        "tables": [_table(table) for table in document.tables],
        "foot": clean(document.stamp.foot),
        "page": say("page {n} of {m}", n="{n}", m="{m}"),
        "fonts": fonts_line(families),
    }


def _card(card: Card, at: int) -> dict[str, Any]:
    words = [card.title, *(said for _label, said in card.facts), *card.lines]
    return {
        "title": clean(card.title),
        "facts": [[clean(label), clean(said)] for label, said in card.facts],
        "lines": [clean(line) for line in card.lines],
        "files": [f"{at}-{number}.jpg" for number in range(len(card.pictures))],
        "is-long": sum(map(len, words)) > LONG_CARD,
    }


def _table(table: Table) -> dict[str, Any]:
    widths = [
        min(max(longest_line(column, table, at) + 1, _head_width(column.title), NARROWEST), WIDEST)
        for at, column in enumerate(table.columns)
    ]
    is_dense = sum(widths) > DENSE_FROM
    return {
        "title": clean(table.title),
        "widths": widths,
        "size": DENSE_POINTS if is_dense else ROOMY_POINTS,
        "left": [column.kind in LEFT for column in table.columns],
        "heads": _heads(table),
        "totals": table.totals,
        "note": clean(table.note),
        "rows": [
            [printed(value, column.kind) for column, value in zip(table.columns, row, strict=True)]
            for row in table.rows
        ],
    }


def _head_width(title: str) -> int:
    """Return the room of a head that may wrap into two lines."""
    return -(-width_of(title) // 2) + 1


def _heads(table: Table) -> list[dict[str, Any]]:
    """Return the cells of the head, row by row, as typst fills them in."""
    grouped = heads(table.columns)
    has_groups = any(group for group, _columns in grouped)
    upper: list[dict[str, Any]] = []
    lower: list[dict[str, Any]] = []
    for group, columns in grouped:
        if not group:
            rows = 2 if has_groups else 1
            upper += [{"words": clean(c.title), "columns": 1, "rows": rows} for c in columns]
            continue
        upper.append({"words": clean(group), "columns": len(columns), "rows": 1})
        lower += [{"words": clean(c.title), "columns": 1, "rows": 1} for c in columns]
    return upper + lower
