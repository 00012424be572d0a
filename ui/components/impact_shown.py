"""What a proposal changes: counts, townships, groups, references, and a map of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from gis.language import say
from gis.palette import NOT_STARTED, Paint
from gis.units import format_m2, format_mu
from parcels.answerable import NOBODY, Answerable
from parcels.impact import CHANGE_TITLES, Change
from parcels.impact_tables import Group, changed_groups, counts, township_changes
from parcels.ledger.succession import Plan
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.services.adopt_check import Proposal
from parcels.workflow import STEP_TITLES, Step
from reports.document import Column, Kind
from ui.components import maps
from ui.components.cards import Card, show_cards
from ui.components.legend import legend
from ui.components.literal import literally
from ui.components.tables import show_rows

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
    proposed: Proposal,
    references: Iterable[tuple[object, int]],
    people: dict[str, Answerable],
    regions: gpd.GeoDataFrame,
) -> None:
    """Show the whole of it; ``people`` by township code, for the tasks of documents."""
    groups = changed_groups(proposed.impact, proposed.old, proposed.new)
    _cards(proposed, groups)
    _townships(proposed, people)
    _references(references)
    table, drawn = st.tabs([say("Parcels that change"), say("Map of the change")])
    with table:
        _groups(groups)
    with drawn:
        _map(proposed, groups, regions)


def show_moves(proposed: Proposal, plan: Plan) -> None:
    """Show which reported work goes from which parcel to which."""
    names_old, names_new = (
        [f"{p.village} {p.parcel_no or '—'}" for p in frame.itertuples()]
        for frame in (proposed.old, proposed.new)
    )
    behind = say("stays behind: in no parcel now")
    sums: dict[tuple[int, int | None, str], int] = {}
    for piece in plan.pieces:
        key = (piece.old, piece.new, piece.step)
        sums[key] = sums.get(key, 0) + piece.cents
    rows = [
        {
            say("From parcel"): names_old[was],
            say("To parcel"): behind if to is None else names_new[to],
            say("Step"): str(STEP_TITLES[Step(step)]),
            say("Area (m²)"): format_m2(cents / 100),
        }
        for (was, to, step), cents in sums.items()
    ]
    moved, left = (sum(p.cents for p in some) / 100 for some in (plan.moves, plan.left))
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
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", height=_height(len(rows)))


def _cards(proposed: Proposal, groups: list[Group]) -> None:
    table = counts(proposed.impact)
    flips = [group for group in groups if group.is_flip]
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


def _townships(proposed: Proposal, people: dict[str, Answerable]) -> None:
    before, after = say("before"), say("after")
    columns = [Column(say("Township"))]
    for title, kind in ((say("Parcels"), Kind.COUNT), (say("Pass"), Kind.COUNT),
                        (say("Task, eligible (mu)"), Kind.MU)):  # fmt: skip
        columns += [Column(before, kind, title), Column(after, kind, title)]
    columns += [Column(say("Change (mu)"), Kind.MU), Column(say("Task by document (mu)"), Kind.MU)]
    table = township_changes(proposed.old, proposed.new)
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
        words = say("Refer to parcels that change: {said}.", said="、".join(said))
        st.text(words)


def _groups(groups: list[Group]) -> None:
    if not groups:
        st.caption(say("No parcel changes and no verdict flips."))
        return
    rows = [
        {
            say("Change"): str(CHANGE_TITLES[group.change]),
            say("Township"): group.township,
            say("Village"): group.village,
            say("Before"): _numbers(group.old_numbers),
            say("After"): _numbers(group.new_numbers),
            say("Verdict before"): _verdicts(group.old_verdicts),
            say("Verdict after"): _verdicts(group.new_verdicts),
            say("Area before (m²)"): format_m2(group.old_area_m2),
            say("Area after (m²)"): format_m2(group.new_area_m2),
            say("New arable counted (mu)"): (
                f"{format_mu(group.old_eligible_m2)} → {format_mu(group.new_eligible_m2)}"
            ),
        }
        for group in groups
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", height=_height(len(rows)))


def _height(rows: int) -> int:
    return min(38 + 35 * max(rows, 1), 420)


def _numbers(numbers: tuple[str, ...]) -> str:
    said = "、".join(number or "—" for number in numbers[:MOST_NUMBERS])
    return f"{said} … ({len(numbers)})" if len(numbers) > MOST_NUMBERS else said or "—"


def _verdicts(verdicts: tuple[Verdict, ...]) -> str:
    return "、".join(str(VERDICT_TITLES[verdict]) for verdict in dict.fromkeys(verdicts)) or "—"


def _map(proposed: Proposal, groups: list[Group], regions: gpd.GeoDataFrame) -> None:
    """Draw what changes: gone parcels by their old outline, all others by the new."""
    drawn = groups
    if sum(map(_parcels_of, groups)) > maps.MOST_SHAPES:
        counted = pd.Series([_parcels_of(group) for group in groups]).cumsum()
        drawn = groups[: int((counted <= maps.MOST_SHAPES).sum())]
        words = say(
            "{drawn} of {all} changes are drawn: flips, then by kind.",
            all=len(groups),
            drawn=len(drawn),
        )
        st.caption(literally(words))
    shapes = _shapes(proposed, drawn)
    shapes = shapes[~maps.cannot_be_drawn(shapes)]
    if shapes.empty:
        return
    chosen = st.selectbox(
        say("Go to"),
        [None, *range(len(drawn))],
        format_func=lambda place: say("All changes") if place is None else _said(drawn[place]),
        key=f"impact place {proposed.check_id}",
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
    maps.show(base, layers, key=f"impact map {proposed.check_id} {chosen}", height=HEIGHT_PX)


def _shapes(proposed: Proposal, groups: list[Group]) -> gpd.GeoDataFrame:
    """Return the parcels to draw, lon/lat: place (of the group), change, is_flip and titles."""
    pieces = []
    for frame, of_old in ((proposed.old, True), (proposed.new, False)):
        rows = [
            (place, group.change, group.is_flip, row)
            for place, group in enumerate(groups)
            if (group.change is Change.GONE) is of_old
            for row in (group.old_places if of_old else group.new_places)
        ]
        piece = frame.iloc[[row for *_rest, row in rows]]
        piece = piece[["parcel_no", "village", "verdict", "geometry"]].to_crs(4490).assign(
            place=[place for place, *_rest in rows],
            change=pd.Series([c for _place, c, *_rest in rows], dtype=object).to_numpy(),
            is_flip=[flip for _place, _change, flip, _row in rows],
            change_title=[str(CHANGE_TITLES[change]) for _place, change, *_rest in rows],
            verdict_title=[str(VERDICT_TITLES[Verdict(v)]) for v in piece["verdict"]],
        )  # fmt: skip
        pieces.append(pd.DataFrame(piece))
    table = pd.concat([piece for piece in pieces if len(piece)] or pieces, ignore_index=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=4490).astype({"is_flip": bool})


def _parcels_of(group: Group) -> int:
    return len(group.old_places if group.change is Change.GONE else group.new_places)


def _said(group: Group) -> str:
    return (
        f"{CHANGE_TITLES[group.change]} · {group.township}{group.village} · "
        f"{_numbers(group.old_numbers)} → {_numbers(group.new_numbers)}"
    )
