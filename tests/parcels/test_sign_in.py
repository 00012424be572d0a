"""Signing in: failures lock out nobody else, sessions end when they should and stay ended."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from gis.language import ENGLISH, Problem
from parcels.people import passwords, sessions
from parcels.people.actor import Actor, Role
from parcels.people.sessions import Session, find_session
from parcels.services import accounts
from parcels.services import sign_in as service
from parcels.services.keep_sessions import end_own_session, own_sessions, password_age_days
from parcels.services.keep_settings import change_settings
from parcels.services.sign_in import change_password, sign_in, sign_in_demo, sign_out
from parcels.store.engine import Store
from parcels.store.tables import AUDIT, PERSON, SESSION
from tests.builders import COUNTY, NOW, TOWNSHIP_A, person

PASSWORD = "Fallow-Field7"
HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def alice(store: Store, password_hash: str) -> Actor:
    return person(store, "alice", Role.TOWNSHIP_REPORTER, TOWNSHIP_A, password_hash=password_hash)


@pytest.fixture
def bob(store: Store, password_hash: str) -> Actor:
    return person(store, "bob", Role.TOWNSHIP_REPORTER, TOWNSHIP_A, password_hash=password_hash)


@pytest.fixture
def admin(store: Store) -> Actor:
    return person(store, "root", Role.ADMINISTRATOR, COUNTY)


def enter(
    store: Store,
    name: str = "alice",
    password: str = PASSWORD,
    address: str = HERE,
    now: datetime = NOW,
) -> str:
    return sign_in(store, name, password, address=address, language=ENGLISH, now=now)


def session_of(store: Store, token: str, now: datetime = NOW) -> Session:
    found = find_session(store, token, now)
    assert found is not None
    return found


def fail(store: Store, times: int, *, name: str = "alice", address: str = HERE) -> None:
    for _n in range(times):
        with pytest.raises(Problem):
            enter(store, name, "wrong", address)


@pytest.mark.usefixtures("alice")
def test_the_right_pair_opens_a_session_of_that_person(store: Store) -> None:
    session = session_of(store, enter(store))
    assert session.actor.name == "alice"
    assert session.actor.role is Role.TOWNSHIP_REPORTER
    assert session.actor.region == TOWNSHIP_A
    assert session.language == ENGLISH


@pytest.mark.usefixtures("alice")
def test_the_store_never_holds_a_token(store: Store) -> None:
    token = enter(store)
    with store.reading() as connection:
        row = connection.execute(sa.select(SESSION)).one()
    assert token not in [str(value) for value in row]


@pytest.mark.usefixtures("alice")
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(store: Store) -> None:
    with pytest.raises(Problem) as wrong:
        enter(store, password="wrong")
    with pytest.raises(Problem) as unknown:
        enter(store, name="nobody")
    assert str(wrong.value) == str(unknown.value)


@pytest.mark.usefixtures("alice")
def test_refused_attempts_stand_in_the_audit_log(store: Store) -> None:
    fail(store, 1)
    with store.reading() as connection:
        rows = connection.execute(sa.select(AUDIT.c.action, AUDIT.c.subject)).all()
    assert [tuple(row) for row in rows] == [("sign_in_refused", "alice")]


@pytest.mark.usefixtures("alice")
def test_after_five_failures_even_the_right_password_waits(store: Store) -> None:
    fail(store, 5)
    with pytest.raises(Problem):
        enter(store)
    later = NOW + timedelta(minutes=15)
    assert session_of(store, enter(store, now=later), later).actor.name == "alice"


@pytest.mark.usefixtures("alice", "bob")
def test_failures_lock_out_neither_the_same_person_elsewhere_nor_a_colleague_here(
    store: Store,
) -> None:
    fail(store, 5)
    assert enter(store, address=ELSEWHERE)
    assert enter(store, name="bob")


@pytest.mark.usefixtures("alice", "bob")
def test_trying_many_names_from_one_address_is_stopped_there_only(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ADDRESS_FAILURES_ALLOWED", 6)
    for number in range(6):
        fail(store, 1, name=f"guess{number}")
    with pytest.raises(Problem):
        enter(store, name="bob")
    assert enter(store, name="bob", address=ELSEWHERE)


@pytest.mark.usefixtures("alice")
def test_a_success_forgives_earlier_failures(store: Store) -> None:
    fail(store, 4)
    enter(store)
    fail(store, 4)
    assert enter(store)


def test_a_name_with_a_zero_byte_is_only_a_wrong_name(store: Store) -> None:
    with pytest.raises(Problem):
        enter(store, name="ali\x00ce")


@pytest.mark.usefixtures("alice")
def test_a_session_ends_after_two_idle_hours(store: Store) -> None:
    token = enter(store)
    assert find_session(store, token, NOW + 2 * HOUR - MINUTE)
    seen = NOW + 2 * HOUR - MINUTE
    assert find_session(store, token, seen + 2 * HOUR - MINUTE)
    assert find_session(store, token, seen + 4 * HOUR) is None


@pytest.mark.usefixtures("alice")
def test_a_session_ends_after_twelve_hours_however_busy(store: Store) -> None:
    token = enter(store)
    for hours in range(1, 12):
        assert find_session(store, token, NOW + hours * HOUR)
    assert find_session(store, token, NOW + 12 * HOUR) is None


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("found_dead_at", [NOW + 3 * HOUR, NOW + 13 * HOUR])
def test_a_clock_set_back_revives_no_session_that_was_found_too_old(
    store: Store, found_dead_at: datetime
) -> None:
    token = enter(store)
    assert find_session(store, token, found_dead_at) is None
    assert find_session(store, token, NOW + MINUTE) is None


@pytest.mark.usefixtures("alice")
def test_a_clock_set_back_before_its_start_opens_no_session(store: Store) -> None:
    assert find_session(store, enter(store), NOW - HOUR) is None


@pytest.mark.parametrize("token", [None, "", "x", "x" * 500, "x\x00y"])
def test_no_token_is_no_session(store: Store, token: str | None) -> None:
    assert find_session(store, token, NOW) is None


@pytest.mark.usefixtures("alice")
def test_a_closed_account_loses_its_sessions_at_once_and_cannot_come_back(
    store: Store, admin: Actor
) -> None:
    token = enter(store)
    accounts.set_disabled(store, admin, "alice", disabled=True, now=NOW)
    assert find_session(store, token, NOW) is None
    with pytest.raises(Problem):
        enter(store)
    accounts.set_disabled(store, admin, "alice", disabled=False, now=NOW)
    assert find_session(store, token, NOW) is None
    assert enter(store)


@pytest.mark.usefixtures("alice", "bob")
def test_signing_out_ends_this_session_only(store: Store) -> None:
    here, there = enter(store), enter(store, address=ELSEWHERE)
    sign_out(store, session_of(store, here), everywhere=False, now=NOW)
    assert find_session(store, here, NOW) is None
    assert find_session(store, there, NOW)


@pytest.mark.usefixtures("alice", "bob")
def test_signing_out_everywhere_ends_all_of_mine_and_none_of_yours(store: Store) -> None:
    here, there = enter(store), enter(store, address=ELSEWHERE)
    yours = enter(store, name="bob")
    sign_out(store, session_of(store, here), everywhere=True, now=NOW)
    assert find_session(store, here, NOW) is None
    assert find_session(store, there, NOW) is None
    assert find_session(store, yours, NOW)


@pytest.mark.usefixtures("alice", "bob")
def test_a_new_password_ends_my_other_sessions_and_keeps_this_one(store: Store) -> None:
    here, there, yours = enter(store), enter(store, address=ELSEWHERE), enter(store, name="bob")
    change_password(store, session_of(store, here), PASSWORD, "Levelled-Land8", now=NOW)
    assert find_session(store, here, NOW)
    assert find_session(store, there, NOW) is None
    assert find_session(store, yours, NOW)
    with pytest.raises(Problem):
        enter(store)
    assert enter(store, password="Levelled-Land8")


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(
    ("old", "new"), [("wrong", "Levelled-Land8"), (PASSWORD, PASSWORD), (PASSWORD, "short")]
)
def test_a_refused_change_leaves_the_old_password(store: Store, old: str, new: str) -> None:
    session = session_of(store, enter(store))
    with pytest.raises(Problem):
        change_password(store, session, old, new, now=NOW)
    assert enter(store)


@pytest.mark.usefixtures("alice")
def test_an_old_password_must_be_changed_before_anything_else(store: Store) -> None:
    later = NOW + timedelta(days=91)
    assert session_of(store, enter(store, now=later), later).must_change_password


@pytest.mark.usefixtures("alice")
def test_a_reset_password_works_once_and_ends_every_session(store: Store, admin: Actor) -> None:
    token = enter(store)
    given = accounts.reset_password(store, admin, "alice", now=NOW)
    assert find_session(store, token, NOW) is None
    session = session_of(store, enter(store, password=given))
    assert session.must_change_password


def test_one_click_enters_demo_accounts_only(store: Store, alice: Actor) -> None:
    person(store, "demo", Role.INSPECTOR, is_demo=True)
    token = sign_in_demo(store, "demo", address=HERE, language=ENGLISH, now=NOW)
    assert session_of(store, token).is_demo
    with pytest.raises(Problem):
        sign_in_demo(store, alice.name, address=HERE, language=ENGLISH, now=NOW)


def test_an_administrator_makes_accounts_of_their_region_only(store: Store, admin: Actor) -> None:
    def make(region: str, role: Role = Role.TOWNSHIP_REPORTER, name: str = "carol") -> str:
        return accounts.create_account(
            store, admin, name=name, display_name="Carol", role=role, region=region, now=NOW
        )

    with pytest.raises(Problem):
        make("419902101")
    with pytest.raises(Problem):
        make(COUNTY)  # a township's reporter needs a township
    given = make(TOWNSHIP_A)
    assert session_of(store, enter(store, "carol", given)).must_change_password
    with pytest.raises(Problem):
        make(TOWNSHIP_A)  # the name is taken


def test_an_administrator_cannot_lock_themselves_out(store: Store, admin: Actor) -> None:
    with pytest.raises(Problem):
        accounts.set_disabled(store, admin, admin.name, disabled=True, now=NOW)


def test_the_first_administrator_is_made_once(store: Store) -> None:
    given = accounts.create_first_administrator(store, COUNTY, now=NOW)
    assert given is not None
    assert accounts.create_first_administrator(store, COUNTY, now=NOW) is None
    assert session_of(store, enter(store, "admin", given)).actor.role is Role.ADMINISTRATOR


@pytest.mark.usefixtures("alice")
def test_people_are_listed_without_anything_secret(store: Store, admin: Actor) -> None:
    rows = accounts.people(store, admin)
    assert {row["name"] for row in rows} == {"alice", "root"}
    assert not any("password" in name and name != "must_change_password" for name in rows[0])


def test_a_long_name_from_a_form_is_kept_whole(store: Store, admin: Actor) -> None:
    shown = "阿卜杜热合曼·" * 12
    accounts.create_account(
        store, admin, name="carol", display_name=shown, role=Role.INSPECTOR, region=COUNTY,
        phone="0391-1234567 转 8001，手机 13800000000，微信同号", now=NOW,
    )  # fmt: skip
    with store.reading() as connection:
        wanted = sa.select(PERSON.c.display_name).where(PERSON.c.name == "carol")
        assert connection.scalar(wanted) == shown


def test_ending_all_sessions_of_a_person_spares_the_one_they_use(
    store: Store, alice: Actor
) -> None:
    here, there = enter(store), enter(store)
    assert alice.person_id is not None
    with store.writing() as connection:
        keep = session_of_id(connection, here)
        sessions.end_all(connection, alice.person_id, NOW, but=keep)
    assert find_session(store, here, NOW)
    assert find_session(store, there, NOW) is None


def session_of_id(connection: sa.Connection, token: str) -> int:
    wanted = sa.select(SESSION.c.id).where(SESSION.c.token_sha256 == sessions.digest(token))
    return int(connection.execute(wanted).scalar_one())


@pytest.mark.usefixtures("alice")
def test_sixty_guesses_at_once_are_no_more_than_five(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested: list[str] = []

    def slow(password: str, _kept: str | None) -> bool:
        tested.append(password)
        time.sleep(0.05)
        return False

    monkeypatch.setattr(passwords, "matches", slow)

    def guess(number: int) -> bool:
        with pytest.raises(Problem):
            enter(store, password=f"guess {number}")
        return True

    with ThreadPoolExecutor(60) as pool:
        assert all(pool.map(guess, range(60)))
    assert len(tested) == service.FAILURES_ALLOWED
    with store.reading() as connection:
        told = list(connection.scalars(sa.select(AUDIT.c.action)))
    assert told.count("sign_in_refused") == service.FAILURES_ALLOWED
    assert told.count("sign_in_throttled") == 1


@pytest.mark.usefixtures("alice")
def test_the_office_sets_how_long_a_session_lasts(store: Store, admin: Actor) -> None:
    token = enter(store)
    change_settings(store, admin, {"session_idle_minutes": 10}, now=NOW)
    assert find_session(store, token, NOW + 9 * MINUTE)
    assert find_session(store, token, NOW + 9 * MINUTE + 10 * MINUTE) is None


@pytest.mark.usefixtures("alice")
def test_the_office_sets_what_a_password_must_be(store: Store, admin: Actor) -> None:
    session = session_of(store, enter(store))
    with pytest.raises(Problem):
        change_password(store, session, PASSWORD, "fallowfieldriver", now=NOW)
    change_settings(store, admin, {"password_profile": passwords.ASVS}, now=NOW)
    change_password(store, session, PASSWORD, "fallowfieldriver", now=NOW)


# --- one's own sessions ---


@pytest.mark.usefixtures("alice", "bob")
def test_a_person_sees_and_ends_their_own_sessions_and_nobody_elses(store: Store) -> None:
    here = session_of(store, enter(store))
    phone = enter(store, address=ELSEWHERE, now=NOW + MINUTE)
    other = session_of(store, enter(store, "bob"))
    later = NOW + 2 * MINUTE
    rows = own_sessions(store, here, now=later)
    assert [row["address"] for row in rows] == [ELSEWHERE, HERE]
    with pytest.raises(Problem):
        end_own_session(store, here, other.id, now=later)
    assert session_of(store, phone, later).id == rows[0]["id"]
    end_own_session(store, here, rows[0]["id"], now=later)
    assert find_session(store, phone, later) is None
    assert [row["id"] for row in own_sessions(store, here, now=later)] == [here.id]
    assert [row["id"] for row in own_sessions(store, other, now=later)] == [other.id]
    with store.reading() as connection:
        row = connection.execute(sa.select(AUDIT).where(AUDIT.c.action == "end_session")).one()
    assert (row.person, row.after) == ("alice", {"address": ELSEWHERE})
    with pytest.raises(Problem):
        end_own_session(store, here, rows[0]["id"], now=later)


@pytest.mark.usefixtures("alice")
def test_sessions_that_grew_old_are_not_listed(store: Store) -> None:
    enter(store, address=ELSEWHERE)
    here = session_of(store, enter(store, now=NOW + 3 * HOUR), NOW + 3 * HOUR)
    assert [row["address"] for row in own_sessions(store, here, now=NOW + 3 * HOUR)] == [HERE]


@pytest.mark.usefixtures("alice")
def test_a_password_tells_its_age(store: Store) -> None:
    session = session_of(store, enter(store))
    assert password_age_days(store, session, now=NOW + timedelta(days=12, hours=5)) == 12
