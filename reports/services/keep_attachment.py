"""Keeping a document that belongs to a plan or a notice, and handing it out again."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.files import file_path, keep_file
from parcels.store.tables import PERSON
from parcels.store.within import within
from reports.attached_kinds import BY_SUFFIX, KINDS, kind_of
from reports.clean import clean
from reports.tables import ATTACHMENT, NOTICE, PLAN

MOST_BYTES = 25 * 1024**2
MOST_OF_ONE_THING = 20


@dataclass(frozen=True)
class Attachment:
    """A kept document; ``region`` is the township of the plan or notice it belongs to."""

    id: int
    region: str
    about: str
    file_name: str
    kept_at: datetime
    person: str


Place = tuple[int, str]  # project, township
OWNERS: dict[str, tuple[sa.Table, Action]] = {
    "plan": (PLAN, Action.KEEP_MEANS),
    "notice": (NOTICE, Action.REPLY_NOTICE),
}
"""What a document may belong to, and the right to attach one there."""


def keep_attachment(
    store: Store, actor: Actor, about: str, content: bytes, file_name: str, *, now: datetime
) -> int:
    """Keep a document of a thing (``about`` like “plan:3”) and return its id.

    The same document of the same thing is kept once. Raises Problem that names the file.
    """
    name = clean(Path(file_name.replace("\\", "/")).name.strip())[-120:] or "document"
    kind = kind_of(content, Path(name).suffix)
    with store.reading() as connection:
        (project_id, region), action = _owner(connection, about)
    access.require(actor, action, region)
    if not content or len(content) > MOST_BYTES:
        raise Problem(_("{file} is empty or larger than 25 MB.", file=name))
    if kind is None:
        known = "、".join(one.suffix for one in KINDS)
        raise Problem(
            _("{file} is not what its name says, or none of: {known}.", file=name, known=known)
        )
    with tempfile.TemporaryDirectory(prefix="attached-") as folder:
        path = Path(folder) / "document"
        path.write_bytes(content)
        with store.writing() as connection:
            sha256 = keep_file(store, connection, path, now)
            own = ATTACHMENT.c.about == about
            known_id = connection.scalar(
                sa.select(ATTACHMENT.c.id).where(own, ATTACHMENT.c.file_sha256 == sha256)
            )
            if known_id is not None:
                return int(known_id)
            count = connection.scalar(sa.select(sa.func.count()).where(own)) or 0
            if count >= MOST_OF_ONE_THING:
                raise Problem(_("{count} documents are attached already; no more.", count=count))
            inserted = connection.execute(
                sa.insert(ATTACHMENT).values(
                    project_id=project_id, region=region, about=about, file_name=name,
                    kind=kind.suffix, file_sha256=sha256, kept_at=now, kept_by=actor.person_id,
                )
            ).inserted_primary_key  # fmt: skip
            assert inserted is not None  # noqa: S101  an insert of one row has a key
            audit.record(
                connection, actor, "keep_attachment", about, now=now, region=region,
                after={"file": name, "sha256": sha256},
            )  # fmt: skip
    return int(inserted[0])


def attachments(store: Store, actor: Actor, project: Project, thing: str) -> list[Attachment]:
    """Return the region's documents of all things of a kind (“plan”), newest first."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    wanted = (
        sa.select(ATTACHMENT, PERSON.c.display_name)
        .join(PERSON, PERSON.c.id == ATTACHMENT.c.kept_by)
        .where(
            ATTACHMENT.c.project_id == project.id,
            ATTACHMENT.c.about.startswith(f"{thing}:"),
            within(ATTACHMENT.c.region, region),
        )
        .order_by(ATTACHMENT.c.id.desc())
    )
    with store.reading() as connection:
        return [
            Attachment(row.id, row.region, row.about, row.file_name, row.kept_at, row.display_name)
            for row in connection.execute(wanted)
        ]


def hand_out_attachment(
    store: Store, actor: Actor, attachment_id: int, *, now: datetime
) -> tuple[str, str, bytes]:
    """Return name, media type and content of a document of the person's region."""
    with store.writing() as connection:
        row = connection.execute(
            sa.select(ATTACHMENT).where(
                ATTACHMENT.c.id == attachment_id, within(ATTACHMENT.c.region, actor.region)
            )
        ).first()
        if row is None:
            raise Problem(_("There is no such document."))
        access.require(actor, Action.SEE_PROGRESS, row.region)
        audit.record(connection, actor, "export", row.file_name, now=now, region=row.region)
    kind = BY_SUFFIX[row.kind]
    return row.file_name, kind.media_type, file_path(store, row.file_sha256).read_bytes()


def newest_plan(store: Store, actor: Actor, project_id: int, township_code: str) -> str:
    """Return what a document of a township's plan is about; "" where it has no plan yet."""
    access.require(actor, Action.SEE_PROGRESS, township_code)
    wanted = sa.select(sa.func.max(PLAN.c.id)).where(
        PLAN.c.project_id == project_id, PLAN.c.township_code == township_code
    )
    with store.reading() as connection:
        found = connection.scalar(wanted)
    return f"plan:{found}" if found else ""


def _owner(connection: sa.Connection, about: str) -> tuple[Place, Action]:
    """Return project and township of the thing, and the right to attach to it."""
    thing, _colon, key = about.partition(":")
    if thing not in OWNERS or not key.isdigit():
        raise ValueError(f"a document is about a thing like 'plan:3', not {about!r}")
    table, action = OWNERS[thing]
    row = connection.execute(
        sa.select(table.c.project_id, table.c.township_code).where(table.c.id == int(key))
    ).first()
    if row is None:
        raise Problem(_("There is no such document."))
    return (row.project_id, row.township_code), action
