"""The check code of every document that leaves the office, and the way back from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from gis.language import say
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import contains
from parcels.store.engine import Store
from parcels.store.tables import PERSON
from reports.daily import OFFICE_TIME
from reports.document import Document, Stamp
from reports.publication.check_code import code_of, shown
from reports.publication.fingerprint import fingerprint
from reports.tables import DOCUMENT_CODE, ISSUED_DOCUMENT, ISSUED_PAPER, SNAPSHOT


@dataclass(frozen=True)
class Content:
    """What a check code is given to: a thing that leaves, and the hash of what it says."""

    region: str
    name: str
    title: str
    stamp: Stamp
    sha256: str


@dataclass(frozen=True)
class CodedDocument:
    """What a check code of a document leads to: what left, resting on what, when and for whom.

    ``files``: document, version, format and SHA-256 of what was kept as it was issued.
    """

    code: str
    name: str
    title: str
    region: str
    cut_off: str
    basis: str
    state: str
    content_sha256: str
    audit_head: str
    made_at: datetime
    made_by: str
    files: tuple[tuple[str, int, str, str], ...]

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is told of it: label and words."""
        made = f"{self.made_at.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M} · {self.made_by or '—'}"
        kept = (
            f"{title} v{version} {suffix} · SHA-256 {sha256}"
            for title, version, suffix, sha256 in self.files
        )
        return (
            (say("Check code"), shown(self.code)),
            (say("Document"), self.title),
            (say("Region"), self.region),
            (say("Figures up to"), self.cut_off or "—"),
            (say("Rests on"), self.basis or "—"),
            (say("State"), self.state),
            (say("First made"), made),
            (say("Head of the audit chain"), self.audit_head),
            (say("Hash of what it says"), self.content_sha256),
            *((say("Kept as issued"), words) for words in kept),
        )


def coded(
    store: Store,
    actor: Actor,
    project: Project | None,
    document: Document,
    *,
    region: str,
    action: Action = Action.EXPORT_SUMMARY,
    now: datetime,
) -> Document:
    """Return the document with its check code; ``region`` is the one it speaks of."""
    [made] = coded_all(store, actor, project, [(region, document)], action=action, now=now)
    return made


def coded_all(
    store: Store,
    actor: Actor,
    project: Project | None,
    documents: Sequence[tuple[str, Document]],
    *,
    action: Action = Action.EXPORT_SUMMARY,
    now: datetime,
) -> list[Document]:
    """Return documents with their check codes, each kept so that it can be looked up.

    What says the same has the same code, and the row of who made it first. Frozen figures have
    their own code already.
    """
    contents = [
        Content(region, one.name, one.title, one.stamp, fingerprint(one))
        for region, one in documents
        if not one.stamp.check_code
    ]
    codes = iter(give_codes(store, actor, project, contents, action=action, now=now))
    return [
        one if one.stamp.check_code else replace(
            one, stamp=replace(one.stamp, check_code=next(codes))
        )
        for _region, one in documents
    ]  # fmt: skip


def give_codes(
    store: Store,
    actor: Actor,
    project: Project | None,
    contents: Sequence[Content],
    *,
    action: Action,
    now: datetime,
) -> list[str]:
    """Return the code of each content as it is printed, kept so that it can be looked up."""
    for one in contents:
        access.require(actor, action, one.region)
    if not contents:
        return []
    with store.writing() as connection:
        return [shown(_kept_code(connection, actor, project, one, now)) for one in contents]


def document_of_code(connection: sa.Connection, actor: Actor, code: str) -> CodedDocument | None:
    """Return what a code leads to, if it speaks of the actor's region."""
    wanted = (
        sa.select(DOCUMENT_CODE, sa.func.coalesce(PERSON.c.display_name, "").label("maker"))
        .outerjoin(PERSON, PERSON.c.id == DOCUMENT_CODE.c.made_by)
        .where(DOCUMENT_CODE.c.code == code)
    )
    row = connection.execute(wanted).first()
    if row is None or not contains(actor.region, row.region):
        return None
    access.require(actor, Action.SEE_PROGRESS, row.region)
    files = [
        (one.title, one.version, one.suffix, one.file_sha256)
        for table in (ISSUED_DOCUMENT, ISSUED_PAPER)
        for one in connection.execute(
            sa.select(table).where(table.c.check_code == shown(code)).order_by(table.c.id)
        )
    ]
    return CodedDocument(
        row.code, row.name, row.title, row.region, row.cut_off, row.basis, row.state,
        row.content_sha256, row.audit_head, row.made_at, row.maker, tuple(files),
    )  # fmt: skip


def free_code(connection: sa.Connection, sha256: str) -> str:
    """Return the first code of a content that neither frozen figures nor a document has yet."""
    attempt = 0
    while _is_taken(connection, code := code_of(sha256, attempt)):
        attempt += 1
    return code


def _is_taken(connection: sa.Connection, code: str) -> bool:
    return any(
        connection.execute(sa.select(table.c.id).where(table.c.code == code)).first()
        for table in (SNAPSHOT, DOCUMENT_CODE)
    )


def _kept_code(
    connection: sa.Connection,
    actor: Actor,
    project: Project | None,
    content: Content,
    now: datetime,
) -> str:
    project_id = project.id if project else None
    present = connection.scalar(
        sa.select(DOCUMENT_CODE.c.code).where(
            DOCUMENT_CODE.c.content_sha256 == content.sha256,
            DOCUMENT_CODE.c.project_id == project_id,
            DOCUMENT_CODE.c.region == content.region,
        )
    )
    if present:
        return str(present)
    code = free_code(connection, content.sha256)
    connection.execute(
        sa.insert(DOCUMENT_CODE).values(
            project_id=project_id,
            region=content.region,
            code=code,
            name=content.name,
            title=content.title,
            cut_off=content.stamp.cut_off,
            basis=content.stamp.basis,
            state=content.stamp.state_words,
            content_sha256=content.sha256,
            audit_head=content.stamp.audit_head,
            made_at=now,
            made_by=actor.person_id,
        )
    )
    return code
