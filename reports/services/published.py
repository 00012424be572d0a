"""Frozen figures as a document: with their code, their state, and what a correction changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from gis.language import say
from gis.units import format_mu
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.regions import contains, narrower
from parcels.store.engine import Store
from reports.catalog import publication_sheet
from reports.catalog.period_words import Paragraphs
from reports.catalog.weekly_summary import compose
from reports.daily import OFFICE_TIME
from reports.document import Column, Document, Kind, Stamp, Table
from reports.periods.period import PeriodKind
from reports.printed import percent
from reports.publication.chain import LINK_TITLES
from reports.publication.check_code import shown
from reports.publication.content import Content
from reports.publication.derivation import Change, Derivation, changes, derived
from reports.publication.reading import Snapshot, content_of, snapshot_of_id
from reports.services.document_pictures import county_map, drawn


def state_words(snapshot: Snapshot) -> str:
    """Return what frozen figures are worth: a department's bulletin, published, or internal."""
    if snapshot.standing.is_published:
        if snapshot.period.kind is PeriodKind.DAY:
            return say("Department's daily bulletin")
        return say("Published")
    internal = say("Internal material, not approved for publication")
    if snapshot.standing.is_returned:
        return f"{internal} · {say('returned')}"
    waits_for = snapshot.standing.waits_for
    if waits_for is None:
        return internal
    return f"{internal} · {say('waits for: {link}', link=LINK_TITLES[waits_for])}"


def snapshot_document(
    connection: sa.Connection, actor: Actor, snapshot: Snapshot, *, now: datetime
) -> Document:
    """Return frozen figures as a document; before publication a township's own row and place."""
    access.require(actor, Action.EXPORT_SUMMARY, narrower(actor.region, snapshot.region))
    content = content_of(connection, snapshot)
    is_whole = _is_whole(actor, snapshot)
    summary = content.summary
    if not is_whole:
        own = tuple(row for row in summary.townships if contains(actor.region, row.code))
        summary = replace(summary, townships=own)
    document = compose(
        summary,
        _stamp(snapshot, content),
        with_county=is_whole,
        with_places=True,
        paragraphs=content.paragraphs,
    )
    if snapshot.replaces_id is None or not is_whole:
        return document
    old = snapshot_of_id(connection, snapshot.replaces_id, now=now)
    found = changes(content_of(connection, old).summary, content.summary)
    words: Paragraphs = (
        (
            say("Correction"),
            say("Corrects {code}: {reason}", code=shown(old.code), reason=snapshot.reason),
        ),
        *document.paragraphs,
    )
    return replace(document, paragraphs=words, tables=(_corrections(found), *document.tables))


def snapshot_file(
    store: Store, connection: sa.Connection, actor: Actor, snapshot: Snapshot, *, now: datetime
) -> Document:
    """Return ``snapshot_document`` with its charts, of frozen figures like its tables.

    Charts speak of the whole county, so whoever is shown one township has none.
    """
    document = snapshot_document(connection, actor, snapshot, now=now)
    if not _is_whole(actor, snapshot):
        return document
    content = content_of(connection, snapshot)
    maps = county_map(store, content.summary.project, content.summary)
    return replace(document, pictures=drawn(content.summary, content.charted, maps))


def _is_whole(actor: Actor, snapshot: Snapshot) -> bool:
    return snapshot.standing.is_published or contains(actor.region, snapshot.region)


def derivations(connection: sa.Connection, actor: Actor, snapshot: Snapshot) -> list[Derivation]:
    """Return the derivation of every row whose parcels the actor may see."""
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, snapshot.region))
    return [
        one
        for one in derived(content_of(connection, snapshot))
        if contains(actor.region, one.row.code)
    ]


def publication_sheet_of(connection: sa.Connection, actor: Actor, snapshot: Snapshot) -> Document:
    """Return the sheet of figures, chain and derivation; a township's has its own rows alone."""
    access.require(actor, Action.EXPORT_SUMMARY, narrower(actor.region, snapshot.region))
    content = content_of(connection, snapshot)
    found = derivations(connection, actor, snapshot)
    title = say("Publication sheet of {name}", name=content.summary.project.name)
    return publication_sheet.compose(
        title,
        snapshot.period.words,
        found,
        snapshot.steps if contains(actor.region, snapshot.region) else (),
        _stamp(snapshot, content),
        with_parcels=narrower(actor.region, snapshot.region),
    )


def _stamp(snapshot: Snapshot, content: Content) -> Stamp:
    frozen = snapshot.frozen_at.astimezone(OFFICE_TIME)
    versions = {name: content.basis[name] for name in ("parcels", "structures", "policy")}
    return Stamp(
        project=content.summary.project.name,
        basis=say("parcels v{parcels}, structures v{structures}, policy v{policy}", **versions),
        made_at=snapshot.frozen_at,
        audit_head=snapshot.audit_head,
        cut_off=say(
            "{day}, frozen {at}", day=content.summary.cut_off_day, at=f"{frozen:%Y-%m-%d %H:%M}"
        ),
        state=state_words(snapshot),
        check_code=shown(snapshot.code),
    )


def _corrections(found: list[Change]) -> Table:
    columns = (
        Column(say("Township")),
        Column(say("Figure")),
        Column(say("Old"), Kind.TEXT),
        Column(say("New"), Kind.TEXT),
    )
    rows = tuple(
        (one.place, str(one.figure), _figure(one.old, one.unit), _figure(one.new, one.unit))
        for one in found
    )
    return Table(say("Corrections, old → new"), columns, rows)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "—"
    match unit:
        case "mu":
            return say("{mu} mu", mu=format_mu(value))
        case "share":
            return percent(value)
    return str(int(value))
