"""Every door of the application, tried with no session, a dead one and another township's."""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from websockets.exceptions import InvalidStatus

from parcels.store.schema import METADATA
from tests.browser import canary
from tests.browser.canary import CANARY, OURS_ASKED_FOR, PLACES, QUICKLY_TRIED, plant
from tests.browser.doors import (
    OPEN,
    TOWN_A,
    TOWN_B,
    addresses,
    concrete,
    door_of,
    every_route,
    opened,
)
from tests.browser.running import Server, running
from tests.browser.wire import ask, enter_demo, open_stream, run_page, sign_out
from ui import headers
from ui.gate import OPEN_PATHS, OPEN_PREFIXES
from ui.pages import PAGES

A, B = "town3", "town2"  # A has not reported today: its form is open
TILE = "12/3346/1660.png"
HEADERS = {name.decode(): value.decode() for name, value in headers.HEADERS}


@pytest.fixture(scope="module")
def guarded(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo county in which every text of township B is a canary."""
    folder = tmp_path_factory.mktemp("guarded") / "var"
    shutil.copytree(demo_folder, folder)
    plant(folder)
    with running(folder) as server:
        yield server


@pytest.fixture(scope="module")
def dead_sessions(guarded: Server) -> dict[str, Mapping[str, str]]:
    """Cookies that must open nothing."""
    return canary.dead_sessions(guarded)


def test_every_route_stands_in_the_matrix() -> None:
    routes = every_route()
    assert len(routes) > 30
    for path in routes:
        assert next(addresses(path)), f"say in doors.VALUES what {path} may hold"
    is_open = {path for path in routes if door_of(path) == OPEN}
    assert is_open == {path for path in routes if path in OPEN_PATHS or path == "/assets"}
    assert OPEN_PREFIXES == ("/assets/",)


@pytest.mark.parametrize("which", ["none", "signed out", "expired", "invented"])
def test_a_dead_session_opens_nothing(
    guarded: Server, dead_sessions: Mapping[str, Mapping[str, str]], which: str
) -> None:
    for path, methods in every_route().items():
        address = next(addresses(path))
        for method in sorted(methods | {"GET", "POST", "PUT", "DELETE"}):
            answer = ask(guarded.address, address, method=method, cookies=dead_sessions[which])
            assert HEADERS.items() <= answer.headers.items(), (method, address)
            if door_of(path) == OPEN:
                assert answer.status != 401, (method, address)
            else:
                assert answer.status == 401, (method, address, answer.status)
                assert answer.body == (b"" if method == "HEAD" else b"sign in first")


def test_a_page_asked_without_a_session_leads_to_sign_in(guarded: Server) -> None:
    for page in PAGES:
        seen = ask(guarded.address, f"/{page.slug}", headers={"Accept": "text/html"})
        assert (seen.status, seen.headers["location"]) == (
            303,
            f"/account/sign-in?back=/{page.slug}",
        )


@pytest.mark.parametrize("which", ["none", "signed out", "expired", "invented"])
def test_the_stream_opens_to_no_dead_session(
    guarded: Server, dead_sessions: Mapping[str, Mapping[str, str]], which: str
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        open_stream(guarded.address, dead_sessions[which]).close()
    assert refused.value.response.status_code == 401
    assert HEADERS.items() <= dict(refused.value.response.headers).items()


def test_a_stream_that_was_open_at_sign_out_shows_nothing_more(guarded: Server) -> None:
    mine = enter_demo(guarded.address, "town1")
    with open_stream(guarded.address, mine) as stream:
        assert "稻香湾".encode() in run_page(stream, "map")
        sign_out(guarded.address, mine)
        after = run_page(stream, "map")
    assert "稻香湾".encode() not in after
    assert b"/account/sign-in" in after


def test_no_page_tells_a_stranger_a_word_of_ours(guarded: Server) -> None:
    bureau = enter_demo(guarded.address, "bureau")
    sung = set()
    for page in PAGES:  # first who may see all, so that what is kept of them is there to leak
        with open_stream(guarded.address, bureau) as stream:
            if CANARY.encode() in run_page(stream, page.slug):
                sung.add(page.slug)
    assert {"overview", "confirm", "map", "weekly"} <= sung, "the canary sings where it may"
    for name in QUICKLY_TRIED:
        cookies = enter_demo(guarded.address, name)
        for page in PAGES:
            with open_stream(guarded.address, cookies) as stream:
                received = run_page(stream, page.slug, query=OURS_ASKED_FOR)
            assert len(received) > 500, (name, page.slug)
            assert CANARY.encode() not in received, (name, page.slug)


@pytest.mark.parametrize("name", QUICKLY_TRIED)
def test_no_address_gives_a_stranger_a_word_of_ours(guarded: Server, name: str) -> None:
    """Every address that answers GET, as the routes have them today."""
    cookies = enter_demo(guarded.address, name)
    asked = [
        address
        for path, methods in every_route().items()
        if "GET" in methods
        for address in addresses(path)
    ]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: ask(guarded.address, one, cookies=cookies), asked))
    told = zip(asked, answers, strict=True)
    assert [address for address, answer in told if CANARY in opened(answer.body)] == []
    assert max(answer.status for answer in answers) < 500
    assert sum(answer.status == 200 for answer in answers) >= 4, "some of it is theirs"


def test_no_sent_form_touches_another_township(guarded: Server) -> None:
    """Every address that takes something, with a live session that is not township B's."""
    mine, theirs = enter_demo(guarded.address, A), enter_demo(guarded.address, B)
    tokens = ["", csrf_of(guarded, mine), csrf_of(guarded, theirs)]
    open_session = (
        "SELECT max(session.id) FROM session JOIN person ON person.id = session.person_id "
        f"WHERE person.name = '{B}' AND session.ended_at IS NULL"
    )
    session_id, before, tried = str(one_of(guarded, open_session)), kept_of_b(guarded), 0
    for path, methods in every_route().items():
        if path == "/account/sign-out":  # it ends the session that sends it, and does
            continue
        for method in sorted(methods & {"POST", "PUT", "DELETE", "PATCH"}):
            for token in tokens:
                form = {
                    "csrf": token, "township": TOWN_B, "township_code": TOWN_B, "region": TOWN_B,
                    "project": "1", "day": concrete("{today}"), "session": session_id, "name": B,
                    "problem": "taken over", "workers": "7", "zero_reason": "weather",
                }  # fmt: skip
                address = next(addresses(path))
                answer = ask(guarded.address, address, method=method, cookies=mine, form=form)
                assert answer.status < 500, (method, address)
                # a form too old gets the sign-in page, where a demo offers its names on purpose
                is_sign_in = address.startswith("/account/")
                assert is_sign_in or CANARY not in opened(answer.body), (method, address)
                tried += 1
    assert tried > 15
    assert str(one_of(guarded, open_session)) == session_id, "theirs is still open"
    assert kept_of_b(guarded) == before


def csrf_of(server: Server, cookies: Mapping[str, str]) -> str:
    """Return the token that this session's own forms carry."""
    body = ask(server.address, "/account/me", cookies=cookies).body.decode()
    found = re.search('name="csrf" value="([^"]+)"', body)
    assert found
    return found.group(1)


def kept_of_b(server: Server) -> list[tuple[str, int, int]]:
    """Return how much of each table is township B's: a form of another changes none of it."""
    engine = sa.create_engine(f"sqlite:///{server.folder / 'tracker.db'}")
    found = []
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            place = next((name for name in PLACES if name in table.c), None)
            if place is None or table.name == "audit":
                continue
            wanted = f'SELECT count(*), coalesce(sum(length(CAST("{place}" AS text))), 0) FROM '
            row = connection.execute(
                sa.text(wanted + f'"{table.name}" WHERE {place} LIKE :place'),
                {"place": f"{TOWN_B}%"},
            ).one()
            found.append((table.name, int(row[0]), int(row[1])))
    engine.dispose()
    return found


def test_another_townships_files_and_tiles_are_not_there(guarded: Server) -> None:
    mine = enter_demo(guarded.address, A)
    theirs = enter_demo(guarded.address, B)
    for suffix in ("csv", "gpkg", "xlsx", "zip"):
        assert ask(guarded.address, f"/files/check/1.{suffix}", cookies=mine).status == 404
    adopted = one_of(guarded, "SELECT adopted_check_id FROM project")
    for path in (
        f"/gis/{TOWN_B}/check/{adopted}/{TILE}",
        f"/gis/{TOWN_B}/days/zh_CN/1/{TOWN_B}/0/stage/{{today}}/{TILE}",
        f"/gis/{TOWN_B}/days/zh_CN/1/{TOWN_B}/0/shapes.json",
        f"/gis/{TOWN_B}/days/zh_CN/1/{TOWN_B}/0/day/{{today}}.json",
    ):
        assert ask(guarded.address, concrete(path), cookies=mine).status == 404, path
        assert ask(guarded.address, concrete(path), cookies=theirs).status == 200, path
    beside = f"/gis/{TOWN_A}/days/zh_CN/1/{TOWN_B}/0/shapes.json"  # their area under our own region
    assert ask(guarded.address, beside, cookies=mine).status == 404
    weekly = concrete("/files/weekly/1/{monday}.xlsx")
    assert CANARY not in opened(ask(guarded.address, weekly, cookies=mine).body)
    assert CANARY in opened(ask(guarded.address, weekly, cookies=theirs).body)


def test_absurd_numbers_are_addresses_that_are_not_there(guarded: Server) -> None:
    mine = enter_demo(guarded.address, "bureau")
    huge = "9" * 40
    for address in (
        f"/gis/999901/check/1/{huge}/{huge}/{huge}.png",
        f"/gis/999901/check/{huge}/12/3346/1660.png",
        "/gis/999901/check/1/22/999999999/999999999.png",
        f"/files/check/{huge}.csv",
        "/files/check/999999999.csv",
        f"/files/photo/{huge}",
        f"/files/weekly/{huge}/2026-01-05.xlsx",
        "/files/weekly/1/9999-99-99.xlsx",
        "/files/nothing/here",
        "/img/x",
    ):
        assert ask(guarded.address, address, cookies=mine).status == 404, address


def test_sixty_downloads_of_one_account_leave_room_for_everyone(guarded: Server) -> None:
    greedy = enter_demo(guarded.address, "inspector")
    other = enter_demo(guarded.address, A)
    weekly = concrete("/files/weekly/1/{monday}.xlsx")
    with ThreadPoolExecutor(60) as pool:
        asked = [pool.submit(ask, guarded.address, weekly, cookies=greedy) for _n in range(60)]
        time.sleep(0.3)
        began = time.monotonic()
        seen = ask(guarded.address, "/account/me", cookies=other)
        waited_s = time.monotonic() - began
        statuses = Counter(one.result().status for one in asked)
    assert seen.status == 200
    assert waited_s < 3, f"{waited_s:.1f} s behind another's downloads"
    assert set(statuses) <= {200, 429}
    assert statuses[200] >= 20


def test_who_is_refused_an_address_leaves_one_row(guarded: Server) -> None:
    mine = enter_demo(guarded.address, A)
    before = refusals(guarded)
    assert ask(guarded.address, "/files/check/1.csv", cookies=mine).status == 404
    after = refusals(guarded)
    assert len(after) == len(before) + 1
    assert after[-1][0] == A
    assert "/files/check/1.csv" in after[-1][1]


def one_of(server: Server, question: str) -> int:
    """Return one number out of a server's store."""
    engine = sa.create_engine(f"sqlite:///{server.folder / 'tracker.db'}")
    with engine.begin() as connection:
        found = int(connection.execute(sa.text(question)).scalar_one())
    engine.dispose()
    return found


def refusals(server: Server) -> list[tuple[str, str]]:
    """Return who was refused what, in order."""
    engine = sa.create_engine(f"sqlite:///{server.folder / 'tracker.db'}")
    with engine.begin() as connection:
        rows = connection.execute(
            sa.text("SELECT person, after FROM audit WHERE action = 'refused' ORDER BY id")
        ).all()
    engine.dispose()
    return [(row.person, row.after) for row in rows]


def test_what_only_one_person_may_have_is_kept_by_no_proxy(guarded: Server) -> None:
    """A proxy that kept a download would hand it to the next person."""
    mine = enter_demo(guarded.address, "bureau")
    for path in ("/files/check/1.csv", concrete("/files/weekly/1/{monday}.xlsx"), "/account/me"):
        answer = ask(guarded.address, path, cookies=mine)
        assert answer.status == 200
        assert re.search("no-store|private", answer.headers["cache-control"]), path
