"""What an office sets for itself: one typed table, handed in by whoever reads the setting.

A setting that nobody changed has its default and no row; every change is one audit row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, Text, _
from parcels.store.tables import SETTING

OFFICE = _("The office")


class Kind(StrEnum):
    """What a setting's value is in Python and on the page."""

    WHOLE = "whole"  # int, between ``least`` and ``most``
    NUMBER = "number"  # float, between ``least`` and ``most``
    YES_NO = "yes_no"  # bool
    WORDS = "words"  # str, at most ``most`` characters
    CHOICE = "choice"  # str, one of ``choices``
    TIME = "time"  # str "17:30"


_TYPES: Mapping[Kind, tuple[type, ...]] = {
    Kind.WHOLE: (int,),
    Kind.NUMBER: (int, float),
    Kind.YES_NO: (bool,),
    Kind.WORDS: (str,),
    Kind.CHOICE: (str,),
    Kind.TIME: (str,),
}
_LONGEST_WORDS = 200


@dataclass(frozen=True)
class Setting:
    """One setting; ``group`` is the heading it stands under on the administrator's page."""

    name: str
    title: Text
    kind: Kind
    default: Any
    group: Text = OFFICE
    note: Text | None = None
    least: float | None = None
    most: float | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)

    def checked(self, value: Any) -> Any:
        """Return the value as it is kept; raises Problem for one that cannot be."""
        if not isinstance(value, _TYPES[self.kind]):
            raise self._wrong(value)
        if isinstance(value, bool):
            if self.kind is not Kind.YES_NO:
                raise self._wrong(value)
            return value
        if isinstance(value, str):
            return self._checked_words(value.strip())
        return self._checked_number(value)

    def _checked_number(self, value: Any) -> Any:
        low = -math.inf if self.least is None else self.least
        high = math.inf if self.most is None else self.most
        if not low <= value <= high or not math.isfinite(value):
            raise self._wrong(value)
        return value

    def _checked_words(self, value: str) -> str:
        if self.kind is Kind.WORDS and len(value) > (self.most or _LONGEST_WORDS):
            raise self._wrong(value)
        if self.kind is Kind.CHOICE and value not in self.choices:
            raise self._wrong(value)
        if self.kind is Kind.TIME:
            try:
                return f"{time.fromisoformat(value):%H:%M}"
            except ValueError:
                raise self._wrong(value) from None
        return value

    def _wrong(self, value: Any) -> Problem:
        if self.least is not None and self.most is not None:
            return Problem(
                _(
                    "“{title}” cannot be {value}: give a number from {least} to {most}.",
                    title=self.title,
                    value=value,
                    least=self.least,
                    most=self.most,
                )
            )
        return Problem(
            _("“{title}” cannot be “{value}”; nothing was changed.", title=self.title, value=value)
        )


SETTINGS: dict[str, Setting] = {}


def hand_in_setting(setting: Setting) -> Setting:
    """Put a setting into the table, at import of the module that reads it; return it."""
    setting.checked(setting.default)
    if SETTINGS.setdefault(setting.name, setting) != setting:
        raise ValueError(f"two settings are called {setting.name}")
    return setting


def setting(connection: sa.Connection, name: str) -> Any:
    """Return the value in force: the office's, else the default."""
    known = SETTINGS[name]
    kept = connection.execute(sa.select(SETTING.c.value).where(SETTING.c.name == name)).first()
    return known.default if kept is None else kept.value


def settings(connection: sa.Connection) -> dict[str, Any]:
    """Return name → value in force of every setting."""
    kept = {row.name: row.value for row in connection.execute(sa.select(SETTING))}
    return {name: kept.get(name, known.default) for name, known in SETTINGS.items()}


OFFICE_NAME = hand_in_setting(
    Setting("office_name", _("Name of the office, as it stands on documents"), Kind.WORDS, "")
)
