"""Regions by Excel: codes and names, codes as text, with an error for every cell that is wrong."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.regions import contains, level_of
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import REGION
from parcels.workbook import CellError, Heading, read_workbook

LONGEST_NAME = 64
HEADINGS = (
    Heading("code", _("Code"), ("代码", "行政区代码", "区划代码", "XZQDM", "ZLDWDM", "QSDWDM")),
    Heading("name", _("Name"), ("名称", "行政区名称", "XZQMC", "ZLDWMC", "QSDWMC")),
)


def import_region_names(
    store: Store, actor: Actor, content: bytes, *, now: datetime
) -> tuple[int, list[CellError]]:
    """Write the regions of a workbook, all or none; return how many, and the errors.

    A known region gets the new name and keeps its outline.
    """
    access.require(actor, Action.KEEP_PROJECT, actor.region)
    rows = read_workbook(content, HEADINGS)
    if not rows:
        raise Problem(_("The sheet holds no region."))
    errors, seen = [], set()
    for row in rows:
        code, name = row.values["code"], row.values["name"]
        if level_of(code) is None:
            errors.append(row.wrong("code", _("No code of 4, 6, 9 or 12 digits.")))
        elif not contains(actor.region, code):
            errors.append(
                row.wrong("code", _("Outside your region {region}.", region=actor.region))
            )
        elif code in seen:
            errors.append(row.wrong("code", _("This code stands twice in the sheet.")))
        seen.add(code)
        if not name or len(name) > LONGEST_NAME:
            errors.append(
                row.wrong("name", _("A name of 1 to {most} characters.", most=LONGEST_NAME))
            )
    if errors:
        return 0, errors
    wanted = {row.values["code"]: row.values["name"] for row in rows}
    with store.writing() as connection:
        known = set(connection.scalars(sa.select(REGION.c.code)))
        for code, name in wanted.items():
            if code in known:
                connection.execute(sa.update(REGION).where(REGION.c.code == code).values(name=name))
            else:
                connection.execute(sa.insert(REGION).values(code=code, name=name))
        audit.record(
            connection, actor, "import_regions", actor.region, now=now,
            after={"regions": len(wanted)},
        )  # fmt: skip
    return len(wanted), []
