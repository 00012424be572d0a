"""Issuing documents: rendered once, kept as bytes, listed by version, never made again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _, say
from parcels.people import access
from parcels.people.access import Action, Refused
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.regions import narrower
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.files import file_path, keep_file
from parcels.store.tables import PERSON
from parcels.store.within import within
from reports.catalog import CATALOG
from reports.document import Document
from reports.renderers import MEDIA_TYPES, RENDERERS
from reports.services.give_codes import coded_all
from reports.services.looks import look_of
from reports.services.make_documents import DAY_SET, MAKERS, Made, day_documents
from reports.tables import ISSUED_DOCUMENT

FORMATS = ("xlsx", "docx", "pdf")


def issue_documents(
    store: Store,
    actor: Actor,
    project: Project,
    day: date,
    *,
    only: tuple[str, ...] = DAY_SET,
    formats: tuple[str, ...] = FORMATS,
    now: datetime,
    progress: Callable[[float, str], None] = lambda _share, _words: None,
) -> int:
    """Make and keep a day's documents in each format; return how many files were kept.

    A document issued before stays; this one is its next version.
    """
    access.require(actor, Action.ISSUE_DOCUMENT, project.region)
    require_known(only, formats)
    progress(0.02, say("Reading the figures …"))
    made = coded_set(store, actor, project, day, only=only, now=now)
    look = look_of(store)
    with tempfile.TemporaryDirectory() as folder:
        rendered: list[tuple[Made, str, Path]] = []
        for place, one in enumerate(made):
            progress(0.05 + 0.85 * place / len(made), one.document.title)
            for suffix in formats_of(one, formats):
                path = Path(folder) / f"{place}.{suffix}"
                path.write_bytes(RENDERERS[suffix](one.document, look))
                rendered.append((one, suffix, path))
        with store.writing() as connection:
            for one, suffix, path in rendered:
                _keep(connection, store, actor, project, day, one, suffix, path, now=now)
            audit.record(
                connection,
                actor,
                "issue_documents",
                f"{project.code} {day}",
                now=now,
                region=project.region,
                after={"files": len(rendered), "documents": sorted(set(only))},
            )
    return len(rendered)


def coded_set(
    store: Store,
    actor: Actor,
    project: Project,
    day: date,
    *,
    only: tuple[str, ...] = DAY_SET,
    now: datetime,
) -> list[Made]:
    """Return ``day_documents`` ready to leave the office: each with its check code."""
    made = list(day_documents(store, actor, project, day, only=only, now=now))
    given = [(one.region, one.document) for one in made]
    documents = coded_all(store, actor, project, given, now=now)
    return [Made(one.region, document) for one, document in zip(made, documents, strict=True)]


def issued(
    store: Store, actor: Actor, project: Project, day: date | None = None
) -> Sequence[Mapping[str, Any]]:
    """Return what was issued in the actor's region, newest first; of one day, or of all."""
    access.require(actor, Action.EXPORT_SUMMARY, narrower(actor.region, project.region))
    wanted = (
        sa.select(ISSUED_DOCUMENT, PERSON.c.display_name.label("maker"))
        .outerjoin(PERSON, PERSON.c.id == ISSUED_DOCUMENT.c.made_by)
        .where(
            ISSUED_DOCUMENT.c.project_id == project.id,
            within(ISSUED_DOCUMENT.c.region, narrower(actor.region, project.region)),
        )
        .order_by(ISSUED_DOCUMENT.c.day.desc(), ISSUED_DOCUMENT.c.id.desc())
    )
    if day is not None:
        wanted = wanted.where(ISSUED_DOCUMENT.c.day == day)
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def hand_out_issued(
    store: Store, actor: Actor, document_id: int, *, now: datetime
) -> tuple[str, str, bytes]:
    """Return file name, media type and the bytes as they were issued; writes the audit row."""
    with store.writing() as connection:
        row = connection.execute(
            sa.select(ISSUED_DOCUMENT).where(ISSUED_DOCUMENT.c.id == document_id)
        ).first()
        if row is None or not access.may(actor, Action.EXPORT_SUMMARY, row.region):
            raise Refused(_("There is no such file for you."))
        project = one_project(connection, row.project_id)
        name = f"{row.title} {row.day} v{row.version}.{row.suffix}"
        subject = f"{project.code} {name}"
        audit.record(connection, actor, "export", subject, now=now, region=row.region)
    return name, MEDIA_TYPES[row.suffix], file_path(store, row.file_sha256).read_bytes()


def require_known(only: Sequence[str], formats: Sequence[str]) -> None:
    """Raise Problem for a document or a format that does not exist."""
    for name in only:
        if name not in MAKERS:
            known = ", ".join(sorted(MAKERS))
            raise Problem(_("There is no document {name}; known: {known}.", name=name, known=known))
    for suffix in formats:
        if suffix not in RENDERERS:
            known = ", ".join(RENDERERS)
            raise Problem(_("There is no format {name}; known: {known}.", name=suffix, known=known))
    for name in only:
        offered = CATALOG[name].formats
        if not set(formats) & set(offered):
            raise Problem(
                _("{title} is made as {known} only.", title=CATALOG[name].title,
                  known=", ".join(offered))
            )  # fmt: skip


def formats_of(made: Made, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return which of the wanted formats a document is offered in: a ledger is no letter."""
    offered = CATALOG[made.document.name].formats
    return tuple(suffix for suffix in wanted if suffix in offered)


def file_stem(made: Made) -> str:
    """Return a document's name in a folder: its kind, and whose it is."""
    return f"{made.document.name}-{made.region}"


def _keep(
    connection: sa.Connection,
    store: Store,
    actor: Actor,
    project: Project,
    day: date,
    made: Made,
    suffix: str,
    path: Path,
    *,
    now: datetime,
) -> None:
    document: Document = made.document
    same = (
        ISSUED_DOCUMENT.c.project_id == project.id,
        ISSUED_DOCUMENT.c.region == made.region,
        ISSUED_DOCUMENT.c.name == document.name,
        ISSUED_DOCUMENT.c.suffix == suffix,
        ISSUED_DOCUMENT.c.day == day,
    )
    newest = connection.scalar(sa.select(sa.func.max(ISSUED_DOCUMENT.c.version)).where(*same))
    connection.execute(
        sa.insert(ISSUED_DOCUMENT).values(
            project_id=project.id,
            region=made.region,
            name=document.name,
            suffix=suffix,
            title=document.title,
            day=day,
            version=(newest or 0) + 1,
            state=document.stamp.state_words,
            check_code=document.stamp.check_code,
            audit_head=document.stamp.audit_head,
            file_sha256=keep_file(store, connection, path, now),
            made_at=now,
            made_by=actor.person_id,
        )
    )


def title_of(name: str) -> str:
    """Return what a kind of document is called."""
    return str(CATALOG[name].title)
