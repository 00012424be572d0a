"""What is unsafe about this installation: asked at every start, and by ``startup-check``."""

from __future__ import annotations

import ipaddress
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

from gis.formats.room import without_network
from gis.language import Text, _
from parcels.store.engine import Store, wal_is_safe
from parcels.store.postgis import has_postgis
from parcels.store.sqlite import sqlite3
from parcels.store.tables import AUDIT, PERSON

LEAST_FREE_BYTES = 2 * 1024**3
CLOCK_SLACK = timedelta(minutes=5)
OFFICE_ZONE = "Asia/Shanghai"
BACKUP_AGE = timedelta(days=3)
ANYBODY = frozenset({"*", "0.0.0.0/0", "::/0"})
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
PINS = Path(__file__).resolve().parent.parent / "requirements.txt"
LOCAL = frozenset({"", "localhost"})


@dataclass(frozen=True)
class Place:
    """Where the application runs: its store, the address it listens on (empty: unknown), now."""

    store: Store
    address: str
    now: datetime


def what_is_unsafe(place: Place) -> list[Text]:
    """Return one sentence for everything that should be mended; none when all is well."""
    return [said for look in LOOKS if (said := look(place)) is not None]


def _libraries(_place: Place) -> Text | None:
    """Compare what is installed with what was tested."""
    wrong = []
    for line in PINS.read_text("utf-8").splitlines() if PINS.is_file() else []:
        name, equals, wanted = line.partition(";")[0].rstrip("\\ ").partition("==")
        if not equals or line.startswith((" ", "#")):
            continue
        try:
            present = version(name.partition("[")[0])
        except PackageNotFoundError:
            present = "—"
        if present != wanted.strip():
            wrong.append(f"{name} {present} ({wanted.strip()})")
    if not wrong:
        return None
    return _(
        "Libraries differ from those tested: {names}. Run make setup, or install the bundle again.",
        names=", ".join(wrong),
    )


def _address(place: Place) -> Text | None:
    """An open address without a proxy sends passwords in the clear."""
    if _is_here(place.address):
        return None
    return _(
        "The application listens on {address} itself: passwords cross the network unencrypted. Put "
        "nginx with HTTPS before it and listen on 127.0.0.1 (docs/operations.md).",
        address=place.address,
    )


def _is_here(host: str) -> bool:
    """Tell whether a host, or a socket's folder, is this machine."""
    if host in LOCAL or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _demo_accounts(place: Place) -> int:
    with place.store.reading() as connection:
        wanted = sa.select(sa.func.count()).select_from(PERSON).where(PERSON.c.is_demo)
        return connection.scalar(wanted) or 0


def _demo(place: Place) -> Text | None:
    """Demo accounts are entered by one click."""
    count = _demo_accounts(place)
    if not count or _address(place) is None:
        return None
    return _("{count} demo accounts can be entered from the network by one click.", count=count)


def _first_password(place: Place) -> Text | None:
    """The first administrator's one-time password has stood on a console."""
    wanted = sa.select(PERSON.c.name).where(
        PERSON.c.must_change_password,
        PERSON.c.password_set_at < place.now - timedelta(days=7),
        PERSON.c.disabled_at.is_(None),
    )
    with place.store.reading() as connection:
        names = sorted(connection.scalars(wanted))
    if not names:
        return None
    return _(
        "One-time passwords older than a week were never changed: {names}. Close these accounts or "
        "give new ones.",
        names=", ".join(names[:10]),
    )


def _disk(place: Place) -> Text | None:
    free = shutil.disk_usage(place.store.folder).free
    if free >= LEAST_FREE_BYTES:
        return None
    return _(
        "Only {free} MB are free under {folder}; reports will be refused when the disk is full.",
        free=free // 1024**2,
        folder=place.store.folder,
    )


def _folder(place: Place) -> Text | None:
    if place.store.folder.stat().st_mode & 0o077 == 0:
        return None
    return _(
        "Other users of this server can read {folder}: chmod 700 it.", folder=place.store.folder
    )


def _root(_place: Place) -> Text | None:
    if os.geteuid() != 0:
        return None
    return _("The application runs as root; give it a user of its own (docs/operations.md).")


def _clock(place: Place) -> Text | None:
    """The newest row of the log cannot be later than now."""
    newest = sa.select(AUDIT.c.at).order_by(AUDIT.c.id.desc()).limit(1)
    with place.store.reading() as connection:
        last = connection.scalar(newest)
    if place.now.year >= 2025 and (last is None or last <= place.now + CLOCK_SLACK):
        return None
    return _(
        "The server's clock says {now:%Y-%m-%d %H:%M} UTC, earlier than what was written before: "
        "deadlines would be wrong. Set the clock (chrony).",
        now=place.now.astimezone(UTC),
    )


def _zone(_place: Place) -> Text | None:
    try:
        ZoneInfo(OFFICE_ZONE)
    except ZoneInfoNotFoundError:
        return _("This server knows no time zone {zone}; install tzdata.", zone=OFFICE_ZONE)
    return None


def _proxies(_place: Place) -> Text | None:
    """Whoever is believed about addresses writes the audit log and dodges the limits."""
    told = {one.strip() for one in os.environ.get("FORWARDED_ALLOW_IPS", "").split(",")}
    if not told & ANYBODY:
        return None
    return _(
        "FORWARDED_ALLOW_IPS lets everybody say which address they come from: limits on guessing "
        "and the audit log's addresses mean nothing. Name the proxy's address only."
    )


def _line_to_database(place: Place) -> Text | None:
    """A password and every row cross the network to a database elsewhere."""
    url = place.store.engine.url
    host = url.query.get("host") or url.host or ""
    if place.store.is_sqlite or not isinstance(host, str) or _is_here(host):
        return None
    if url.query.get("sslmode") in ENCRYPTED:
        return None
    return _(
        "The line to the database on {host} may be unencrypted: add ?sslmode=verify-full (or "
        "require) to TRACKER_DATABASE_URL.",
        host=host,
    )


def _backup(place: Place) -> Text | None:
    """A register in use is backed up every night; an invented county need not be."""
    if _demo_accounts(place):
        return None
    wanted = sa.select(AUDIT.c.at, AUDIT.c.action).order_by(AUDIT.c.id)
    with place.store.reading() as connection:
        first = connection.execute(wanted.limit(1)).first()
        backups = sa.select(sa.func.max(AUDIT.c.at)).where(AUDIT.c.action == "back_up")
        last = connection.scalar(backups)
    oldest = place.now - BACKUP_AGE
    if first is None or first.at > oldest or (last is not None and last > oldest):
        return None
    return _(
        "No backup was made in the last {days} days: look at tracker-backup.timer "
        "(docs/operations.md).",
        days=BACKUP_AGE.days,
    )


def _sqlite(place: Place) -> Text | None:
    if not place.store.is_sqlite or wal_is_safe(sqlite3.sqlite_version_info):
        return None
    return _(
        "SQLite {version} has a fault in its write-ahead log; the slower, safe journal is used. "
        "Nothing needs to be done.",
        version=sqlite3.sqlite_version,
    )


def _postgis(place: Place) -> Text | None:
    if place.store.is_sqlite:
        return None
    with place.store.reading() as connection:
        if has_postgis(connection):
            return None
    return _(
        "This database has no PostGIS; everything works, but QGIS cannot open the register. "
        "CREATE EXTENSION postgis, then start again."
    )


def _uploads(_place: Place) -> Text | None:
    if without_network():
        return None
    return _(
        "Uploaded files are read without a wall against the network (unshare is not allowed "
        "here); calls to outside run into a dead proxy only."
    )


LOOKS: tuple[Callable[[Place], Text | None], ...] = (
    _libraries,
    _address,
    _proxies,
    _line_to_database,
    _demo,
    _first_password,
    _disk,
    _folder,
    _root,
    _backup,
    _clock,
    _zone,
    _sqlite,
    _postgis,
    _uploads,
)
