"""Every function that is handed a store and an actor, found in the code, and how it is called.

A new one falls under the test by itself; an argument that ``arguments.VALUES`` does not know is
guessed, until somebody says what it may be: that is its row in the matrix.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from parcels.people import access
from parcels.people.access import Action, Refused
from parcels.people.actor import Actor, Role
from tests.rights.recording import ROOT, Recording

NOT_OF_THE_OFFICE = ("/demo/", "/commands/", "/migrations/", "/heavy/")


@dataclass(frozen=True)
class Entry:
    """A function of the register or the reporting loop that acts for a person."""

    module: str
    name: str
    call: Callable[..., Any]

    @property
    def key(self) -> str:
        return f"{self.module}.{self.name}"

    @property
    def is_service(self) -> bool:
        return ".services." in self.module


def every_entry() -> list[Entry]:
    """Return every public function whose first arguments are a store and an actor."""
    found = []
    for file in sorted([*ROOT.glob("parcels/**/*.py"), *ROOT.glob("reports/**/*.py")]):
        place = f"/{file.relative_to(ROOT)}"
        if any(part in place for part in NOT_OF_THE_OFFICE) or file.name == "__main__.py":
            continue
        module = str(file.relative_to(ROOT).with_suffix("")).replace("/", ".")
        module = module.removesuffix(".__init__")
        for name, call in vars(import_module(module)).items():
            if name.startswith("_") or not inspect.isfunction(call) or call.__module__ != module:
                continue
            if list(inspect.signature(call).parameters)[:2] == ["store", "actor"]:
                found.append(Entry(module, name, call))
    return found


class AskedMay(dict[Action, frozenset[Role]]):
    """The table of rights, remembering what was asked."""

    def __init__(self) -> None:
        super().__init__(access.MAY)
        self.asked: set[Action] = set()

    def __getitem__(self, action: Action) -> frozenset[Role]:
        self.asked.add(action)
        return super().__getitem__(action)


@dataclass(frozen=True)
class Outcome:
    """What came of a call; ``error`` None: it returned."""

    said: str
    error: Exception | None
    has_written: bool
    asked: frozenset[Action]

    @property
    def is_refused(self) -> bool:
        return isinstance(self.error, Refused)


def tried(
    entry: Entry, store: Recording, actor: Actor, wanted: dict[str, Any], may: AskedMay
) -> Outcome:
    """Call it for a person; nothing it changes is kept."""
    store.seen.clear()
    may.asked.clear()
    result: Any = None
    error: Exception | None = None
    try:
        result = entry.call(store, actor, **wanted)
        if inspect.isgenerator(result):
            result = list(result)
    except Exception as raised:  # what it is, the test judges
        error = raised
    said = f"{words_of(result)} {error}"
    return Outcome(said, error, bool(store.seen), frozenset(may.asked))


def words_of(result: Any) -> str:
    """Return all that a result says."""
    if isinstance(result, pd.DataFrame):
        return str(pd.DataFrame(result).to_csv())
    if isinstance(result, bytes):
        from tests.browser.doors import opened

        return opened(result)
    if isinstance(result, dict):
        return " ".join(f"{key} {words_of(value)}" for key, value in result.items())
    if isinstance(result, list | tuple | set | frozenset):
        return " ".join(words_of(one) for one in result)
    if hasattr(result, "__dataclass_fields__"):
        return " ".join(words_of(getattr(result, name)) for name in result.__dataclass_fields__)
    if isinstance(result, Path) and result.is_file():
        return words_of(result.read_bytes())
    return str(result)
