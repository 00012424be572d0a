"""What a benchmark section is, and how its text finds its place in ``docs/benchmarks.md``."""

from __future__ import annotations

import os
import platform
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `python -m benchmarks [section …] [--full]`; layers are generated from a fixed seed, and
results are compared before times are. Each section says when and on what it was measured.
"""
Result = TypeVar("Result")


@dataclass(frozen=True)
class Section:
    """One benchmark: ``measure(full)`` returns its Markdown, without the title."""

    name: str
    title: str
    measure: Callable[[bool], str]


def timed(run: Callable[[], Result]) -> tuple[Result, float]:
    """Return what a call gives and the seconds it takes."""
    start = time.perf_counter()
    result = run()
    return result, time.perf_counter() - start


def machine() -> str:
    """Return this machine in a few words."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        found = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text(encoding="utf-8"))
        model = found.group(1) if found else model
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    return f"{os.cpu_count()} cores ({load}), {model}, Python {platform.python_version()}"


def page_with(page: str, section: Section, text: str) -> str:
    """Return the page with this section's part replaced, or added at its end."""
    part = (
        f"<!-- {section.name} -->\n## {section.title}\n\n{text.strip()}\n<!-- /{section.name} -->"
    )
    mark = re.compile(rf"<!-- {section.name} -->.*?<!-- /{section.name} -->", re.DOTALL)
    if mark.search(page):
        return mark.sub(lambda _found: part, page)
    return f"{page.rstrip()}\n\n{part}\n"


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; every column but the first is right-aligned."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
