"""Who works in the demo county."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from parcels.demo import DemoFiles
from parcels.people.actor import Actor, Role
from parcels.services.accounts import insert_demo_account
from parcels.store.engine import Store
from parcels.store.tables import PERSON

PEOPLE = (
    ("bureau", "周文涛", Role.BUREAU_CLERK),
    ("inspector", "郑立", Role.INSPECTOR),
    ("leader", "韩明川", Role.APPROVER),
    ("reviewer", "苏婉", Role.FIGURE_REVIEWER),
    ("admin", "高岩", Role.ADMINISTRATOR),
)
TOWNSHIP_LEADER = ("head1", "沈庆安")  # of the first township: 主要负责同志
REPORTERS = ("李秋禾", "陈大海", "吴桂兰", "赵满仓", "孙小满")


def people(store: Store, files: DemoFiles, now: datetime) -> dict[str, Actor]:
    """Create the accounts; return account name → actor."""
    county = files.county_code
    wanted = [(name, shown, role, county) for name, shown, role in PEOPLE]
    wanted += [
        (f"town{place}", shown, Role.TOWNSHIP_REPORTER, f"{county}10{place}")
        for place, shown in enumerate(REPORTERS, start=1)
    ]
    head, shown = TOWNSHIP_LEADER
    wanted.append((head, shown, Role.TOWNSHIP_LEADER, f"{county}101"))
    with store.writing() as connection:
        for name, shown, role, region in wanted:
            insert_demo_account(connection, name, shown, role, region, now=now)
        ids = {row.name: row.id for row in connection.execute(sa.select(PERSON))}
    return {
        name: Actor(ids[name], name, shown, role, region, "localhost")
        for name, shown, role, region in wanted
    }
