"""A document as content, before any format: what it says, not how it looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gis.language import Text


class Kind(StrEnum):
    """What a column holds: it decides number format, alignment and width."""

    TEXT = "text"
    COUNT = "count"
    MU = "mu"
    HA = "ha"
    AREA_M2 = "area_m2"
    SHARE = "share"
    POINTS = "points"


@dataclass(frozen=True)
class Column:
    """A column; MU and HA cells are m², converted and rounded by the renderer, once and last."""

    title: str
    kind: Kind = Kind.TEXT
    group: str = ""


@dataclass(frozen=True)
class Table:
    """A table; a cell is None where there is no figure. The last ``totals`` rows are set off."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    totals: int = 0


@dataclass(frozen=True)
class Document:
    """One document: title, facts under it (label and words), paragraphs with heads, tables."""

    name: str
    title: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class DocumentKind:
    """A row of the catalogue: how a document is called and composed."""

    name: str
    title: Text
    compose: Callable[..., Document]
