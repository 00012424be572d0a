"""The gate's small parts: turns, what counts as refused, a fragment without its session."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.proto.BackMsg_pb2 import BackMsg

from gis.language import CHINESE
from parcels.people import sessions
from parcels.people.actor import Actor, Role
from parcels.people.sessions import Session
from parcels.store.engine import Store, open_store
from parcels.store.migrate import migrate
from parcels.store.tables import SESSION
from tests.builders import NOW, TOWNSHIP_A, TOWNSHIP_B, person
from ui import gate, office, refusals
from ui.components.once import hand_over, take
from ui.limits import TooMany, Turns


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that the application takes for its own."""
    store = open_store(tmp_path, f"sqlite:///{tmp_path / 'tracker.db'}")
    migrate(store)
    monkeypatch.setattr(office, "store", lambda: store)
    monkeypatch.setattr(office, "now", lambda: NOW)
    yield store
    store.engine.dispose()


def session_of(session_id: int = 1, region: str = TOWNSHIP_A) -> Session:
    actor = Actor(1, "alice", "Alice", Role.TOWNSHIP_REPORTER, region, "10.0.0.1")
    return Session(session_id, actor, "csrf", CHINESE, must_change_password=False, is_demo=False)


def most_at_once(turns: Turns, people: list[int]) -> tuple[int, int]:
    """Let everybody ask at once; return the most that were inside together, and who was refused."""
    inside, most, refused = 0, 0, 0

    async def one(who: int) -> None:
        nonlocal inside, most, refused
        try:
            async with turns.turn(who):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.001)
                inside -= 1
        except TooMany:
            refused += 1

    async def everybody() -> None:
        await asyncio.gather(*(one(who) for who in people))

    asyncio.run(everybody())
    return most, refused


def test_one_account_takes_its_turns_and_everybody_together_theirs() -> None:
    assert most_at_once(Turns(each=2, together=8, waiting=100), [1] * 30) == (2, 0)
    assert most_at_once(Turns(each=2, together=3, waiting=100), [1, 2, 3, 4] * 5) == (3, 0)


def test_who_waits_for_more_than_a_person_wants_is_told_so() -> None:
    assert most_at_once(Turns(each=2, together=8, waiting=10), [1] * 60) == (2, 48)


def test_turns_forget_who_has_left() -> None:
    turns = Turns(each=2, together=8, waiting=10)
    most_at_once(turns, [1, 2, 3])
    assert not turns._own
    assert not turns._here


@pytest.mark.parametrize(
    ("path", "status", "is_one"),
    [
        ("/files/check/1.csv", 404, True),
        ("/files/check/1.csv", 200, False),
        ("/files/check/1.csv", 409, False),
        ("/_stcore/upload_file/a/b", 403, True),
        (f"/gis/{TOWNSHIP_B}/check/1/1/1/1.png", 404, True),
        (f"/gis/{TOWNSHIP_A}/check/1/1/1/1.png", 404, False),
        ("/media/x", 404, False),
    ],
)
def test_what_counts_as_a_refusal(path: str, status: int, *, is_one: bool) -> None:
    refusals._last_told.clear()
    assert refusals.is_refusal(session_of(), path, status) is is_one


def test_a_map_of_anothers_tiles_is_one_refusal_a_minute_not_fifty() -> None:
    refusals._last_told.clear()
    path = f"/gis/{TOWNSHIP_B}/check/1/1/1/1.png"
    told = [refusals.is_refusal(session_of(), path, 404) for _n in range(50)]
    assert sum(told) == 1
    assert refusals.is_refusal(session_of(2), path, 404)


# --- a fragment runs without its page ---


def sent_on(token: str, fragment: str, *, auto: bool = False) -> BackMsg:
    """Return what a page's message looks like behind the gate."""
    said = BackMsg()
    said.rerun_script.fragment_id = fragment
    said.rerun_script.is_auto_rerun = auto

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.receive", "bytes": said.SerializeToString()}

    message = asyncio.run(gate._only_what_a_page_says(receive, token)())  # type: ignore[arg-type]
    passed = BackMsg()
    passed.ParseFromString(message["bytes"])
    return passed


def test_a_fragment_of_an_ended_session_runs_the_page_that_says_so(opened: Store) -> None:
    alice = person(opened, "alice", Role.TOWNSHIP_REPORTER, TOWNSHIP_A)
    assert alice.person_id is not None
    with opened.writing() as connection:
        token = sessions.begin(connection, alice.person_id, "10.0.0.1", CHINESE, NOW)
    assert sent_on(token, "map").rerun_script.fragment_id == "map"
    with opened.writing() as connection:
        sessions.end_all(connection, alice.person_id, NOW)
    assert sent_on(token, "map").rerun_script.fragment_id == ""


def test_a_page_that_asks_by_itself_keeps_no_session_alive(
    opened: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = person(opened, "alice", Role.TOWNSHIP_REPORTER, TOWNSHIP_A)
    assert alice.person_id is not None
    with opened.writing() as connection:
        token = sessions.begin(connection, alice.person_id, "10.0.0.1", CHINESE, NOW)
    monkeypatch.setattr(office, "now", lambda: NOW + timedelta(minutes=50))
    sent_on(token, "progress", auto=True)
    with opened.reading() as connection:
        assert connection.scalar(sa.select(SESSION.c.seen_at)) == NOW


# --- what is handed out once ---


def test_a_file_of_passwords_is_handed_out_once_and_to_its_own_session_only() -> None:
    address = hand_over(session_of(1), "p.xlsx", "application/x", b"secret")
    token = address.rpartition("/")[2]
    assert take(session_of(2), token) is None
    assert take(session_of(1), token) == ("p.xlsx", "application/x", b"secret")
    assert take(session_of(1), token) is None
