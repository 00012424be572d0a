"""Administrative codes: a person's region is a prefix, and they see what starts with it."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """How many digits a code of this level has."""

    CITY = 4
    COUNTY = 6
    TOWNSHIP = 9
    VILLAGE = 12


def level_of(code: str) -> Level | None:
    """Return the level of a code; None when it is not a code."""
    if not (code.isascii() and code.isdigit()) or len(code) not in set(Level):
        return None
    return Level(len(code))


def contains(region: str, code: str) -> bool:
    """Tell whether a region covers a code; an empty region covers nothing."""
    return bool(region) and code.startswith(region)


def township_of(code: str) -> str:
    """Return the township's 9 digits of a longer code."""
    return code[: Level.TOWNSHIP]


def village_of(code: str) -> str:
    """Return the village's 12 digits of a longer code (ZLDWDM has 19)."""
    return code[: Level.VILLAGE]


def narrower(region: str, other: str) -> str:
    """Return the narrower of two regions that lie within one another, else an empty one."""
    if contains(region, other):
        return other
    return region if contains(other, region) else ""
