"""A check's sums: the project's totals side by side, then every township or village."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gis.language import say
from gis.units import format_ha, format_mu
from parcels.projects import Project
from parcels.rules.verdicts import VERDICT_TITLES
from parcels.totals import JUDGED, totals, totals_of_regions
from reports.document import Column, Kind
from ui.components.pager import shown_rows
from ui.components.tables import show_rows

LEVELS = {"township": ["township"], "village": ["township", "village"]}


def check_sums(project: Project, rows: pd.DataFrame) -> None:
    """Show the totals of the project, then the sums by township or village."""
    whole = totals(rows).iloc[0]
    both = (
        (say("Approved scale"), project.approved_scale_m2),
        (say("New arable at approval"), project.approved_new_arable_m2),
        (say("New arable after the rules"), whole["pass_new_arable_m2"]),
        (say("New arable of undetermined parcels"), whole["undetermined_new_arable_m2"]),
    )
    show_rows(
        (Column(say("Project")), Column(say("mu"), Kind.MU), Column(say("ha"), Kind.HA)),
        [(title, format_mu(area_m2), format_ha(area_m2)) for title, area_m2 in both],
    )
    titles = {"township": say("By township"), "village": say("By village")}
    level = st.segmented_control(
        say("Sums"), list(LEVELS), format_func=titles.__getitem__, default="township",
        key="sums by", label_visibility="collapsed",
    )  # fmt: skip
    level = level or "township"  # a second click on the chosen one takes it away
    sums = sum_rows(rows, level)
    first, end = shown_rows(len(sums), f"sums by {level}")
    is_last = end == len(sums)
    last = [_cells(say("Whole project"), whole)] if is_last else []
    show_rows(_columns(level), [*sums[first:end], *last], totals=len(last))
    st.caption(
        say("Areas in mu, below them in ha. Approved is what the parcel layer holds there before "
            "the rules; the approval itself gives figures for the project only.")
    )  # fmt: skip


def sum_rows(rows: pd.DataFrame, level: str) -> list[tuple[object, ...]]:
    """Return the cells of every township, or of every village named with its township."""
    return [
        _cells(" · ".join(name for name in names if name) or "—", row)
        for names, row in totals_of_regions(rows, LEVELS[level])
    ]


def _columns(level: str) -> tuple[Column, ...]:
    parcels, area = say("Parcels"), say("Area")
    new_arable = say("New arable")
    return (
        Column(say("Village") if level == "village" else say("Township")),
        *(
            Column(title, Kind.COUNT, group=group)
            for group in (say("Approved"), *(str(VERDICT_TITLES[verdict]) for verdict in JUDGED))
            for title in (parcels, area)
        ),
        *(
            Column(title, Kind.COUNT, group=new_arable)
            for title in (say("Approved"), say("After the rules"), say("Undetermined"))
        ),
    )


def _cells(name: str, row: pd.Series) -> tuple[object, ...]:
    counted = ("", *(f"{verdict}_" for verdict in JUDGED))
    by_verdict = [
        figure
        for of in counted
        for figure in (int(row[f"{of}parcels"]), _both_units(row[f"{of}area_m2"]))
    ]
    new_arable = [_both_units(row[f"{of}new_arable_m2"]) for of in ("", "pass_", "undetermined_")]
    return name, *by_verdict, *new_arable


def _both_units(area_m2: float) -> str:
    return f"{format_mu(area_m2)}\n{format_ha(area_m2)}"
