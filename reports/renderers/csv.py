"""Documents as CSV for spreadsheets: UTF-8 with byte order mark, formulas held back."""

from __future__ import annotations

import csv
import io

from reports.clean import clean
from reports.document import Document, Kind, Look
from reports.renderers.cells import figure, printed

STARTS_FORMULA = ("=", "+", "-", "@", "\t")


def render(document: Document, look: Look) -> bytes:
    """Return the facts, then each table under its title; figures as numbers, without commas."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([_held(document.title)])
    writer.writerows([_held(label), _held(words)] for label, words in document.facts)
    for head, words in document.paragraphs:
        writer.writerow([_held(head), _held(words)])
    for table in document.tables:
        writer.writerow([])
        writer.writerow([_held(table.title)])
        writer.writerow(
            [_held(f"{c.group} {c.title}".strip() if c.group else c.title) for c in table.columns]
        )
        for cells in table.rows:
            writer.writerow(
                _held(printed(value, column.kind))
                if column.kind in (Kind.TEXT, Kind.SHARE)
                else figure(value, column.kind)
                for column, value in zip(table.columns, cells, strict=True)
            )
        if table.note:
            writer.writerow([_held(table.note)])
    return target.getvalue().encode("utf-8-sig")


def _held(words: str) -> str:
    """Return text a spreadsheet reads as text: what looks like a formula gets an apostrophe."""
    shown = clean(words)
    return f"'{shown}" if shown.startswith(STARTS_FORMULA) else shown
