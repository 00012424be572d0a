"""Uploads before anything is kept: files that the worker may read, gone after two days."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.store.engine import Store

FOLDER = "inbox"
KEPT_S = 2 * 24 * 3600
SUFFIX = re.compile(r"\.[a-z0-9]{2,8}")
NAME = re.compile(r"[0-9a-f]{32}(\.[a-z0-9]{2,8})?")


def receive(
    store: Store, actor: Actor, project: Project, content: bytes | memoryview, *, suffix: str = ""
) -> str:
    """Put an upload where the worker finds it; return its name, which says nothing of its owner."""
    access.require(actor, Action.UPLOAD_LAYER, project.region)
    folder = store.folder / FOLDER
    folder.mkdir(exist_ok=True, mode=0o700)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_S:
            old.unlink(missing_ok=True)
    name = secrets.token_hex(16) + (suffix if SUFFIX.fullmatch(suffix) else "")
    (folder / name).write_bytes(content)
    return name


def put_away(store: Store, actor: Actor, project: Project, name: str) -> None:
    """Forget an upload that nobody wants any more."""
    access.require(actor, Action.UPLOAD_LAYER, project.region)
    if NAME.fullmatch(name):
        (store.folder / FOLDER / name).unlink(missing_ok=True)


def is_received(store: Store, name: str) -> bool:
    """Tell whether an upload is still there."""
    return NAME.fullmatch(name) is not None and (store.folder / FOLDER / name).is_file()


def received(store: Store, name: str) -> Path:
    """Return where an upload lies; raises Problem when it is there no more."""
    if not is_received(store, name):
        raise Problem(_("The upload is there no more; send the file again."))
    return store.folder / FOLDER / name
