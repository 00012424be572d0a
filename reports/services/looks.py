"""How this office's documents look: its fonts, and the templates it brought."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from docx import Document as read_word  # noqa: N813  a function, whatever it is called

from gis.fonts import office_fonts
from gis.language import Problem, _, say
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.files import file_path, keep_file
from parcels.store.tables import PERSON
from reports.catalog import CATALOG
from reports.document import Column, Document, Kind, Letter, Look, Stamp, Table
from reports.renderers import docx
from reports.renderers.docx_template import default_template, require_template
from reports.tables import DOCUMENT_TEMPLATE

EVERY_DOCUMENT = ""  # the template of all documents that have none of their own


def look_of(store: Store) -> Look:
    """Return the fonts under the office's folder and its templates in force."""
    with store.reading() as connection:
        in_force = connection.execute(
            sa.select(DOCUMENT_TEMPLATE.c.document, DOCUMENT_TEMPLATE.c.file_sha256).where(
                DOCUMENT_TEMPLATE.c.retired_at.is_(None)
            )
        ).all()
    templates = {row.document: file_path(store, row.file_sha256).read_bytes() for row in in_force}
    return Look(office_fonts(store.folder), templates)


def templates(store: Store, actor: Actor) -> Sequence[Mapping[str, Any]]:
    """Return the templates in force: document, file_name, uploaded_at, uploaded_by (a name)."""
    access.require(actor, Action.KEEP_TEMPLATES, actor.region)
    wanted = (
        sa.select(
            DOCUMENT_TEMPLATE.c.document,
            DOCUMENT_TEMPLATE.c.file_name,
            DOCUMENT_TEMPLATE.c.uploaded_at,
            PERSON.c.display_name.label("uploaded_by"),
        )
        .join(PERSON, PERSON.c.id == DOCUMENT_TEMPLATE.c.uploaded_by)
        .where(DOCUMENT_TEMPLATE.c.retired_at.is_(None))
        .order_by(DOCUMENT_TEMPLATE.c.document)
    )
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def template_in_force(store: Store, actor: Actor, document: str) -> bytes:
    """Return the template a document is made with now: its own, the office's for all, or ours."""
    access.require(actor, Action.KEEP_TEMPLATES, actor.region)
    _require_known(document)
    own = look_of(store).templates
    return own.get(document) or own.get(EVERY_DOCUMENT) or default_template()


def preview(content: bytes, *, now: datetime) -> list[str]:
    """Return a sample's words in this template, a paragraph a line; raises Problem in words."""
    require_template(content)
    made = docx.render(sample(now), Look(templates={EVERY_DOCUMENT: content}))
    lines = (paragraph.text for paragraph in read_word(io.BytesIO(made)).paragraphs)
    return [line for line in lines if line]


def sample(now: datetime) -> Document:
    """Return a small document that has everything a document can have."""
    stamp = Stamp(say("Sample project"), "v1", now, "0" * 64, cut_off=f"{now:%Y-%m-%d}")
    letter = Letter("〔2026〕第1号", say("A township"), say("Our office"), now.date())
    columns = (Column(say("Township")), Column(say("Area (mu)"), Kind.MU))
    table = Table(say("A table"), columns, ((say("A township"), 2000.0),))
    words = ((say("General state"), say("The words of the first paragraph.")),)
    return Document("sample", say("A sample document"), stamp, (), words, (table,), letter=letter)


def keep_template(
    store: Store, actor: Actor, document: str, file_name: str, content: bytes, *, now: datetime
) -> None:
    """Take a template into force for a document, or for all that have none (``EVERY_DOCUMENT``)."""
    access.require(actor, Action.KEEP_TEMPLATES, actor.region)
    _require_known(document)
    require_template(content)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.docx"
        path.write_bytes(content)
        with store.writing() as connection:
            _retire(connection, document, now)
            sha256 = keep_file(store, connection, path, now)
            connection.execute(
                sa.insert(DOCUMENT_TEMPLATE).values(
                    document=document,
                    file_name=file_name,
                    file_sha256=sha256,
                    uploaded_at=now,
                    uploaded_by=actor.person_id,
                )
            )
            after = {"file": file_name, "sha256": sha256}
            audit.record(connection, actor, "keep_template", document or "*", now=now, after=after)


def restore_template(store: Store, actor: Actor, document: str, *, now: datetime) -> None:
    """Go back to the template that came with the software."""
    access.require(actor, Action.KEEP_TEMPLATES, actor.region)
    _require_known(document)
    with store.writing() as connection:
        if not _retire(connection, document, now):
            raise Problem(_("This document has no template of your own; nothing was changed."))
        audit.record(connection, actor, "restore_template", document or "*", now=now)


def _retire(connection: sa.Connection, document: str, now: datetime) -> int:
    changed = connection.execute(
        sa.update(DOCUMENT_TEMPLATE)
        .where(DOCUMENT_TEMPLATE.c.document == document, DOCUMENT_TEMPLATE.c.retired_at.is_(None))
        .values(retired_at=now)
    )
    return int(changed.rowcount)


def _require_known(document: str) -> None:
    if document != EVERY_DOCUMENT and document not in CATALOG:
        raise Problem(_("There is no document {name}.", name=document))
