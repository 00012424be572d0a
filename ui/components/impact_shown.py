"""What a proposal changes: counts, townships, groups, references, and a map of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from gis.language import named, say
from gis.palette import NOT_STARTED, Paint
from gis.units import format_m2, format_mu
from parcels.answerable import NOBODY, Answerable
from parcels.impact import CHANGE_TITLES, Change
from parcels.impact_tables import Group
from parcels.proposals.comparison import Comparison
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.workflow import STEP_TITLES, Step
from reports.document import Column, Kind
from ui.components import maps
from ui.components.cards import Card, show_cards
from ui.components.legend import legend
from ui.components.literal import literally
from ui.components.pager import shown_rows
from ui.components.tables import Marked, show_rows

HEIGHT_PX = 520
MOST_NUMBERS = 6
PAINTS: dict[Change, Paint] = {
    Change.ADDED: Paint("#2C7A3F", outline="#14421F", weight_px=2.0),
    Change.GONE: Paint("#B2390B", outline="#5A1A02", weight_px=2.5, dash="6 4"),
    Change.RESHAPED: Paint("#F7DC6F", outline="#7A5C00", weight_px=1.5),
    Change.MOVED: Paint("#F1A340", outline="#8A5510", weight_px=2.0),
    Change.RENUMBERED: Paint("#7FBFE3", outline="#2C6E99", weight_px=1.5),
    Change.SPLIT: Paint("#B8A0D9", outline="#4B2E83", weight_px=2.0),
    Change.MERGED: Paint("#7E57C2", outline="#311B68", weight_px=2.0),
    Change.REGROUPED: Paint("#C77BA4", outline="#6B2A4E", weight_px=2.0),
}


def show_impact(
    found: Comparison,
    references: Iterable[tuple[object, int]],
    people: dict[str, Answerable],
    regions: gpd.GeoDataFrame,
) -> None:
    """Show the whole of it; ``people`` by township code, for the tasks of documents."""
    _cards(found)
    _townships(found.townships, people)
    _references(references)
    titles = [say("Parcels that change"), say("Map of the change")]
    table, drawn = st.tabs(titles, key="impact tab", on_change="rerun")
    with table:
        _groups(found.groups)
    if drawn.open:  # a map born in a hidden tab does not know its size
        with drawn:
            _map(found, regions)


def show_moves(found: Comparison) -> None:
    """Show which reported work goes from which parcel to which."""
    behind = say("stays behind: in no parcel now")
    moved = sum(move.cents for move in found.moves if move.new is not None) / 100
    left = sum(move.cents for move in found.moves if move.new is None) / 100
    st.markdown(f"**{literally(say('Reported work that moves'))}**")
    st.text(
        say(
            "{moved} m² go to parcels that now have the ground; {left} m² lie in no parcel any "
            "more and stay on withdrawn rows. Together this is what was reported: nothing is "
            "lost, nothing is added.",
            moved=format_m2(moved),
            left=format_m2(left),
        )
    )
    first, last = shown_rows(len(found.moves), "moves")
    columns = (Column(say("From parcel")), Column(say("To parcel")), Column(say("Step")),
               Column(say("Area (m²)"), Kind.COUNT))  # fmt: skip
    rows = [
        (
            move.old,
            behind if move.new is None else move.new,
            str(STEP_TITLES[Step(move.step)]),
            format_m2(move.cents / 100),
        )
        for move in found.moves[first:last]
    ]
    show_rows(columns, rows)


def _cards(found: Comparison) -> None:
    table = found.counts
    flips = [group for group in found.groups if group.is_flip]
    to_pass = sum(group.new_verdicts == (Verdict.PASS,) for group in flips)
    to_fail = sum(group.new_verdicts == (Verdict.FAIL,) for group in flips)
    to_open = len(flips) - to_pass - to_fail
    shown = [
        Card(
            say("Verdicts that flip"),
            str(len(flips)),
            say(
                "{passing} now pass, {failing} now fail, {open} now undetermined",
                passing=to_pass,
                failing=to_fail,
                open=to_open,
            ),
            "open" if flips else "good",
        )
    ]
    for change in Change:
        was, becomes = int(table.at[change, "old"]), int(table.at[change, "new"])
        if not was + becomes:
            continue
        figure = str(max(was, becomes))
        note = ""
        if change in (Change.SPLIT, Change.MERGED, Change.REGROUPED):
            figure, note = f"{was} → {becomes}", say("parcels before and after")
        shown.append(Card(str(CHANGE_TITLES[change]), figure, note))
    show_cards(shown)


def _townships(table: pd.DataFrame, people: dict[str, Answerable]) -> None:
    before, after = say("before"), say("after")
    columns = [Column(say("Township"))]
    for title, kind in ((say("Parcels"), Kind.COUNT), (say("Pass"), Kind.COUNT),
                        (say("Task, eligible (mu)"), Kind.MU)):  # fmt: skip
        columns += [Column(before, kind, title), Column(after, kind, title)]
    columns += [Column(say("Change (mu)"), Kind.MU), Column(say("Task by document (mu)"), Kind.MU)]
    rows: list[tuple[Any, ...]] = []
    for code, row in table.iterrows():
        document_m2 = people.get(str(code), NOBODY).document_task_m2
        rows.append(
            (
                row["township"],
                row["parcels_before"],
                row["parcels_after"],
                row["pass_parcels_before"],
                row["pass_parcels_after"],
                format_mu(row["eligible_m2_before"]),
                format_mu(row["eligible_m2_after"]),
                _signed(row["eligible_m2_after"] - row["eligible_m2_before"]),
                "—" if document_m2 is None else format_mu(document_m2),
            )
        )
    whole = table.drop(columns="township").sum()
    rows.append(
        (
            say("In all"),
            *(int(whole[f"{name}_{when}"]) for name in ("parcels", "pass_parcels")
              for when in ("before", "after")),
            format_mu(whole["eligible_m2_before"]),
            format_mu(whole["eligible_m2_after"]),
            _signed(whole["eligible_m2_after"] - whole["eligible_m2_before"]),
            "",
        )
    )  # fmt: skip
    show_rows(columns, rows, totals=1)


def _signed(area_m2: float) -> str:
    return f"+{format_mu(area_m2)}" if area_m2 > 0 else format_mu(area_m2)


def _references(references: Iterable[tuple[object, int]]) -> None:
    said = [f"{title} {count}" for title, count in references]
    if said:
        words = say("Refer to parcels that change: {said}.", said=named(said))
        st.text(words)


def _groups(groups: Sequence[Group]) -> None:
    if not groups:
        st.caption(say("No parcel changes and no verdict flips."))
        return
    first, last = shown_rows(len(groups), "changes")
    columns = (
        Column(say("Change")), Column(say("Township")), Column(say("Village")),
        Column(say("Before")), Column(say("After")),
        Column(say("Verdict before")), Column(say("Verdict after")),
        Column(say("Area before (m²)"), Kind.COUNT), Column(say("Area after (m²)"), Kind.COUNT),
        Column(say("New arable counted (mu)"), Kind.COUNT),
    )  # fmt: skip
    show_rows(columns, [_group(group) for group in groups[first:last]])


def _group(group: Group) -> tuple[Any, ...]:
    verdicts = [_verdicts(group.old_verdicts), _verdicts(group.new_verdicts)]
    eligible = f"{format_mu(group.old_eligible_m2)} → {format_mu(group.new_eligible_m2)}"
    return (
        str(CHANGE_TITLES[group.change]),
        group.township,
        group.village,
        _numbers(group.old_numbers),
        _numbers(group.new_numbers),
        verdicts[0],
        Marked(verdicts[1], "open") if group.is_flip else verdicts[1],
        format_m2(group.old_area_m2),
        format_m2(group.new_area_m2),
        eligible,
    )


def _numbers(numbers: tuple[str, ...]) -> str:
    said = named(number or "—" for number in numbers[:MOST_NUMBERS])
    return f"{said} … ({len(numbers)})" if len(numbers) > MOST_NUMBERS else said or "—"


def _verdicts(verdicts: tuple[Verdict, ...]) -> str:
    return named(str(VERDICT_TITLES[verdict]) for verdict in dict.fromkeys(verdicts)) or "—"


def _map(found: Comparison, regions: gpd.GeoDataFrame) -> None:
    drawn = found.drawn
    if len(drawn) < len(found.groups):
        words = say(
            "{drawn} of {all} changes are drawn: flips, then by kind.",
            all=len(found.groups),
            drawn=len(drawn),
        )
        st.caption(literally(words))
    shapes = found.shapes[~maps.cannot_be_drawn(found.shapes)]
    if shapes.empty:
        return
    chosen = st.selectbox(
        say("Go to"),
        [None, *range(len(drawn))],
        format_func=lambda place: say("All changes") if place is None else _said(drawn[place]),
        key="impact place",
    )
    seen = shapes if chosen is None else shapes[shapes["place"] == chosen]
    kinds = set(shapes["change"])
    legend(
        [
            *((PAINTS[change], str(CHANGE_TITLES[change])) for change in PAINTS if change in kinds),
            *([(NOT_STARTED, say("Only the verdict"))] if Change.SAME in kinds else []),
        ],
        say("Change (heavy outline: the verdict flips)"),
    )
    shapes = shapes.assign(
        change_title=[str(CHANGE_TITLES[change]) for change in shapes["change"]],
        verdict_title=[str(VERDICT_TITLES[Verdict(verdict)]) for verdict in shapes["verdict"]],
    )
    shown = maps.parcels_group(
        shapes,
        fill=pd.Series([PAINTS.get(c, NOT_STARTED) for c in shapes["change"]], index=shapes.index),
        tooltip=[
            (say("Parcel"), "parcel_no"),
            (say("Village"), "village"),
            (say("Change"), "change_title"),
            (say("Verdict"), "verdict_title"),
        ],
        key="impact",
        highlight=shapes["is_flip"],
    )
    layers = [shown] if regions.empty else [maps.boundaries_group(regions, "name"), shown]
    bounds = (seen if not seen.empty else shapes).total_bounds
    base = maps.base_map(bounds, height=HEIGHT_PX)
    maps.show(base, layers, key=f"impact map {chosen} {len(shapes)}", height=HEIGHT_PX)


def _said(group: Group) -> str:
    return (
        f"{CHANGE_TITLES[group.change]} · {group.township}{group.village} · "
        f"{_numbers(group.old_numbers)} → {_numbers(group.new_numbers)}"
    )
