"""Who is acting: a person with a role and a region, from an address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gis.language import Text, _


class Role(StrEnum):
    """What a person is in the county."""

    TOWNSHIP_REPORTER = "township_reporter"
    TOWNSHIP_LEADER = "township_leader"
    BUREAU_CLERK = "bureau_clerk"
    FIGURE_REVIEWER = "figure_reviewer"
    APPROVER = "approver"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"


ROLE_TITLES: dict[Role, Text] = {
    Role.TOWNSHIP_REPORTER: _("Township reporter"),
    Role.TOWNSHIP_LEADER: _("Township leader"),
    Role.BUREAU_CLERK: _("Bureau clerk"),
    Role.FIGURE_REVIEWER: _("Figure reviewer"),
    Role.APPROVER: _("County leader"),
    Role.INSPECTOR: _("Inspector"),
    Role.ADMINISTRATOR: _("Administrator"),
}
TOWNSHIP_ROLES = frozenset({Role.TOWNSHIP_REPORTER, Role.TOWNSHIP_LEADER})


@dataclass(frozen=True)
class Actor:
    """A person as a service sees them; ``region`` is an administrative-code prefix."""

    person_id: int | None
    name: str
    display_name: str
    role: Role | None
    region: str
    address: str

    @property
    def is_township(self) -> bool:
        return self.role in TOWNSHIP_ROLES


def system(region: str = "") -> Actor:
    """Return the system itself as an actor: first start, demo, command line on the server."""
    return Actor(None, "system", "system", None, region, "localhost")
