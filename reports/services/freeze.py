"""Freezing a period's figures: from then on they are what they are, and have a code."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels import register
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.store import audit
from parcels.store.engine import Store
from reports.calendar import last_due_day
from reports.catalog.period_words import paragraphs_of
from reports.clean import clean
from reports.daily import OFFICE_TIME, ReportState
from reports.periods.period import Period, PeriodKind
from reports.periods.summary import period_parts, period_summary
from reports.publication.chain import Link, Outcome
from reports.publication.check_code import shown
from reports.publication.content import Content, as_bytes, sha256_of
from reports.publication.reading import Snapshot, edited_words, snapshot_of_id, snapshots
from reports.services.document_pictures import charted_of
from reports.services.give_codes import free_code
from reports.services.week import basis_of, summary_of, words_of
from reports.tables import DAILY_REPORT, PERIOD_WORDS, SNAPSHOT, SNAPSHOT_STEP

LONGEST_WORDS = 5_000


def freeze(
    store: Store, actor: Actor, project: Project, period: Period, *, reason: str = "", now: datetime
) -> Snapshot:
    """Freeze a period's figures, with its words as they stand; a day is published by that.

    ``reason`` is wanted where published figures are corrected: the new ones say old → new.
    """
    access.require(actor, Action.FREEZE_FIGURES, project.region)
    reason = clean(reason.strip())
    with store.writing() as connection:
        _require_over(connection, project, period, now)
        earlier = snapshots(connection, actor, project, now=now, period=period)
        replaced = _require_free(earlier, reason)
        content = _content(store, connection, actor, project, period, now)
        kept = as_bytes(content)
        sha256 = sha256_of(kept)
        if replaced and replaced.content_sha256 == sha256:
            raise Problem(_("Nothing changed since {code}.", code=shown(replaced.code)))
        code = free_code(connection, sha256)
        townships = [row.code for row in content.summary.townships]
        key = connection.execute(
            sa.insert(SNAPSHOT).values(
                project_id=project.id,
                region=project.region,
                kind=period.kind.value,
                first=period.first,
                last=period.last,
                version=len(earlier) + 1,
                code=code,
                cut_off_at=now,
                check_id=project.adopted_check_id,
                basis=dict(content.basis) | {"townships": townships},
                content=zlib.compress(kept, 9),
                content_sha256=sha256,
                replaces_id=replaced.id if replaced else None,
                reason=reason,
                audit_head=audit.head(connection),
                frozen_by=actor.person_id,
                frozen_at=now,
            )
        ).inserted_primary_key
        assert key is not None  # noqa: S101  an insert of one row has a key
        if period.kind is PeriodKind.DAY:
            connection.execute(
                sa.insert(SNAPSHOT_STEP).values(
                    snapshot_id=key[0],
                    link=Link.BUREAU.value,
                    outcome=Outcome.PASSED.value,
                    person_id=actor.person_id,
                    at=now,
                )
            )
        audit.record(
            connection,
            actor,
            "freeze_figures",
            f"{project.code} {period.kind} {period.first} {code}",
            now=now,
            region=project.region,
            before={"code": replaced.code} if replaced else {},
            after={"code": code, "sha256": sha256, "reason": reason},
        )
        return snapshot_of_id(connection, key[0], now=now)


def edit_words(
    store: Store, actor: Actor, project: Project, period: Period, place: int, text: str, *,
    now: datetime,
) -> None:  # fmt: skip
    """Keep a person's wording of one paragraph; the figures' own wording is kept beside it."""
    access.require(actor, Action.FREEZE_FIGURES, project.region)
    text = clean(text.strip())
    written = paragraphs_of(summary_of(store, actor, project, period, now=now))
    if not text or len(text) > LONGEST_WORDS or not 0 <= place < len(written):
        raise Problem(_("A paragraph has 1 to {most} letters.", most=LONGEST_WORDS))
    with store.writing() as connection:
        before = edited_words(connection, project, period).get(place)
        connection.execute(
            sa.insert(PERIOD_WORDS).values(
                project_id=project.id,
                kind=period.kind.value,
                first=period.first,
                place=place,
                text=text,
                written=written[place][1],
                person_id=actor.person_id,
                at=now,
            )
        )
        audit.record(
            connection,
            actor,
            "edit_words",
            f"{project.code} {period.kind} {period.first} {place + 1}",
            now=now,
            region=project.region,
            before={"text": before.text if before else written[place][1]},
            after={"text": text},
        )


def _content(
    store: Store,
    connection: sa.Connection,
    actor: Actor,
    project: Project,
    period: Period,
    now: datetime,
) -> Content:
    today = now.astimezone(OFFICE_TIME).date()
    basis = basis_of(store, actor, project, period, now=now)
    summary = period_summary(basis, period, today=today)
    versions: Mapping[str, Any] = register.adopted_versions(store, actor, project) or {}
    return Content(
        summary,
        versions,
        words_of(connection, project, period, summary),
        period_parts(basis, period, today=today),
        basis.reports,
        charted_of(store, actor, project, basis, summary),
    )


def _require_over(
    connection: sa.Connection, project: Project, period: Period, now: datetime
) -> None:
    if project.adopted_check_id is None:
        raise Problem(_("No parcel layer has been adopted yet; there are no figures."))
    if period.last > last_due_day(project, now):
        raise Problem(
            _(
                "{period} runs until {day} {cut_off:%H:%M}; freeze it after that.",
                period=period.words,
                day=period.last,
                cut_off=project.cut_off,
            )
        )
    waiting = connection.scalar(
        sa.select(sa.func.count()).where(
            DAILY_REPORT.c.project_id == project.id,
            DAILY_REPORT.c.day.between(period.first, period.last),
            DAILY_REPORT.c.state == ReportState.FILED.value,
        )
    )
    if waiting:
        raise Problem(
            _("{count} reports of these days wait: confirm or return them first.", count=waiting)
        )


def _require_free(earlier: list[Snapshot], reason: str) -> Snapshot | None:
    """Return the published figures these would correct; raises Problem when some are under way."""
    live = next((one for one in earlier if one.standing.is_live), None)
    if live is None:
        return None
    if not live.standing.is_published:
        raise Problem(
            _("These days are frozen as {code}, which is still under way.", code=shown(live.code))
        )
    if not reason:
        raise Problem(
            _("{code} is published: say why it is corrected. Both stay.", code=shown(live.code))
        )
    return live
