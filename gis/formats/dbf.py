"""The table of a shapefile, read from its bytes: no library guesses its text for us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gis.findings import Finding
from gis.formats.dbf_columns import WORTH_COMPILED, Columns
from gis.formats.mapped import mapped
from gis.formats.problems import Unreadable
from gis.formats.text import UNREADABLE, Encoding, find_encoding, readable, samples_of, unreadable

# language byte of the header → encoding; 0x57 and 0x03 ("ANSI") say nothing about Chinese
LANGUAGES = {
    0x4D: "gb18030",
    0x7A: "gb18030",
    0x4F: "big5",
    0x78: "big5",
    0x13: "cp932",
    0x7B: "cp932",
    0x79: "cp949",
    0x65: "cp866",
    0xC8: "cp1250",
    0xC9: "cp1251",
}
HEADER, DESCRIPTOR = 32, 32
Wrong = Sequence[tuple[int, str]]  # position and entry
VALUES = "NFLDIOB@TY"
# what the table only points to; the file it lies in (.dbt, .fpt) does not belong to a shapefile
ELSEWHERE = {"M": "memo (.dbt)", "G": "OLE (.dbt)", "P": "picture (.dbt)"}


@dataclass(frozen=True)
class Field:
    """A column: its name's bytes, type letter, and where it stands in a record."""

    name: bytes
    kind: str
    start: int
    width: int
    decimals: int


@dataclass(frozen=True)
class Table:
    """The rows that are not marked as deleted, and which those are."""

    columns: pa.Table
    is_kept: npt.NDArray[np.bool_]
    encoding: Encoding
    samples: tuple[str, ...]
    findings: tuple[Finding, ...]


def count_rows(path: Path) -> int:
    """Return the number of records, having checked that the file holds them all."""
    with path.open("rb") as stream:
        head = stream.read(HEADER)
    if len(head) < HEADER:
        raise Unreadable("truncated", part=".dbf", expected=HEADER, actual=len(head))
    rows, start, width = _sizes(head)
    expected, actual = start + rows * width, path.stat().st_size
    if start < HEADER or (rows and not width) or actual < expected:
        raise Unreadable("truncated", part=".dbf", expected=expected, actual=actual)
    return rows


def _sizes(head: bytes) -> tuple[int, int, int]:
    return (
        int.from_bytes(head[4:8], "little"),
        int.from_bytes(head[8:10], "little"),
        int.from_bytes(head[10:12], "little"),
    )


def read_table(path: Path, declared: str | None, chosen: str | None) -> Table:
    """Read all columns as text, numbers, dates or truth values; empty entries are null."""
    rows = count_rows(path)
    content = mapped(path)
    _, start, width = _sizes(content[:HEADER].tobytes())
    records = content[start : start + rows * width].reshape(rows, width)
    fields = _fields(content[:start].tobytes(), width)
    is_kept = records[:, 0] != ord("*") if rows else np.zeros(0, dtype=bool)
    kept = records[is_kept] if not is_kept.all() else records
    swift = (
        Columns(content, start, width, rows) if is_kept.all() and rows >= WORTH_COMPILED else None
    )
    texts = {
        f.start: swift.texts(f.start, f.width) if swift else _bytes_of(kept, f)
        for f in fields
        if f.kind not in VALUES and f.kind not in ELSEWHERE
    }
    foreign = {
        at: values.dictionary_encode() for at, values in texts.items() if not _is_ascii(values)
    }
    probes = [f.name for f in fields]
    for entries in foreign.values():
        probes += entries.dictionary.to_pylist()
    language = LANGUAGES.get(int(content[29]))
    encoding = find_encoding(probes, declared or language, chosen)
    if encoding is None:
        raise Unreadable("bad_encoding", encoding=chosen)
    numbers = np.flatnonzero(is_kept) + 1
    findings: list[Finding] = []
    if not is_kept.all():
        findings.append(Finding("deleted_rows", values={"rows": int((~is_kept).sum())}))
    names, columns, seen = [], [], []
    for field in fields:
        if field.kind in ELSEWHERE:
            left = readable(field.name, encoding.codec)[0]
            values = {"column": left, "kind": ELSEWHERE[field.kind]}
            findings.append(Finding("column_left_out", values=values))
            continue
        name = readable(field.name, encoding.codec)[0]
        if field.start in texts:
            entries = foreign.get(field.start)
            column, cut = (
                (texts[field.start].cast(pa.string()), [])
                if entries is None
                else _decoded(entries, encoding.codec)
            )
            column = pc.if_else(pc.equal(column, ""), None, column)
            findings += [
                Finding("cut_text", int(numbers[i]),
                        {"row": int(numbers[i]), "column": name, "width": field.width,
                         "text": column[i].as_py() or ""})
                for i in cut
            ]  # fmt: skip
            if entries is not None and pc.any(pc.match_substring(column, UNREADABLE)).as_py():
                findings += unreadable(name, column.to_pylist(), numbers)
            seen += [text for text in column.slice(0, 200).to_pylist() if text]
        else:
            column, bad = _value_column(kept, field, swift)
            findings += [
                Finding("number_unreadable", int(numbers[i]),
                        {"row": int(numbers[i]), "column": name, "text": text})
                for i, text in bad
            ]  # fmt: skip
        names.append(name)
        columns.append(column)
    table = pa.Table.from_arrays(columns, names=names) if names else pa.table({})
    return Table(table, is_kept, encoding, samples_of(seen), tuple(findings))


def _fields(head: bytes, record_width: int) -> list[Field]:
    fields, at = [], 1
    for offset in range(HEADER, len(head) - DESCRIPTOR + 1, DESCRIPTOR):
        one = head[offset : offset + DESCRIPTOR]
        if one[0] in (0x0D, 0x00):
            break
        kind, width, decimals = chr(one[11]).upper(), one[16], one[17]
        if kind == "C" and decimals:  # texts wider than 255 keep their high byte there
            width, decimals = width + 256 * decimals, 0
        if at + width > record_width:
            raise Unreadable("truncated", part=".dbf", expected=at + width, actual=record_width)
        if width:
            fields.append(Field(one[:11].split(b"\0")[0].strip(), kind, at, width, decimals))
        at += width
    return fields


def _bytes_of(records: npt.NDArray[np.uint8], field: Field) -> pa.Array:
    """Return a column's bytes without padding; what follows a zero byte is old rubbish."""
    block = np.ascontiguousarray(records[:, field.start : field.start + field.width])
    values = block.view(f"S{field.width}").ravel().tolist()  # numpy drops zeros at the end
    if (block == 0).any():
        values = [value.partition(b"\0")[0] for value in values]
    as_text = pc.CastOptions(pa.string(), allow_invalid_utf8=True)  # Arrow trims only text
    text = pa.array(values, pa.binary()).cast(options=as_text)
    return pc.ascii_rtrim(text, " \t\r\n").cast(pa.binary())


def _is_ascii(values: pa.Array) -> bool:
    data = values.buffers()[2]
    return data is None or bool((np.frombuffer(data, np.uint8) < 128).all())


def _decoded(entries: pa.DictionaryArray, codec: str) -> tuple[pa.Array, list[int]]:
    """Return the texts, and the positions of those whose last character was cut in half.

    A value beyond those the encoding was decided from may not fit it.
    """
    texts, halves = [], []
    for i, value in enumerate(entries.dictionary.to_pylist()):
        text, is_cut = readable(value, codec)
        texts.append(text)
        if is_cut:
            halves.append(i)
    index = entries.indices
    cut = np.flatnonzero(np.isin(index.to_numpy(), halves)).tolist()
    return pa.array(texts, pa.string()).take(index), cut


def _value_column(
    records: npt.NDArray[np.uint8], field: Field, swift: Columns | None
) -> tuple[pa.Array, Wrong]:
    """Return numbers, dates or truth values, null where empty, and the entries that are none."""
    if swift and field.kind in "NF":
        numbers = swift.numbers(field.start, field.width, is_whole=field.decimals == 0)
        if numbers is not None:
            return numbers, ()
    if field.kind in "I@OBYT" and field.width in (4, 8) and field.kind != "T":
        block = np.ascontiguousarray(records[:, field.start : field.start + field.width])
        if field.kind in "I" and field.width == 4:
            return pa.array(block.view("<i4").ravel()), ()
        if field.kind in "OB" and field.width == 8:
            return pa.array(block.view("<f8").ravel()), ()
    raw = _bytes_of(records, field)
    if not _is_ascii(raw):
        raw = pa.array([v if v.isascii() else b"?" for v in raw.to_pylist()], pa.binary())
    text = pc.ascii_trim_whitespace(raw.cast(pa.string()))
    if field.kind == "L":
        word = pc.utf8_upper(text)
        truth = pc.if_else(pc.is_in(word, value_set=pa.array(["Y", "T"])), True,
                           pc.if_else(pc.is_in(word, value_set=pa.array(["N", "F"])), False,
                                      None))  # fmt: skip
        return truth, ()
    is_empty = pc.match_substring_regex(text, r"^[\s*0]*$" if field.kind == "D" else r"^[\s*]*$")
    text = pc.if_else(is_empty, None, text)
    if field.kind == "D":
        dates = pc.strptime(text, format="%Y%m%d", unit="s", error_is_null=True)
        return dates, _wrong(text, pc.and_(pc.is_null(dates), pc.is_valid(text)))
    return _numbers(text, is_whole=field.decimals == 0)


def _numbers(text: pa.Array, *, is_whole: bool) -> tuple[pa.Array, Wrong]:
    is_integer = pc.match_substring_regex(text, r"^[+-]?\d{1,18}$|^\d{19}$")
    if is_whole and pc.all(is_integer, min_count=0).as_py():
        try:
            return pc.cast(pc.utf8_ltrim(text, "+"), pa.int64()), ()
        except pa.ArrowInvalid:
            pass  # nineteen digits beyond 2^63
    is_number = pc.match_substring_regex(text, r"^[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?$")
    kept = pc.if_else(is_number, pc.replace_substring(text, "+", ""), None)
    return pc.cast(kept, pa.float64()), _wrong(text, pc.invert(is_number))


def _wrong(text: pa.Array, is_wrong: pa.Array) -> Wrong:
    """Return position and text of the entries that are wrong; nulls are not."""
    places = pc.indices_nonzero(pc.fill_null(is_wrong, False))
    return tuple(zip(places.to_pylist(), text.take(places).to_pylist(), strict=True))
