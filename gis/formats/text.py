"""Which encoding bytes are in: UTF-8 strictly, else GB18030 strictly, else what the file says."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gis.findings import Finding
from gis.formats.problems import Unreadable

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")
)  # fmt: skip
UNREADABLE = "\ufffd"
PROBED_BYTES = 4096
LONGEST_SHOWN = 80
ASCII, UTF8, CHINESE = "ascii", "utf-8", "gb18030"
LATIN = {"cp1252", "iso8859-1", "latin-1", "ascii"}
PROBED_VALUES = 20_000


@dataclass(frozen=True)
class Encoding:
    """The codec to read with, and how it was found (a key of ``layer.ENCODING_HOW``)."""

    codec: str
    how: str
    declared: str = ""


def decoded(value: bytes, codec: str) -> tuple[str, bool]:
    """Return the text and whether half a character at its end was left out; strict otherwise."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    text = decoder.decode(value)
    return text, bool(decoder.getstate()[0])


def readable(value: bytes, codec: str) -> tuple[str, bool]:
    """Return the text and whether half a character was left out; what does not fit shows as �."""
    try:
        return decoded(value, codec)
    except UnicodeDecodeError:
        return value.decode(codec, "replace"), False


def unreadable(column: str, texts: Iterable[str | None], rows: Iterable[int]) -> list[Finding]:
    """Return a finding for each text of a column with characters that cannot be read."""
    return [
        Finding("text_unreadable", int(row), {"row": int(row), "column": column, "text": text})
        for row, text in zip(rows, texts, strict=False)
        if text is not None and UNREADABLE in text
    ]


def fits(values: Iterable[bytes], codec: str) -> bool:
    """Tell whether all values are text of the codec, a half character at the end excepted."""
    try:
        for value in values:
            decoded(value, codec)
    except UnicodeDecodeError:
        return False
    return True


def known_codec(name: str | None) -> str | None:
    """Return Python's name for a declared encoding ("936", "OEM 936", "ANSI 1252"), else None."""
    if not name or not name.strip():
        return None
    word = name.strip().lower().removeprefix("oem").removeprefix("ansi").strip()
    word = {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030",
            "88591": "iso8859-1"}.get(word, word)  # fmt: skip
    for spelling in (word, f"cp{word}", f"iso{word}"):
        try:
            codec = codecs.lookup(spelling)
        except (LookupError, ValueError):
            continue
        return codec.name if codec.name not in ("idna", "punycode", "rot13") else None
    return None


def find_encoding(
    values: Sequence[bytes], declared: str | None = None, chosen: str | None = None
) -> Encoding | None:
    """Decide for a whole file; None when a person's choice does not fit its bytes."""
    foreign = [value for value in values if not value.isascii()][:PROBED_VALUES]
    said = known_codec(declared)
    if chosen:
        codec = known_codec(chosen)
        return Encoding(codec, "chosen") if codec and fits(foreign, codec) else None
    if not foreign:
        return Encoding(UTF8, "ascii")
    fits_chinese = fits(foreign, CHINESE)
    if fits(foreign, UTF8):
        if said is None and fits_chinese and _may_be_hanzi(foreign):
            return Encoding(CHINESE, "guessed")
        return _found(UTF8, said, declared)
    # "1252" in a .cpg is what an English system writes over GBK, so the bytes decide there
    if said and said != UTF8 and said not in LATIN and fits(foreign, said):
        return Encoding(said, "declared")
    if fits_chinese and _is_mostly_hanzi(foreign):
        return _found(CHINESE, said, declared)
    if said in LATIN:
        return Encoding("cp1252" if fits(foreign, "cp1252") else "iso8859-1", "declared")
    if fits_chinese:
        return Encoding(CHINESE, "guessed")
    return Encoding("cp1252" if fits(foreign, "cp1252") else "iso8859-1", "guessed")


def _found(codec: str, said: str | None, declared: str | None) -> Encoding:
    if said is None:
        return Encoding(codec, "bytes")
    return Encoding(codec, "declared" if said == codec else "overruled", (declared or "").strip())


def _may_be_hanzi(values: Sequence[bytes]) -> bool:
    """Tell GBK that happens to be UTF-8: 石 and 头 alone read as ʯ and ͷ there.

    Such text has no Chinese when read as UTF-8; accented Latin stands beside plain letters.
    """
    return all(
        not any(byte < 128 and chr(byte).isalpha() for byte in value)
        and all(ord(character) < 0x800 for character in decoded(value, UTF8)[0])
        for value in values
    )


def _is_mostly_hanzi(values: Sequence[bytes]) -> bool:
    """Tell Chinese from accented Latin, which GB18030 accepts too: é + r is a rare Hanzi there."""
    common = every = 0
    for value in values:
        for character in decoded(value, CHINESE)[0]:
            if character.isascii():
                continue
            every += 1
            pair = character.encode(CHINESE)
            common += len(pair) == 2 and pair[0] >= 0xA1 and pair[1] >= 0xA1
    return common * 2 >= every


def marked_codec(content: bytes) -> str | None:
    """Return the codec a text says by its first bytes, or shows by a zero in every other byte.

    Excel's "Unicode text" is UTF-16 with a mark; some programs leave the mark out.
    """
    for mark, codec in MARKS:
        if content.startswith(mark):
            return codec
    head = content[: PROBED_BYTES // 2 * 2]
    for codec, zeros, others in (
        ("utf-16-le", head[1::2].count(0), head[::2].count(0)),
        ("utf-16-be", head[::2].count(0), head[1::2].count(0)),
    ):
        if zeros * 5 > len(head) // 2 and not others:  # a fifth of the signs are ASCII, none is NUL
            return codec
    return None


def text_of(
    content: bytes, chosen: str | None = None, declared: str | None = None
) -> tuple[str, Encoding, tuple[Finding, ...]]:
    """Return a whole file's text, its encoding, and what had to be said about it."""
    codec = marked_codec(content)
    if codec is not None:
        how = "bytes" if codec.startswith("utf-16-") else "format"
        encoding = Encoding(codec.removesuffix("-sig"), how)
    else:
        lines = content.splitlines()
        found = find_encoding(lines, declared, chosen)
        if found is None:
            raise Unreadable("bad_encoding", encoding=chosen)
        encoding = _but_for_a_few(lines, found) if found.how == "guessed" else found
        codec = encoding.codec
    text = content.decode(codec, "replace")
    findings = []
    if encoding.how == "guessed":
        findings.append(Finding("text_guessed", values={"encoding": encoding.codec}))
    if UNREADABLE in text:
        findings += [
            Finding("line_unreadable", values={"line": at, "text": line[:LONGEST_SHOWN]})
            for at, line in enumerate(text.splitlines(), 1)
            if UNREADABLE in line
        ]
    return text, encoding, tuple(findings)


def _but_for_a_few(lines: Sequence[bytes], guessed: Encoding) -> Encoding:
    """Return the encoding that all but a few lines are in, rather than one no Chinese file has."""
    foreign = [line for line in lines if not line.isascii()][:PROBED_VALUES]
    for codec in (UTF8, CHINESE):
        bad = sum(not fits([line], codec) for line in foreign)
        if bad * 5 <= len(foreign):
            return Encoding(codec, "guessed")
    return guessed


def samples_of(texts: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Return the first few distinct names, those with other than ASCII letters first."""
    seen = list(dict.fromkeys(t.strip() for t in texts if t and any(c.isalpha() for c in t)))
    seen.sort(key=str.isascii)
    return tuple(text[:40] for text in seen[:count])
