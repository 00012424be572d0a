"""What a card says, line by line, for the page and for paper alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gis.findings import KINDS
from gis.language import Text, say
from gis.units import format_m2, format_mu
from parcels.judgement.vocabulary import (
    INPUT_TITLES,
    JUDGEMENT_STATE_TITLES,
    SHOWS_TITLES,
    Input,
    JudgementState,
    Shows,
)
from parcels.output import share_words
from parcels.rules.verdicts import VERDICT_TITLES, Verdict


def figure_lines(parcel: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the measured figures and the verdicts of a parcel, label and words."""
    return [
        (say("Village"), f"{parcel['township']} {parcel['village']}".strip() or "—"),
        (say("Area"), _area(parcel["area_m2"])),
        (say("Structures"), _area(parcel["structure_m2"])),
        (say("Structure share"), share_words(parcel)),
        (say("New arable"), _area(parcel["new_arable_m2"])),
        (say("Structure content"), _verdict(parcel["structure_verdict"])),
        (say("Minimum new arable area"), _verdict(parcel["new_arable_verdict"])),
        (say("Verdict"), _verdict(parcel["verdict"])),
    ]


def reason_lines(parcel: Mapping[str, Any]) -> list[str]:
    """Return the grounds of the verdicts as sentences."""
    return [
        str(Text(KINDS[ground["code"]].message.msgid, ground["values"]))
        for ground in parcel["reasons"]
    ]


def shows_words(shows: list[str]) -> str:
    """Return what an image shows, in the official vocabulary."""
    return "、".join(str(SHOWS_TITLES[Shows(one)]) for one in shows) or "—"


def judgement_line(row: Mapping[str, Any]) -> str:
    """Return one judgement as a sentence."""
    return say(
        "{at} {person}: before {before}; after {after}. {explanation} ({state})",
        at=f"{row['at']:%Y-%m-%d}",
        person=row["by_name"],
        before=shows_words(row["before_shows"]),
        after=shows_words(row["after_shows"]),
        explanation=row["explanation"],
        state=JUDGEMENT_STATE_TITLES[JudgementState(row["state"])],
    )


def correction_line(row: Mapping[str, Any]) -> str:
    """Return one correction as a sentence."""
    return say(
        "{at} {person} corrected: {input}. {reason} ({state})",
        at=f"{row['at']:%Y-%m-%d}",
        person=row["by_name"],
        input=INPUT_TITLES[Input(row["input"])],
        reason=row["reason"],
        state=JUDGEMENT_STATE_TITLES[JudgementState(row["state"])],
    )


def history_lines(judged: pd.DataFrame, corrected: pd.DataFrame) -> list[str]:
    """Return a parcel's history, newest first."""
    every = [(row["at"], judgement_line(row)) for row in judged.to_dict("records")]
    every += [(row["at"], correction_line(row)) for row in corrected.to_dict("records")]
    return [words for _at, words in sorted(every, key=lambda one: one[0], reverse=True)]


def _verdict(value: str) -> str:
    return str(VERDICT_TITLES[Verdict(value)])


def _area(area_m2: float | None) -> str:
    if area_m2 is None or pd.isna(area_m2):
        return "—"
    return say("{m2} m² ({mu} mu)", m2=format_m2(area_m2), mu=format_mu(area_m2))
