"""A check's result: totals, findings, every parcel, the map by verdict, files."""

from __future__ import annotations

from html import escape

import geopandas as gpd
import pandas as pd
import streamlit as st

from gis.findings import KINDS, message
from gis.language import say
from gis.units import format_limit, format_mu
from parcels import register
from parcels.people.access import Action, may
from parcels.people.sessions import Session
from parcels.policy import Policy
from parcels.projects import Project
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.totals import JUDGED, totals
from reports.document import Column, Kind
from ui import office
from ui.components import maps
from ui.components.cards import Card, show_cards
from ui.components.figures import reason_words, verdict_words
from ui.components.legend import legend
from ui.components.literal import literally
from ui.components.palette import VERDICTS
from ui.components.parcel_panel import parcel_panel
from ui.components.tables import show_rows
from ui.routes.tiles import check_address

HEIGHT_PX = 520


def show_result(session: Session, project: Project, check_id: int, policy: Policy) -> None:
    """Show one check run of a project."""
    parcels = register.judged_parcels(office.store(), session.actor, project, check_id)
    words = say(
        "X = {share}, Y = {area} m². {document}",
        share=format_limit(policy.min_share),
        area=policy.min_new_arable_m2,
        document=policy.document_no,
    )
    st.text(words)
    _totals(parcels)
    if may(session.actor, Action.EXPORT_CHECK):
        _files(check_id)
    findings, table, drawn = st.tabs([say("Findings"), say("Parcels"), say("Map")])
    with findings:
        _findings(session, project, check_id)
    with table:
        _parcels(parcels)
    with drawn:
        _map(session, parcels, check_id)


def _totals(parcels: gpd.GeoDataFrame) -> None:
    whole = totals(parcels).iloc[0]
    moods = dict(zip(JUDGED, ("good", "bad", "open"), strict=True))
    show_cards(
        [
            Card(
                str(VERDICT_TITLES[verdict]),
                say("{count} parcels", count=int(whole[f"{verdict}_parcels"])),
                say("{mu} mu of parcel area", mu=format_mu(whole[f"{verdict}_area_m2"])),
                moods[verdict],  # type: ignore[arg-type]
            )
            for verdict in JUDGED
        ]
    )
    by_township = totals(parcels, by="township")
    columns = (
        Column(say("Township")),
        *(Column(title, Kind.COUNT) for title in (say("Parcels"), say("Area (mu)"))),
        *(Column(str(VERDICT_TITLES[verdict]), Kind.COUNT) for verdict in JUDGED),
        Column(say("New arable after the rules (mu)"), Kind.MU),
    )
    rows = [
        (
            name or "—",
            int(row["parcels"]),
            format_mu(row["area_m2"]),
            *(int(row[f"{verdict}_parcels"]) for verdict in JUDGED),
            format_mu(row["pass_new_arable_m2"]),
        )
        for name, row in by_township.iterrows()
    ]
    show_rows(columns, rows)


def _files(check_id: int) -> None:
    links = "".join(
        f'<a class="download" href="/files/check/{check_id}.{kind}" target="_self" download>'
        f"{escape(title)}</a>"
        for kind, title in (
            ("xlsx", "Excel"),
            ("csv", "CSV"),
            ("gpkg", "GeoPackage"),
            ("zip", "Shapefile"),
        )
    )
    st.html(f"{escape(say('Download'))}：{links}")


def _findings(session: Session, project: Project, check_id: int) -> None:
    rows = register.findings(office.store(), session.actor, project, check_id)
    if rows.empty:
        st.caption(say("Nothing was noticed about the data."))
        return
    counts = rows["code"].value_counts()
    show_rows(
        (Column(say("What")), Column(say("Findings"), Kind.COUNT), Column(say("What to do"))),
        [
            (str(KINDS[code].title), int(count), str(KINDS[code].remedy))
            for code, count in counts.items()
        ],
    )
    chosen = st.pills(
        say("Kind"),
        list(counts.index),
        format_func=lambda code: literally(f"{KINDS[code].title} {counts[code]}"),
        key=f"finding kind {check_id}",
    )
    if chosen is None:
        st.caption(say("Choose a kind to see where it is."))
        return
    shown = rows[rows["code"] == chosen]
    st.dataframe(
        pd.DataFrame(
            {
                say("Row"): shown["row"].astype("Int64"),
                say("Parcel"): shown["parcel_no"],
                say("Said"): [message(found) for found in shown["finding"]],
            }
        ),
        hide_index=True,
        width="stretch",
    )


def _parcels(parcels: gpd.GeoDataFrame) -> None:
    chosen = st.pills(
        say("Verdict"),
        list(JUDGED),
        format_func=lambda v: str(VERDICT_TITLES[v]),
        selection_mode="multi",
        key="shown verdicts",
    )
    shown = parcels[parcels["verdict"].isin(chosen)] if chosen else parcels
    rows = []
    for parcel in shown.to_dict("records"):
        words = dict(verdict_words(parcel))
        rows.append(
            {say("Row"): parcel["row"], say("Parcel"): parcel["parcel_no"]}
            | words
            | {
                say("Near a limit"): say("measure") if parcel["near_limit"] else "",
                say("Grounds"): " ".join(reason_words(parcel["reasons"])),
            }
        )
    figures = (say("Area (m²)"), say("Structures (m²)"), say("Structure share"))
    to_the_right = {
        title: st.column_config.TextColumn(alignment="right")
        for title in (*figures, say("New arable (m²)"))
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", column_config=to_the_right)


def _map(session: Session, parcels: gpd.GeoDataFrame, check_id: int) -> None:
    drawn = parcels[~maps.cannot_be_drawn(parcels)]
    if drawn.empty:
        return
    legend([(VERDICTS[v.value], str(VERDICT_TITLES[v])) for v in JUDGED], say("Verdict"))
    if len(drawn) > maps.MOST_SHAPES:
        group = maps.tiles_group(check_address(session, check_id), key="verdicts")
    else:
        titles = [str(VERDICT_TITLES[Verdict(v)]) for v in drawn["verdict"]]
        group = maps.parcels_group(
            drawn.assign(verdict_title=titles),
            fill=drawn["verdict"].map(VERDICTS),
            tooltip=[
                (say("Parcel"), "parcel_no"),
                (say("Village"), "village"),
                (say("Verdict"), "verdict_title"),
            ],
            key="verdicts",
        )
    left, right = st.columns([3, 1])
    with left:
        base = maps.base_map(drawn.total_bounds, height=HEIGHT_PX)
        click = maps.show(base, [group], key=f"check map {check_id}", height=HEIGHT_PX)
    with right:
        parcel_panel(drawn, click)
