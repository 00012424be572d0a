"""What other limits would do: two sliders, what flips at once, and who misses by how little."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import streamlit as st

from gis.language import say
from gis.units import format_limit, format_m2, format_mu, format_share, half_up
from parcels.policy import Policy
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.totals import totals
from parcels.what_if import Measured, near_misses, what_if
from reports.document import Column, Kind
from ui.components.cards import Card, show_cards
from ui.components.literal import literally
from ui.components.tables import show_rows

MOST_ROWS = 500
HIGHEST_LIMIT_M2 = 2000


def show_what_if(parcels: pd.DataFrame, figures: Measured, policy: Policy) -> None:
    """Show the sliders and their answer; nothing is stored, the policy stays as it is."""
    st.caption(
        literally(
            say(
                "In force: X = {share}, Y = {area} m². Here you only try; nothing is stored.",
                share=format_limit(policy.min_share),
                area=policy.min_new_arable_m2,
            )
        )
    )
    left, right = st.columns(2)
    percent = left.slider(
        say("X: least structure share (%)"),
        0.0,
        100.0,
        float(policy.min_share * 100),
        0.5,
        format="%.1f",
        key="what-if share",
    )
    least_m2 = right.slider(
        say("Y: least new arable (m²)"),
        0,
        max(HIGHEST_LIMIT_M2, int(policy.min_new_arable_m2)),
        int(policy.min_new_arable_m2),
        10,
        key="what-if area",
    )
    share = Decimal(str(percent)) / 100
    found = what_if(figures, share, Decimal(least_m2))
    tried = parcels.assign(verdict=found["verdict"].to_numpy())
    _cards(parcels, tried)
    _townships(parcels, tried)
    _near_misses(tried, figures, found, share, Decimal(least_m2))


def _cards(parcels: pd.DataFrame, tried: pd.DataFrame) -> None:
    now, then = totals(parcels).iloc[0], totals(tried).iloc[0]
    counted = ~parcels["is_withdrawn"].astype(bool)
    flips = (parcels["verdict"].astype(str) != tried["verdict"].astype(str)) & counted
    change_m2 = then["pass_new_arable_m2"] - now["pass_new_arable_m2"]
    villages = tried.loc[flips, "township"].nunique()
    show_cards(
        [
            Card(
                say("Verdicts that flip"),
                say("{count} parcels", count=int(flips.sum())),
                say("in {count} townships", count=villages),
                "open" if flips.any() else "good",
            ),
            *(
                Card(
                    str(VERDICT_TITLES[verdict]),
                    f"{int(now[f'{verdict}_parcels'])} → {int(then[f'{verdict}_parcels'])}",
                    say("{mu} mu of parcel area", mu=format_mu(then[f"{verdict}_area_m2"])),
                )
                for verdict in (Verdict.PASS, Verdict.FAIL)
            ),
            Card(
                say("New arable after the rules"),
                say("{mu} mu", mu=format_mu(then["pass_new_arable_m2"])),
                say("{mu} mu of change", mu=_signed(change_m2)),
                "bad" if change_m2 < 0 else "good" if change_m2 > 0 else "",
            ),
        ]
    )


def _townships(parcels: pd.DataFrame, tried: pd.DataFrame) -> None:
    now, then = (totals(frame, by="township") for frame in (parcels, tried))
    counted = ~parcels["is_withdrawn"].astype(bool)
    before, after = parcels["verdict"].astype(str), tried["verdict"].astype(str)
    flips = pd.DataFrame(
        {
            "gain": counted & (before != after) & (after == Verdict.PASS),
            "loss": counted & (before != after) & (before == Verdict.PASS),
        }
    ).groupby(parcels["township"]).sum()  # fmt: skip
    columns = (
        Column(say("Township")),
        Column(say("Now pass"), Kind.COUNT),
        Column(say("No longer pass"), Kind.COUNT),
        Column(say("Eligible now (mu)"), Kind.MU),
        Column(say("Eligible then (mu)"), Kind.MU),
        Column(say("Change (mu)"), Kind.MU),
    )
    rows = [
        (
            name or "—",
            int(flips.at[name, "gain"]),
            int(flips.at[name, "loss"]),
            format_mu(row["pass_new_arable_m2"]),
            format_mu(then.at[name, "pass_new_arable_m2"]),
            _signed(then.at[name, "pass_new_arable_m2"] - row["pass_new_arable_m2"]),
        )
        for name, row in now.iterrows()
    ]
    show_rows(columns, rows)


def _near_misses(
    tried: pd.DataFrame, figures: Measured, found: pd.DataFrame, share: Decimal, least_m2: Decimal
) -> None:
    missed = near_misses(figures, found, share, least_m2)
    st.subheader(literally(say("Near misses: {count} parcels fail", count=len(missed))))
    if missed.empty:
        return
    rows = []
    for place, miss in missed.head(MOST_ROWS).iterrows():
        parcel = tried.iloc[place]
        part_m2, whole_m2 = figures.part_m2[place], figures.whole_m2[place]
        rows.append(
            {
                say("Parcel"): parcel["parcel_no"],
                say("Township"): parcel["township"],
                say("Village"): parcel["village"],
                say("Misses by"): f"{half_up(miss['shortfall'] * 100, 3)}%",
                say("Structure share"): format_share(part_m2, whole_m2, share),
                say("Structures missing (m²)"): _m2(miss["missing_structure_m2"]),
                say("New arable (m²)"): _m2(figures.given_m2[place]),
                say("New arable missing (m²)"): _m2(miss["missing_new_arable_m2"]),
            }
        )
    if len(missed) > MOST_ROWS:
        st.caption(literally(say("The nearest {count} are shown.", count=MOST_ROWS)))
    st.dataframe(pd.DataFrame(rows), placeholder="—", hide_index=True, width="stretch", height=420)


def _m2(area_m2: float) -> str:
    return "—" if pd.isna(area_m2) else format_m2(area_m2)


def _signed(area_m2: float) -> str:
    return f"+{format_mu(area_m2)}" if area_m2 > 0 else format_mu(area_m2)
