"""Reading frozen figures, always within one region."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import Level, contains, narrower
from parcels.settings import Kind, Setting, hand_in_setting, setting
from parcels.store.tables import PERSON
from parcels.store.within import within
from reports.periods.period import Period, PeriodKind
from reports.publication.chain import Link, Outcome, Rules, Said, Standing, standing_of
from reports.publication.content import Content, from_bytes, sha256_of
from reports.tables import PERIOD_WORDS, SNAPSHOT, SNAPSHOT_STEP

_GROUP = _("Publication of figures")
WITH_COUNTY_HEAD = hand_in_setting(
    Setting("with_county_head", _("The county head approves too"), Kind.YES_NO, False, _GROUP)
)
HOURS_FOR_TOWNSHIPS = hand_in_setting(
    Setting(
        "hours_for_townships",
        _("Hours townships have to look at their frozen figures first"),
        Kind.WHOLE,
        4,
        _GROUP,
        least=0,
        most=72,
    )
)
LEADER_REVIEWS = hand_in_setting(
    Setting(
        "leader_reviews",
        _("The township's leader reviews each report before the bureau confirms it"),
        Kind.YES_NO,
        False,
        _GROUP,
    )
)
SECOND_PERSON = hand_in_setting(
    Setting(
        "second_person",
        _("What a clerk filed for a township is confirmed by another clerk"),
        Kind.YES_NO,
        True,
        _GROUP,
        note=_("An office with one clerk turns this off; the audit log then says so each time."),
    )
)


@dataclass(frozen=True)
class Snapshot:
    """Frozen figures without their content; ``code`` is what documents print."""

    id: int
    project_id: int
    region: str
    period: Period
    version: int
    code: str
    cut_off_at: datetime
    basis: Mapping[str, Any]
    content_sha256: str
    replaces_id: int | None
    reason: str
    audit_head: str
    frozen_by: int | None
    frozen_by_name: str
    frozen_at: datetime
    steps: tuple[Said, ...]
    standing: Standing


@dataclass(frozen=True)
class EditedWords:
    """A paragraph as a person wrote it; ``written`` is what the figures had written then."""

    place: int
    text: str
    written: str
    person: str
    at: datetime


def rules_of(connection: sa.Connection) -> Rules:
    """Return what the office decides about the chain."""
    return Rules(
        bool(setting(connection, WITH_COUNTY_HEAD.name)),
        int(setting(connection, HOURS_FOR_TOWNSHIPS.name)),
    )


def snapshots(
    connection: sa.Connection,
    actor: Actor,
    project: Project,
    *,
    now: datetime,
    period: Period | None = None,
) -> list[Snapshot]:
    """Return the frozen figures of a project (of one period), newest first."""
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    wanted = _SNAPSHOTS.where(SNAPSHOT.c.project_id == project.id)
    if period is not None:
        wanted = wanted.where(
            SNAPSHOT.c.kind == period.kind.value, SNAPSHOT.c["first"] == period.first
        )
    rows = connection.execute(wanted.order_by(SNAPSHOT.c.id.desc())).mappings().all()
    return _with_steps(connection, rows, now)


def snapshot_of_code(
    connection: sa.Connection, actor: Actor, code: str, *, now: datetime
) -> Snapshot | None:
    """Return the frozen figures of a check code, if they are of the actor's county."""
    county = actor.region[: Level.COUNTY]
    wanted = _SNAPSHOTS.where(SNAPSHOT.c.code == code, within(SNAPSHOT.c.region, county))
    rows = connection.execute(wanted).mappings().all()
    if not rows:
        return None
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, rows[0]["region"]))
    return _with_steps(connection, rows, now)[0]


def find_snapshot(
    connection: sa.Connection, actor: Actor, snapshot_id: int, *, now: datetime
) -> Snapshot | None:
    """Return frozen figures by their key, if they are of the actor's county."""
    code = connection.scalar(sa.select(SNAPSHOT.c.code).where(SNAPSHOT.c.id == snapshot_id))
    return snapshot_of_code(connection, actor, code, now=now) if code else None


def snapshot_of_id(connection: sa.Connection, snapshot_id: int, *, now: datetime) -> Snapshot:
    """Return frozen figures by their key; raises Problem when there are none."""
    rows = connection.execute(_SNAPSHOTS.where(SNAPSHOT.c.id == snapshot_id)).mappings().all()
    if not rows:
        raise Problem(_("There are no such frozen figures."))
    return _with_steps(connection, rows, now)[0]


def content_of(connection: sa.Connection, snapshot: Snapshot) -> Content:
    """Return what was frozen; raises Problem when it is not what its hash says."""
    packed = connection.scalar(sa.select(SNAPSHOT.c.content).where(SNAPSHOT.c.id == snapshot.id))
    content = zlib.decompress(bytes(packed or b""))
    if sha256_of(content) != snapshot.content_sha256:
        raise Problem(
            _(
                "The figures of {code} are not those that were frozen: the database was changed "
                "from outside. Restore them from a backup.",
                code=snapshot.code,
            )
        )
    return from_bytes(content)


def is_frozen(connection: sa.Connection, project_id: int, day: date) -> bool:
    """Tell whether live frozen figures of the project cover a day."""
    returned = sa.select(SNAPSHOT_STEP.c.snapshot_id).where(
        SNAPSHOT_STEP.c.outcome == Outcome.RETURNED.value
    )
    found = sa.select(SNAPSHOT.c.id).where(
        SNAPSHOT.c.project_id == project_id,
        SNAPSHOT.c["first"] <= day,
        SNAPSHOT.c["last"] >= day,
        SNAPSHOT.c.id.not_in(returned),
    )
    return connection.execute(found.limit(1)).first() is not None


def edited_words(
    connection: sa.Connection, project: Project, period: Period
) -> dict[int, EditedWords]:
    """Return the newest edit of each paragraph of a period."""
    wanted = (
        sa.select(PERIOD_WORDS, PERSON.c.display_name)
        .outerjoin(PERSON, PERSON.c.id == PERIOD_WORDS.c.person_id)
        .where(
            PERIOD_WORDS.c.project_id == project.id,
            PERIOD_WORDS.c.kind == period.kind.value,
            PERIOD_WORDS.c["first"] == period.first,
        )
        .order_by(PERIOD_WORDS.c.id)
    )
    return {
        row.place: EditedWords(row.place, row.text, row.written, row.display_name or "", row.at)
        for row in connection.execute(wanted)
    }


_SNAPSHOTS = sa.select(
    *(column for column in SNAPSHOT.c if column.name != "content"),
    sa.func.coalesce(PERSON.c.display_name, "").label("frozen_by_name"),
).outerjoin(PERSON, PERSON.c.id == SNAPSHOT.c.frozen_by)


def steps_seen_by(actor: Actor, snapshot: Snapshot) -> tuple[Said, ...]:
    """Return what was said about frozen figures as far as the actor may read it.

    A township reads its own looks; what others objected to, or sent back, is the county's.
    """
    if contains(actor.region, snapshot.region):
        return snapshot.steps
    return tuple(one for one in snapshot.steps if one.region and contains(actor.region, one.region))


def _with_steps(
    connection: sa.Connection, rows: Sequence[sa.RowMapping], now: datetime
) -> list[Snapshot]:
    rules = rules_of(connection)
    wanted = (
        sa.select(SNAPSHOT_STEP, PERSON.c.display_name)
        .outerjoin(PERSON, PERSON.c.id == SNAPSHOT_STEP.c.person_id)
        .where(SNAPSHOT_STEP.c.snapshot_id.in_([row["id"] for row in rows]))
        .order_by(SNAPSHOT_STEP.c.id)
    )
    steps: dict[int, list[Said]] = {}
    for step in connection.execute(wanted):
        said = Said(
            Link(step.link),
            Outcome(step.outcome),
            step.person_id,
            step.display_name or "",
            step.at,
            step.region,
            step.text,
        )
        steps.setdefault(step.snapshot_id, []).append(said)
    found = []
    for row in rows:
        kind = PeriodKind(row["kind"])
        own = tuple(steps.get(row["id"], ()))
        standing = standing_of(
            kind,
            own,
            row["basis"]["townships"],
            frozen_at=row["frozen_at"],
            rules=rules,
            now=now,
        )
        same = {
            name: row[name]
            for name in (
                "id", "project_id", "region", "version", "code", "cut_off_at", "basis",
                "content_sha256", "replaces_id", "reason", "audit_head", "frozen_by",
                "frozen_by_name", "frozen_at",
            )
        }  # fmt: skip
        period = Period(kind, row["first"])
        found.append(Snapshot(period=period, steps=own, standing=standing, **same))
    return found
