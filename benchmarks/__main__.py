"""Run benchmark sections and write them into ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from benchmarks.section import HEAD, PAGE, machine, page_with
from benchmarks.sections import SECTIONS


def main() -> None:
    """Measure the sections named on the command line, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--full", action="store_true", help="the large size; takes minutes")
    chosen = parser.parse_args()
    unknown = set(chosen.sections) - SECTIONS.keys()
    if unknown:
        parser.error(
            f"no such section: {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}"
        )
    for name in chosen.sections or SECTIONS:
        section = SECTIONS[name]
        print(f"{section.title} …", flush=True)
        size = "full" if chosen.full else "quick"
        today = datetime.now(UTC).date()
        text = f"{section.measure(chosen.full)}\n\n_{today}, {size} size, {machine()}._"
        print(text, flush=True)
        page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else HEAD
        PAGE.write_text(page_with(page, section, text), encoding="utf-8")


if __name__ == "__main__":
    main()
