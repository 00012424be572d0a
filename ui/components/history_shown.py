"""What was believed on a day: the adoption in force then, its policy, verdicts and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

import pandas as pd
import streamlit as st

from gis.language import named, say
from gis.units import format_limit, format_mu
from parcels import register
from parcels.impact import CHANGE_TITLES, Change
from parcels.output import share_words
from parcels.people.sessions import Session
from parcels.policy import from_terms
from parcels.projects import Project
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.totals import JUDGED, totals
from parcels.workflow import ORDER, STEP_TITLES
from reports.completion import Completion, completion
from reports.daily import OFFICE_TIME
from reports.document import Column, Kind
from reports.printed import percent
from ui import office, version_reading
from ui.components.cards import Card, show_cards
from ui.components.literal import literally
from ui.components.tables import show_rows

LAST_MOMENT = time(23, 59, 59, 999_999)


def show_history(session: Session, project: Project) -> None:
    """Show every adoption, and the register as it stood at the end of a day."""
    adopted = register.adoptions(office.store(), session.actor, project)
    if not adopted:
        st.info(say("Nothing has been adopted yet."))
        return
    _table(adopted)
    first = adopted[-1]["at"].astimezone(OFFICE_TIME).date()
    today = office.today()
    chosen = st.date_input(
        say("What did we believe on this day?"), today, min_value=first, max_value=today,
        key="believed on",
    )  # fmt: skip
    if isinstance(chosen, tuple) or chosen is None:
        return
    moment = datetime.combine(chosen, LAST_MOMENT, OFFICE_TIME)
    then = register.in_force_at(adopted, moment)
    if then is None:
        st.info(say("Nothing was in force then."))
        return
    _believed(session, project, then, moment)


def _table(adopted: Sequence[Mapping[str, Any]]) -> None:
    columns = (
        Column(say("Adopted at")),
        Column(say("By")),
        Column(say("Reason")),
        Column(say("Versions")),
        Column(say("What changed")),
        Column(say("Work moved (m²)"), Kind.COUNT),
    )
    rows = [
        (
            f"{one['at'].astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}",
            one["display_name"],
            one["reason"],
            _versions(one),
            _changed(one["summary"]),
            f"{one['summary'].get('moved_m2', 0.0):,.2f}",
        )
        for one in adopted
    ]
    show_rows(columns, rows)


def _versions(one: Mapping[str, Any]) -> str:
    return say(
        "parcels v{parcels}, structures v{structures}, policy v{policy}",
        parcels=one["parcels_version"],
        structures=one["structures_version"],
        policy=one["policy_version"],
    )


def _changed(summary: Mapping[str, Any]) -> str:
    counted = dict(summary.get("new", {}))
    gone = summary.get("old", {}).get(Change.GONE, 0)
    said = {Change(name): count for name, count in counted.items()} | (
        {Change.GONE: gone} if gone else {}
    )
    return named(f"{CHANGE_TITLES[change]} {count}" for change, count in said.items()) or "—"


def _believed(
    session: Session, project: Project, then: Mapping[str, Any], moment: datetime
) -> None:
    parcels = version_reading.believed_parcels(session, project, then["id"], moment)
    policy = from_terms(then["terms"])
    sums = totals(parcels).iloc[0]
    st.text(
        say(
            "On that day figures rested on {versions}: X = {share}, Y = {area} m². {document}",
            versions=_versions(then),
            share=format_limit(policy.min_share),
            area=policy.min_new_arable_m2,
            document=policy.document_no,
        )
    )
    show_cards(
        [
            *(
                Card(
                    str(VERDICT_TITLES[verdict]),
                    say("{count} parcels", count=int(sums[f"{verdict}_parcels"])),
                    say("{mu} mu of parcel area", mu=format_mu(sums[f"{verdict}_area_m2"])),
                )
                for verdict in JUDGED
            ),
            Card(
                say("New arable after the rules"),
                say("{mu} mu", mu=format_mu(sums["pass_new_arable_m2"])),
                say("{count} parcels withdrawn", count=int(sums["withdrawn_parcels"])),
            ),
        ]
    )
    _believed_work(session, project, parcels, moment)
    number = st.text_input(say("Parcel number contains"), key="believed number")
    shown = parcels[parcels["parcel_no"].str.contains(number, regex=False)] if number else parcels
    st.caption(literally(say("{count} parcels", count=len(shown))))
    st.dataframe(
        pd.DataFrame(
            {
                say("Township"): shown["township"],
                say("Village"): shown["village"],
                say("Parcel"): shown["parcel_no"],
                say("Area (m²)"): shown["area_m2"],
                say("Structure share"): [share_words(p) for p in shown.to_dict("records")],
                say("New arable (m²)"): shown["new_arable_m2"],
                say("Verdict"): [str(VERDICT_TITLES[Verdict(v)]) for v in shown["verdict"]],
                say("Withdrawn"): shown["is_withdrawn"].map({True: say("yes"), False: ""}),
            }
        ),
        placeholder="—",
        hide_index=True,
        width="stretch",
        height=320,
        column_config={
            title: st.column_config.NumberColumn(format="%.2f")
            for title in (say("Area (m²)"), say("New arable (m²)"))
        },
    )


def _believed_work(
    session: Session, project: Project, parcels: pd.DataFrame, moment: datetime
) -> None:
    """Show the work that counted on that day, on that day's parcels, by township and step."""
    events = version_reading.believed_work(session, project, moment)
    day = moment.astimezone(OFFICE_TIME).date()
    whole = completion(project, parcels, events, day=day)
    st.markdown(f"**{literally(say('Confirmed work by the end of that day'))}**")
    st.caption(
        literally(
            say(
                "Reports confirmed by then, on the parcels of then; work that a later version "
                "moved lies where it lay. Counted at “{step}”.",
                step=STEP_TITLES[project.counting_step],
            )
        )
    )
    columns = (
        Column(say("Township")), Column(say("Eligible (mu)"), Kind.MU),
        Column(say("Done (mu)"), Kind.MU), Column(say("Completion"), Kind.SHARE),
        *(Column(str(STEP_TITLES[step]), Kind.MU, say("Area done (mu)")) for step in ORDER),
    )  # fmt: skip
    rows = []
    for township, own in parcels.groupby("township", sort=False):
        done = events[events["ledger_id"].isin(own["ledger_id"])]
        rows.append(_worked(str(township) or "—", completion(project, own, done, day=day), done))
    rows.append(_worked(say("In all"), whole, events))
    show_rows(columns, rows, totals=1)


def _worked(name: str, found: Completion, events: pd.DataFrame) -> tuple[str, ...]:
    by_step = events.groupby("step")["area_m2"].sum() if len(events) else {}
    return (
        name,
        format_mu(found.eligible_m2),
        format_mu(found.done_m2),
        percent(found.share),
        *(format_mu(by_step.get(step, 0.0)) for step in ORDER),
    )
