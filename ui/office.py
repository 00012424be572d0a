"""The one open store of this process, and its clock."""

from __future__ import annotations

import gc
import importlib
import logging
import secrets
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from time import monotonic
from typing import Any

from gis.language import Problem, say
from parcels.people.access import Refused
from parcels.people.sessions import find_session
from parcels.services.accounts import create_first_administrator
from parcels.services.note_refusal import note_refusal
from parcels.startup import Place, what_is_unsafe
from parcels.store.changes import Changes
from parcels.store.engine import Store, folder_from_environment, open_store, written_here
from parcels.store.migrate import migrate
from parcels.store.trouble import in_our_words
from reports import audit_words as _words  # noqa: F401  hands in the words of its actions
from reports import tables as _reporting_tables  # noqa: F401  hands in its migrations
from reports.daily import OFFICE_TIME
from reports.leaves_layers import LEAVE_LAYERS
from ui.promptly import send_at_once, take_short_turns
from ui.worker_beside import worker_beside

LOG = logging.getLogger("tracker")
_CHANGES = Changes(LEAVE_LAYERS)
_HERE = threading.local()
A_BREATH_S = 0.25


@cache
def store() -> Store:
    """Return the office's store, opened and brought to the newest schema once."""
    opened = open_store(folder_from_environment())
    migrate(opened)
    return opened


def now() -> datetime:
    """Return this moment, aware."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day in the office's time."""
    return now().astimezone(OFFICE_TIME).date()


def version(region: str = "", *, of_layers: bool = False) -> str:
    """Return a value that is new after every change that touches a region (all: any), only then.

    ``of_layers``: after those only that may change the layers, what was adopted, or the ledger.

    A run of a page asks a dozen times in a breath: what others changed within the last
    ``A_BREATH_S`` may show with the next run, what this thread wrote itself shows at once.
    """
    asked: dict[str, tuple[int, float, str]] = _HERE.__dict__
    key = f"{region} {of_layers}"
    written, at, known = asked.get(key, (-1, 0.0, ""))
    if written != written_here() or monotonic() - at > A_BREATH_S:
        known = _CHANGES.newest(store(), region, of_layers=of_layers)
        asked[key] = written_here(), monotonic(), known
    return known


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the moments that days of the office begin and end with."""
    begin = datetime.combine(first, time.min, OFFICE_TIME)
    return begin, datetime.combine(last, time.min, OFFICE_TIME) + timedelta(days=1)


def on_script_error(error: Exception) -> bool:
    """Show what the person can mend (a fragment's too); log a bug of ours with a reference number
    and show the number, nothing else."""
    import streamlit as st

    from ui.components.literal import literally

    error = in_our_words(error) or error
    if isinstance(error, Problem):
        if isinstance(error, Refused):
            _note(error, st.context.cookies.get("tracker_session"))
        st.error(literally(error))
        return True
    reference = secrets.token_hex(4)
    LOG.error("reference %s", reference, exc_info=error)
    words = say(
        "This page failed; nothing you had sent is lost. Tell the administrator the number "
        "{reference}.",
        reference=reference,
    )
    st.error(literally(words))
    return True


def _note(refused: Refused, token: str | None) -> None:
    session = find_session(store(), token, now())
    if session is not None:
        note_refusal(store(), session.actor, refused, now=now())


def _listens_on() -> str:
    from streamlit import config

    return str(config.get_option("server.address") or "0.0.0.0")  # noqa: S104  Streamlit's default


def _settle_memory() -> None:
    """Load every page now, and keep what is loaded out of the collector's sight.

    Streamlit collects after every run of a page; walking through the libraries' two million objects
    each time took more than half of a run.
    """
    importlib.import_module("ui.pages")
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Open the store before the first request; give an empty one its first administrator."""
    password = create_first_administrator(store(), "", now=now())
    if password:
        print(
            say(
                "First start. Sign in as admin with the one-time password {password} and change "
                "it at once; it is shown only here.",
                password=password,
            ),
            flush=True,
        )
    for said in what_is_unsafe(Place(store(), _listens_on(), now())):
        print(f"! {said}", flush=True)
    from ui.daymap.book import make_ready  # it reads this very store

    make_ready()
    _settle_memory()
    take_short_turns()
    send_at_once()  # Streamlit has bound its socket by now
    async with worker_beside(store().folder):
        yield {}
    store().engine.dispose()
