"""Two processes behind nginx: whichever answers, and whichever is killed.

``deploy/nginx.conf`` is run as it stands, over TLS, below a sub-path. The short form is SQLite with
one kill; the long one kills more often and does all of it once more on PostgreSQL.
"""

from __future__ import annotations

import math
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus

from parcels.jobs import JobState
from parcels.projects import one_project
from parcels.register import judged_parcels
from parcels.services.jobs import submit_job
from parcels.store.engine import Store, open_store
from parcels.store.tables import AUDIT, JOB
from reports.heavy import export_ledger
from tests.browser.running import Server, free_port, start
from tests.browser.wire import SESSION, Answer, ask, open_stream
from tests.builders import COUNTY
from tests.prove.client import Unanswered, Visitor, sign_in
from tests.prove.county import PASSWORD, Proved, found_county
from tests.prove.crash import CHOSEN, PARCELS, Township, all_at_work, verify
from tests.prove.nginx import CONF, below, nginx
from tests.prove.postgres import cluster
from tests.prove.proof import Proof

TOWNSHIPS, JOBS, WORKING_S, BACK_S, WORKERS_S = 6, 10, 2.0, 10.0, 120.0
SITE, PROCESS = "/tracker", "tracker_process"
UPLOADED_MB, TOO_MANY_MB = 30, 600
Opened = TypeVar("Opened")


@dataclass
class Office:
    """Two processes on one store, and nginx before them."""

    store: Store
    county: Proved
    environment: Mapping[str, str]
    ports: tuple[int, int]
    address: str = ""
    plain: str = ""
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, port: int) -> None:
        """Start one of the processes."""
        _server, self.processes[port] = start(self.store.folder, port, self.environment)

    def kill(self, port: int) -> None:
        """Kill one of the processes, as a fault would."""
        self.processes[port].kill()
        self.processes[port].wait()

    def other(self, port: int) -> int:
        """Return the port of the other process."""
        return next(one for one in self.ports if one != port)


def prove(kills: int, folder: Path) -> str:
    """Try everything through nginx and kill processes that many times under townships that send."""
    told = []
    with office(folder / "sqlite", {}) as made:
        told.append(f"SQLite: {_prove(made, kills)}")
    if kills > 1:
        with (
            cluster() as postgres,
            office(folder / "postgres", {"TRACKER_DATABASE_URL": postgres.url}) as made,
        ):
            told.append(f"PostgreSQL: {_prove(made, kills)}")
    return (
        "`deploy/nginx.conf` with TLS below a sub-path before two processes: sessions, tiles, "
        "files, uploads and jobs whichever answers. " + "; ".join(told)
    )


@contextmanager
def office(folder: Path, environment: Mapping[str, str]) -> Any:
    """Found a county, start two processes at once and nginx before them."""
    folder.mkdir()
    store = open_store(folder / "var", environment.get("TRACKER_DATABASE_URL"))
    county = found_county(store, townships=TOWNSHIPS, parcels=PARCELS)
    ports = (free_port(), free_port())
    proxied = {"STREAMLIT_SERVER_BASE_URL_PATH": SITE, "FORWARDED_ALLOW_IPS": "127.0.0.1"}
    made = Office(store, county, {**environment, **proxied}, ports)
    conf = below(CONF.read_text(encoding="utf-8"), SITE)
    with ExitStack() as over:
        over.callback(lambda: [one.kill() for one in made.processes.values()])
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(made.start, ports))
        tls, made.plain = over.enter_context(nginx(conf, ports, folder))
        made.address = tls + SITE
        yield made
    store.engine.dispose()


def _prove(made: Office, kills: int) -> str:
    _leads_to_tls_with_every_header(made)
    bureau = sign_in(made.address, "bureau", PASSWORD)
    _answers_alike(made, bureau)
    _uploads_go_to_the_process_of_the_page(made, bureau)
    jobs = _every_job_is_done_once(made)
    longest_s = _a_page_moves_over_with_what_was_typed(made)
    townships = _killed_under_townships(made, kills)
    sent = sum(one.meant for one in townships)
    return (
        f"{jobs} jobs by two workers, each once; {kills} times one process killed under "
        f"{len(townships)} townships: {sent} reports, "
        f"0 acknowledged lost, 0 partial, 0 doubled, nobody signed out; "
        f"a half-filled form back as it was after {longest_s:.1f} s"
    )


def _leads_to_tls_with_every_header(made: Office) -> None:
    first = ask(made.plain, f"{SITE}/")
    assert (first.status, first.headers["Location"]) == (301, f"{made.address}/")
    assert ask(made.address.removesuffix(SITE), "/account/sign-in").status == 404
    sign_in_page = ask(made.address, "/account/sign-in")
    asset = re.search(r'href="/tracker(/assets/[^"]+)"', sign_in_page.body.decode())
    assert asset
    for answer in (sign_in_page, ask(made.address, asset.group(1)), ask(made.address, "/files/x")):
        told = {name.lower(): value for name, value in answer.headers.items()}
        assert told["strict-transport-security"] == "max-age=31536000"
        assert told["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'self'" in told["content-security-policy"]
        assert "default-src 'self'" in told["content-security-policy"]
    assert ask(made.address, asset.group(1)).status == 200
    _what_nginx_says_itself_has_headers(made, first)
    token = sign_in_page.cookies["tracker_form"]
    form = {"form": token, "name": "inspector1", "password": PASSWORD, "back": "/map"}
    claimed = {"X-Forwarded-For": "203.0.113.9"}
    kept = {"tracker_form": token}
    path = "/account/sign-in"
    entered = ask(made.address, path, method="POST", form=form, cookies=kept, headers=claimed)
    assert (entered.status, entered.headers["location"]) == (303, f"{SITE}/map")
    cookie = entered.headers["set-cookie"]
    assert all(part in cookie for part in ("Secure", "HttpOnly", f"Path={SITE}")), cookie
    with made.store.reading() as connection:
        wanted = sa.select(AUDIT.c.address).order_by(AUDIT.c.id.desc()).limit(1)
        assert connection.scalar(wanted) == "127.0.0.1", "a browser's word for its address"


def _what_nginx_says_itself_has_headers(made: Office, redirect: Answer) -> None:
    too_long = {"Content-Length": str(TOO_MANY_MB * 1024**2)}
    refused = ask(made.address, "/account/sign-in", method="POST", headers=too_long)
    with pytest.raises(InvalidStatus) as unopened:
        open_stream(made.address, {SESSION: "invented"}).close()
    socket = unopened.value.response
    assert (refused.status, socket.status_code) == (413, 401)
    for headers in (redirect.headers, refused.headers, dict(socket.headers)):
        told = {name.lower(): value for name, value in headers.items()}
        assert told["x-content-type-options"] == "nosniff"
        assert "frame-ancestors" in told["content-security-policy"]


def _answers_alike(made: Office, cookies: Mapping[str, str]) -> None:
    """The same session gets the same tile and file from either process."""
    with made.store.reading() as connection:
        project = one_project(connection, made.county.project_id)
    parcels = judged_parcels(made.store, made.county.bureau, project)
    place = _tile_of(*parcels.geometry.iloc[0].centroid.coords[0])
    for path in (
        f"/gis/{COUNTY}/check/{project.adopted_check_id}/{place}.png",
        f"/files/check/{project.adopted_check_id}.csv",
    ):
        answers = [_asked_of(made, port, path, cookies) for port in made.ports]
        assert [one.status for one in answers] == [200, 200], path
        assert answers[0].body == answers[1].body, path
        assert len(answers[0].body) > 100
    for port in made.ports:
        assert _asked_of(made, port, path, {SESSION: "invented"}).status == 401


def _asked_of(made: Office, port: int, path: str, cookies: Mapping[str, str]) -> Answer:
    """Ask through nginx what the page of a process would ask."""
    return ask(made.address, path, cookies={**cookies, PROCESS: str(port)})


def _tile_of(lon: float, lat: float, zoom: int = 14) -> str:
    x = (lon + 180) / 360 * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom
    return f"{zoom}/{int(x)}/{int(y)}"


def _process_of(visitor: Visitor) -> int:
    """Return which process holds a page: its socket's answer says it to the browser."""
    assert visitor.stream.response is not None
    told = visitor.stream.response.headers.get_all("Set-Cookie")
    found = [re.match(rf"{PROCESS}=(\d+); Path={SITE}; HttpOnly; SameSite=Lax; Secure$", one)
             for one in told]  # fmt: skip
    return next(int(one.group(1)) for one in found if one)


def _uploads_go_to_the_process_of_the_page(made: Office, cookies: Mapping[str, str]) -> None:
    visitor = Visitor(made.address, cookies, "layers")
    port = _process_of(visitor)
    asked = BackMsg()
    asked.file_urls_request.request_id = "one"
    asked.file_urls_request.file_names.append("parcels.zip")
    asked.file_urls_request.session_id = visitor.session
    visitor.stream.send(asked.SerializeToString())
    told = ForwardMsg()
    while told.WhichOneof("type") != "file_urls_response":
        frame = visitor.stream.recv(timeout=30)
        assert isinstance(frame, bytes)
        told.ParseFromString(frame)
    path = told.file_urls_response.file_urls[0].upload_url
    xsrf = ask(made.address, "/_stcore/health").cookies["_streamlit_xsrf"]

    def put(at: int, content: bytes, **headers: str) -> int:
        kind = "multipart/form-data; boundary=cut"
        body = (b'--cut\r\nContent-Disposition: form-data; name="file"; filename="parcels.zip"'
                b"\r\n\r\n" + content + b"\r\n--cut--\r\n")  # fmt: skip
        sent = {**cookies, PROCESS: str(at), "_streamlit_xsrf": xsrf}
        told = {"X-Xsrftoken": xsrf, "Content-Type": kind, **headers}
        return ask(made.address, path, method="PUT", body=body, cookies=sent, headers=told).status

    assert put(port, b"x" * UPLOADED_MB * 1024**2) == 204
    assert put(made.other(port), b"x") == 400, "only the page's own process knows its uploads"
    too_long = {"Content-Length": str(TOO_MANY_MB * 1024**2)}
    assert put(port, b"x", **too_long) == 413
    visitor.close()


def _every_job_is_done_once(made: Office) -> int:
    """Both workers are at it; ``SKIP LOCKED`` and the lock of SQLite give each job to one.

    Return how many it were: more are given out until the second worker has begun, too.
    """
    bureau, jobs, workers = made.county.bureau, list[int](), set[str]()
    ends = time.monotonic() + WORKERS_S
    while len(workers) < 2:
        assert time.monotonic() < ends, "only one of the workers took jobs"
        jobs += [
            submit_job(made.store, bureau, export_ledger.KIND, project_id=made.county.project_id,
                       region=COUNTY, wanted={"copy": len(jobs) + number}, now=datetime.now(UTC))
            for number in range(JOBS)
        ]  # fmt: skip
        workers |= _workers_of(made, jobs)
    with made.store.reading() as connection:
        rows = connection.execute(sa.select(JOB).where(JOB.c.id.in_(jobs))).all()
        audited = sa.select(sa.func.count()).where(AUDIT.c.action == "end_job")
        ended = connection.scalar(audited)
    assert {row.state for row in rows} == {JobState.DONE.value}
    assert {row.attempts for row in rows} == {1}
    assert ended == len(rows) == len(jobs)
    cookies = sign_in(made.address, "bureau", PASSWORD)
    files = [_asked_of(made, port, f"/files/job/{jobs[0]}/0", cookies) for port in made.ports]
    assert [one.body[:2] for one in files] == [b"PK", b"PK"]
    return len(jobs)


def _workers_of(made: Office, jobs: Sequence[int]) -> set[str]:
    """Wait until these jobs are done; return who was seen at them."""
    seen: set[str] = set()
    ends = time.monotonic() + WORKERS_S
    while time.monotonic() < ends:
        with made.store.reading() as connection:
            rows = connection.execute(sa.select(JOB).where(JOB.c.id.in_(jobs))).all()
        seen |= {row.worker for row in rows if row.worker}
        if all(row.state == JobState.DONE.value for row in rows):
            return seen
        time.sleep(0.02)
    raise AssertionError([row.state for row in rows])


def _a_page_moves_over_with_what_was_typed(made: Office) -> float:
    """Kill the process that holds a half-filled form; return after how long it was back."""
    cookies = dict(sign_in(made.address, "town0", PASSWORD))
    visitor = Visitor(made.address, cookies, "today")
    parcels = visitor.widget("parcels")
    visitor.chooses(parcels, *(one.content for one in parcels.options[:CHOSEN]))
    visitor.types(visitor.widget("workers"), 17)
    first = _process_of(visitor)
    made.kill(first)
    began = time.monotonic()
    back = _again(lambda: Visitor(made.address, {**cookies, PROCESS: str(first)}, "today"))
    took_s = time.monotonic() - began
    assert took_s < BACK_S
    second = _process_of(back)
    assert second == made.other(first)
    assert len(back.chosen("parcels")) == CHOSEN, "the form lost what was chosen"
    assert back.widget("workers").value == 17, "the form lost what was typed"
    made.start(first)
    again = Visitor(made.address, {**cookies, PROCESS: str(second)}, "today")
    assert _process_of(again) == second, "whoever moved over stays"
    for one in (back, again):
        one.close()
    return took_s


def _killed_under_townships(made: Office, kills: int) -> Sequence[Township]:
    townships = [
        Township(place, sign_in(made.address, f"town{place}", PASSWORD))
        for place in range(1, TOWNSHIPS)
    ]
    everywhere = Server(made.address, made.store.folder, made.store.folder / "none")
    _opened(townships, everywhere)
    for number in range(kills):
        port = made.ports[number % 2]
        with all_at_work(townships):
            time.sleep(WORKING_S)
            made.kill(port)
            time.sleep(WORKING_S / 2)
        _opened(townships, everywhere)
        made.start(port)
        verify(made.store, townships)
    holding = {_process_of(one.visitor) for one in townships if one.visitor}
    assert kills == 1 or len(holding) <= 2
    return townships


def _opened(townships: Sequence[Township], server: Server) -> None:
    """Open every page; a session that had ended would show no form."""
    with ThreadPoolExecutor(len(townships)) as pool:
        list(pool.map(lambda one: _again(lambda: one.opens(server.address)), townships))


def _again(opens: Callable[[], Opened]) -> Opened:
    """Open a page, again and again as a browser does whose socket broke off."""
    ends = time.monotonic() + BACK_S
    while True:
        try:
            return opens()
        except Unanswered:
            if time.monotonic() > ends:
                raise
            time.sleep(0.5)


# without a short form: a minute of make test for what changes seldom
PROOF = Proof(
    "proxied", "Two processes behind nginx, and one of them killed", prove, quick=0, long=10
)
