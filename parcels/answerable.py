"""Who answers for a township: leader in charge (主要负责同志), deputy (分管副职), and its task."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store.engine import Store
from parcels.store.tables import ANSWERABLE
from parcels.store.within import within


@dataclass(frozen=True)
class Officer:
    """A named person with post and phone; without a name nobody has been named."""

    name: str = ""
    post: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.name)

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.post, self.phone) if part)


@dataclass(frozen=True)
class Answerable:
    """A township's people and the figure a document gives it (m² of new arable; None: none)."""

    leader: Officer = Officer()
    deputy: Officer = Officer()
    document_task_m2: float | None = None
    task_document_no: str = ""

    def __post_init__(self) -> None:
        if self.document_task_m2 is not None and not 0 < self.document_task_m2 < 1e10:
            raise Problem(_("A task must be above 0; leave it empty to take the eligible sum."))
        if self.document_task_m2 is not None and not self.task_document_no:
            raise Problem(_("Give the number of the document that sets this task."))
        if self.document_task_m2 is None and self.task_document_no:
            raise Problem(
                _("Give the figure of document {no}, or no number.", no=self.task_document_no)
            )


NOBODY = Answerable()


@dataclass(frozen=True)
class Task:
    """What a township has to bring, both figures side by side; m² of new arable."""

    eligible_m2: float
    document_m2: float | None
    document_no: str

    @property
    def task_m2(self) -> float:
        """The document's figure where there is one, else the eligible sum."""
        return self.eligible_m2 if self.document_m2 is None else self.document_m2


def task_of(answerable: Answerable, eligible_m2: float) -> Task:
    """Return a township's task; ``eligible_m2`` is its denominator of completion."""
    return Task(eligible_m2, answerable.document_task_m2, answerable.task_document_no)


def answerable_of(row: sa.RowMapping) -> Answerable:
    """Return what a row of the table says."""
    officers = {
        who: Officer(row[f"{who}_name"], row[f"{who}_post"], row[f"{who}_phone"])
        for who in ("leader", "deputy")
    }
    return Answerable(
        **officers,
        document_task_m2=row["document_task_m2"],
        task_document_no=row["task_document_no"],
    )


def as_row(answerable: Answerable) -> dict[str, object]:
    """Return the table's columns of what somebody answers for."""
    officers = {
        f"{who}_{part}": words
        for who in ("leader", "deputy")
        for part, words in asdict(getattr(answerable, who)).items()
    }
    return officers | {
        "document_task_m2": answerable.document_task_m2,
        "task_document_no": answerable.task_document_no,
    }


def answerables(store: Store, actor: Actor, project: Project) -> dict[str, Answerable]:
    """Return township code → who answers for it, of the actor's region; unnamed ones absent."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    wanted = sa.select(ANSWERABLE).where(
        ANSWERABLE.c.project_id == project.id, within(ANSWERABLE.c.township_code, region)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).mappings()
        return {row["township_code"]: answerable_of(row) for row in rows}
