"""Contact sheets: many cards on A4 pages as one PDF for the field.

Pages are pictures: the shipped font is then always there, and no other library is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from gis.imagery.picture import font
from gis.language import say
from parcels.evidence.ground import Ground
from parcels.evidence.words import figure_lines, history_lines, reason_lines
from parcels.imagery import Moment

WIDTH_PX, HEIGHT_PX, DPI = 1_240, 1_754, 150  # A4 upright
CARDS_A_PAGE = 3
MARGIN_PX, GAP_PX, FOOT_PX = 48, 16, 40
TEXT_PX = 356
BODY, HEAD, SMALL = 19, 26, 15
INK, GREY, LINE = (31, 41, 51), (86, 97, 108), (205, 210, 215)
MOST_CARDS = 2_000


def write_sheet(
    path: Path, ground: Ground, indexes: Sequence[Any], foot: str, tell: Callable[[float], None]
) -> int:
    """Write the cards of these parcels; return the number of pages."""
    pages = (len(indexes) + CARDS_A_PAGE - 1) // CARDS_A_PAGE

    def drawn() -> Iterator[Image.Image]:
        for page in range(pages):
            chosen = indexes[page * CARDS_A_PAGE : (page + 1) * CARDS_A_PAGE]
            yield _page(ground, chosen, f"{foot}  ·  {page + 1} / {pages}")
            tell((page + 1) / pages)

    every = drawn()
    first = next(every)
    first.save(
        path, "PDF", save_all=True, append_images=every, resolution=DPI, quality=80,
        title=foot, creator="", producer="",
    )  # fmt: skip
    return pages


def _page(ground: Ground, indexes: Sequence[Any], foot: str) -> Image.Image:
    page = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (255, 255, 255))
    pen = ImageDraw.Draw(page)
    high = (HEIGHT_PX - 2 * MARGIN_PX - FOOT_PX) // CARDS_A_PAGE
    for place, index in enumerate(indexes):
        _card(page, ground, index, MARGIN_PX + place * high, high - GAP_PX)
    pen.text((MARGIN_PX, HEIGHT_PX - MARGIN_PX), foot, font=font(SMALL), fill=GREY, anchor="ls")
    return page


def _card(page: Image.Image, ground: Ground, index: Any, top: int, high: int) -> None:
    pen = ImageDraw.Draw(page)
    parcel = ground.parcels.loc[index]
    pen.rectangle((MARGIN_PX, top, WIDTH_PX - MARGIN_PX, top + high), outline=LINE, width=1)
    left, y = MARGIN_PX + 14, top + 10
    number = say("Parcel {parcel_no}", parcel_no=parcel["parcel_no"] or f"#{parcel['row']}")
    pen.text((left, y), number, font=font(HEAD), fill=INK)
    y += HEAD + 14
    figures = figure_lines(parcel)
    beside = round(max(font(SMALL).getlength(label) for label, _words in figures)) + 12
    for label, words in figures:
        pen.text((left, y), label, font=font(SMALL), fill=GREY)
        for line in wrapped(words, BODY, TEXT_PX - beside):
            pen.text((left + beside, y - 3), line, font=font(BODY), fill=INK)
            y += BODY + 6
        y += 2
    told = [*reason_lines(parcel), *history_lines(*ground.history(index))]
    for sentence in told:
        for line in wrapped(sentence, SMALL, TEXT_PX - 10):
            if y > top + high - SMALL - 6:
                break
            pen.text((left, y), line, font=font(SMALL), fill=GREY)
            y += SMALL + 5
        y += 3
    at = MARGIN_PX + TEXT_PX + 24
    wide = (WIDTH_PX - MARGIN_PX - at - 10 - 10) // 2
    for moment in Moment:
        page.paste(ground.picture(index, moment, wide, high - 20), (at, top + 10))
        at += wide + 10


def wrapped(words: str, size_px: int, width_px: int) -> list[str]:
    """Return words broken into lines of a width: Chinese anywhere, words and figures whole."""
    letters, lines, line = font(size_px), [], ""
    for part in _parts(words):
        if line and letters.getlength(line + part) > width_px:
            lines.append(line.rstrip())
            line = part.lstrip()
        else:
            line += part
    return [*lines, line.rstrip()] if line.strip() else lines


def _parts(words: str) -> Iterator[str]:
    run = ""
    for letter in words:
        if letter.isascii() and not letter.isspace():
            run += letter
            continue
        if run:
            yield run
            run = ""
        yield letter
    if run:
        yield run
