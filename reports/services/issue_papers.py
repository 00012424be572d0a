"""Letters of notices and published figures: rendered once, kept as bytes, never made again.

A notice has a version of its letter for every step it took; its other papers belong to the step
that brought them. Published figures are kept at their publication. All in the office's language,
whoever asks: an issued letter is one letter.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _, office_language, speaking
from parcels.people import access
from parcels.people.access import Action, Refused
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.regions import narrower
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.files import file_path, keep_file
from parcels.store.within import within
from reports.catalog import interview, notice, publication_sheet, reply, weekly_summary
from reports.document import Document
from reports.publication.check_code import shown
from reports.publication.reading import Snapshot, find_snapshot
from reports.renderers import MEDIA_TYPES, RENDERERS
from reports.services.give_codes import coded
from reports.services.looks import look_of
from reports.services.make_documents import notice_document, notice_paper, papers_of
from reports.services.published import publication_sheet_of, snapshot_file
from reports.supervision import papers
from reports.supervision.notice import Notice, NoticeState
from reports.supervision.reading import notices, steps_of
from reports.tables import ISSUED_PAPER, NOTICE_STEP

LETTER, SUMMARY, SHEET = (
    one.DOCUMENT.name for one in (notice, weekly_summary, publication_sheet)
)  # fmt: skip
NEWEST = 0
PaperFile = tuple[str, str, bytes]  # file name, media type, content


@dataclass(frozen=True)
class Place:
    """What a paper belongs to: a step of a notice, or frozen figures; and whom it speaks of."""

    project: Project
    region: str
    name: str
    version: int
    notice_step_id: int | None = None
    snapshot_id: int | None = None


def letter_file(
    store: Store, actor: Actor, project: Project, notice_id: int, name: str, suffix: str, *,
    version: int = NEWEST, now: datetime,
) -> PaperFile:  # fmt: skip
    """Return a notice's letter or paper as it was issued; the audit row says who took it.

    ``version``: the letter as it stood after that step. A newest one from before papers were kept
    is kept now. Refused where there is none for this person.
    """
    found = _notice(store, actor, project, notice_id)
    if suffix not in RENDERERS or name not in (LETTER, *papers_of(found)):
        raise _missing()
    place = _letter_place(store, actor, project, found, name, version)
    kept = _kept(store, place, suffix)
    if kept is None and version != NEWEST:
        raise _missing()
    if kept is None:
        document = _letter(store, actor, project, found, name, now)
        kept = _keep(store, actor, place, document, now=now)[suffix]
    title, content = kept
    file_name = f"{title} {found.number} v{place.version}.{suffix}"
    _record_export(store, actor, place, file_name, now)
    return file_name, MEDIA_TYPES[suffix], content


def kept_versions(store: Store, actor: Actor, project: Project) -> dict[int, set[int]]:
    """Return notice id → of which of its steps the letter was kept as it stood then."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_NOTICE, region)
    wanted = (
        sa.select(NOTICE_STEP.c.notice_id, ISSUED_PAPER.c.version)
        .join(NOTICE_STEP, NOTICE_STEP.c.id == ISSUED_PAPER.c.notice_step_id)
        .where(
            ISSUED_PAPER.c.project_id == project.id,
            ISSUED_PAPER.c.name == LETTER,
            within(ISSUED_PAPER.c.region, region),
        )
        .distinct()
    )
    found: dict[int, set[int]] = {}
    with store.reading() as connection:
        for notice_id, version in connection.execute(wanted):
            found.setdefault(notice_id, set()).add(version)
    return found


def keep_letters(
    store: Store, actor: Actor, project: Project, notice_id: int, *, now: datetime
) -> None:
    """Keep what a notice's last step issued, in every format; nothing that is kept already."""
    found = _notice(store, actor, project, notice_id)
    for name in (LETTER, *papers_of(found)):
        place = _letter_place(store, actor, project, found, name)
        if _kept(store, place, next(iter(RENDERERS))) is None:
            document = _letter(store, actor, project, found, name, now)
            _keep(store, actor, place, document, now=now)


def figures_file(
    store: Store, actor: Actor, snapshot_id: int, name: str, suffix: str, *, now: datetime
) -> PaperFile:
    """Return frozen figures (``SUMMARY``) or their ``SHEET`` as a file: published ones as kept."""
    snapshot, make = _figures(store, actor, snapshot_id, name, now)
    if suffix not in RENDERERS:
        raise _missing()
    place = _figures_place(store, actor, snapshot, name)
    is_published = snapshot.standing.is_published
    kept = _kept(store, place, suffix) if is_published else None
    if kept is None and is_published:
        kept = _keep(store, actor, place, make(), now=now)[suffix]
    if kept is None:
        document = make()
        kept = document.title, RENDERERS[suffix](document, look_of(store))
    title, content = kept
    file_name = f"{title} {snapshot.period.first} {snapshot.code}.{suffix}"
    _record_export(store, actor, place, file_name, now)
    return file_name, MEDIA_TYPES[suffix], content


def keep_figures(store: Store, actor: Actor, snapshot_id: int, *, now: datetime) -> int:
    """Keep published figures and their sheet in every format; return how many files are new."""
    count = 0
    for name in (SUMMARY, SHEET):
        snapshot, make = _figures(store, actor, snapshot_id, name, now)
        place = _figures_place(store, actor, snapshot, name)
        access.require(actor, Action.PUBLISH_FIGURES, snapshot.region)
        if not snapshot.standing.is_published:
            raise Problem(_("{code} is not published.", code=shown(snapshot.code)))
        if _kept(store, place, next(iter(RENDERERS))) is None:
            count += len(_keep(store, actor, place, make(), now=now))
    return count


def _notice(store: Store, actor: Actor, project: Project, notice_id: int) -> Notice:
    for one in notices(store, actor, project):
        if one.id == notice_id:
            return one
    raise _missing()


def _letter_place(
    store: Store, actor: Actor, project: Project, found: Notice, name: str, version: int = NEWEST
) -> Place:
    """Return where a paper of a notice is kept: with the step of the notice it belongs to."""
    steps = steps_of(store, actor, project, found.id)
    if name == LETTER:
        if not 0 <= version <= len(steps):
            raise _missing()
        step: Mapping[str, Any] | None = steps[version - 1]  # the newest is the last
    elif name == interview.DOCUMENT.name:
        step = steps[0]
    else:
        is_reply = name == reply.DOCUMENT.name
        step = papers.newest(steps, NoticeState.REPLIED if is_reply else NoticeState.REVISITED)
    if step is None:
        raise _missing()
    version = [one["id"] for one in steps].index(step["id"]) + 1
    return Place(project, found.township_code, name, version, notice_step_id=step["id"])


def _letter(
    store: Store, actor: Actor, project: Project, found: Notice, name: str, now: datetime
) -> Document:
    with speaking(office_language()):
        made = (
            notice_document(store, actor, project, found.id, now=now)
            if name == LETTER
            else notice_paper(store, actor, project, found.id, name, now=now)
        )
        return coded(
            store, actor, project, made, region=found.township_code, action=Action.SEE_NOTICE,
            now=now,
        )  # fmt: skip


def _figures(
    store: Store, actor: Actor, snapshot_id: int, name: str, now: datetime
) -> tuple[Snapshot, Callable[[], Document]]:
    with store.reading() as connection:
        found = find_snapshot(connection, actor, snapshot_id, now=now)
    if found is None or name not in (SUMMARY, SHEET):
        raise _missing()
    snapshot = found
    access.require(actor, Action.EXPORT_SUMMARY, narrower(actor.region, snapshot.region))

    def make() -> Document:
        with speaking(office_language()), store.reading() as connection:
            if name == SHEET:
                return publication_sheet_of(connection, actor, snapshot)
            return snapshot_file(store, connection, actor, snapshot, now=now)

    return snapshot, make


def _figures_place(store: Store, actor: Actor, snapshot: Snapshot, name: str) -> Place:
    """A published summary is one for everybody; of the sheet a township has its own rows."""
    is_one = name == SUMMARY and snapshot.standing.is_published
    region = snapshot.region if is_one else narrower(actor.region, snapshot.region)
    with store.reading() as connection:
        project = one_project(connection, snapshot.project_id)
    return Place(project, region, name, snapshot.version, snapshot_id=snapshot.id)


def _kept(store: Store, place: Place, suffix: str) -> tuple[str, bytes] | None:
    """Return title and bytes of a paper as it was issued."""
    with store.reading() as connection:
        return _found(store, connection, place).get(suffix)


def _found(store: Store, connection: sa.Connection, place: Place) -> dict[str, tuple[str, bytes]]:
    columns = (ISSUED_PAPER.c.suffix, ISSUED_PAPER.c.title, ISSUED_PAPER.c.file_sha256)
    return {
        row.suffix: (row.title, file_path(store, row.file_sha256).read_bytes())
        for row in connection.execute(sa.select(*columns).where(*_of(place)))
    }


def _of(place: Place) -> tuple[sa.ColumnElement[bool], ...]:
    owner = (
        ISSUED_PAPER.c.snapshot_id == place.snapshot_id
        if place.notice_step_id is None
        else ISSUED_PAPER.c.notice_step_id == place.notice_step_id
    )
    return owner, ISSUED_PAPER.c.name == place.name, ISSUED_PAPER.c.region == place.region


def _keep(
    store: Store, actor: Actor, place: Place, document: Document, *, now: datetime
) -> dict[str, tuple[str, bytes]]:
    """Render a paper in every format and keep it; return suffix → title and bytes as kept now.

    Where somebody else was first, theirs is the one.
    """
    look = look_of(store)
    with speaking(office_language()):
        rendered = {suffix: render(document, look) for suffix, render in RENDERERS.items()}
    with tempfile.TemporaryDirectory() as folder, store.writing() as connection:
        if present := _found(store, connection, place):
            return present
        hashes = {}
        for suffix, content in rendered.items():
            path = Path(folder) / suffix
            path.write_bytes(content)
            hashes[suffix] = keep_file(store, connection, path, now)
            connection.execute(
                sa.insert(ISSUED_PAPER).values(
                    project_id=place.project.id,
                    region=place.region,
                    notice_step_id=place.notice_step_id,
                    snapshot_id=place.snapshot_id,
                    name=place.name,
                    suffix=suffix,
                    title=document.title,
                    version=place.version,
                    check_code=document.stamp.check_code,
                    audit_head=document.stamp.audit_head,
                    file_sha256=hashes[suffix],
                    made_at=now,
                    made_by=actor.person_id,
                )
            )
        subject = f"{place.project.code} {document.title} {document.stamp.check_code}"
        audit.record(connection, actor, "issue_paper", subject, now=now, region=place.region,
                     after=hashes)  # fmt: skip
    return {suffix: (document.title, content) for suffix, content in rendered.items()}


def _record_export(store: Store, actor: Actor, place: Place, name: str, now: datetime) -> None:
    with store.writing() as connection:
        subject = f"{place.project.code} {name}"
        audit.record(connection, actor, "export", subject, now=now, region=place.region)


def _missing() -> Refused:
    return Refused(_("There is no such file for you."))
