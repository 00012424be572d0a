"""Figures as people read them: one way to show completion, three totals and parcels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd

from gis.findings import Finding, advice
from gis.language import say
from gis.units import format_ha, format_m2, format_mu
from parcels.output import share_words
from parcels.projects import Project
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.workflow import STEP_TITLES
from reports.completion import Completion
from reports.printed import percent, points
from ui.components.cards import Bar, Card, show_cards


def three_totals(
    project: Project, eligible_m2: float, accepted_m2: float, *, is_whole: bool
) -> None:
    """Show approved scale, approved new arable, new arable after the rules, accepted: ha and mu.

    A township has no approval of its own: with ``is_whole`` false only its own two are shown.
    """
    own = (
        (say("New arable after the rules"), eligible_m2),
        (say("New arable accepted"), accepted_m2),
    )
    of_project = (
        (say("Approved scale"), project.approved_scale_m2),
        (say("New arable at approval"), project.approved_new_arable_m2),
    )
    figures = (*of_project, *own) if is_whole else own
    show_cards(
        [
            Card(
                title, say("{mu} mu", mu=format_mu(area_m2)), say("{ha} ha", ha=format_ha(area_m2))
            )
            for title, area_m2 in figures
        ]
    )


def completion_facts(
    project: Project, done: Completion, *, planned: int = 0, townships: int = 0
) -> list[Card]:
    """Return completion with its denominator against the schedule, and the gap between them.

    ``planned`` of ``townships`` have a plan whose milestones are their schedule.
    """
    schedule = say("even pace to the deadline")
    if planned:
        schedule = say("by {planned} of {all} townships' plans", planned=planned, all=townships)
    step = STEP_TITLES[project.counting_step]
    is_behind = done.gap is not None and done.gap < 0
    mood: Literal["bad", "good"] = "bad" if is_behind else "good"
    return [
        Card(
            say("Completion ({step})", step=step),
            percent(done.share),
            say(
                "{done} of {eligible} mu eligible new arable, confirmed",
                done=format_mu(done.done_m2),
                eligible=format_mu(done.eligible_m2),
            ),
            mood,
            None if done.share is None else Bar(done.share, done.scheduled),
        ),
        Card(
            say("Gap to schedule"),
            say("{points} points", points=points(done.gap)),
            say("scheduled {share}, {how}", share=percent(done.scheduled), how=schedule),
            mood,
        ),
    ]


def verdict_words(parcel: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a parcel's figures as (label, words), for a panel, a tooltip or a table."""
    area_m2, structure_m2 = parcel["area_m2"], parcel["structure_m2"]
    known = pd.notna(area_m2) and pd.notna(structure_m2)
    return [
        (say("Verdict"), str(VERDICT_TITLES[Verdict(parcel["verdict"])])),
        (say("Village"), str(parcel["village"])),
        (say("Area (m²)"), format_m2(area_m2) if pd.notna(area_m2) else "—"),
        (say("Structures (m²)"), format_m2(structure_m2) if known else "—"),
        (say("Structure share"), share_words(parcel)),
        (
            say("New arable (m²)"),
            format_m2(parcel["new_arable_m2"]) if pd.notna(parcel["new_arable_m2"]) else "—",
        ),
    ]


def reason_words(reasons: list[Mapping[str, Any]]) -> list[str]:
    """Return the grounds of a verdict as sentences, each with what to do about it."""
    return [advice(Finding(reason["code"], values=reason["values"])) for reason in reasons]
