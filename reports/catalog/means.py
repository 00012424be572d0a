"""Leaders, teams, plans and start-up money of every township (责任与保障情况表)."""

from __future__ import annotations

from collections.abc import Sequence

from gis.language import _, labelled, named, say
from reports.document import Column, Document, DocumentKind, Kind, Stamp, Table
from reports.means.money import format_wan
from reports.means.standing import LACK_TITLES, Means, lacks


def compose(every: Sequence[Means], stamp: Stamp, *, idle_days: float) -> Document:
    """Return the table; money lies idle from ``idle_days`` on."""
    missing = [
        labelled(means.name, named(str(LACK_TITLES[lack]) for lack in found))
        for means in every
        if (found := lacks(means, idle_days=idle_days))
    ]
    words = "\n".join(missing) or say("Nothing is missing.")
    return Document(
        "means",
        say("Leaders, teams, plans and money of {name}", name=stamp.project),
        stamp,
        (),
        ((say("What is missing"), words),),
        (_standing(every), _teams(every), _milestones(every)),
    )


def _standing(every: Sequence[Means]) -> Table:
    money = say("Start-up money (10,000 yuan)")
    columns = (
        Column(say("Township")),
        Column(say("Leader in charge")),
        Column(say("Deputy")),
        Column(say("Team")),
        Column(say("Plan document")),
        Column(say("handed over"), group=money),
        Column(say("used"), group=money),
        Column(say("left"), group=money),
        Column(say("idle, days"), Kind.COUNT, group=money),
    )
    rows = tuple(
        (
            means.name,
            str(means.answerable.leader) or "—",
            str(means.answerable.deputy) or "—",
            means.team.name if means.team else "—",
            f"{means.plan.title} {means.plan.document_no}" if means.plan else "—",
            format_wan(means.purse.given_fen),
            format_wan(means.purse.spent_fen),
            format_wan(means.purse.left_fen),
            means.purse.idle_days,
        )
        for means in every
    )
    return Table(say("Means by township"), columns, rows)


def _teams(every: Sequence[Means]) -> Table:
    columns = (
        Column(say("Township")),
        Column(say("Team")),
        Column(say("Formed on"), Kind.DAY),
        Column(say("Member")),
        Column(say("Post")),
        Column(say("Phone")),
    )
    rows = tuple(
        (means.name, means.team.name, means.team.formed_on, one.name, one.post, one.phone)
        for means in every
        if means.team
        for one in means.team.members
    )
    return Table(say("Members of teams"), columns, rows)


def _milestones(every: Sequence[Means]) -> Table:
    columns = (
        Column(say("Township")),
        Column(say("Plan document")),
        Column(say("Milestone day"), Kind.DAY),
        Column(say("Share due then"), Kind.SHARE),
        Column(say("What it is")),
    )
    rows = tuple(
        (means.name, means.plan.document_no, one.day, one.share, one.title)
        for means in every
        if means.plan
        for one in means.plan.milestones
    )
    return Table(say("Milestones of plans"), columns, rows)


DOCUMENT = DocumentKind("means", _("Table of means"), compose)
