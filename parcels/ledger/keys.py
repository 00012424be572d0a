"""How a parcel is known from layer to layer: village, number, occurrence."""

from __future__ import annotations

from collections.abc import Iterable

Key = tuple[str, str, int]


def ledger_keys(rows: Iterable[int], villages: Iterable[str], numbers: Iterable[str]) -> list[Key]:
    """Return the key of each parcel; one without a number is known by its row in the file."""
    seen: dict[tuple[str, str], int] = {}
    keys: list[Key] = []
    for row, village, said in zip(rows, villages, numbers, strict=True):
        number = said or f"#{row}"
        occurrence = seen.get((village, number), 0) + 1
        seen[village, number] = occurrence
        keys.append((village, number, occurrence))
    return keys
