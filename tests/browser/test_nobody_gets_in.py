"""Every door of the application, tried with no session, a dead one and another township's."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import MagicMock

import pytest
import sqlalchemy as sa
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes
from websockets.exceptions import InvalidStatus

from reports.periods.period import PeriodKind, first_of
from tests.browser.running import Server, running
from tests.browser.wire import SESSION, ask, enter_demo, open_stream, run_page, sign_out
from ui import office
from ui.pages import PAGES
from ui.routes import ROUTES

CANARY = "KANARI7391"
A, B, TOWN_B = "town3", "town2", "999901102"  # A has not reported today: its form is open
OPEN, SHUT = "open", "shut"
TILE = "12/3346/1660.png"

# Every route there is: (methods, who may pass without a session, an address it answers).
MATRIX: dict[str, tuple[str, str]] = {
    "/account/sign-in": (OPEN, "/account/sign-in"),
    "/account/demo": (OPEN, "/account/demo"),
    "/assets": (OPEN, "/assets/plain.css"),
    "/_stcore/health": (OPEN, "/_stcore/health"),
    "/account/me": (SHUT, "/account/me"),
    "/account/password": (SHUT, "/account/password"),
    "/account/sign-out": (SHUT, "/account/sign-out"),
    "/account/language": (SHUT, "/account/language"),
    "/files/weekly/{project:int}/{monday}.xlsx": (SHUT, "/files/weekly/1/{monday}.xlsx"),
    "/files/check/{check:int}.{suffix}": (SHUT, "/files/check/1.csv"),
    "/gis/{region}/check/{check:int}/{z:int}/{x:int}/{y:int}.png": (
        SHUT,
        f"/gis/{TOWN_B}/check/1/{TILE}",
    ),
    "/gis/{region}/stage/{project:int}/{day}/{version}/{z:int}/{x:int}/{y:int}.png": (
        SHUT,
        f"/gis/{TOWN_B}/stage/1/{{today}}/0/{TILE}",
    ),
    "/files/contradiction/{card:int}.png": (SHUT, "/files/contradiction/1.png"),
    "/files/photo/{photo:int}": (SHUT, "/files/photo/1"),
    "/files/photo/{photo:int}/small": (SHUT, "/files/photo/1/small"),
    "/files/report-form/{project:int}/{day}.xlsx": (SHUT, "/files/report-form/1/{today}.xlsx"),
    "/plain/report": (SHUT, "/plain/report"),
    "/report/draft": (SHUT, "/report/draft"),
    "/_stcore/metrics": (SHUT, "/_stcore/metrics"),
    "/_stcore/agent/interact": (SHUT, "/_stcore/agent/interact"),
    "/_stcore/agent/mcp": (SHUT, "/_stcore/agent/mcp"),
    "/_stcore/agent/openapi.json": (SHUT, "/_stcore/agent/openapi.json"),
    "/_stcore/host-config": (SHUT, "/_stcore/host-config"),
    "/media/{file_id:path}": (SHUT, "/media/0123456789abcdef.csv"),
    "/_stcore/upload_file/{session_id}/{file_id}": (SHUT, "/_stcore/upload_file/a/b"),
    "/component/{path:path}": (SHUT, "/component/streamlit_folium.st_folium/index.html"),
    "/_stcore/bidi-components/{path:path}": (SHUT, "/_stcore/bidi-components/a/b.js"),
    "/_stcore/stream": (SHUT, "/_stcore/stream"),
    "/oauth2callback": (SHUT, "/oauth2callback"),
    "/auth/login": (SHUT, "/auth/login"),
    "/auth/logout": (SHUT, "/auth/logout"),
    "": (SHUT, "/"),
}


def every_route() -> dict[str, frozenset[str]]:
    """Return path → methods of our routes and Streamlit's own, as its server makes them."""
    found: dict[str, set[str]] = {}

    def walk(routes: list[BaseRoute]) -> None:
        for route in routes:
            if isinstance(route, Route):
                found.setdefault(route.path, set()).update(route.methods or {"GET"})
            elif isinstance(route, WebSocketRoute):
                found.setdefault(route.path, set()).add("GET")
            else:
                assert isinstance(route, Mount), route
                found.setdefault(route.path, set()).add("GET")

    walk(list(ROUTES))
    walk(create_streamlit_routes(MagicMock()))
    return {path: frozenset(methods) for path, methods in found.items()}


def concrete(path: str) -> str:
    """Return an address with this week and day filled in."""
    today = office.today()
    monday = first_of(PeriodKind.WEEK, today)
    return path.replace("{monday}", str(monday)).replace("{today}", str(today))


@pytest.fixture(scope="module")
def guarded(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo county in which every text of township B is a canary."""
    folder = tmp_path_factory.mktemp("guarded") / "var"
    shutil.copytree(demo_folder, folder)
    engine = sa.create_engine(f"sqlite:///{folder / 'tracker.db'}")
    texts = {
        ("parcel", "township_code"): (
            "parcel_no", "township", "village", "ownership", "land_class", "block_no"),
        ("ledger", "village_code"): ("parcel_no", "withdrawn_reason"),
        ("daily_report", "township_code"): ("problem", "help_wanted", "return_text"),
        ("person", "region"): ("display_name", "phone"),
        ("region", "code"): ("name",),
        ("finding", "village_code"): ("parcel_no",),
    }  # fmt: skip
    with engine.begin() as connection:
        for (table, key), columns in texts.items():
            for column in columns:
                # a ledger's and a parcel's number stay unique in their village
                suffix = "id" if column == "parcel_no" else "''"
                changed = connection.execute(
                    sa.text(
                        f'UPDATE "{table}" SET "{column}" = substr(:word || {suffix}, 1, 16) '
                        f"WHERE {key} LIKE :place"
                    ),
                    {"word": CANARY, "place": f"{TOWN_B}%"},
                )
                assert changed.rowcount or table == "finding", (table, column)
    engine.dispose()
    with running(folder) as server:
        yield server


@pytest.fixture(scope="module")
def dead_sessions(guarded: Server) -> dict[str, Mapping[str, str]]:
    """Cookies that must open nothing."""
    left = enter_demo(guarded.address, "bureau")
    sign_out(guarded.address, left)
    old = enter_demo(guarded.address, "bureau")
    engine = sa.create_engine(f"sqlite:///{guarded.folder / 'tracker.db'}")
    with engine.begin() as connection:
        long_ago = datetime.now(UTC) - timedelta(hours=3)
        newest = connection.execute(sa.text("SELECT max(id) FROM session")).scalar()
        stamp = connection.execute(sa.text("SELECT seen_at FROM session LIMIT 1")).scalar()
        written = long_ago.strftime("%Y-%m-%d %H:%M:%S.%f") + str(stamp)[26:]
        connection.execute(
            sa.text("UPDATE session SET seen_at = :at WHERE id = :id"),
            {"at": written, "id": newest},
        )
    engine.dispose()
    return {"none": {}, "signed out": left, "expired": old, "invented": {SESSION: "x" * 43}}


def test_every_route_stands_in_the_matrix() -> None:
    assert sorted(set(every_route()) - set(MATRIX)) == [], "a new route needs a row"
    assert sorted(set(MATRIX) - set(every_route())) == [], "a row for a route that is gone"


@pytest.mark.parametrize("which", ["none", "signed out", "expired", "invented"])
def test_a_dead_session_opens_nothing(
    guarded: Server, dead_sessions: Mapping[str, Mapping[str, str]], which: str
) -> None:
    routes = every_route()
    for route, (door, path) in MATRIX.items():
        for method in sorted(routes.get(route, {"GET"}) | {"GET", "POST", "PUT", "DELETE"}):
            answer = ask(
                guarded.address, concrete(path), method=method, cookies=dead_sessions[which]
            )
            if door == OPEN:
                assert answer.status != 401, (method, path)
            else:
                assert answer.status == 401, (method, path, answer.status)
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
    assert refused.value.response.status_code in (401, 403)


def test_a_stream_that_was_open_at_sign_out_shows_nothing_more(guarded: Server) -> None:
    mine = enter_demo(guarded.address, "town1")
    with open_stream(guarded.address, mine) as stream:
        assert "稻香湾".encode() in run_page(stream, "map")
        sign_out(guarded.address, mine)
        after = run_page(stream, "map")
    assert "稻香湾".encode() not in after
    assert b"/account/sign-in" in after


def test_another_township_meets_no_word_of_ours_on_any_page(guarded: Server) -> None:
    mine = enter_demo(guarded.address, A)
    bureau = enter_demo(guarded.address, "bureau")
    sung = set()
    for page in PAGES:  # first who may see all, so that what is kept of them is there to leak
        with open_stream(guarded.address, bureau) as stream:
            if CANARY.encode() in run_page(stream, page.slug):
                sung.add(page.slug)
    assert {"overview", "confirm", "map", "weekly"} <= sung, "the canary sings where it may"
    for page in PAGES:
        with open_stream(guarded.address, mine) as stream:
            received = run_page(stream, page.slug)
        assert len(received) > 500, page.slug
        assert CANARY.encode() not in received, page.slug


def test_another_townships_files_and_tiles_are_not_there(guarded: Server) -> None:
    mine = enter_demo(guarded.address, A)
    theirs = enter_demo(guarded.address, B)
    for suffix in ("csv", "gpkg", "xlsx", "zip"):
        answer = ask(guarded.address, f"/files/check/1.{suffix}", cookies=mine)
        assert answer.status == 404
        assert CANARY.encode() not in answer.body
    for path in (MATRIX[route][1] for route in MATRIX if route.startswith("/gis/")):
        assert ask(guarded.address, concrete(path), cookies=mine).status == 404, path
        assert ask(guarded.address, concrete(path), cookies=theirs).status == 200, path
    weekly = concrete("/files/weekly/1/{monday}.xlsx")
    assert CANARY not in unpacked(ask(guarded.address, weekly, cookies=mine).body)
    assert CANARY in unpacked(ask(guarded.address, weekly, cookies=theirs).body)


def unpacked(workbook: bytes) -> str:
    """Return every part of an Excel file as text."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def test_what_only_one_person_may_have_is_kept_by_no_proxy(guarded: Server) -> None:
    """A proxy that kept a download would hand it to the next person."""
    mine = enter_demo(guarded.address, "bureau")
    for path in ("/files/check/1.csv", concrete("/files/weekly/1/{monday}.xlsx"), "/account/me"):
        answer = ask(guarded.address, path, cookies=mine)
        assert answer.status == 200
        assert re.search("no-store|private", answer.headers["cache-control"]), path
