"""The compiled reading of a large table says what the tolerant one says, or leaves it to it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layers_on_disk import dbf

from gis.formats import dbf as tables

NUMBERS = st.text("0123456789", min_size=1, max_size=19)
ENTRIES = st.one_of(
    NUMBERS,
    NUMBERS.map(lambda digits: f"-{digits}"),
    st.tuples(NUMBERS, NUMBERS).map(".".join),
    st.sampled_from(
        ["", "*", "***", "+7", "-", ".5", "5.", "1e5", "-0", "-0.0", "0.10", "x", "1 2"]
    ),
    st.text(" 12.+-*\te\0é", max_size=8),
)
ROWS = st.lists(ENTRIES.map(lambda text: text.encode()[:19]), min_size=1, max_size=12)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ROWS, st.sampled_from([0, 2]), st.booleans())
def test_a_column_reads_the_same_both_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[bytes], decimals: int, right: bool
) -> None:
    path = tmp_path / "table.dbf"
    padded = [row.rjust(19) if right else row for row in rows]
    columns = [(b"A", "N", 19, decimals), (b"B", "C", 19, 0)]
    path.write_bytes(dbf(columns, [[row, row] for row in padded]))
    read = []
    for worth in (0, 10**9):
        monkeypatch.setattr(tables, "WORTH_COMPILED", worth)
        read.append(tables.read_table(path, None, None))
    swift, patient = read
    assert swift.columns.schema == patient.columns.schema
    assert str(swift.columns.to_pylist()) == str(patient.columns.to_pylist())  # -0.0 too
    assert swift.findings == patient.findings
    assert (swift.encoding, swift.samples) == (patient.encoding, patient.samples)


def test_plain_numbers_do_not_need_the_tolerant_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.dbf"
    rows = [[b"12.50"], [b"  -3.25"], [b""], [b"100"], [b"0.01"]]
    path.write_bytes(dbf([(b"A", "N", 12, 2)], rows))
    monkeypatch.setattr(tables, "WORTH_COMPILED", 0)
    monkeypatch.setattr(tables, "_numbers", None)  # would fail if it were asked
    assert tables.read_table(path, None, None).columns["A"].to_pylist() == [
        12.5, -3.25, None, 100.0, 0.01
    ]  # fmt: skip
