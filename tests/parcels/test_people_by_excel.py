"""Accounts and regions by Excel, sessions ended from afar, and a password lost for good."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from gis.language import ENGLISH, Problem, speaking
from parcels.__main__ import main
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.people.sessions import find_session
from parcels.services import accounts
from parcels.services.import_accounts import HEADINGS, import_accounts
from parcels.services.import_regions import import_region_names
from parcels.services.keep_sessions import end_session, open_sessions
from parcels.services.sign_in import sign_in
from parcels.store.engine import Store
from parcels.store.tables import AUDIT, PERSON, REGION
from reports.sheets import empty_sheet, text_sheet
from tests.builders import COUNTY, NOW, TOWNSHIP_A, TOWNSHIP_B, VILLAGE_A, person

HEAD = ("账号", "姓名", "角色", "行政区代码", "电话")
GOOD = ("lqh", "李秋禾", "乡镇填报员", TOWNSHIP_A, "13800000000")


def book(*rows: Sequence[Any], head: Sequence[str] = HEAD) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def names(store: Store) -> list[str]:
    with store.reading() as connection:
        return sorted(connection.scalars(sa.select(PERSON.c.name)))


def test_a_sheet_of_people_becomes_accounts_with_one_time_passwords(store: Store) -> None:
    admin = person(store, "admin", Role.ADMINISTRATOR)
    sheet = book(
        ("lqh", "李秋禾", "township_reporter", int(TOWNSHIP_A), ""),
        ("zhengl", "郑立", "Inspector", COUNTY, None),
    )
    made, errors = import_accounts(store, admin, sheet, now=NOW)
    assert errors == []
    assert [(name, shown) for name, shown, _password in made] == [
        ("lqh", "李秋禾"),
        ("zhengl", "郑立"),
    ]
    token = sign_in(store, "lqh", made[0][2], address="10.0.0.1", language=ENGLISH, now=NOW)
    session = find_session(store, token, NOW)
    assert session is not None
    assert session.must_change_password
    assert session.actor.region == TOWNSHIP_A, "a code keeps its digits"
    with store.reading() as connection:
        told = connection.scalars(sa.select(AUDIT.c.subject).where(AUDIT.c.person == "admin"))
        assert list(told) == ["lqh", "zhengl"]


def test_every_wrong_cell_is_named_and_nothing_is_written(store: Store) -> None:
    admin = person(store, "admin", Role.ADMINISTRATOR)
    sheet = book(
        ("lqh", "李秋禾", "township_reporter", TOWNSHIP_A),
        ("lqh", "", "captain", "419902101"),
        ("x", "某", "inspector", "12"),
        ("admin", "某", "township_leader", COUNTY),
    )
    made, errors = import_accounts(store, admin, sheet, now=NOW)
    assert made == []
    assert names(store) == ["admin"]
    assert {error.cell for error in errors} == {
        "A3", "B3", "C3", "D3", "A4", "D4", "A5", "D5",
    }  # fmt: skip
    with speaking(ENGLISH):
        assert "419902" in next(error.value for error in errors if error.cell == "D3")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", b"x" * 1000, book(), book(GOOD, head=("a", "b"))],
)
def test_what_is_no_sheet_of_people_is_refused_in_words(store: Store, content: bytes) -> None:
    admin = person(store, "admin", Role.ADMINISTRATOR)
    with pytest.raises(Problem):
        import_accounts(store, admin, content, now=NOW)
    assert names(store) == ["admin"]


def test_only_an_administrator_imports_people(store: Store) -> None:
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    with pytest.raises(Refused):
        import_accounts(store, bureau, book(GOOD), now=NOW)


def test_the_empty_sheet_is_one_that_can_be_filled_in(store: Store) -> None:
    admin = person(store, "admin", Role.ADMINISTRATOR)
    empty = empty_sheet([str(heading.title) for heading in HEADINGS], {2: ["a"]})
    with pytest.raises(Problem, match="0"):
        import_accounts(store, admin, empty, now=NOW)
    handed = openpyxl.load_workbook(io.BytesIO(text_sheet(["a"], [("=1+1",), ("0123",)])))
    cells = [row[0] for row in handed.active.iter_rows(values_only=True)]  # type: ignore[union-attr]
    assert cells[2] == "0123"
    assert str(handed.active["A2"].data_type) != "f"  # type: ignore[index]


def test_regions_come_by_code_and_name_and_keep_their_outlines(store: Store) -> None:
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    with store.writing() as connection:
        connection.execute(
            sa.insert(REGION).values(code=TOWNSHIP_A, name="旧名", crs=4490, geometry=b"x")
        )
    sheet = book((TOWNSHIP_A, "甲镇"), (int(VILLAGE_A), "甲村"), head=("XZQDM", "XZQMC"))
    assert import_region_names(store, bureau, sheet, now=NOW) == (2, [])
    with store.reading() as connection:
        rows = {row.code: (row.name, row.geometry) for row in connection.execute(sa.select(REGION))}
    assert rows == {TOWNSHIP_A: ("甲镇", b"x"), VILLAGE_A: ("甲村", None)}


def test_a_wrong_region_is_named_by_its_cell(store: Store) -> None:
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    sheet = book(
        (TOWNSHIP_A, "甲镇"), (TOWNSHIP_A, "又"), ("419902101", "外镇"), ("4199.5", "怪"),
        (TOWNSHIP_B, ""), head=("代码", "名称"),
    )  # fmt: skip
    count, errors = import_region_names(store, bureau, sheet, now=NOW)
    assert count == 0
    assert sorted(error.cell for error in errors) == ["A3", "A4", "A5", "B6"]
    with store.reading() as connection:
        assert connection.execute(sa.select(REGION)).all() == []


# --- sessions and lost passwords ---


def entered(store: Store, name: str, password: str) -> str:
    return sign_in(store, name, password, address="10.0.0.9", language=ENGLISH, now=NOW)


def test_an_administrator_sees_and_ends_a_session_of_the_region(store: Store) -> None:
    admin = person(store, "admin", Role.ADMINISTRATOR)
    password = accounts.create_account(
        store, admin, name="lqh", display_name="李", role=Role.TOWNSHIP_REPORTER,
        region=TOWNSHIP_A, now=NOW,
    )  # fmt: skip
    token = entered(store, "lqh", password)
    (row,) = open_sessions(store, admin, now=NOW)
    assert (row["name"], row["address"]) == ("lqh", "10.0.0.9")
    stranger = person(store, "other", Role.ADMINISTRATOR, "419902")
    assert open_sessions(store, stranger, now=NOW) == []
    with pytest.raises(Refused):
        end_session(store, stranger, row["id"], now=NOW)
    assert find_session(store, token, NOW) is not None
    end_session(store, admin, row["id"], now=NOW)
    assert find_session(store, token, NOW) is None
    assert open_sessions(store, admin, now=NOW) == []
    with pytest.raises(Problem):
        end_session(store, admin, row["id"], now=NOW)


def test_a_session_that_is_too_old_is_not_shown_as_open(store: Store) -> None:
    admin = person(store, "admin", Role.ADMINISTRATOR)
    password = accounts.reset_password(store, admin, "admin", now=NOW)
    entered(store, "admin", password)
    assert len(open_sessions(store, admin, now=NOW)) == 1
    assert open_sessions(store, admin, now=NOW + timedelta(hours=3)) == []


def test_a_lost_administrator_password_is_recovered_on_the_server(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    person(store, "admin", Role.ADMINISTRATOR, disabled_at=NOW)
    url = store.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("TRACKER_VAR", str(store.folder))
    monkeypatch.setenv("TRACKER_DATABASE_URL", url)
    assert main(["people", "reset-password", "nobody"]) == 2
    capsys.readouterr()
    for _n in range(6):
        with pytest.raises(Problem):
            entered(store, "admin", "wrong")
    assert main(["people", "reset-password", "admin"]) == 0
    said = re.search(r"[A-Za-z0-9]{5}-[A-Za-z0-9]{5}-[A-Za-z0-9]{4}7Q", capsys.readouterr().out)
    assert said
    assert entered(store, "admin", said.group())
