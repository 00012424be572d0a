"""Which kind of period: day, week, month or quarter."""

from __future__ import annotations

import streamlit as st

from gis.language import say
from reports.periods.period import PERIOD_TITLES, PeriodKind


def choose_kind(at_first: PeriodKind, key: str) -> PeriodKind:
    """Ask for a kind of period; one is always chosen."""
    return st.segmented_control(
        say("Period"),
        list(PeriodKind),
        default=at_first,
        required=True,
        format_func=lambda one: str(PERIOD_TITLES[one]),
        key=key,
    )
