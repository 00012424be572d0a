"""What a document may be, told from its content and never from its name alone."""

from __future__ import annotations

from dataclasses import dataclass

OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # what Word, Excel and WPS wrote before their zips
OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Kind:
    """A kind of document: the suffix it is handed out with, its media type, how it begins.

    ``member`` is what a zip must hold to be this kind.
    """

    suffix: str
    media_type: str
    begins: bytes
    member: str = ""


KINDS: tuple[Kind, ...] = (
    Kind("pdf", "application/pdf", b"%PDF-"),
    Kind("docx", f"{OFFICE}.wordprocessingml.document", b"PK\x03\x04", "word/document.xml"),
    Kind("xlsx", f"{OFFICE}.spreadsheetml.sheet", b"PK\x03\x04", "xl/workbook.xml"),
    Kind("ofd", "application/ofd", b"PK\x03\x04", "OFD.xml"),
    Kind("doc", "application/msword", OLE),
    Kind("xls", "application/vnd.ms-excel", OLE),
    Kind("wps", "application/vnd.ms-works", OLE),
    Kind("jpg", "image/jpeg", b"\xff\xd8\xff"),
    Kind("png", "image/png", b"\x89PNG\r\n\x1a\n"),
)
BY_SUFFIX = {kind.suffix: kind for kind in KINDS}
SPELLINGS = {"jpeg": "jpg"}
SUFFIXES = (*BY_SUFFIX, *SPELLINGS)


def kind_of(content: bytes, suffix: str) -> Kind | None:
    """Return the kind that both the content and the suffix say; None where they do not agree."""
    suffix = suffix.lower().removeprefix(".")
    kind = BY_SUFFIX.get(SPELLINGS.get(suffix, suffix))
    if kind is None or not content.startswith(kind.begins):
        return None
    # a zip says its members' names in plain bytes; its directory, which may be huge, is not opened
    return kind if kind.member.encode() in content else None
