"""What a file is by its first bytes, and why some kinds are sent back."""

from __future__ import annotations

from pathlib import Path

from gis.formats.problems import Unreadable

HEAD_BYTES = 8192
# first bytes → code of the sentence, its {kind}
REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"Rar!", "archive", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "archive", "7z"),
    (b"\x1f\x8b", "archive", "gzip"),
    (b"BZh", "archive", "bzip2"),
    (b"\xfd7zXZ", "archive", "xz"),
    (b"AC10", "dwg", "DWG"),
    (b"%PDF", "document", "PDF"),
    (b"{\\rtf", "document", "RTF"),
    (b"\xd0\xcf\x11\xe0", "spreadsheet", "XLS"),
    (b"\xff\xd8\xff", "picture", "JPEG"),
    (b"\x89PNG", "picture", "PNG"),
    (b"GIF8", "picture", "GIF"),
    (b"BM", "picture", "BMP"),
    (b"II*\0", "picture", "TIFF"),
    (b"MM\0*", "picture", "TIFF"),
    (b"II+\0", "picture", "TIFF"),
)
REFUSED_SUFFIXES = {
    ".mdb": ("mdb", "MDB"), ".accdb": ("mdb", "MDB"), ".dwg": ("dwg", "DWG"),
    ".rar": ("archive", "RAR"), ".7z": ("archive", "7z"), ".tar": ("archive", "tar"),
    ".gz": ("archive", "gzip"), ".xls": ("spreadsheet", "XLS"), ".et": ("spreadsheet", "ET"),
    ".doc": ("document", "Word"), ".docx": ("document", "Word"), ".wps": ("document", "WPS"),
    ".ppt": ("document", "PowerPoint"), ".pptx": ("document", "PowerPoint"),
    ".pdf": ("document", "PDF"), ".jpg": ("picture", "JPEG"), ".jpeg": ("picture", "JPEG"),
    ".png": ("picture", "PNG"), ".heic": ("picture", "HEIC"), ".bmp": ("picture", "BMP"),
    ".tif": ("picture", "TIFF"), ".tiff": ("picture", "TIFF"), ".mp4": ("picture", "MP4"),
}  # fmt: skip
POINTERS = (
    b"<OGRVRT",
    b"<VRTDataset",
    b"<OGRPDS",
    b"<GDAL_WMS",
    b"<?xml-vrt",
    b'"gdal_streamed_alg"',
)


def head_of(path: Path) -> bytes:
    """Return the first kilobytes."""
    with path.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def refuse_unwanted(head: bytes) -> None:
    """Refuse what is no layer by its content."""
    if not head:
        raise Unreadable("empty_file")
    if any(pointer in head for pointer in POINTERS):
        raise Unreadable("vector_of_files")
    if head[4:19] in (b"Standard Jet DB", b"Standard ACE DB"):
        raise Unreadable("mdb")
    for start, code, kind in REFUSED:
        if head.startswith(start):
            raise Unreadable(code, kind=kind)


def refuse_by_name(name: str) -> None:
    """Refuse what is no layer by its name; asked last, as survey programs write text as .xls."""
    code, kind = REFUSED_SUFFIXES.get(Path(name).suffix.lower(), ("", ""))
    if code:
        raise Unreadable(code, kind=kind)
