"""Zips looked over before anything is unpacked; member names are shown, never used as paths."""

from __future__ import annotations

import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from gis.formats.problems import Unreadable

MOST_MEMBERS = 2000
MOST_BYTES = 2 * 1024**3
# Of the whole zip: shapefiles of real counties shrink 3 to 30 times, but a table that says the same
# in every row, as that of structures often does, 300 times and more.
MOST_RATIO = 200
SMALL = 32 * 1024**2  # below this a high ratio does no harm
CHUNK = 1024**2
LOCAL_HEADER = 30


@dataclass(frozen=True)
class Member:
    """A file inside a zip: its name for people, and how to find it again."""

    name: str
    info: zipfile.ZipInfo

    @property
    def suffix(self) -> str:
        """Return the suffix in small letters."""
        return Path(self.name).suffix.lower()

    @property
    def stem(self) -> str:
        """Return folder and name without suffix, in small letters: what siblings share."""
        return self.name[: len(self.name) - len(self.suffix)].lower()


def members(path: Path) -> list[Member]:
    """Return the files of a zip that is safe to unpack, else refuse it."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as e:
        raise Unreadable("bad_zip") from e
    if not all(info.filename for info in infos):
        raise Unreadable("bad_zip")
    _check(infos, path.stat().st_size)
    files = [Member(_readable(info), info) for info in infos if not info.is_dir()]
    return [m for m in files if not _is_noise(m.name)]


def _check(infos: list[zipfile.ZipInfo], size: int) -> None:
    if len(infos) > MOST_MEMBERS:
        raise Unreadable("unsafe_zip", reason="too many members")
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if unpacked > MOST_BYTES:
        raise Unreadable("unsafe_zip", reason="too large")
    if unpacked > SMALL and unpacked > MOST_RATIO * packed:
        raise Unreadable("unsafe_zip", reason="swells")
    end = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        mode = info.external_attr >> 16
        if stat.S_ISLNK(mode):
            raise Unreadable("unsafe_zip", reason="a link")
        if info.flag_bits & 1:
            raise Unreadable("locked_zip")
        if info.header_offset < end:
            raise Unreadable("unsafe_zip", reason="overlap")
        end = info.header_offset + LOCAL_HEADER + info.compress_size
    if end > size:
        raise Unreadable("bad_zip")


def _readable(info: zipfile.ZipInfo) -> str:
    """Return the name as people know it: Windows writes GBK without saying so."""
    name = info.filename
    if not info.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for codec in ("utf-8", "gb18030"):
            try:
                name = raw.decode(codec)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _is_noise(name: str) -> bool:
    return name.startswith("__MACOSX/") or Path(name).name.startswith(("._", ".DS_Store", "~$"))


def unpack(path: Path, member: Member, to: Path, budget: int = MOST_BYTES) -> int:
    """Write one member to a path of our own choosing; never more bytes than it announced."""
    written = 0
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(member.info) as source,
            to.open("wb") as target,
        ):
            while chunk := source.read(CHUNK):
                written += len(chunk)
                if written > min(member.info.file_size, budget):
                    raise Unreadable("unsafe_zip", reason="false size")
                target.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Unreadable("bad_zip") from error
    if written != member.info.file_size:
        raise Unreadable("bad_zip")
    return written
