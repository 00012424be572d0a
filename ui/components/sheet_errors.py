"""Errors of a workbook, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gis.language import say
from parcels.workbook import CellError
from reports.document import Column
from ui.components.literal import literally
from ui.components.tables import show_rows

MOST_SHOWN = 200


def show_errors(errors: Sequence[CellError]) -> None:
    """Show which cells are wrong and why; nothing was written."""
    st.error(
        literally(
            say(
                "{count} cells are wrong; nothing was written. Mend them and send the sheet again.",
                count=len(errors),
            )
        )
    )
    show_rows(
        (Column(say("Cell")), Column(say("Holds")), Column(say("What is wrong"))),
        [(one.cell, one.value or "—", str(one.text)) for one in errors[:MOST_SHOWN]],
    )
