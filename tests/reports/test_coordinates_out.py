"""Boundary points (TXT) leave with a check, a map or the ledger: read back, and only by right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from gis.formats import read_layer
from gis.language import CHINESE, speaking
from parcels import register
from parcels.people.access import Refused
from parcels.people.actor import Actor, Role
from parcels.store.engine import Store
from parcels.store.tables import AUDIT
from reports.services.export_check import check_files
from reports.services.export_ledger import ledger_coordinates
from reports.services.map_files import map_files
from tests.builders import DAY, NOW, TOWNSHIP_A, County, person, working_county

Way = Callable[[County, Actor], bytes]


def _of_check(here: County, actor: Actor) -> bytes:
    check_id = here.project.adopted_check_id or 0
    return check_files(here.store, actor, check_id, ("txt",), now=NOW)[0].content


def _of_map(here: County, actor: Actor) -> bytes:
    return map_files(here.store, actor, here.project, here.project.region, DAY, ("txt",), now=NOW)[
        0
    ].content


def _of_ledger(here: County, actor: Actor) -> bytes:
    return ledger_coordinates(here.store, actor, here.project, now=NOW)


WAYS = {"check": _of_check, "map": _of_map, "ledger": _of_ledger}


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def test_the_points_come_back_as_the_parcels_that_went_out(here: County, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with speaking(CHINESE):
        made = {name: way(here, here.bureau) for name, way in WAYS.items()}
    assert len(set(made.values())) == 1  # whichever way they leave
    path.write_bytes(made["check"])
    back = read_layer(path).frame.set_index("地块编号")
    own = register.judged_parcels(here.store, here.bureau, here.project, in_own_crs=True)
    assert sorted(back.index) == sorted(own["parcel_no"])
    assert back.crs == own.crs
    for parcel in own.itertuples():
        assert back.geometry[parcel.parcel_no].equals(parcel.geometry)
    with here.store.reading() as connection:
        rows = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id.desc()).limit(3)).all()
    assert {(row.person, row.action) for row in rows} == {
        ("bureau", "export"), ("bureau", "export_map")
    }  # fmt: skip


def test_the_file_says_who_took_it_out_and_when(here: County) -> None:
    late = datetime(2026, 3, 4, 16, 30, tzinfo=UTC)  # after midnight in the office
    leader = person(here.store, "leader", Role.TOWNSHIP_LEADER, TOWNSHIP_A)
    actor = replace(leader, display_name="王,㐂🌾@")
    lines = ledger_coordinates(here.store, actor, here.project, now=late).decode("gbk").splitlines()
    head = lines[: lines.index("[地块坐标]")]
    assert head[-3:] == [
        "转换参数=,,,,,,", "数据导出人=王，??＠", "数据导出时间=2026-03-05 00:30"
    ]  # fmt: skip
    assert "数据产生日期=2026-03-05" in head


def test_who_may_not_take_coordinates_out_gets_none(here: County) -> None:
    for actor in (person(here.store, "head", Role.APPROVER), here.reporter_a):
        for way in WAYS.values():
            with pytest.raises(Refused):
                way(here, actor)


def test_a_township_leader_takes_the_own_ones_out(here: County) -> None:
    leader = person(here.store, "leader", Role.TOWNSHIP_LEADER, TOWNSHIP_A)
    lines = _of_ledger(here, leader).decode("gbk").splitlines()
    numbers = [line.split(",")[2] for line in lines if line.endswith("@")]
    own = register.judged_parcels(here.store, leader, here.project)
    assert sorted(numbers) == sorted(own["parcel_no"])
    assert 0 < len(own) < len(here.parcels())
