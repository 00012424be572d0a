"""Keeping a photo: shrunk in a bounded child, its time and place noted, the rest of EXIF gone."""

from __future__ import annotations

import hashlib
import re
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gis.bounded.child import TOO_HEAVY, Unusable, answer_of
from gis.bounded.pictures import SERVED, SMALL, UPLOAD
from gis.language import Problem, Text, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import one_project
from parcels.regions import contains
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.files import keep_file
from parcels.store.tables import LEDGER
from parcels.store.within import within
from reports.clean import clean
from reports.daily import OFFICE_TIME
from reports.tables import PHOTO

MOST_BYTES = 25 * 1024**2
MOST_OF_ONE_THING = 60
ABOUT = re.compile(r"[a-z_]{1,40}:[0-9]{1,18}")
TASK = "gis.bounded.pictures:shrink"
FAULTS: dict[str, Text] = {
    "heic": _(
        "{file} is an HEIC picture. Set the phone's camera to “most compatible” (JPEG), or send "
        "the picture through the phone's own share menu, and attach it again."
    ),
    "no_picture": _("{file} is no JPEG, PNG or WebP picture; attach a photo."),
    "damaged": _("{file} is damaged or was cut off on the way; attach it again."),
    "too_many_pixels": _("{file} has too many pixels; take it with the camera's normal size."),
    TOO_HEAVY: _("{file} cannot be opened within the limits; take the photo again."),
}


def keep_photo(
    store: Store,
    actor: Actor,
    content: bytes,
    file_name: str,
    *,
    project_id: int,
    region: str,
    about: str,
    now: datetime,
    ledger_id: int | None = None,
) -> int:
    """Keep a photo of one thing (``about`` like “daily_report:12”) and return its id.

    The same picture of the same thing is kept once. Raises Problem that names the file; nothing
    else is touched by a photo that fails.
    """
    access.require(actor, Action.KEEP_PHOTO, region)
    name = clean(Path(file_name.replace("\\", "/")).name.strip())[:120] or "photo"
    if not ABOUT.fullmatch(about):
        raise ValueError(f"a photo is about a thing like 'daily_report:12', not {about!r}")
    if not content or len(content) > MOST_BYTES:
        raise Problem(_("{file} is empty or larger than 25 MB; attach a normal photo.", file=name))
    original = hashlib.sha256(content).hexdigest()
    with tempfile.TemporaryDirectory(prefix="photo-") as folder:
        work = Path(folder)
        told = _shrunk(work, content, name)
        with store.writing() as connection:
            project = one_project(connection, project_id)
            _require_place(connection, project.id, project.region, region, ledger_id)
            if known := _known(connection, about, original):
                return known
            inserted = connection.execute(
                sa.insert(PHOTO).values(
                    project_id=project.id,
                    region=region,
                    about=about,
                    ledger_id=ledger_id,
                    file_name=name,
                    original_sha256=original,
                    served_sha256=keep_file(store, connection, work / SERVED, now),
                    small_sha256=keep_file(store, connection, work / SMALL, now),
                    width=told["width"],
                    height=told["height"],
                    taken_at=taken_at(told["taken"], told["offset"]),
                    lon=told["lon"],
                    lat=told["lat"],
                    direction=told["direction"],
                    kept_at=now,
                    kept_by=actor.person_id,
                )
            ).inserted_primary_key
            assert inserted is not None  # noqa: S101  an insert of one row has a key
            audit.record(
                connection, actor, "keep_photo", about, now=now, region=region,
                after={"file": name, "sha256": original},
            )  # fmt: skip
    return int(inserted[0])


def drop_photo(store: Store, actor: Actor, photo_id: int, *, about: str, now: datetime) -> None:
    """Take a photo off a draft again; what has been sent keeps its photos."""
    with store.writing() as connection:
        row = connection.execute(
            sa.select(PHOTO).where(PHOTO.c.id == photo_id, PHOTO.c.about == about)
        ).first()
        if row is None or not about.startswith("draft:"):
            raise Problem(_("There is no such photo."))
        access.require(actor, Action.KEEP_PHOTO, row.region)
        connection.execute(sa.delete(PHOTO).where(PHOTO.c.id == photo_id))
        audit.record(
            connection, actor, "drop_photo", about, now=now, region=row.region,
            before={"file": row.file_name, "sha256": row.original_sha256},
        )  # fmt: skip


def taken_at(taken: str, offset: str) -> datetime | None:
    """Return EXIF's moment, by the office's clock where it names no offset; None: unknown."""
    try:
        moment = datetime.strptime(taken.strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        zone = datetime.strptime(offset, "%z").tzinfo if offset else OFFICE_TIME
    except ValueError:
        return None
    return moment.replace(tzinfo=zone) if 1990 < moment.year < 2200 else None


def _shrunk(work: Path, content: bytes, name: str) -> dict[str, Any]:
    (work / UPLOAD).write_bytes(content)
    try:
        return answer_of(TASK, {}, work)
    except Unusable as error:
        words = FAULTS.get(error.code, FAULTS["damaged"])
        raise Problem(Text(words.msgid, {"file": name})) from error


def _require_place(
    connection: sa.Connection, project_id: int, of_project: str, region: str, ledger_id: int | None
) -> None:
    if not contains(of_project, region):
        raise Problem(_("The place of the photo does not belong to the project."))
    if ledger_id is None:
        return
    own = sa.select(LEDGER.c.id).where(
        LEDGER.c.id == ledger_id,
        LEDGER.c.project_id == project_id,
        within(LEDGER.c.village_code, region),
    )
    if connection.scalar(own) is None:
        raise Problem(_("This parcel is not one of yours; choose it from the list."))


def _known(connection: sa.Connection, about: str, original: str) -> int | None:
    """Return the photo already kept; raises Problem when the thing has its fill."""
    present = connection.execute(
        sa.select(PHOTO.c.id, PHOTO.c.original_sha256).where(PHOTO.c.about == about)
    ).all()
    for row in present:
        if row.original_sha256 == original:
            return int(row.id)
    if len(present) >= MOST_OF_ONE_THING:
        raise Problem(
            _("There are {count} photos already; take one out first.", count=len(present))
        )
    return None
