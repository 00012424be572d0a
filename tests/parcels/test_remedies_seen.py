"""Remedies as they are shown: a township sees those of its own parcels."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from parcels import register
from parcels.heavy.find_remedies import KIND
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.store.engine import Store
from parcels.store.tables import JOB
from tests.builders import COUNTY, NOW, VILLAGE_A, VILLAGE_B, person, working_county


def test_a_township_sees_the_remedies_of_its_own_parcels_only(store: Store) -> None:
    here = working_county(store)
    rows = [
        {"parcel_no": no, "village_code": code, "is_chosen": chosen}
        for no, code, chosen in (
            ("A1", VILLAGE_A, True), ("A2", VILLAGE_A, False), ("B1", VILLAGE_B, True),
            ("X", "", True),
        )
    ]  # fmt: skip
    result = {
        "words": ["whole county"], "files": [{"name": "x"}], "check_id": 1, "limit": "0.3",
        "margin": "0", "proposals": rows, "outlines": ["of A1", "of B1", "of X"],
        "lost": [rows[0], rows[2]],
    }  # fmt: skip
    with store.writing() as connection:
        connection.execute(
            sa.insert(JOB).values(
                kind=KIND.name, project_id=here.project_id, region=COUNTY, wanted={}, state="done",
                person_id=here.bureau.person_id, address="", language="zh_CN", share=1.0, words="",
                reference="", attempts=1, worker="", submitted_at=NOW, result=result,
            )
        )  # fmt: skip
    found = register.newest_remedies(store, here.reporter_a, here.project)
    assert found is not None
    assert [one["parcel_no"] for one in found["proposals"]] == ["A1", "A2"]
    assert (found["outlines"], found["words"], found["files"]) == (["of A1"], [], [])
    assert [one["parcel_no"] for one in found["lost"]] == ["A1"]
    whole = register.newest_remedies(store, here.bureau, here.project)
    assert whole is not None
    assert len(whole["proposals"]) == 4
    with pytest.raises(Refused):
        register.newest_remedies(store, person(store, "admin", Role.ADMINISTRATOR), here.project)
