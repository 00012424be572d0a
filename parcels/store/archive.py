"""The file of a backup: a zip that any program opens, and that shows every byte that changed.

Members: ``tracker.db`` (the whole database as SQLite, from either engine), ``files/ab/ab…`` (the
originals by hash), the office's own folders, and ``manifest.json`` with every member's SHA-256.
The zip's comment, its last 64 bytes, is the SHA-256 of all bytes before it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from gis.language import Problem, _

DATABASE = "tracker.db"
MANIFEST = "manifest.json"
FORMAT = 1
OFFICE_FOLDERS = ("fonts", "templates")  # of the store's folder: what an office puts there itself
DIGEST_BYTES = 64
_BLOCK = 1 << 20
_IS_MEMBER = re.compile(
    r"tracker\.db|files/[0-9a-f]{2}/[0-9a-f]{64}"
    rf"|(?:{'|'.join(OFFICE_FOLDERS)})/(?!\.)[^/\\\0]+(?:/(?!\.)[^/\\\0]+)*"
)


@dataclass(frozen=True)
class Manifest:
    """What a backup holds; ``missing`` are originals that were not there to be copied."""

    made_at: str
    engine: str
    revisions: list[str]
    audit_head: str
    has_files: bool
    rows: Mapping[str, int]
    missing: list[str] = field(default_factory=list)
    members: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT


class Writer:
    """An archive that is being written; it gets its name when it is whole."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members: dict[str, str] = {}

    def add(self, path: Path, name: str) -> str:
        """Add a file and return its SHA-256."""
        digest = hashlib.sha256()
        packing = zipfile.ZIP_DEFLATED if name == DATABASE else zipfile.ZIP_STORED
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.compress_type, entry.external_attr = packing, 0o600 << 16
        with path.open("rb") as source, self._archive.open(entry, "w", force_zip64=True) as target:
            while block := source.read(_BLOCK):
                digest.update(block)
                target.write(block)
        self._members[name] = digest.hexdigest()
        return digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, with what was added."""
        said = asdict(manifest) | {"members": self._members}
        self._archive.writestr(MANIFEST, json.dumps(said, ensure_ascii=False, indent=1))


@contextmanager
def writing_archive(file: Path) -> Iterator[Writer]:
    """Give a writer; the file appears at the end, whole, readable by its owner only."""
    part = file.with_name(f"{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as stream:
            with zipfile.ZipFile(stream, "w", compresslevel=1) as archive:
                archive.comment = b"0" * DIGEST_BYTES
                yield Writer(archive)
            stream.flush()
            digest = _digest_of(stream, part.stat().st_size - DIGEST_BYTES)
            stream.seek(-DIGEST_BYTES, os.SEEK_END)
            stream.write(digest.encode())
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def read_manifest(file: Path) -> Manifest:
    """Check every byte of an archive and return its manifest; raises Problem for a damaged one."""
    with (
        suppress(OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError),
        file.open("rb") as stream,
    ):
        size = file.stat().st_size
        digest = _digest_of(stream, size - DIGEST_BYTES)
        if size > DIGEST_BYTES and digest.encode() == stream.read(DIGEST_BYTES):
            return _manifest_of(stream)
    if not file.is_file():
        raise Problem(_("There is no file {file}.", file=file))
    raise Problem(
        _(
            "{file} is no whole backup: it was cut short or changed, or is another kind of file. "
            "Nothing was changed; use another backup.",
            file=file,
        )
    )


def unpack(file: Path, name: str, to: Path) -> None:
    """Write a member's content to a path, checked against the manifest's hash."""
    digest = hashlib.sha256()
    with zipfile.ZipFile(file) as archive:
        wanted = json.loads(archive.read(MANIFEST))["members"][name]
        with archive.open(name) as source, to.open("wb") as target:
            while block := source.read(_BLOCK):
                digest.update(block)
                target.write(block)
    if digest.hexdigest() != wanted:
        raise Problem(_("{name} in {file} is damaged; use another backup.", name=name, file=file))


def _manifest_of(stream: BinaryIO) -> Manifest:
    with zipfile.ZipFile(stream) as archive:
        said = json.loads(archive.read(MANIFEST))
        if said.pop("format") != FORMAT:
            raise Problem(
                _("This backup is of another format; restore it with the version that made it.")
            )
        manifest = Manifest(**said)
        names = set(archive.namelist())
    if names != {MANIFEST, *manifest.members} or DATABASE not in names:
        raise ValueError("members and manifest differ")
    if not all(_IS_MEMBER.fullmatch(name) for name in manifest.members):
        raise ValueError("a member would leave its folder")
    return manifest


def _digest_of(stream: BinaryIO, size: int) -> str:
    """Return the SHA-256 of the first bytes of a stream, and stand after them."""
    digest = hashlib.sha256()
    stream.seek(0)
    while size > 0 and (block := stream.read(min(_BLOCK, size))):
        digest.update(block)
        size -= len(block)
    return digest.hexdigest()


def office_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Give the files that an office put into its folders itself, with their member names."""
    for name in OFFICE_FOLDERS:
        for path in sorted((folder / name).rglob("*")):
            member = path.relative_to(folder).as_posix()
            if path.is_file() and _IS_MEMBER.fullmatch(member):
                yield path, member


def put_office_file(path: Path, folder: Path, name: str) -> None:
    """Put a file of an office's folder back, whole or not at all."""
    to = folder / name
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f".{to.name}.part")
    shutil.copyfile(path, part)
    part.replace(to)
