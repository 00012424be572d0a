"""An office without internet installs the archive, works, upgrades and goes back.

Everything after the archive was made happens in a network namespace with nothing but loopback. The
short form leaves the libraries out of the archive and takes this tree's (the installer's
``--libraries``); the long one installs every wheel by its hash, from the commit before the newest
migration, then the present one over it, and goes back.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect
from typing import Any

from tests.browser.running import ONE_TIME, PROJECT, free_port
from tests.browser.wire import SESSION, ask, enter_demo
from tests.prove.client import Visitor, sign_in
from tests.prove.proof import Proof, Unprovable

WITHOUT_WHEELS, WHOLE = 1, 2
OWN_PASSWORD = "Heqing-Bundle-7264"
ALONE = ("unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
MIGRATIONS = ("parcels/store/migrations/versions", "reports/migrations/versions")
RULES = ("--min-share", "30%", "--min-new-arable", "400")
STARTED_S = 120.0
APART = ("session", "alembic_version")


def prove(amount: int, folder: Path) -> str:
    """Make the archives here; install and try them where there is no network."""
    if os.getuid() != 0 or subprocess.run([*ALONE, "true"], check=False).returncode:
        raise Unprovable("needs to make a network namespace")
    wheels = [] if amount == WHOLE else ["--without-wheels"]
    made = {"new": bundled(folder / "new", *wheels)}
    if amount == WHOLE:
        before = before_the_newest_migration()
        made["old"] = bundled(folder / "old", "--commit", before, *wheels)
    wanted = {"folder": str(folder), "amount": amount, **{k: str(v) for k, v in made.items()}}
    inside = [*ALONE, sys.executable, "-m", "tests.prove.installed", json.dumps(wanted)]
    seen = subprocess.run(inside, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(seen.stdout.splitlines()[-1])
    _require_the_same_check(folder)
    figure = (
        f"the archive of {made['new'].stat().st_size / 1024**2:.0f} MB, installed in "
        f"{told['installed_s']:.0f} s with nothing but loopback; signed in with the one-time "
        "password, made to change it; the demo county checked, byte for byte as in the source tree"
    )
    if amount == WHOLE:
        figure += (
            f"; upgraded from {told['old']} in {told['upgraded_s']:.0f} s with its "
            f"{told['rows']:,} rows, a whole backup first, and back in {told['back_s']:.0f} s: "
            "every row of before; a changed bundle and one under a running server were refused"
        )
    return figure


def bundled(folder: Path, *wanted: str) -> Path:
    """Make an archive and return it."""
    command = [sys.executable, "deploy/bundle.py", "--out", str(folder), *wanted]
    subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tar.gz"))


def before_the_newest_migration() -> str:
    """Return the commit before the one that brought the newest schema."""
    wanted = ["git", "log", "-1", "--diff-filter=A", "--format=%H^", "--", *MIGRATIONS]
    seen = subprocess.run(wanted, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True)
    return seen.stdout.strip()


def _require_the_same_check(folder: Path) -> None:
    """Fail unless the source tree checks the very files as the installed application did."""
    files, ours = folder / "demo", folder / "ours.csv"
    command = [sys.executable, "-m", "parcels", "check", str(files / "parcels.zip"),
               "--structures", str(files / "structures.gpkg"), *RULES,
               "--csv", str(ours)]  # fmt: skip
    subprocess.run(command, cwd=PROJECT, check=False, stdout=subprocess.DEVNULL)
    assert ours.read_bytes() == (folder / "installed.csv").read_bytes()
    assert len(ours.read_bytes()) > 10_000


# --- inside the namespace


class Office:
    """One place on this machine where the tracker is installed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.prefix, self.var, self.port = folder / "opt", folder / "var", port
        self.address = f"http://127.0.0.1:{port}"
        self.log = folder / "office.log"
        # where the commands are called from lies something of the same name: it is never taken
        self.elsewhere = folder / "elsewhere"
        for name in ("parcels", "reports", "gis"):
            (self.elsewhere / name).mkdir(parents=True)
            (self.elsewhere / name / "__init__.py").write_text("raise SystemExit('not ours')")

    def installs(self, unpacked: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Run an installer."""
        command = [str(unpacked / "install.sh"), "--prefix", str(self.prefix), "--var",
                   str(self.var), "--port", str(self.port), "--en", *words]  # fmt: skip
        return subprocess.run(command, check=False, cwd=self.elsewhere, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)  # fmt: skip

    def tracker(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run an installed command."""
        command = [str(self.prefix / "bin" / "tracker"), *words]
        return subprocess.run(command, check=False, cwd=self.elsewhere, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)  # fmt: skip

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve as the installed command does."""
        command = [str(self.prefix / "bin" / "tracker"), "serve", str(self.port)]
        with self.log.open("wb") as stream:
            process = subprocess.Popen(command, stdout=stream, stderr=stream, cwd=self.elsewhere)
        try:
            self._is_reached(process)
            yield
        finally:
            process.terminate()
            process.wait(30)

    def _is_reached(self, process: subprocess.Popen[bytes]) -> None:
        ends = time.monotonic() + STARTED_S
        while time.monotonic() < ends:
            assert process.poll() is None, self.log.read_text()
            try:
                assert ask(self.address, "/_stcore/health").status == 200
            except OSError:
                time.sleep(0.25)
            else:
                return
        raise AssertionError(self.log.read_text())

    def release(self) -> str:
        """Return the version that is current."""
        return self.tracker("version").stdout.strip()

    def rows(self) -> dict[str, int]:
        """Return table → rows, but not of people's coming and going and of the schema."""
        with closing(connect(self.var / "tracker.db")) as database:
            wanted = "SELECT name FROM sqlite_master WHERE type = 'table'"
            names = [name for (name,) in database.execute(wanted) if name not in APART]
            return {n: database.execute(f"SELECT count(*) FROM {n}").fetchone()[0] for n in names}

    def schema(self) -> set[str]:
        """Return the revisions the database is at."""
        with closing(connect(self.var / "tracker.db")) as database:
            return {name for (name,) in database.execute("SELECT version_num FROM alembic_version")}


def inside(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Install and try; return the figures."""
    cards = [line.split(":")[0].strip() for line in Path("/proc/net/dev").read_text().split("\n")]
    assert [card for card in cards[2:] if card] == ["lo"], "there is a network"
    folder = Path(wanted["folder"])
    new = _unpacked(Path(wanted["new"]))
    libraries = [] if wanted["amount"] == WHOLE else ["--libraries", sysconfig.get_path("purelib")]
    office = Office(folder, free_port())
    began = time.monotonic()
    seen = office.installs(new, *libraries)
    assert seen.returncode == 0, seen.stdout
    told: dict[str, Any] = {"installed_s": time.monotonic() - began}
    with office.running():
        _the_first_day(office)
    _checks_the_demo(office, folder)
    if wanted["amount"] == WHOLE:
        told |= _goes_forth_and_back(folder / "second", new, _unpacked(Path(wanted["old"])))
    return told


def _unpacked(archive: Path) -> Path:
    subprocess.run(["sha256sum", "-c", "--quiet", f"{archive.name}.sha256"], check=True,
                   cwd=archive.parent)  # fmt: skip
    subprocess.run(["tar", "xzf", archive.name], check=True, cwd=archive.parent)
    return next(path for path in archive.parent.iterdir() if path.is_dir())


def _the_first_day(office: Office) -> None:
    """Sign in with the password that stands on the console, be made to change it, see a page."""
    found = ONE_TIME.search(office.log.read_text(encoding="utf-8"))
    assert found, office.log.read_text()
    first = found.group()
    cookies = sign_in(office.address, "admin", first)
    sent_on = ask(office.address, "/", cookies=cookies, headers={"Accept": "text/html"})
    assert (sent_on.status, sent_on.headers["location"]) == (303, "/account/password")
    asked = ask(office.address, "/account/password", cookies=cookies).body.decode()
    csrf = re.search(r'name="csrf" value="([^"]+)"', asked)
    assert csrf, asked
    form = {"csrf": csrf.group(1), "old": first, "new": OWN_PASSWORD, "again": OWN_PASSWORD}
    changed = ask(office.address, "/account/password", method="POST", cookies=cookies, form=form)
    assert changed.status == 303, changed.body.decode()
    _sees(office, sign_in(office.address, "admin", OWN_PASSWORD), "people", "账号管理")


def _sees(office: Office, cookies: Mapping[str, str], page: str, what: str) -> None:
    visitor = Visitor(office.address, cookies, page)
    words = visitor.texts()
    visitor.close()
    assert what in words, words
    assert "故障" not in words, words


def _checks_the_demo(office: Office, folder: Path) -> None:
    files = folder / "demo"
    assert office.tracker("parcels", "demo", str(files)).returncode == 0
    seen = office.tracker("parcels", "check", str(files / "parcels.zip"), "--structures",
                          str(files / "structures.gpkg"), *RULES, "--csv",
                          str(folder / "installed.csv"))  # fmt: skip
    assert seen.returncode == 1, seen.stdout  # some parcels fail


def _goes_forth_and_back(folder: Path, new: Path, old: Path) -> dict[str, Any]:
    """Upgrade a filled office from the old bundle, be refused what is wrong, go back."""
    folder.mkdir()
    office = Office(folder, free_port())
    assert office.installs(old).returncode == 0
    first = office.release()
    made = office.tracker("reports", "demo-database")
    assert made.returncode == 0, made.stdout
    with office.running():
        _sees(office, enter_demo(office.address, "bureau"), "confirm", "稻香湾镇")
        for words in ((), ("--port", str(free_port()))):  # wherever it listens
            refused = office.installs(new, *words)
            assert refused.returncode != 0
            assert "still runs" in refused.stdout
        assert office.release() == first
    _is_refused_when_changed(office, new)
    before, schema = office.rows(), office.schema()

    began = time.monotonic()
    seen = office.installs(new)
    assert seen.returncode == 0, seen.stdout
    upgraded_s = time.monotonic() - began
    assert office.release() != first
    after = office.rows()
    assert office.schema() != schema, "the new release brings a newer schema"
    assert {name: after[name] for name in before if name != "audit"} == {
        name: count for name, count in before.items() if name != "audit"
    }
    with office.running():
        _sees(office, enter_demo(office.address, "bureau"), "confirm", "稻香湾镇")
        assert SESSION in enter_demo(office.address, "inspector")

    began = time.monotonic()
    seen = office.installs(new, "--rollback")
    assert seen.returncode == 0, seen.stdout
    back_s = time.monotonic() - began
    assert office.release() == first
    again = office.rows()
    assert office.schema() == schema
    assert again.pop("audit") > before["audit"], "the going back itself is written down"
    kept = {name: count for name, count in before.items() if name != "audit"}
    assert {name: again[name] for name in kept} == kept
    with office.running():
        _sees(office, enter_demo(office.address, "bureau"), "confirm", "稻香湾镇")
    refused = office.installs(new, "--rollback")
    assert refused.returncode != 0, "there is nothing more to go back to"
    return {
        "old": first,
        "upgraded_s": upgraded_s,
        "back_s": back_s,
        "rows": sum(before.values()),
    }


def _is_refused_when_changed(office: Office, new: Path) -> None:
    """One byte of the application changed on the way: nothing is installed."""
    changed = new.parent / "changed"
    shutil.copytree(new, changed)
    file = changed / "app" / "ui" / "gate.py"
    file.write_bytes(file.read_bytes().replace(b"must_change_password", b"must_change_passwort", 1))
    refused = office.installs(changed)
    assert refused.returncode != 0
    assert "incomplete or was changed" in refused.stdout
    shutil.rmtree(changed)


PROOF = Proof(
    "installed", "An office without internet installs, upgrades, goes back", prove,
    quick=WITHOUT_WHEELS, long=WHOLE,
)  # fmt: skip

if __name__ == "__main__":
    print(json.dumps(inside(json.loads(sys.argv[1]))))
