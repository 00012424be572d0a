"""What people saw and wrote about one parcel: judgements, inspections, photos, notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from gis.language import named, say
from gis.units import format_m2
from parcels.judgement.reading import corrections, judgements
from parcels.judgement.vocabulary import (
    INPUT_TITLES,
    JUDGEMENT_STATE_TITLES,
    SHOWS_TITLES,
    Input,
    JudgementState,
    Shows,
)
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.workflow import STEP_TITLES, Step
from reports import parcel_reading
from reports.acceptance.inspection import GROUND_TITLES, Ground
from reports.contradictions.states import STATE_TITLES, State
from reports.daily import OFFICE_TIME
from reports.document import Column, Kind
from reports.supervision.notice import NOTICE_STATES, NoticeState
from ui import office
from ui.below import SITE
from ui.components.tables import Marked, show_rows


def show_judged(session: Session, project: Project, row: pd.Series) -> None:
    """Show what was read from imagery, and which inputs people corrected."""
    where = {"parcel_no": str(row["parcel_no"]), "village_code": str(row["village_code"])}
    read = judgements(office.store(), session.actor, project, **where)
    if not read.empty:
        st.markdown(f"**{say('Judged by imagery')}**")
        columns = (
            Column(say("Judged at")), Column(say("Judged by")), Column(say("Before")),
            Column(say("After")), Column(say("Explanation")), Column(say("State")),
            Column(say("Second person")),
        )  # fmt: skip
        show_rows(columns, [_judged(one) for one in read.to_dict("records")])
    mended = corrections(office.store(), session.actor, project, **where)
    if not mended.empty:
        st.markdown(f"**{say('Corrected inputs')}**")
        heads = (
            Column(say("Corrected at")), Column(say("Corrected by")), Column(say("Input")),
            Column(say("Reason")), Column(say("State")), Column(say("Second person")),
        )  # fmt: skip
        show_rows(heads, [_mended(one) for one in mended.to_dict("records")])


def show_followed(session: Session, project: Project, ledger_id: int) -> None:
    """Show inspections, contradictions, photos and the notices that name the parcel."""
    asked = (office.store(), session.actor, project, ledger_id)
    _inspections(parcel_reading.inspections_of_parcel(*asked))
    _contradictions(parcel_reading.contradictions_of_parcel(*asked))
    _photos(parcel_reading.photos_of_parcel(*asked))
    _notices(parcel_reading.notices_of_parcel(*asked))


def _judged(one: Mapping[Any, Any]) -> tuple[str, ...]:
    return (
        _moment(one["at"]),
        one["by_name"],
        _shows(one["before_shows"]),
        _shows(one["after_shows"]),
        one["explanation"],
        str(JUDGEMENT_STATE_TITLES[JudgementState(one["state"])]),
        one["second_name"] or "—",
    )


def _shows(names: list[str]) -> str:
    return named(str(SHOWS_TITLES[Shows(name)]) for name in names) or "—"


def _mended(one: Mapping[Any, Any]) -> tuple[str, ...]:
    return (
        _moment(one["at"]),
        one["by_name"],
        str(INPUT_TITLES[Input(one["input"])]),
        one["reason"],
        str(JUDGEMENT_STATE_TITLES[JudgementState(one["state"])]),
        one["second_name"] or "—",
    )


def _inspections(found: list[Mapping[str, Any]]) -> None:
    if not found:
        return
    st.markdown(f"**{say('Inspections on site')}**")
    columns = (
        Column(say("Day")), Column(say("Step")), Column(say("Result")),
        Column(say("Area (m²)"), Kind.COUNT), Column(say("Grounds")), Column(say("To mend")),
        Column(say("Mend by")), Column(say("Taking part")),
    )  # fmt: skip
    show_rows(columns, [_inspected(one) for one in found])


def _inspected(one: Mapping[str, Any]) -> tuple[Any, ...]:
    if one["struck_at"]:
        result = Marked(say("struck out: {reason}", reason=one["struck_reason"]))
    elif one["is_accepted"]:
        result = Marked(say("accepted"), "good")
    else:
        result = Marked(say("refused"), "bad")
    return (
        str(one["day"]),
        str(STEP_TITLES[Step(one["step"])]),
        result,
        format_m2(one["area_m2"]),
        named(str(GROUND_TITLES[Ground(name)]) for name in one["grounds"]) or "—",
        one["to_mend"] or "—",
        str(one["mend_by"] or "—"),
        one["people"],
    )


def _contradictions(found: list[Mapping[str, Any]]) -> None:
    if not found:
        return
    st.markdown(f"**{say('Contradictions')}**")
    columns = (
        Column(say("Claimed on")), Column(say("Step")), Column(say("Claimed (m²)"), Kind.COUNT),
        Column(say("Image date")), Column(say("Still standing (m²)"), Kind.COUNT),
        Column(say("State")),
    )  # fmt: skip
    rows = [
        (
            str(one["claimed_on"]),
            str(STEP_TITLES[Step(one["step"])]),
            format_m2(one["claimed_m2"]),
            str(one["image_date"]),
            format_m2(one["standing_m2"]),
            str(STATE_TITLES[State(one["state"])]),
        )
        for one in found
    ]
    show_rows(columns, rows)


def _photos(found: list[Mapping[str, Any]]) -> None:
    if not found:
        return
    st.markdown(f"**{say('Photos')}**")
    pictures = "".join(
        f'<figure><a href="{SITE}/files/photo/{one["id"]}" target="_blank">'
        f'<img loading="lazy" alt="{one["id"]}" src="{SITE}/files/photo/{one["id"]}/small"></a>'
        f"<figcaption>{escape(_moment(one['taken_at'] or one['kept_at']))}</figcaption></figure>"
        for one in found
    )
    st.html(f'<div class="photos">{pictures}</div>')


def _notices(found: list[Mapping[str, Any]]) -> None:
    if not found:
        return
    st.markdown(f"**{say('Notices that name this parcel')}**")
    columns = (
        Column(say("Issued on")), Column(say("Number")), Column(say("Matter")),
        Column(say("What is required")), Column(say("Due")), Column(say("State")),
    )  # fmt: skip
    rows = [
        (
            _moment(one["issued_at"])[:10],
            f"{one['office']}〔{one['year']}〕第{one['sequence']}号",
            one["matter"],
            one["requirement"],
            str(one["extension_until"] or one["due"]),
            str(NOTICE_STATES[NoticeState(one["state"])]),
        )
        for one in found
    ]
    show_rows(columns, rows)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"
