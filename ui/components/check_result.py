"""A check's result: totals, findings, every parcel, the map by verdict, files.

Lists rest on light rows that are read once a check; figures, grounds and outlines are read for what
is on the screen only, so that 100 000 parcels answer as 600 do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
import streamlit as st

from gis.findings import KINDS, message, place_words
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
from ui import office, reading
from ui.components.cards import Card, show_cards
from ui.components.check_files import check_files
from ui.components.check_map import check_map
from ui.components.check_sums import check_sums
from ui.components.figures import reason_words, verdict_words
from ui.components.literal import literally
from ui.components.pager import shown_rows
from ui.components.tables import Marked, show_rows

NEAR = "near"
MOODS: dict[Verdict, Literal["good", "bad", "open"]] = {
    Verdict.PASS: "good",
    Verdict.FAIL: "bad",
    Verdict.UNDETERMINED: "open",
}


def show_result(session: Session, project: Project, check_id: int, policy: Policy) -> None:
    """Show one check run of a project."""
    rows = reading.verdict_rows(session, project, check_id)
    words = say(
        "X = {share}, Y = {area} m². {document}",
        share=format_limit(policy.min_share),
        area=policy.min_new_arable_m2,
        document=policy.document_no,
    )
    st.text(words)
    _cards(rows)
    if may(session.actor, Action.EXPORT_CHECK):
        check_files(session, project, check_id, parcels=len(rows))
    # only the tab in sight is made: a map born in a hidden one does not know its size
    sums, findings, table, drawn = st.tabs(
        [say("Totals"), say("Findings"), say("Parcels"), say("Map")],
        key="check tab",
        on_change="rerun",
    )
    if sums.open:
        with sums:
            check_sums(project, rows)
    if findings.open:
        with findings:
            _findings(session, project, check_id)
    if table.open:
        with table:
            _parcels(session, project, check_id, rows)
    if drawn.open:
        with drawn:
            check_map(session, project, check_id, rows)


def _cards(rows: pd.DataFrame) -> None:
    whole = totals(rows).iloc[0]
    show_cards(
        [
            Card(
                str(VERDICT_TITLES[verdict]),
                say("{count} parcels", count=int(whole[f"{verdict}_parcels"])),
                say("{mu} mu of parcel area", mu=format_mu(whole[f"{verdict}_area_m2"])),
                MOODS[verdict],
            )
            for verdict in JUDGED
        ]
    )


def _findings(session: Session, project: Project, check_id: int) -> None:
    counts = register.finding_counts(office.store(), session.actor, project, check_id)
    if not counts:
        st.caption(say("Nothing was noticed about the data."))
        return
    show_rows(
        (Column(say("What")), Column(say("Count"), Kind.COUNT), Column(say("What to do"))),
        [
            (str(KINDS[code].title), count, str(KINDS[code].remedy))
            for code, count in counts.items()
        ],
    )
    chosen = st.pills(
        say("Kind"),
        list(counts),
        format_func=lambda code: literally(f"{KINDS[code].title} {counts[code]}"),
        default=next(iter(counts)),
        key=f"finding kind {check_id}",
    )
    if chosen is None:
        st.caption(say("Choose a kind to see where it is."))
        return
    first, end = shown_rows(counts[chosen], f"findings {check_id} {chosen}")
    shown = register.findings(
        office.store(), session.actor, project, check_id, code=chosen, first=first, most=end - first
    )
    where = [
        ", ".join(filter(None, place_words(row, x, y)))
        for row, x, y in zip(shown["row"], shown["x"], shown["y"], strict=True)
    ]
    st.dataframe(
        pd.DataFrame(
            {
                say("Row"): shown["row"].astype("Int64"),
                say("Parcel"): shown["parcel_no"],
                say("Said"): [message(found) for found in shown["finding"]],
                say("Where (east, north)"): where,
            }
        ),
        placeholder="—",
        hide_index=True,
        width="stretch",
    )


def _parcels(session: Session, project: Project, check_id: int, rows: pd.DataFrame) -> None:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    titles = {verdict.value: str(VERDICT_TITLES[verdict]) for verdict in JUDGED}
    chosen = left.pills(
        say("Verdict"),
        [*titles, NEAR],
        format_func=lambda one: literally(
            titles.get(one) or say("Near a limit: measure in the field")
        ),
        selection_mode="multi",
        key="shown verdicts",
    )
    asked = right.text_input(say("Parcel number or village"), key="shown parcels").strip()
    found = _found(rows, chosen, asked)
    if found.empty:
        st.caption(say("No parcel is so."))
        return
    first, end = shown_rows(len(found), f"parcels {check_id} {chosen} {asked}")
    ids = found["id"].iloc[first:end].tolist()
    page = register.judged_parcels(office.store(), session.actor, project, check_id, only=ids)
    heads = verdict_words(page.iloc[0].to_dict())
    columns = (
        Column(say("Row"), Kind.COUNT),
        Column(say("Parcel")),
        *(Column(title, Kind.TEXT if place < 2 else Kind.COUNT)
          for place, (title, _words) in enumerate(heads)),
        Column(say("Grounds")),
    )  # fmt: skip
    show_rows(columns, [_parcel_cells(parcel) for parcel in page.to_dict("records")])


def _parcel_cells(parcel: Mapping[str, Any]) -> tuple[object, ...]:
    (_title, verdict), *figures = verdict_words(parcel)
    near = [say("Near a limit: measure in the field")] if parcel["near_limit"] else []
    grounds = "\n".join([*reason_words(parcel["reasons"]), *near])
    mood = MOODS[Verdict(parcel["verdict"])]
    told = (words for _title, words in figures)
    return parcel["row"], parcel["parcel_no"] or "—", Marked(verdict, mood), *told, grounds


def _found(rows: pd.DataFrame, chosen: list[str], asked: str) -> pd.DataFrame:
    """Return the rows of the chosen verdicts, near a limit where asked, of a number or village."""
    verdicts = [one for one in chosen if one != NEAR]
    is_shown = pd.Series(True, index=rows.index)
    if verdicts:
        is_shown &= rows["verdict"].isin(verdicts)
    if NEAR in chosen:
        is_shown &= rows["near_limit"]
    if asked:
        is_shown &= (rows["parcel_no"] == asked) | rows["village"].str.contains(asked, regex=False)
    return rows[is_shown]
