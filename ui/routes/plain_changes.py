"""What a posting of the plain page changes in the draft, and what of it cannot stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from gis.language import say
from gis.units import half_up
from parcels.workflow import Step
from reports.drafts import MONEY, NUMBERS, REASON, TEXTS, Draft, entry_key
from reports.means.money import FEN_PER_YUAN, Purpose
from reports.reasons import ProblemReason
from reports.room import left_m2
from reports.workbook.read import number_of

Ground = tuple[pd.DataFrame, pd.DataFrame]


@dataclass
class Sent:
    """What came in one posting: fields as typed, files as bytes, what was refused."""

    fields: Mapping[str, str] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    photos: list[tuple[str, bytes]] = field(default_factory=list)
    form: bytes = b""
    told: list[str] = field(default_factory=list)
    is_saved: bool = False


def changes_of(sent: Sent) -> dict[str, Any]:
    """Return all that can stand; the rest is told line by line and stays typed on the page."""
    changes: dict[str, Any] = {name: sent.fields[name] for name in TEXTS if name in sent.fields}
    if "problem" in sent.fields:  # an unchecked box is not sent at all
        for reason in ProblemReason:
            key = f"{REASON}:{reason}"
            changes[key] = True if key in sent.fields else None
    for name, most in NUMBERS.items():
        typed = sent.fields.get(name, "").strip()
        number = number_of(typed) if typed else None
        if typed and (number is None or not 0 <= number <= most or number != int(number)):
            sent.told.append(say("“{value}” cannot stand there; type it again.", value=typed))
        elif number is not None:
            changes[name] = int(number)
    for purpose in Purpose:
        key = f"{MONEY}:{purpose}"
        if key in sent.fields:
            changes[key] = _fen(sent, key)
    for name, typed in sent.fields.items():
        kind, _colon, place = name.partition(":")
        if kind == "area":
            changes[f"entry:{place}"] = _area(sent, typed)
    return {key: value for key, value in changes.items() if value is not Ellipsis}


def _fen(sent: Sent, key: str) -> Any:
    typed = sent.fields[key].strip()
    yuan = number_of(typed) if typed else Decimal(0)
    if yuan is None or yuan < 0:
        sent.told.append(say("“{value}” cannot stand there; type it again.", value=typed))
        return Ellipsis
    return int(yuan * FEN_PER_YUAN) or None


def _area(sent: Sent, typed: str) -> Any:
    if not typed.strip():
        return None
    number = number_of(typed)
    if number is None or number <= 0:
        sent.told.append(say("“{value}” cannot stand there; type it again.", value=typed))
        return Ellipsis
    return float(half_up(float(number), 2))


def whole_parcels(ground: Ground, sent: Sent, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parcels that were ticked, each with all that is open for its step."""
    parcels, done = ground
    content = {key: value for key, value in changes.items() if value}
    basket = Draft(0, "", date.min, content=content).entries
    found = {}
    for one in sent.taken:
        number, _colon, name = one.partition(":")
        step = step_of(name)
        ledger_id = int(number) if number.isascii() and number.isdigit() else 0
        if step is None or ledger_id not in parcels.index:
            continue
        room = left_m2(parcels.loc[[ledger_id]], done.loc[[ledger_id]], basket, step).iloc[0]
        if room > 0:
            found[entry_key(ledger_id, step)] = float(half_up(room, 2))
    return found


def step_of(name: str) -> Step | None:
    """Return a step by its name; None for any other word."""
    return Step(name) if name in set(Step) else None
