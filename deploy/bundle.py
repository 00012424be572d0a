"""Make the one archive that an office without internet installs from: ``make bundle``.

It holds the application of a commit, a wheel for every pinned library, and ``install.sh``. Wheels
belong to a machine and a Python: the archive's name says which.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "land-reclamation-tracker"
NOT_IN_AN_OFFICE = ("tests", "benchmarks", ".ci", "requirements-dev.in", "requirements-dev.txt",
                    "requirements-bench.txt")  # fmt: skip
BLOCK = 1024**2


def python_tag() -> str:
    """Return which Python the wheels are for, such as ``cp311``."""
    return f"cp{sys.version_info.major}{sys.version_info.minor}"


def machine() -> str:
    """Return the kind of machine the wheels are for, such as ``linux-x86_64``."""
    return f"{platform.system().lower()}-{platform.machine()}"


def of_commit(commit: str) -> str:
    """Return the short name of a commit; work that is not committed is not in a bundle."""
    return _git("rev-parse", "--short=8", commit).decode().strip()


def lay_out(commit: str, stage: Path, wheels: Path | None) -> str:
    """Put everything into an empty folder ``stage``; return the version.

    ``wheels``: a folder kept between bundles, so that nothing is fetched twice; None leaves the
    libraries out, and only an installation that is told of others takes such a bundle.
    """
    app = stage / "app"
    app.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as archive:
        archive.extractall(app, filter="data")
    for name in NOT_IN_AN_OFFICE:
        path = app / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    project = tomllib.loads((app / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    day = _git("show", "-s", "--format=%cd", "--date=format:%Y%m%d", commit).decode().strip()
    version = f"{project['version']}-{day}.{of_commit(commit)}"
    installer = app / "deploy" / "install.sh"
    if not installer.is_file():  # a commit from before there was one
        shutil.copy(ROOT / "deploy" / "install.sh", installer)
        shutil.copy(ROOT / "deploy" / "tracker.sh", installer.parent)
    shutil.copy(installer, stage / "install.sh")
    (stage / "VERSION").write_text(f"{version}\n{python_tag()}\n{machine()}\n", encoding="utf-8")
    shutil.copy(stage / "VERSION", app / "VERSION")
    if wheels is not None:
        _put_wheels(app / "requirements.txt", wheels, stage / "wheels")
    _seal(stage)
    return version


def pack(stage: Path, version: str, folder: Path) -> Path:
    """Write the archive of ``stage`` and its checksum into ``folder``; return the archive."""
    folder.mkdir(parents=True, exist_ok=True)
    top = f"{NAME}-{version}"
    file = folder / f"{top}-{machine()}-{python_tag()}.tar.gz"
    with tarfile.open(file, "w:gz", compresslevel=1) as archive:  # wheels are packed already
        archive.add(stage, top, filter=_of_nobody)
    told = f"{_sha256(file)}  {file.name}\n"
    file.with_name(f"{file.name}.sha256").write_text(told, encoding="ascii")
    return file


def bundle(commit: str, folder: Path, wheels: Path | None) -> Path:
    """Return the archive of a commit."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".bundle-") as work:
        stage = Path(work) / "stage"
        version = lay_out(commit, stage, wheels)
        return pack(stage, version, folder)


def _put_wheels(pins: Path, kept: Path, folder: Path) -> None:
    """Lay the wheel of every pin into ``folder``; pip compares each with its hash."""
    kept.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
           "--only-binary", ":all:", "--no-deps", "-r", str(pins)]  # fmt: skip
    here = [*pip, "--no-index", "--find-links", str(kept), "-d", str(folder)]
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    alone = {**bare, "PIP_CONFIG_FILE": os.devnull}
    if subprocess.run(here, check=False, env=alone, stderr=subprocess.DEVNULL).returncode:
        subprocess.run([*pip, "-d", str(kept)], check=True)
        subprocess.run(here, check=True, env=alone)


def _seal(stage: Path) -> None:
    """Write the hash of every file, which the installer compares before it does anything."""
    files = sorted(path for path in stage.rglob("*") if path.is_file())
    lines = [f"{_sha256(path)}  ./{path.relative_to(stage)}\n" for path in files]
    (stage / "MANIFEST.sha256").write_text("".join(lines), encoding="utf-8")


def _sha256(file: Path) -> str:
    told = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            told.update(block)
    return told.hexdigest()


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def main() -> int:
    """Make a bundle and say where it lies."""
    parser = argparse.ArgumentParser(prog="make bundle", description=__doc__)
    parser.add_argument("--commit", default="HEAD", help="another commit than the present one")
    parser.add_argument("--out", type=Path, default=ROOT / "build")
    parser.add_argument("--wheels", type=Path, default=ROOT / "build" / "wheels",
                        help="where wheels are kept between bundles")  # fmt: skip
    parser.add_argument("--without-wheels", action="store_true",
                        help="for tests: install it with --libraries")  # fmt: skip
    wanted = parser.parse_args()
    if wanted.commit == "HEAD" and _git("status", "--porcelain", "--untracked-files=no"):
        print("! what is not committed is not in the bundle", file=sys.stderr)
    wanted.out.mkdir(parents=True, exist_ok=True)
    made = bundle(wanted.commit, wanted.out, None if wanted.without_wheels else wanted.wheels)
    print(f"{made} ({made.stat().st_size / BLOCK:.0f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
