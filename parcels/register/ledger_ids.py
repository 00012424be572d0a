"""Which rows of the ledger are wanted, in order: the store finds them, so none is out of reach."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.ledger.columns import handed_in
from parcels.ledger.wanted import Order, Standing, WantedRows
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.register.ledger import is_current, leaders, of_ledger
from parcels.register.reading import seen
from parcels.store.engine import Store
from parcels.store.tables import LEDGER, LEDGER_CARE, PARCEL, VERDICT

ORDERS: dict[Order, tuple[sa.ColumnElement[object], ...]] = {
    Order.LAYER: (),
    Order.PARCEL_NO: (LEDGER.c.village_code, LEDGER.c.parcel_no),
    Order.AREA: (PARCEL.c.area_m2.desc().nulls_last(),),
    Order.SHARE: (VERDICT.c.structure_share.asc().nulls_last(),),
    Order.NEW_ARABLE: (VERDICT.c.new_arable_m2.asc().nulls_last(),),
    Order.DUE: (LEDGER_CARE.c.due.asc().nulls_last(),),
    Order.CHANGED: (LEDGER_CARE.c.changed_at.desc().nulls_last(),),
}


def ledger_ids(store: Store, actor: Actor, project: Project, wanted: WantedRows) -> list[int]:
    """Return the ids of the wanted rows of the actor's region, in their order."""
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    chosen = (
        of_ledger(sa.select(LEDGER.c.id), project)
        .where(seen(LEDGER.c.village_code, actor, project))
        .order_by(*ORDERS[wanted.order], is_current(project).desc(), PARCEL.c.row, LEDGER.c.id)
    )
    if wanted.township_code:
        chosen = chosen.where(PARCEL.c.township_code == wanted.township_code)
    if wanted.verdicts:
        chosen = chosen.where(VERDICT.c.verdict.in_(wanted.verdicts))
    if wanted.words:
        chosen = chosen.where(_says(wanted.words, leaders(store, actor, project)))
    chosen = chosen.where(*_stands(wanted))
    with store.reading() as connection:
        ids = [int(i) for i in connection.scalars(chosen)]
        if wanted.holding is None:
            return ids
        name, value = wanted.holding
        held = next(values for column, values in handed_in() if column.name == name)
        by_id = held(connection, project.id, None)
    return [i for i in ids if str(by_id.get(i, "")) == value]


def parcel_numbers(store: Store, actor: Actor, project: Project) -> dict[int, str]:
    """Return ledger id → parcel number of every row of the actor's region."""
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    wanted = sa.select(LEDGER.c.id, LEDGER.c.parcel_no).where(
        LEDGER.c.project_id == project.id, seen(LEDGER.c.village_code, actor, project)
    )
    with store.reading() as connection:
        return {row.id: row.parcel_no for row in connection.execute(wanted)}


def _stands(wanted: WantedRows) -> list[sa.ColumnElement[bool]]:
    match wanted.standing:
        case Standing.IN_LAYER:
            return [LEDGER.c.withdrawn_at.is_(None)]
        case Standing.WITHDRAWN:
            return [LEDGER.c.withdrawn_at.is_not(None)]
        case Standing.OVERDUE:
            return [
                LEDGER_CARE.c.due < wanted.today,
                LEDGER_CARE.c.closed_on.is_(None),
                LEDGER.c.withdrawn_at.is_(None),
            ]
    return []


def _says(words: str, leader_of: dict[str, str]) -> sa.ColumnElement[bool]:
    """Return the condition that a row says the words; an unwritten leader is the township's."""
    named = [code for code, name in leader_of.items() if words.casefold() in name.casefold()]
    told = (
        LEDGER.c.parcel_no, PARCEL.c.village, LEDGER_CARE.c.leader, LEDGER_CARE.c.responsible,
        LEDGER_CARE.c.problem, LEDGER_CARE.c.place,
    )  # fmt: skip
    own = sa.func.coalesce(LEDGER_CARE.c.leader, "") == ""
    return sa.or_(
        *(text.icontains(words, autoescape=True) for text in told),
        own & PARCEL.c.township_code.in_(named),
        (PARCEL.c.village + " " + LEDGER.c.parcel_no).icontains(words, autoescape=True),
    )
