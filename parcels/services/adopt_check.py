"""Adopting a check: from then on completion, maps and reports rest on its verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from gis.language import Problem, _, say
from parcels.impact import Change, Impact, impact
from parcels.ledger.succession import Plan, plan, taken_out
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.register import judged_parcels
from parcels.services.move_work import move_work, work_on
from parcels.services.write_ledger import Ledger, adopt_rows
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import ADOPTION, CHECK_RUN, DECLINED, PROJECT, SUCCESSION


class WorkMoves(Problem):
    """Reported work would move to other parcels, and nobody has confirmed that yet."""

    def __init__(self, found: Plan) -> None:
        parcels = {piece.old for piece in found.pieces}
        super().__init__(
            _(
                "Reported work on {count} parcels would move or stay behind; look at the proposed "
                "moves and confirm them. Nothing was changed.",
                count=len(parcels),
            )
        )
        self.plan = found


@dataclass(frozen=True)
class Proposal:
    """A check that is not in force beside the one that is: parcels of both, and what changes.

    The new frame's ``is_withdrawn`` says what stays taken out.
    """

    project: Project
    check_id: int
    old: gpd.GeoDataFrame
    new: gpd.GeoDataFrame
    impact: Impact


def proposal(
    store: Store,
    actor: Actor,
    check_id: int,
    *,
    tell: Callable[[float, str], None] = lambda _share, _words: None,
) -> Proposal:
    """Return what adopting a check would change; ``tell`` hears of progress."""
    with store.reading() as connection:
        run = connection.execute(sa.select(CHECK_RUN).where(CHECK_RUN.c.id == check_id)).first()
        if run is None:
            raise Problem(_("There is no check {id}.", id=check_id))
        project = one_project(connection, run.project_id)
    access.require(actor, Action.SEE_CHECK, project.region)
    tell(0.0, say("Reading both versions …"))
    old = judged_parcels(store, actor, project, in_own_crs=True)
    tell(0.2, say("Reading both versions …"))
    new = judged_parcels(store, actor, project, check_id, in_own_crs=True)
    tell(0.4, say("Comparing both versions …"))
    found = impact(old, new)
    is_out = dict(enumerate(old["is_withdrawn"].tolist()))
    out = taken_out(found, is_out)
    new["is_withdrawn"] = [place in out for place in range(len(new))]
    return Proposal(project, check_id, old, new, found)


def proposed_moves(store: Store, proposed: Proposal) -> Plan:
    """Return where the work reported so far would go."""
    with store.reading() as connection:
        return _plan(connection, proposed)


def adopt_check(
    store: Store,
    actor: Actor,
    check_id: int,
    *,
    reason: str,
    now: datetime,
    seen: str = "",
    tell: Callable[[float, str], None] = lambda _share, _words: None,
    beside: Callable[[sa.Connection, int, int], None] | None = None,
) -> tuple[int, int]:
    """Make a check the one that figures rest on; return (ledger rows added, rows withdrawn).

    Ledger rows follow village, number and occurrence; work follows the ground. Where work moves,
    ``seen`` must be the mark of the plan the person saw; any other raises WorkMoves. A parcel that
    is not in the new layer is withdrawn with the reason; one withdrawn so that is in the layer
    again counts again. ``beside`` is called with both figures in the transaction.
    """
    reason = reason.strip()
    with store.reading() as connection:
        require_proposal(connection, actor, check_id)
    if not reason:
        raise Problem(_("Say why this check is adopted: it stands in the audit log."))
    # the shapes take time: nobody waits for the lock
    proposed = proposal(store, actor, check_id, tell=lambda share, said: tell(0.6 * share, said))
    with store.writing() as connection:
        project = require_proposal(connection, actor, check_id)
        if project.adopted_check_id != proposed.project.adopted_check_id:
            raise Problem(_("Another check was adopted meanwhile; look at the change again."))
        tell(0.6, say("Following the reported work …"))
        found = _plan(connection, proposed)
        if found.mark != seen:
            raise WorkMoves(found)
        tell(0.75, say("Bringing the ledger to the new version …"))
        adoption_id = _adoption(connection, actor, proposed, found, reason, now)
        ledger = adopt_rows(
            connection, actor, proposed.project.id, adoption_id, proposed.old, proposed.new,
            proposed.impact, reason=reason, now=now,
        )  # fmt: skip
        _keep_successions(connection, adoption_id, proposed, ledger)
        tell(0.9, say("Moving the reported work …"))
        move_work(connection, adoption_id, found, ledger, reason=reason, now=now)
        connection.execute(
            sa.update(CHECK_RUN)
            .where(CHECK_RUN.c.id == check_id)
            .values(adopted_at=now, adopted_by=actor.person_id, reason=reason)
        )
        connection.execute(
            sa.update(PROJECT).where(PROJECT.c.id == project.id).values(adopted_check_id=check_id)
        )
        audit.record(
            connection,
            actor,
            "adopt_check",
            f"{project.code} #{check_id}",
            now=now,
            region=project.region,
            before={"check": project.adopted_check_id},
            after={
                "check": check_id,
                "reason": reason,
                "added": ledger.added,
                "withdrawn": ledger.withdrawn,
                "back": ledger.back,
                "work moved": len(found.moves),
                "work left": len(found.left),
            },
        )
        if beside:
            beside(connection, ledger.added, ledger.withdrawn)
    return ledger.added, ledger.withdrawn


def require_proposal(connection: sa.Connection, actor: Actor, check_id: int) -> Project:
    """Return the project of a check that this person may decide on and nobody has declined."""
    run = connection.execute(sa.select(CHECK_RUN).where(CHECK_RUN.c.id == check_id)).first()
    if run is None:
        raise Problem(_("There is no check {id}.", id=check_id))
    project = one_project(connection, run.project_id)
    access.require(actor, Action.ADOPT_CHECK, project.region)
    no = connection.execute(sa.select(DECLINED).where(DECLINED.c.check_id == check_id)).first()
    if no is not None:
        raise Problem(
            _(
                "Check {id} was declined: {reason}. Check the layers again to propose them anew.",
                id=check_id,
                reason=no.reason,
            )
        )
    return project


def _plan(connection: sa.Connection, proposed: Proposal) -> Plan:
    places = {
        int(ledger_id): place
        for place, ledger_id in enumerate(proposed.old["ledger_id"])
        if pd.notna(ledger_id)
    }
    events = work_on(connection, proposed.project.id, places)
    return plan(proposed.impact, proposed.old, proposed.new, events)


def _adoption(
    connection: sa.Connection,
    actor: Actor,
    proposed: Proposal,
    found: Plan,
    reason: str,
    now: datetime,
) -> int:
    summary: dict[str, Any] = {
        "old": proposed.impact.old["change"].value_counts().to_dict(),
        "new": proposed.impact.new["change"].value_counts().to_dict(),
        "moved_m2": sum(piece.cents for piece in found.moves) / 100,
        "left_m2": sum(piece.cents for piece in found.left) / 100,
    }
    key = connection.execute(
        sa.insert(ADOPTION).values(
            project_id=proposed.project.id,
            check_id=proposed.check_id,
            previous_check_id=proposed.project.adopted_check_id,
            at=now,
            by_person=actor.person_id,
            reason=reason,
            summary=summary,
        )
    ).inserted_primary_key
    assert key is not None  # noqa: S101  an insert of one row has a key
    return int(key[0])


def _keep_successions(
    connection: sa.Connection, adoption_id: int, proposed: Proposal, ledger: Ledger
) -> None:
    """Write who stands on whose ground, for every parcel that is not simply the same."""
    changes = proposed.impact.old["change"].tolist()
    rows: dict[tuple[int, int], float] = {}
    for was, becomes, common_m2 in proposed.impact.pairs.itertuples(index=False):
        if changes[was] is Change.SAME or was not in ledger.old:
            continue
        key = (ledger.old[was], ledger.new[becomes])
        rows[key] = rows.get(key, 0.0) + float(common_m2)
    if rows:
        connection.execute(
            sa.insert(SUCCESSION),
            [
                {
                    "adoption_id": adoption_id,
                    "from_ledger_id": one,
                    "to_ledger_id": other,
                    "common_m2": common_m2,
                }
                for (one, other), common_m2 in rows.items()
            ],
        )
