"""The sums of a check on its page: every level, both units, nothing lost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gis.language import speaking
from parcels.rules.verdicts import Verdict
from ui.components.check_sums import _columns, sum_rows

ROWS = pd.DataFrame(
    {
        "township_code": ["419901101", "419901101", "419901102", "419901102"],
        "township": ["甲镇", "甲镇", "乙镇", "乙镇"],
        "village_code": ["419901101201", "419901101202", "419901102201", ""],
        "village": ["一村", "二村", "一村", ""],
        "area_m2": [2000.0, 1000.0, 500.0, np.nan],
        "new_arable_m2": [1800.0, 900.0, 400.0, np.nan],
        "verdict": [Verdict.PASS, Verdict.FAIL, Verdict.UNDETERMINED, Verdict.UNDETERMINED],
    }
)


@pytest.mark.parametrize(
    ("level", "names"),
    [
        ("township", ["甲镇", "乙镇"]),
        ("village", ["甲镇 · 一村", "甲镇 · 二村", "乙镇 · 一村", "乙镇"]),
    ],
)
def test_every_township_and_every_village_has_its_row(level: str, names: list[str]) -> None:
    with speaking("en"):
        rows = sum_rows(ROWS, level)
        heads = _columns(level)
    assert [row[0] for row in rows] == names
    assert all(len(row) == len(heads) for row in rows)
    assert sum(int(str(row[1])) for row in rows) == len(ROWS)


def test_a_township_shows_approved_after_the_rules_and_undetermined_in_both_units() -> None:
    second, first = sum_rows(ROWS, "township")
    assert second[1:] == (
        2, "4.50\n0.3000", 1, "3.00\n0.2000", 1, "1.50\n0.1000", 0, "0.00\n0.0000",
        "4.05\n0.2700", "2.70\n0.1800", "0.00\n0.0000",
    )  # fmt: skip
    assert first[1:3] == (2, "0.75\n0.0500")
    assert first[-3:] == ("0.60\n0.0400", "0.00\n0.0000", "0.60\n0.0400")


def test_two_villages_of_one_name_stay_two_in_the_order_of_their_codes() -> None:
    twins = ROWS.iloc[:2].assign(village="一村", village_code=["419901101209", "419901101202"])
    assert [row[2] for row in sum_rows(twins, "village")] == ["1.50\n0.1000", "3.00\n0.2000"]
