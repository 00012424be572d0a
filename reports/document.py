"""A document as content, before any format: what it says, not how it looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from gis.language import Text, labelled, listed, say
from reports.daily import OFFICE_TIME
from reports.printed import long_day


class Kind(StrEnum):
    """What a column holds: it decides number format, alignment and width."""

    TEXT = "text"
    COUNT = "count"
    MU = "mu"
    HA = "ha"
    AREA_M2 = "area_m2"
    SHARE = "share"
    POINTS = "points"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """A column; MU and HA cells are m², converted and rounded by the renderer, once and last.

    ``summed_from``: a workbook's total is a formula over that column: its own place for m² and
    counts, that of the m² for mu and hectares, so that areas are added first and converted once.
    """

    title: str
    kind: Kind = Kind.TEXT
    group: str = ""
    summed_from: int | None = None


@dataclass(frozen=True)
class Table:
    """A table; a cell is None where there is no figure. The last ``totals`` rows are set off.

    ``note`` says under it how its figures come about. With ``has_filters`` a workbook offers to
    filter its rows.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    totals: int = 0
    note: str = ""
    has_filters: bool = False


@dataclass(frozen=True)
class Stamp:
    """What every document says of where its figures come from and what they are worth.

    ``cut_off`` and ``basis`` are words; ``audit_head`` is the head of the chain when it was made.
    ``state`` is that of the publication; without one the document is internal. ``check_code`` is
    that of the frozen figures, else that of what the document says, given as it leaves the office.
    ``taken_out`` says of a file with coordinates who took it out and when.
    """

    project: str
    basis: str
    made_at: datetime
    audit_head: str
    cut_off: str = ""
    state: str = ""
    check_code: str = ""
    taken_out: str = ""

    @property
    def state_words(self) -> str:
        return self.state or say("Internal material, not approved for publication")

    @property
    def made_words(self) -> str:
        return f"{self.made_at.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M} · {self.audit_head[:12]}"

    @property
    def foot(self) -> str:
        """What stands at the foot of every page: state, check code, head of the audit log."""
        said = (self.state_words, self.check_code, self.audit_head[:12])
        return " · ".join(filter(None, said))

    def facts(self, *own: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        """Return label and words, what the document says of itself among them."""
        code = ((say("Check code"), self.check_code),) if self.check_code else ()
        cut_off = ((say("Figures up to"), self.cut_off),) if self.cut_off else ()
        taken_out = ((say("Taken out by"), self.taken_out),) if self.taken_out else ()
        project = ((say("Project"), self.project),) if self.project else ()
        basis = ((say("Rests on"), self.basis),) if self.basis else ()
        return (
            *project,
            *own,
            *taken_out,
            *cut_off,
            *basis,
            (say("State"), self.state_words),
            *code,
            (say("Made at"), self.made_words),
        )

    def said(self) -> str:
        """Return the facts as one line, for a file without a margin."""
        return listed(labelled(label, words) for label, words in self.facts())


@dataclass(frozen=True)
class Picture:
    """A chart or a map: its title with unit, and a PNG."""

    title: str
    png: bytes


@dataclass(frozen=True)
class Card:
    """One thing with its pictures (JPEG, side by side): label and words, then sentences."""

    title: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Letter:
    """What an official letter has around its words: number, addressee, who signs and when."""

    number: str = ""
    addressee: str = ""
    office: str = ""
    day: date | None = None

    @property
    def day_words(self) -> str:
        return "" if self.day is None else long_day(self.day)


@dataclass(frozen=True)
class Document:
    """One document: title, facts under it (label and words), paragraphs with heads, tables.

    ``about`` are its own facts; those of the stamp come of themselves. A paragraph's words may hold
    several lines; one without a head runs on. Cards are printed: of the renderers only pdf knows
    them.
    """

    name: str
    title: str
    stamp: Stamp
    about: tuple[tuple[str, str], ...]
    paragraphs: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...] = ()
    letter: Letter | None = None
    cards: tuple[Card, ...] = ()

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What stands under the title: its own facts among those of the stamp."""
        return self.stamp.facts(*self.about)


@dataclass(frozen=True)
class Look:
    """What the office brings to a document's looks: folders of fonts, templates (name → docx)."""

    fonts: tuple[Path, ...] = ()
    templates: Mapping[str, bytes] = field(default_factory=dict)


Renderer = Callable[[Document, Look], bytes]


@dataclass(frozen=True)
class DocumentKind:
    """A row of the catalogue: how a document is called and composed, and as what it is offered."""

    name: str
    title: Text
    compose: Callable[..., Document]
    formats: tuple[str, ...] = ("xlsx", "docx", "pdf", "csv")
