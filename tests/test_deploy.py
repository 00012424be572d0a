"""What an office runs around the application: units, scripts, nginx's file."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.running import free_port
from tests.browser.wire import ask
from tests.prove.nginx import CONF, nginx
from tests.prove.proof import Unprovable

DEPLOY = Path(__file__).parent.parent / "deploy"
MOST_EXPOSED = 20  # tenths of systemd's own count, where 100 is a service without any wall
UNITS = ("tracker@.service", "tracker-backup.service", "tracker-off-site.service",
         "tracker-backup.timer")  # fmt: skip


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(one) for one in command],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment},
    )


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The units as they are installed, with programs that are on this machine."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze (Debian: systemd)")
    folder = tmp_path_factory.mktemp("units")
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        for program in (r"\S+/bin/python", r"\S+/deploy/off-site\.sh"):
            text = re.sub(rf"(Exec\w+=){program}", r"\1/bin/true", text)
        (folder / name.replace("@.", "@8501.")).write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


def test_systemd_finds_nothing_wrong_with_the_units(units: list[Path]) -> None:
    seen = run("systemd-analyze", "verify", *units)
    assert (seen.returncode, seen.stdout) == (0, "")


def test_the_services_see_little_of_the_machine(units: list[Path]) -> None:
    services = [path for path in units if path.suffix == ".service"]
    assert len(services) == 3
    for service in services:
        seen = run("systemd-analyze", "security", "--offline=true", "--no-pager",
                   f"--threshold={MOST_EXPOSED}", service)  # fmt: skip
        assert seen.returncode == 0, seen.stdout


# --- nginx and the CA of one's own


def test_nginx_answers_with_headers_when_nobody_stands_behind_it(tmp_path: Path) -> None:
    ports = (free_port(), free_port())
    try:
        with nginx(CONF.read_text(encoding="utf-8"), ports, tmp_path) as (secure, plain):
            dead, moved = ask(secure, "/map"), ask(plain, "/map?day=1")
            given = ask(plain, "/ca.crt")
    except Unprovable as reason:
        pytest.skip(str(reason))
    assert (dead.status, moved.status) == (502, 301)
    assert moved.headers["Location"] == f"{secure}/map?day=1"
    for answer in (dead, moved):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "/" not in answer.headers["Server"], "no version"
    assert given.body == (tmp_path / "ssl" / "ca.crt").read_bytes()
    assert given.headers["Content-Type"] == "application/x-x509-ca-cert"


def test_a_new_certificate_comes_from_the_same_ca_for_its_own_names_only(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    names = ("tracker.bureau.lan", "10.20.0.5")
    assert run(DEPLOY / "own-ca.sh", tmp_path, *names).returncode == 0
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert run(DEPLOY / "own-ca.sh", tmp_path, *names).returncode == 0
    second = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert first["ca.crt"] == second["ca.crt"], "phones need nothing new"
    assert first["key.pem"] != second["key.pem"]
    seen = run(DEPLOY / "own-ca.sh", tmp_path, "bank.example")
    assert seen.returncode == 1
    assert "permitted subtree violation" in seen.stdout
    left = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != "ca.srl"}
    assert left == {name: content for name, content in second.items() if name != "ca.srl"}
    for secret in ("ca.key", "key.pem"):
        assert (tmp_path / secret).stat().st_mode & 0o077 == 0


# --- the copy elsewhere


def made(folder: Path, number: int) -> Path:
    """Make what looks like a backup: its last 64 bytes are the hash of all before."""
    body = os.urandom(3000 + number)
    file = folder / f"tracker-20260312-02300{number}.zip"
    file.write_bytes(body + hashlib.sha256(body).hexdigest().encode())
    return file


def test_every_backup_is_copied_elsewhere_once_and_whole(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    first, second = made(here, 1), made(here, 2)
    (here / "tracker-20260312-023009.zip.part").write_bytes(b"being written")
    seen = run(DEPLOY / "off-site.sh", here, there)
    assert seen.returncode == 0, seen.stdout
    assert sorted(path.name for path in there.iterdir()) == [first.name, second.name]
    assert (there / first.name).read_bytes() == first.read_bytes()
    assert (there / first.name).stat().st_mode & 0o077 == 0
    second.unlink()  # the server keeps thirty; what lies elsewhere stays
    third = made(here, 3)
    assert run(DEPLOY / "off-site.sh", here, there).returncode == 0
    assert {path.name for path in there.iterdir()} == {first.name, second.name, third.name}


def test_a_copy_that_is_not_what_was_made_is_said_and_tried_again(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    whole = made(here, 1)
    content = whole.read_bytes()
    whole.write_bytes(content[:2000] + b"!" + content[2001:])
    for _night in range(2):
        seen = run(DEPLOY / "off-site.sh", here, there)
        assert seen.returncode == 1
        assert whole.name in seen.stdout
        assert not (there / whole.name).exists(), "what is not whole bears no backup's name"
    whole.write_bytes(content)
    assert run(DEPLOY / "off-site.sh", here, there).returncode == 0
    (there / whole.name).write_bytes(content[:-1])  # spoiled later, on the disk over there
    assert run(DEPLOY / "off-site.sh", "--all", here, there).returncode == 0
    assert (there / whole.name).read_bytes() == content


@pytest.mark.parametrize("missing", ["here", "there"])
def test_nowhere_to_copy_from_or_to_is_a_failure(tmp_path: Path, missing: str) -> None:
    for name in {"here", "there"} - {missing}:
        (tmp_path / name).mkdir()
    if missing == "there":
        made(tmp_path / "here", 1)
    assert run(DEPLOY / "off-site.sh", tmp_path / "here", tmp_path / "there").returncode == 1


# --- the command


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return an installed command whose Python says what it was given."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "tracker"
    shutil.copy(DEPLOY / "tracker.sh", command)
    release = tmp_path / "releases" / "1"
    (release / ".venv" / "bin").mkdir(parents=True)
    python = release / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\necho "$TRACKER_VAR|$TRACKER_DATABASE_URL|$TRACKER_LANGUAGE|$*"\n')
    python.chmod(0o755)
    (tmp_path / "current").symlink_to("releases/1")
    (tmp_path / "install.conf").write_text(
        f"TRACKER_VAR='/var/office'\nOWNER=''\nENVIRONMENT='{tmp_path}/tracker.env'\n"
    )
    (tmp_path / "tracker.env").write_text(
        (DEPLOY / "tracker.env").read_text(encoding="utf-8")  # examples behind a #
        + "# a remark=1\nTRACKER_DATABASE_URL=postgresql://a:b c$d@h/t?x=1\nTRACKER_LANGUAGE=en\n"
    )
    return command


def test_the_command_reads_settings_as_systemd_does(installed: Path) -> None:
    said = run(installed, "parcels", "audit", "verify", TRACKER_VAR="").stdout
    settings = "/var/office|postgresql://a:b c$d@h/t?x=1|en|"
    assert said == f"{settings}-P -m parcels audit verify\n"


def test_another_place_is_never_the_offices_database(installed: Path) -> None:
    said = run(installed, "parcels", "restore", "b.zip", TRACKER_VAR="/srv/drill").stdout
    assert said == "/srv/drill||en|-P -m parcels restore b.zip\n"


def test_settings_that_cannot_be_read_stop_the_command(installed: Path) -> None:
    settings = installed.parents[1] / "tracker.env"
    settings.unlink()
    settings.mkdir()  # root reads everything; a folder nobody can read as a file
    seen = run(installed, "parcels", "backup", "b.zip", TRACKER_VAR="")
    assert seen.returncode != 0
    assert "-m parcels" not in seen.stdout
