"""Remedies as they are shown: a township sees those of its own parcels."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from gis.language import CHINESE, ENGLISH, speaking
from parcels import register
from parcels.heavy.find_remedies import KIND
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.remedies.balance import Balance, sentences
from parcels.remedies.kinds import REMEDY_TITLES, Remedy, why_lost
from parcels.services.keep_layer import LayerKind
from parcels.store.engine import Store
from parcels.store.tables import JOB
from tests.builders import (
    COUNTY,
    NOW,
    VILLAGE_A,
    VILLAGE_B,
    County,
    layer_of,
    person,
    square,
    working_county,
)
from tests.job_runs import run_job


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
        "balance": {"lost": 1}, "files": [{"name": "x"}], "check_id": 1, "limit": "0.3",
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
    assert (found["outlines"], found["balance"], found["files"]) == (["of A1"], None, [])
    assert [one["parcel_no"] for one in found["lost"]] == ["A1"]
    whole = register.newest_remedies(store, here.bureau, here.project)
    assert whole is not None
    assert len(whole["proposals"]) == 4
    with pytest.raises(Refused):
        register.newest_remedies(store, person(store, "admin", Role.ADMINISTRATOR), here.project)


def two_that_fail(here: County) -> None:
    """Adopt a layer in which one failing parcel can be trimmed and the other cannot be saved."""
    parcels = layer_of(
        [square(0, 0, 100), square(300, 0, 100)], parcel_no=["A1", "A2"],
        village_code=[VILLAGE_A, VILLAGE_A], declared_new_arable_m2=[9_000.0, 9_000.0],
    )  # fmt: skip
    houses = layer_of([square(10, 10, 25), square(310, 10, 10)])
    here.adopt(here.check(here.keep(parcels), here.keep(houses, LayerKind.STRUCTURES)), "larger")


def test_each_reader_is_told_in_their_own_language(store: Store) -> None:
    here = working_county(store)
    two_that_fail(here)
    with speaking(CHINESE):
        ran = run_job(store, here.bureau, KIND, here.project_id, COUNTY, margin="0")
    with store.writing() as connection:
        connection.execute(
            sa.insert(JOB).values(
                kind=KIND.name, project_id=here.project_id, region=COUNTY, wanted={}, state="done",
                person_id=here.bureau.person_id, address="", language=CHINESE, share=1.0, words="",
                reference="", attempts=1, worker="", submitted_at=NOW, result=dict(ran.result),
            )
        )  # fmt: skip
    inspector = person(store, "inspector", Role.INSPECTOR)
    found = register.newest_remedies(store, inspector, here.project)
    assert found is not None
    [trimmed] = [one for one in found["proposals"] if one["is_chosen"]]
    [lost] = found["lost"]
    with speaking(ENGLISH):
        words = sentences(Balance(**found["balance"]))
        assert words[0].startswith("2 parcels fail, 30.00 mu in all. 1 proposals")
        assert words[-1] == "Cannot be saved: 1 parcels, 15.00 mu"
        assert str(REMEDY_TITLES[Remedy(trimmed["remedy"])]) in words[1]
        assert why_lost(lost["reason"], lost["values"]).startswith("The two rules exclude")
        assert "333" in why_lost(lost["reason"], lost["values"])
    with speaking(CHINESE):
        assert "亩" in sentences(Balance(**found["balance"]))[0]
    said = str({name: found[name] for name in ("balance", "proposals", "lost")})
    names = {trimmed["township"], trimmed["village"], lost["township"], lost["village"]}
    for name in names:
        said = said.replace(name, "")
    assert said.isascii(), "what is kept is codes and figures; names alone are words"
