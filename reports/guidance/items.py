"""Calls for help as items: the same words on several days are one item, with what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pandas as pd

from gis.language import Text, _


class ItemState(StrEnum):
    """Where a call for help stands."""

    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"


ITEM_STATES: dict[ItemState, Text] = {
    ItemState.OPEN: _("Nobody has taken it up"),
    ItemState.TAKEN: _("Taken up"),
    ItemState.ANSWERED: _("Answered"),
}


@dataclass(frozen=True)
class Item:
    """One call for help; ``guidance_id`` None: nobody has taken it up."""

    township_code: str
    question: str
    first_report_id: int
    last_report_id: int
    asked_on: date
    last_asked_on: date
    days: int
    guidance_id: int | None = None
    taker: str = ""
    due: date | None = None
    answer: str = ""
    answerer: str = ""
    answered_at: datetime | None = None

    @property
    def state(self) -> ItemState:
        if self.answered_at is not None:
            return ItemState.ANSWERED
        return ItemState.OPEN if self.guidance_id is None else ItemState.TAKEN

    def is_overdue(self, today: date) -> bool:
        """Tell whether the date that was promised has passed without an answer."""
        return self.answered_at is None and self.due is not None and today > self.due


def asked(reports: pd.DataFrame, answers: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Return every call for help, the open ones first, then the newest.

    ``reports``: id, township_code, day, help_wanted of live reports. ``answers``: GUIDANCE rows
    with taker and answerer. The same words of a township are one item until they were answered;
    said again in a later report they open a new one.
    """
    items: list[Item] = []
    calls = reports[reports["help_wanted"] != ""].sort_values("id")
    for (code, question), said in calls.groupby(["township_code", "help_wanted"], sort=False):
        left = said
        for kept in answers:
            if (kept["township_code"], kept["question"]) != (code, question):
                continue
            mine = left[left["id"] >= kept["first_report_id"]]
            if kept["answered_at"] is not None:
                mine = mine[mine["id"] <= kept["last_report_id"]]
            if not mine.empty:
                items.append(_item(mine, kept))
                left = left[left["id"] > mine["id"].max()]
        if not left.empty:
            items.append(_item(left, {}))
    order = {state: place for place, state in enumerate(ItemState)}
    return sorted(items, key=lambda one: (order[one.state], -one.last_asked_on.toordinal()))


def _item(said: pd.DataFrame, kept: Mapping[str, Any]) -> Item:
    return Item(
        township_code=str(said.iloc[0]["township_code"]),
        question=str(said.iloc[0]["help_wanted"]),
        first_report_id=int(said.iloc[0]["id"]),
        last_report_id=int(said.iloc[-1]["id"]),
        asked_on=said["day"].min(),
        last_asked_on=said["day"].max(),
        days=len(said),
        guidance_id=kept.get("id"),
        taker=kept.get("taker") or "",
        due=kept.get("due"),
        answer=kept.get("answer") or "",
        answerer=kept.get("answerer") or "",
        answered_at=kept.get("answered_at"),
    )
