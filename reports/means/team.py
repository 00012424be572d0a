"""A township's dedicated team (专班): who is in it, with post and phone, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from gis.language import Problem, _
from parcels.answerable import Officer


@dataclass(frozen=True)
class Team:
    """A team as its founding document names it."""

    name: str
    formed_on: date
    members: tuple[Officer, ...]
    document_no: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise Problem(_("Give the team a name."))
        if not self.members:
            raise Problem(_("A team needs at least one named member with a phone."))
        for member in self.members:
            if not (member.name and member.phone):
                raise Problem(
                    _("Give name and phone of every member; {who} is not complete.",
                      who=str(member) or "—")
                )  # fmt: skip


def team_of(row: Mapping[str, Any]) -> Team:
    """Return the team of a table row."""
    members = tuple(Officer(**member) for member in row["members"])
    return Team(row["name"], row["formed_on"], members, row["document_no"])


def as_row(team: Team) -> dict[str, Any]:
    """Return the table's columns of a team."""
    return {
        "name": team.name,
        "formed_on": team.formed_on,
        "document_no": team.document_no,
        "members": [asdict(member) for member in team.members],
    }
