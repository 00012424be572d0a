"""Who must have looked at figures before they are published: a table for each product."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gis.language import Problem, Text, _
from parcels.people.access import Action
from reports.periods.period import PeriodKind


class Link(StrEnum):
    """One look at frozen figures."""

    BUREAU = "bureau"
    TOWNSHIPS = "townships"
    FIRST_REVIEW = "first_review"
    APPROVAL = "approval"
    COUNTY_HEAD = "county_head"
    PUBLICATION = "publication"


class Outcome(StrEnum):
    """What a person said."""

    PASSED = "passed"
    RETURNED = "returned"
    SEEN = "seen"
    OBJECTED = "objected"


LINK_TITLES: Mapping[Link, Text] = {
    Link.BUREAU: _("Confirmed by the bureau"),
    Link.TOWNSHIPS: _("Seen by the townships"),
    Link.FIRST_REVIEW: _("First review by the statistics office"),
    Link.APPROVAL: _("Approval by the deputy county head"),
    Link.COUNTY_HEAD: _("Approval by the county head"),
    Link.PUBLICATION: _("Publication"),
}
OUTCOME_TITLES: Mapping[Outcome, Text] = {
    Outcome.PASSED: _("passed"),
    Outcome.RETURNED: _("returned"),
    Outcome.SEEN: _("seen"),
    Outcome.OBJECTED: _("objected"),
}
LINK_ACTIONS: Mapping[Link, Action] = {
    Link.BUREAU: Action.FREEZE_FIGURES,
    Link.TOWNSHIPS: Action.SEE_FIGURES_FIRST,
    Link.FIRST_REVIEW: Action.REVIEW_FIGURES,
    Link.APPROVAL: Action.APPROVE_FIGURES,
    Link.COUNTY_HEAD: Action.APPROVE_AS_HEAD,
    Link.PUBLICATION: Action.PUBLISH_FIGURES,
}
_REPORTED_UPWARD = (
    Link.TOWNSHIPS,
    Link.FIRST_REVIEW,
    Link.APPROVAL,
    Link.COUNTY_HEAD,
    Link.PUBLICATION,
)
CHAINS: Mapping[PeriodKind, tuple[Link, ...]] = {
    PeriodKind.DAY: (Link.BUREAU,),
    PeriodKind.WEEK: _REPORTED_UPWARD,
    PeriodKind.MONTH: _REPORTED_UPWARD,
    PeriodKind.QUARTER: _REPORTED_UPWARD,
}
OPTIONAL = frozenset({Link.COUNTY_HEAD})  # an office's setting switches it on


@dataclass(frozen=True)
class Said:
    """One step a person took; ``region`` is a township's code where townships look."""

    link: Link
    outcome: Outcome
    person_id: int | None
    person: str
    at: datetime
    region: str = ""
    text: str = ""


@dataclass(frozen=True)
class Rules:
    """What an office decides about the chain."""

    with_county_head: bool = False
    hours_for_townships: int = 4


@dataclass(frozen=True)
class Standing:
    """Where frozen figures stand: ``waits_for`` is None once returned or published."""

    waits_for: Link | None
    is_published: bool
    is_returned: bool
    until: datetime | None = None  # townships may still look until then

    @property
    def is_live(self) -> bool:
        """Tell whether these figures hold their period: under way or published."""
        return not self.is_returned


def chain_of(kind: PeriodKind, rules: Rules) -> tuple[Link, ...]:
    """Return the links of a product in this office."""
    return tuple(link for link in CHAINS[kind] if link not in OPTIONAL or rules.with_county_head)


def standing_of(
    kind: PeriodKind,
    steps: Sequence[Said],
    townships: Collection[str],
    *,
    frozen_at: datetime,
    rules: Rules,
    now: datetime,
) -> Standing:
    """Return where figures stand after these steps; the townships' look also ends by itself."""
    if any(step.outcome is Outcome.RETURNED for step in steps):
        return Standing(None, is_published=False, is_returned=True)
    passed = {step.link for step in steps if step.outcome is Outcome.PASSED}
    looked = {step.region for step in steps if step.link is Link.TOWNSHIPS}
    until = frozen_at + timedelta(hours=rules.hours_for_townships)
    # what was published stays so whatever the office decides about its chain later
    if passed & {Link.PUBLICATION, Link.BUREAU}:
        return Standing(None, is_published=True, is_returned=False)
    for link in chain_of(kind, rules):
        if link is Link.TOWNSHIPS:
            if now < until and not looked >= set(townships):
                return Standing(link, is_published=False, is_returned=False, until=until)
        elif link not in passed:
            return Standing(link, is_published=False, is_returned=False)
    raise ValueError(f"a chain of {kind} without an end")


def require_another_person(
    link: Link, steps: Sequence[Said], frozen_by: int | None, person_id: int | None
) -> None:
    """Raise Problem when this person looked before: every link is another's."""
    if link in (Link.BUREAU, Link.TOWNSHIPS):
        return
    if link is not Link.PUBLICATION and person_id == frozen_by:
        raise Problem(_("You froze these figures; somebody else must look at them."))
    for step in steps:
        if step.person_id == person_id and step.link is not Link.TOWNSHIPS:
            raise Problem(
                _(
                    "You already said “{link}” to these figures; the next step is another's.",
                    link=LINK_TITLES[step.link],
                )
            )
