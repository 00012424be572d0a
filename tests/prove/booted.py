"""An office's server as a whole: Debian with systemd as its first process, and no network.

A Debian root made by mmdebstrap is booted by systemd-nspawn with nothing but loopback; in it the
bundle is installed as root under the umask of a hardened server, upgraded, served behind nginx with
a CA of one's own, backed up with a copy elsewhere, and taken back.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.running import ONE_TIME
from tests.prove.installed import before_the_newest_migration, bundled
from tests.prove.proof import Proof, Unprovable

SUITE, NAME = "bookworm", "tracker.bureau.lan"
MIRROR = "http://deb.debian.org/debian"
PACKAGES = ("systemd-sysv", "dbus", "python3-venv", "util-linux", "nginx-light", "openssl", "curl",
            "openssh-server", "procps", "passwd", "tzdata", "iproute2")  # fmt: skip
BOOTED_S, BACK_S, MOST_EXPOSED = 60.0, 60.0, 2.0
UNITS = ("tracker@8501", "tracker-backup", "tracker-off-site")
CURL = f"curl -sS --cacert /etc/ssl/tracker/ca.crt https://{NAME}"


@dataclass(frozen=True)
class Machine:
    """A booted Debian; ``first`` is the process that its systemd is on this machine."""

    root: Path
    first: int

    def does(self, script: str, *, allow: bool = False) -> str:
        """Run a line of shell in it as root; return what it said, its complaints too."""
        inside = ["nsenter", "-t", str(self.first), "-m", "-u", "-i", "-n", "-p", "-r", "-w"]
        bare = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8"]
        command = [*inside, *bare, "bash", "-c", f"set -e -o pipefail; {script}"]
        seen = subprocess.run(command, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=600)  # fmt: skip
        assert allow or seen.returncode == 0, f"{script}\n{seen.stdout}"
        return seen.stdout

    def waits_for(self, script: str, seconds: float = BACK_S) -> None:
        """Wait until a line of shell succeeds."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if self.does(f"{script} >/dev/null 2>&1 && echo succeeded", allow=True):
                return
            time.sleep(0.5)
        raise AssertionError(f"{script}\n{self.does('journalctl --no-pager | tail -n 40')}")


def prove(_amount: int, folder: Path) -> str:
    """Boot it, install, upgrade, serve, back up, go back."""
    root = _debian(folder / "root")
    for name, commit in (("old", before_the_newest_migration()), ("new", "HEAD")):
        archive = bundled(folder / name, "--commit", commit)
        (root / "root" / name).mkdir()
        subprocess.run(["tar", "xzf", str(archive), "-C", str(root / "root" / name),
                        "--strip-components=1"], check=True)  # fmt: skip
        archive.unlink()
    with _booted(root) as machine:
        cards = machine.does("ip -o link | cut -d: -f2").split()
        assert cards == ["lo"], "there is a network"
        machine.does("cd /root/old && ./install.sh --en")
        first = machine.does("journalctl -u 'tracker@*' --no-pager")
        assert ONE_TIME.search(first), first
        upgraded = machine.does("umask 077; cd /root/new && ./install.sh --en")
        assert "Backup from before: " in upgraded, upgraded
        assert "Nothing unsafe was found." in upgraded, upgraded
        exposed = _is_shut_in(machine)
        _is_served(machine)
        _one_of_two_is_killed(machine)
        _is_kept_elsewhere(machine)
        _is_restored_elsewhere(machine)
        _goes_back(machine)
    return (
        f"Debian {SUITE} booted with systemd and nothing but loopback: installed from the bundle, "
        f"upgraded under umask 077, the units run with an exposure of at most {exposed:.1f} of 10 "
        "by systemd's own count and the wall around uploads up; HTTPS by nginx and a CA of its "
        "own; two processes, one killed and back by itself; the nightly backup made, copied over "
        "SSH, checked there, out of the server's reach, brought back in a drill; back at the "
        "release before"
    )


def _debian(root: Path) -> Path:
    if shutil.which("mmdebstrap") is None or shutil.which("systemd-nspawn") is None:
        raise Unprovable("needs mmdebstrap and systemd-nspawn (Debian: systemd-container)")
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(PACKAGES)}",
               SUITE, str(root), MIRROR]  # fmt: skip
    if subprocess.run(command, check=False).returncode:
        raise Unprovable(f"needs {MIRROR}")
    return root


@contextmanager
def _booted(root: Path) -> Iterator[Machine]:
    command = ["systemd-nspawn", "--quiet", "--directory", str(root), "--private-network", "--boot",
               "--register=no", "--keep-unit", f"--machine=office-{os.getpid()}"]  # fmt: skip
    log = root.parent / "boot.log"
    with log.open("wb") as stream:
        outer = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
    try:
        ends = time.monotonic() + BOOTED_S
        while not (children := _children(outer.pid)):
            if outer.poll() is not None or time.monotonic() > ends:
                raise Unprovable(f"systemd does not boot here: {log.read_text()[-300:]}")
            time.sleep(0.2)
        machine = Machine(root, children[0])
        machine.waits_for("systemctl is-system-running | grep -xE 'running|degraded'", BOOTED_S)
        yield machine
    finally:
        outer.send_signal(signal.SIGTERM)  # systemd-nspawn powers its machine off
        try:
            outer.wait(60)
        except subprocess.TimeoutExpired:
            outer.kill()
            outer.wait()


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in told.read_text().split()] if told.exists() else []


def _is_shut_in(machine: Machine) -> float:
    """The units are sound, see little of the machine, and uploads are read behind a wall."""
    assert machine.does("systemd-analyze verify /etc/systemd/system/tracker*") == ""
    said = [machine.does(f"systemd-analyze security --no-pager {unit}") for unit in UNITS]
    exposed = [float(re.findall(r"exposure level for \S+: ([\d.]+)", one)[0]) for one in said]
    assert max(exposed) <= MOST_EXPOSED, exposed
    unsafe = machine.does("journalctl -u tracker@8501 --no-pager | grep -F ' ! '", allow=True)
    assert unsafe == "", "what the process itself found unsafe at its start"
    modes = machine.does(
        "stat -c '%a %U:%G' /etc/tracker.env /var/lib/tracker /var/backups/tracker"
    )
    assert modes.splitlines() == ["640 root:tracker", *["700 tracker:tracker"] * 2]
    return max(exposed)


def _is_served(machine: Machine) -> None:
    machine.does(f"echo 127.0.0.1 {NAME} >> /etc/hosts")
    machine.does(f"/opt/tracker/current/deploy/own-ca.sh /etc/ssl/tracker {NAME} 10.20.0.5")
    named = f"sed 's/tracker[.]example/{NAME}/' /opt/tracker/current/deploy/nginx.conf"
    machine.does(f"{named} > /etc/nginx/sites-enabled/tracker.conf")
    machine.does("nginx -t && systemctl reload nginx")
    machine.does("systemctl enable --now tracker@8502")
    machine.waits_for(f"{CURL}/account/sign-in | grep -q 'name=.form.'")
    machine.waits_for("curl -sSf http://127.0.0.1:8502/_stcore/health")
    told = machine.does(f"{CURL}/ -D - -o /dev/null -H 'Accept: text/html'").lower()
    assert "http/1.1 303" in told, told
    for header in ("strict-transport-security:", "nosniff", "frame-ancestors 'self'"):
        assert told.count(header) == 1, told
    refused = machine.does(f"{CURL}/x -D - -o /dev/null -H 'Content-Length: 99999999999'").lower()
    assert "http/1.1 413" in refused, refused
    assert "nosniff" in refused, refused
    assert "frame-ancestors 'none'" in refused, refused


def _one_of_two_is_killed(machine: Machine) -> None:
    machine.does("systemctl kill -s KILL tracker@8501")
    for _time in range(5):
        assert machine.does(f"{CURL}/_stcore/health -w '%{{http_code}}' -o /dev/null") == "200"
    machine.waits_for("curl -sSf http://127.0.0.1:8501/_stcore/health")


def _is_kept_elsewhere(machine: Machine) -> None:
    """The other machine is another account over SSH, with a key that opens nothing else."""
    mine = "runuser -u tracker --"
    machine.does("useradd --create-home keeper")
    machine.does("install -d -o root -g keeper -m 1770 /srv/copies")
    machine.does(f"{mine} mkdir -m 700 /var/lib/tracker/.ssh")
    machine.does(f"{mine} ssh-keygen -q -t ed25519 -N '' -f /var/lib/tracker/.ssh/id_ed25519")
    machine.does("install -d -o keeper -m 700 /home/keeper/.ssh")
    machine.does("install -o keeper -m 600 /var/lib/tracker/.ssh/id_ed25519.pub "
                 "/home/keeper/.ssh/authorized_keys")  # fmt: skip
    machine.does("systemctl start ssh")
    machine.waits_for("ssh-keyscan 127.0.0.1 | grep -q ed25519")
    known = "tee /var/lib/tracker/.ssh/known_hosts"
    machine.does(f"ssh-keyscan 127.0.0.1 2>/dev/null | {mine} {known} >/dev/null")
    machine.does("systemctl start tracker-backup")
    machine.waits_for("journalctl -u tracker-off-site --no-pager | grep -q 'is not set'")
    machine.does("echo TRACKER_OFF_SITE=keeper@127.0.0.1:/srv/copies >> /etc/tracker.env")
    machine.does("sleep 1; systemctl start tracker-backup")
    machine.waits_for("journalctl -u tracker-off-site --no-pager | grep -q 'each checked whole'")
    copies = "cd /var/backups/tracker && for one in *.zip; do cmp $one /srv/copies/$one; done"
    machine.does(copies)
    assert len(machine.does("ls /srv/copies").split()) == 2
    _copies_outlive_the_server(machine, mine)
    told = machine.does("cd /srv/copies && LANG=C TRACKER_LANGUAGE=en /opt/tracker/bin/tracker "
                        "parcels drill /var/backups/tracker/$(ls | tail -n 1)")  # fmt: skip
    assert "Everything came back as it was" in told, told
    assert "active" in machine.does("systemctl is-active tracker-backup.timer")


def _copies_outlive_the_server(machine: Machine, mine: str) -> None:
    """Root over there takes over what came: the server's key can check it, not change it."""
    machine.does("find /srv/copies -name 'tracker-*.zip' -user keeper "
                 "-exec chown root:keeper {} + -exec chmod 440 {} +")  # fmt: skip
    there = f"{mine} ssh -o BatchMode=yes keeper@127.0.0.1"
    for harm in ("rm -f", "truncate -s 9", "mv -t /tmp"):
        said = machine.does(f"{there} '{harm} /srv/copies/tracker-*.zip' || echo refused")
        assert "refused" in said, said
    said = machine.does(f"{mine} /opt/tracker/current/deploy/off-site.sh --all "
                        "/var/backups/tracker keeper@127.0.0.1:/srv/copies")  # fmt: skip
    assert "0 new copies" in said, said


def _is_restored_elsewhere(machine: Machine) -> None:
    """The yearly drill: a place and a port of its own. Meanwhile nobody goes back or forth."""
    elsewhere = "TRACKER_VAR=/srv/drill /opt/tracker/bin/tracker"
    machine.does("install -d -o tracker -m 700 /srv/drill")
    newest = "$(ls /var/backups/tracker/*.zip | tail -n 1)"
    machine.does(f"{elsewhere} parcels restore {newest}")
    machine.does(f"{elsewhere} serve 8599 > /dev/null 2>&1 &")
    machine.waits_for("curl -sSf http://127.0.0.1:8599/_stcore/health")
    before = machine.does("/opt/tracker/bin/tracker version")
    refused = machine.does("cd /root/new && ./install.sh --en --rollback || echo refused")
    assert "still runs (process" in refused, refused
    assert machine.does("/opt/tracker/bin/tracker version") == before
    machine.waits_for(f"{CURL}/account/sign-in | grep -q 'name=.form.'")  # started again
    machine.does("pkill -f 'server[.]port 8599'")
    machine.waits_for("! pgrep -f 'server[.]port 8599'")  # it ends what it had begun first
    machine.does("rm -r /srv/drill")


def _goes_back(machine: Machine) -> None:
    before = machine.does("/opt/tracker/bin/tracker version")
    said = machine.does("cd /root/new && ./install.sh --en --rollback")
    assert "Back at release" in said, said
    assert machine.does("/opt/tracker/bin/tracker version") != before
    machine.waits_for(f"{CURL}/account/sign-in | grep -q 'name=.form.'")
    assert machine.does("systemctl is-active tracker@8501 tracker@8502").split() == ["active"] * 2


# without a short form: it fetches a Debian
PROOF = Proof("booted", "An office's server as a whole, with systemd", prove, quick=0, long=1)
