"""What a proof is, and how its figure finds its place in ``docs/proofs.md``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proofs.md"
HEAD = """# Proofs

Written by `make prove` (`python -m tests.prove [proof …]`): the promises tried under load, faults
and attack. A proof fails where its promise does not hold; each says when and on what it was tried.
Short forms of most of them run in `make test`.
"""


class Unprovable(Exception):
    """This machine lacks what the proof stands on; the reason is said."""


@dataclass(frozen=True)
class Proof:
    """One promise: ``prove(amount, folder)`` fails or returns its figure as a line of Markdown.

    ``quick`` 0: too long for ``make test``, where other tests try the same promise in small.
    ``on_postgres``: the long form's amount on PostgreSQL after that on SQLite; 0: proved on one.
    """

    name: str
    title: str
    prove: Callable[[int, Path], str]
    quick: int
    long: int
    on_postgres: int = 0
