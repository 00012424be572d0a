"""The disk is full under the application: it says so, loses nothing and goes on when there is room.

Full means, in the short form, a limit on the length of files laid upon the running server (no
rights needed); in the long one a small file system filled to the last byte too, for whoever may
mount one.
"""

from __future__ import annotations

import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from gis.formats import read_layer
from gis.language import CHINESE, speaking
from parcels.store import audit
from parcels.store.engine import open_store
from parcels.store.trouble import Full, in_our_words
from reports.tables import DAILY_REPORT, PHOTO
from tests.browser.running import Server, free_port
from tests.browser.wire import ask
from tests.prove.client import Visitor, sign_in
from tests.prove.county import PASSWORD, found_county
from tests.prove.forked import nursery
from tests.prove.proof import Proof
from tests.reports.pictures import photo

SAID = "磁盘"
SMALLEST_BYTES, PLACE_MB = 512, 64
BOUNDARY = "proof"
NOT_MOUNTED = "a file system of its own may not be mounted here"

Squeeze = Callable[[], AbstractContextManager[None]]


def prove(ways: int, folder: Path) -> str:
    """Fill the disk in one way or in all, under a report, a photo and the reading of a layer."""
    told = [_limited(folder / "limited")]
    if ways > 1:
        told += [_filled(folder / "filled"), _without_temp(folder / "temp")]
    _temp(folder)
    return "; ".join(told)


def _limited(folder: Path) -> str:
    folder.mkdir()
    return _prove(folder / "var", None, "a limit on the length of files")


def _filled(folder: Path) -> str:
    with _mounted(folder) as is_mounted:
        if not is_mounted:
            return NOT_MOUNTED
        (folder / "var").mkdir()
        return _prove(folder / "var", folder, f"a file system of {PLACE_MB} MB without a byte left")


def _without_temp(folder: Path) -> str:
    """Leave no byte where uploads are opened, and room where they are kept."""
    with _mounted(folder / "tmp") as is_mounted:
        if not is_mounted:
            return NOT_MOUNTED
        store = open_store(folder / "var")
        found_county(store, townships=1, parcels=1)
        temporary = {"TMPDIR": str(folder / "tmp")}
        server, process = nursery().start(folder / "var", free_port(), temporary)
        try:
            cookies = sign_in(server.address, "town0", PASSWORD)
            assert _send_photo(server, cookies)[0] == 200  # its place is chosen at the first use
            with _full(folder / "tmp"):
                status, words = _send_photo(server, cookies)
                assert (status >= 400, SAID in words) == (True, True), (status, words)
            assert _send_photo(server, cookies)[0] == 200
            assert process.poll() is None, "it was started again"
        finally:
            process.kill()
            process.wait()
        with store.reading() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(PHOTO)) == 1
        store.engine.dispose()
    return "a temporary folder without a byte left: said so, went on without a restart"


@contextmanager
def _mounted(folder: Path) -> Iterator[bool]:
    """Lay a small file system of its own there, for whoever may."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={PLACE_MB}m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def _prove(place: Path, mounted: Path | None, how: str) -> str:
    store = open_store(place)
    found_county(store, townships=1, parcels=4)
    server, process = nursery().start(place, free_port())

    def squeeze() -> AbstractContextManager[None]:
        return _full(mounted) if mounted else _short(process.pid)

    try:
        cookies = sign_in(server.address, "town0", PASSWORD)
        visitor = Visitor(server.address, cookies, "today")
        parcels = visitor.widget("parcels")
        visitor.chooses(parcels, *(one.content for one in parcels.options[:2]))
        with squeeze():
            visitor.presses(visitor.widget("send report"))
            assert not visitor.receipt(), "a receipt without a byte to write it"
            assert SAID in visitor.texts(), visitor.texts()
            status, words = _send_photo(server, cookies)
            assert (status, SAID in words) == (400, True), (status, words)
        visitor = Visitor(server.address, cookies, "today")
        assert len(visitor.chosen("parcels")) == 2, "the form lost what was chosen"
        assert _send_photo(server, cookies)[0] == 200
        visitor.presses(visitor.widget("send report"))
        receipt = visitor.receipt()
        assert receipt, visitor.texts()
        assert process.poll() is None, "it was started again"
    finally:
        process.kill()
        process.wait()
    with store.reading() as connection:
        assert list(connection.scalars(sa.select(DAILY_REPORT.c.receipt_no))) == [receipt]
        assert connection.scalar(sa.select(sa.func.count()).select_from(PHOTO)) == 1
        assert audit.broken_at(connection) is None
        if store.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.engine.dispose()
    return f"{how}: said so, nothing lost, went on without a restart"


@contextmanager
def _short(pid: int) -> Iterator[None]:
    """Let the process write no file longer than a few bytes."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (SMALLEST_BYTES, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def _full(mounted: Path) -> Iterator[None]:
    """Fill a file system to the last byte."""
    ballast = mounted / "ballast"
    with ballast.open("wb", buffering=0) as stream:
        try:
            for size in (1 << 20, 1 << 12, 1):
                with suppress(OSError):
                    while stream.write(b"\0" * size):
                        pass
            yield
        finally:
            ballast.unlink()


def _send_photo(server: Server, cookies: dict[str, str]) -> tuple[int, str]:
    """Send a photo by the plain page, as an old browser does."""
    page = ask(server.address, "/plain/report", cookies=cookies)
    assert page.status == 200, page
    token = page.body.decode().partition('name="csrf" value="')[2].partition('"')[0]
    day = page.body.decode().partition('name="day" value="')[2].partition('"')[0]
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (
            ("csrf", token),
            ("project", "1"),
            ("day", day),
            ("do", "save"),
        )
    ]
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = b"".join([*parts, head.encode(), photo(), f"\r\n--{BOUNDARY}--\r\n".encode()])
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = ask(
        server.address, "/plain/report", method="POST", cookies=cookies, body=body, headers=headers
    )
    return answer.status, answer.body.decode("utf-8", "replace")


def _temp(folder: Path) -> None:
    """Read an upload where the temporary folder has no room: the file is not called damaged."""
    file = folder / "a.geojson"
    file.write_text('{"type": "FeatureCollection", "features": []}' + " " * 4096, "utf-8")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
    try:
        with pytest.raises(OSError, match=r".") as refused:
            read_layer(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    told = in_our_words(refused.value)
    assert isinstance(told, Full)
    with speaking(CHINESE):
        assert SAID in str(told)
    left = [one.name for one in Path(tempfile.gettempdir()).glob("layer_*")]
    assert not [name for name in left if not (Path(tempfile.gettempdir()) / name).is_dir()]


PROOF = Proof("disk", "The disk is full", prove, quick=1, long=2)
