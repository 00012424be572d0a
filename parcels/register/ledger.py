"""The ledger as a frame: one row per parcel, those taken out with their reason, in one region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from gis.findings import Finding, message
from gis.language import say
from gis.units import to_mu
from parcels.answerable import answerables
from parcels.ledger.columns import columns, handed_in
from parcels.output import share_words
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.register.reading import PARCEL_COLUMNS, seen
from parcels.register.verdicts import VERDICT_COLUMNS
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.store.engine import Store, in_chunks
from parcels.store.tables import (
    ADOPTION,
    CHECK_RUN,
    LEDGER,
    LEDGER_CARE,
    PARCEL,
    POLICY,
    VERDICT,
)

CARE = ("place", "leader", "responsible", "due", "problem", "correction", "closed_on",
        "return_visit")  # fmt: skip
IDENTITY = [
    "ledger_id", "version", "township_code", "village_code", "verdict", "is_withdrawn",
    "is_in_layer",
]  # fmt: skip


def ledger_rows(
    store: Store, actor: Actor, project: Project, only: Sequence[int] | None = None
) -> pd.DataFrame:
    """Return the ledger of the actor's region: IDENTITY and every column of ``ledger.columns``.

    Rows of the adopted layer come in its order, then those that are in no layer any more; with
    ``only`` these ids come, in the order given. A leader whom nobody wrote for the parcel is the
    township's.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    current = is_current(project)
    wanted = (
        of_ledger(
            sa.select(
                LEDGER.c.id.label("ledger_id"),
                LEDGER.c.withdrawn_at,
                LEDGER.c.withdrawn_reason,
                LEDGER.c.parcel_no.label("ledger_no"),
                current.label("is_in_layer"),
                *(c for c in PARCEL_COLUMNS if c.name not in ("geometry", "parcel_no")),
                *VERDICT_COLUMNS,
                POLICY.c.terms,
                sa.func.coalesce(LEDGER_CARE.c.version, 0).label("version"),
                *(LEDGER_CARE.c[name] for name in CARE),
            ),
            project,
        )
        .where(seen(LEDGER.c.village_code, actor, project))
        .order_by(current.desc(), PARCEL.c.row, LEDGER.c.id)
    )
    with store.reading() as connection:
        rows = _read(connection, wanted, only)
        handed = {
            column.name: values(connection, project.id, only) for column, values in handed_in()
        }
    return _worded(rows, handed, leaders(store, actor, project))


def is_current(project: Project) -> sa.ColumnElement[bool]:
    """Tell of a row whether its parcel is in the adopted layer."""
    run = CHECK_RUN.alias("run")
    adopted = project.adopted_check_id or 0
    in_force = sa.select(run.c.parcel_layer_id).where(run.c.id == adopted).scalar_subquery()
    return (PARCEL.c.layer_id == in_force) & (LEDGER.c.occurrence > 0)


def of_ledger(wanted: sa.Select[Any], project: Project) -> sa.Select[Any]:
    """Return a selection of a project's rows with parcel, verdict, policy and what people wrote."""
    before = VERDICT.alias("before")
    judged_by = (  # of a parcel that left its layer: the last check it was in force with
        sa.select(sa.func.max(before.c.check_id))
        .join(ADOPTION, ADOPTION.c.check_id == before.c.check_id)
        .where(before.c.parcel_id == PARCEL.c.id, ADOPTION.c.project_id == project.id)
        .correlate(PARCEL)
        .scalar_subquery()
    )
    check_id = sa.case((is_current(project), project.adopted_check_id or 0), else_=judged_by)
    return (
        wanted.select_from(LEDGER)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .join(VERDICT, (VERDICT.c.parcel_id == PARCEL.c.id) & (VERDICT.c.check_id == check_id))
        .join(CHECK_RUN, CHECK_RUN.c.id == VERDICT.c.check_id)
        .join(POLICY, POLICY.c.id == CHECK_RUN.c.policy_id)
        .outerjoin(LEDGER_CARE, LEDGER_CARE.c.ledger_id == LEDGER.c.id)
        .where(LEDGER.c.project_id == project.id)
    )


def _read(
    connection: sa.Connection, wanted: sa.Select[Any], only: Sequence[int] | None
) -> pd.DataFrame:
    if only is None:
        result = connection.execute(wanted)
        return pd.DataFrame(result.all(), columns=list(result.keys()))
    found: dict[int, Any] = {}
    names = [column.name for column in wanted.selected_columns]
    for some in in_chunks(list(only)):
        for row in connection.execute(wanted.where(LEDGER.c.id.in_(some))):
            found[row.ledger_id] = row
    return pd.DataFrame([found[i] for i in only if i in found], columns=names)


def leaders(store: Store, actor: Actor, project: Project) -> dict[str, str]:
    """Return township code → the name of its leader in charge."""
    named = answerables(store, actor, project)
    return {code: answers.leader.name for code, answers in named.items()}


def _worded(rows: pd.DataFrame, handed: dict[str, Any], leader_of: dict[str, str]) -> pd.DataFrame:
    figures = ("area_m2", "structure_m2", "new_arable_m2")
    rows = rows.astype(dict.fromkeys(figures, "float64"))
    texts = [name for name in CARE if name not in ("due", "closed_on")]
    rows[texts] = rows[texts].astype(object).where(rows[texts].notna(), "")
    rows["min_share"] = [terms["min_share"] for terms in rows["terms"]]
    made = rows.assign(
        parcel_no=rows["ledger_no"],
        area_mu=[to_mu(m2) for m2 in rows["area_m2"]],
        share=[share_words(parcel) for parcel in rows.to_dict("records")],
        verdict_title=[str(VERDICT_TITLES[Verdict(v)]) for v in rows["verdict"]],
        grounds=[
            " ".join(message(Finding(r["code"], values=r["values"])) for r in reasons)
            for reasons in rows["reasons"]
        ],
        is_withdrawn=rows["withdrawn_at"].notna(),
        is_in_layer=rows["is_in_layer"].astype(bool),
        inside_village=[
            _inside(verdict, reasons)
            for verdict, reasons in zip(rows["new_arable_verdict"], rows["reasons"], strict=True)
        ],
        leader=[
            own or leader_of.get(code, "")
            for own, code in zip(rows["leader"], rows["township_code"], strict=True)
        ],
        own_leader=rows["leader"],
        **{name: rows["ledger_id"].map(values) for name, values in handed.items()},
    )
    named = [column.name for column in columns()]
    return made[[*IDENTITY, "own_leader", *named]]


def _inside(verdict: str, reasons: list[dict[str, Any]]) -> str:
    if verdict == Verdict.NOT_APPLICABLE:
        return say("no")
    return "" if any(reason["code"] == "village_unknown" for reason in reasons) else say("yes")
