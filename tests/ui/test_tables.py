"""Tables on screen: groups stand once above their columns; on a phone each figure has its head."""

from __future__ import annotations

from reports.document import Column, Kind
from ui.components.literal import unbroken
from ui.components.tables import rows_html

TOWN = Column("Township")
WORKS = (Column("Week", Kind.MU, group="Cleared"), Column("Total", Kind.MU, group="Cleared"))


def test_a_group_stands_once_above_the_columns_that_share_it() -> None:
    html = rows_html((TOWN, *WORKS), [("A", "1", "2"), ("B", "3", "4")])
    assert html.count(">Cleared</th>") == 1
    assert '<th class="group" colspan="2">Cleared</th>' in html
    assert '<th class="text" rowspan="2">Township</th>' in html


def test_one_row_alone_reads_as_head_and_figure() -> None:
    one = rows_html((TOWN, *WORKS), [("A", "1", "2")])
    assert 'class="rows listed grouped"' in one
    assert 'data-head="Cleared Total"' in one
    assert "listed" not in rows_html((TOWN,), [("A",), ("B",)])


def test_neither_a_day_nor_a_check_code_breaks_in_two() -> None:
    kept = '<span class="day">{}</span>'
    assert unbroken("2026-11-09 VF4F-WMDP") == " ".join(
        map(kept.format, ("2026-11-09", "VF4F-WMDP"))
    )
    assert unbroken("T2026-1-999901103-1") == "T2026-1-999901103-1"
