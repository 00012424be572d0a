"""``handbook``: write docs/*.md from the tables, in both languages."""

from __future__ import annotations

import argparse
from pathlib import Path

from gis.language import CHINESE, ENGLISH, say, speaking


def add_to(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    parser = commands.add_parser("handbook", help=say("write docs/*.md from the tables"))
    parser.set_defaults(run=run)


def run(_wanted: argparse.Namespace) -> int:
    """Write the pages under ``docs`` of the current folder."""
    from gis import formats  # noqa: F401  its findings join the table
    from reports.handbook import PAGES

    for code, folder in ((CHINESE, Path("docs")), (ENGLISH, Path("docs/en"))):
        folder.mkdir(parents=True, exist_ok=True)
        with speaking(code):
            for name, page in PAGES.items():
                (folder / name).write_text(page(), encoding="utf-8")
    return 0
