"""Kept reads of what is followed: means, facts, notices, inspections, calls for help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pandas as pd

from parcels.people.sessions import Session
from parcels.projects import Project
from reports.acceptance.reading import inspection_results
from reports.calendar import last_due_day
from reports.contradictions.reading import Card, contradictions_of
from reports.guidance import reading as guidance
from reports.guidance.items import Item
from reports.means import reading as means_reading
from reports.means.standing import Means
from reports.periods.period import Period
from reports.periods.summary import PeriodSummary
from reports.publication.reading import Snapshot, snapshots
from reports.services.issue_papers import kept_versions
from reports.services.week import summary_of
from reports.supervision import reading as supervision
from reports.supervision.facts import Facts
from reports.supervision.ladder import Lines, Proposal
from reports.supervision.notice import Notice
from ui import office
from ui.kept import Newest
from ui.reading import newest_change, version

_KEPT: Newest[tuple[Any, ...]] = Newest(1024)  # ten things of every township at the cut-off
Thing = TypeVar("Thing")


def means(session: Session, project: Project) -> list[Means]:
    """Return what each township of the region works with today."""
    today = office.today()
    return _read(
        session, project, f"means {today}",
        lambda: means_reading.means_of(office.store(), session.actor, project, day=today),
    )  # fmt: skip


def movements(session: Session, project: Project) -> pd.DataFrame:
    """Return the region's money that has moved."""
    today = office.today()
    return _read(
        session, project, f"movements {today}",
        lambda: means_reading.movements(office.store(), session.actor, project, until=today),
    )  # fmt: skip


def curves(session: Session, project: Project) -> dict[str, Any]:
    """Return the region's plans as ``completion`` takes them."""
    return _read(
        session, project, "curves",
        lambda: means_reading.plan_curves(office.store(), session.actor, project),
    )  # fmt: skip


def lines() -> Lines:
    """Return the ladder's lines as the office set them."""
    return supervision.lines(office.store())


def facts(session: Session, project: Project) -> list[Facts]:
    """Return the facts of the region's townships; they change at the cut-off too."""
    now = office.now()
    return _read(
        session, project, f"facts {last_due_day(project, now)}",
        lambda: supervision.facts(office.store(), session.actor, project, now=now),
    )  # fmt: skip


def notices(session: Session, project: Project) -> list[Notice]:
    """Return the region's notices, open ones first."""
    return _read(
        session, project, "notices",
        lambda: supervision.notices(office.store(), session.actor, project),
    )  # fmt: skip


def proposals(session: Session, project: Project) -> list[Proposal]:
    """Return what the ladder proposes today."""
    today, due = office.today(), last_due_day(project, office.now())

    def read() -> list[Proposal]:  # the facts within: under a newer name old ones would stay
        every = facts(session, project)
        return supervision.proposed(office.store(), session.actor, project, every, today=today)

    return _read(session, project, f"proposals {today} {due}", read)


def notice_steps(session: Session, project: Project, notice_id: int) -> list[dict[str, Any]]:
    """Return what happened to a notice."""
    return _read(
        session, project, f"steps {notice_id}",
        lambda: supervision.steps_of(office.store(), session.actor, project, notice_id),
    )  # fmt: skip


def kept_letters(session: Session, project: Project) -> dict[int, set[int]]:
    """Return notice id → of which of its steps the letter was kept as it stood then."""
    return _read(
        session, project, "kept letters",
        lambda: kept_versions(office.store(), session.actor, project),
    )  # fmt: skip


def results(session: Session, project: Project) -> pd.DataFrame:
    """Return the region's standing results of inspections."""
    return _read(
        session, project, "results",
        lambda: inspection_results(office.store(), session.actor, project),
    )  # fmt: skip


def contradictions(session: Session, project: Project, region: str) -> list[Card]:
    """Return the cards that are not settled, in a part of the person's region."""
    return _read(
        session, project, f"contradictions {region}",
        lambda: contradictions_of(office.store(), session.actor, project, region=region),
    )  # fmt: skip


def calls(session: Session, project: Project) -> list[Item]:
    """Return the region's calls for help."""
    return _read(
        session, project, "calls", lambda: guidance.items(office.store(), session.actor, project)
    )


def answers(session: Session, project: Project) -> list[Mapping[str, Any]]:
    """Return the answers meant for every township."""
    return _read(
        session, project, "answers",
        lambda: guidance.answers_for_all(office.store(), session.actor, project),
        at=version(),  # other townships' questions
    )  # fmt: skip


def summary(session: Session, project: Project, period: Period) -> PeriodSummary:
    """Return the summary of a period over the region's townships, as of now."""
    now = office.now()
    key = f"summary {period} {office.today()} {last_due_day(project, now)} {session.language}"
    return _read(
        session, project, key,
        lambda: summary_of(office.store(), session.actor, project, period, now=now),
    )  # fmt: skip


def frozen(session: Session, project: Project) -> list[Snapshot]:
    """Return the project's frozen figures, newest first; asked anew every ten minutes, for the
    townships' hours run out."""

    def read() -> list[Snapshot]:
        with office.store().reading() as connection:
            return snapshots(connection, session.actor, project, now=office.now())

    return _read(session, project, f"frozen {office.now():%Y%m%d%H%M}"[:-1], read, at=version())


def published(session: Session, project: Project) -> Snapshot | None:
    """Return the figures that went out last."""
    found = frozen(session, project)
    return next((one for one in found if one.standing.is_published), None)


def _read(
    session: Session, project: Project, what: str, read: Callable[[], Thing], *, at: str = ""
) -> Thing:
    actor = session.actor
    key = (what, project.id, project.adopted_check_id, actor.region, actor.role)
    return _KEPT.get(key, at or newest_change(session), read)
