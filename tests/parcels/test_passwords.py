"""Passwords: what is good enough, what is kept, when it is too old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gis.language import Problem
from parcels.people import passwords
from tests.builders import NOW

GOOD = "Fallow-Field7"


def test_a_password_matches_its_own_hash_and_no_other() -> None:
    kept = passwords.hashed(GOOD)
    assert passwords.matches(GOOD, kept)
    assert not passwords.matches(GOOD.lower(), kept)
    assert not passwords.matches("", kept)


def test_what_is_kept_is_argon2id_as_strong_as_promised_and_salted() -> None:
    first, second = passwords.hashed(GOOD), passwords.hashed(GOOD)
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second


@pytest.mark.parametrize("kept", [None, "", "none", "$argon2id$broken"])
def test_without_a_usable_hash_nothing_matches(kept: str | None) -> None:
    assert not passwords.matches(GOOD, kept)


def test_the_default_profile_is_dengbao2() -> None:
    assert passwords.PROFILE.default == passwords.DENGBAO2
    assert set(passwords.PROFILE.choices) == set(passwords.MAX_AGE)


@pytest.mark.parametrize("password", [GOOD, "fallowfield-72", "FALLOW field", "复垦复垦复垦复垦aA"])
def test_ten_characters_of_three_kinds_are_good(password: str) -> None:
    passwords.require_good(password, name="alice")


@pytest.mark.parametrize(
    "password",
    [
        "Fallow-F7",  # nine characters
        "fallowfields",  # one kind
        "fallowfield72",  # two kinds
        "Alice-Field7",  # the account's name
        "MyPassword-7",  # what everyone tries first
        "Fallow123456",
        "Dragon-2024!",  # a common one with a tail
        "P@ssw0rd2024",  # in disguise
        "Woaini1314520",  # what everyone here tries first
        "Aa123456.Aa",
        "Zrzy@888888",
        "Fuken-19870312",  # this office and a birthday
        "1qaz@WSX3edc",
        "Mima13812345678",  # a word and a phone number
        "x" * 257,
        "",
    ],
)
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(Problem):
        passwords.require_good(password, name="alice")


def test_asvs_asks_for_length_only() -> None:
    passwords.require_good("fallowfields", name="alice", profile=passwords.ASVS)
    with pytest.raises(Problem):
        passwords.require_good("Fallow-Fie7", name="alice", profile=passwords.ASVS)


def test_dengbao2_wants_a_new_password_after_90_days() -> None:
    assert not passwords.is_too_old(NOW - timedelta(days=90), NOW)
    assert passwords.is_too_old(NOW - timedelta(days=90, seconds=1), NOW)


def test_asvs_never_lets_a_password_grow_old() -> None:
    assert not passwords.is_too_old(NOW - timedelta(days=9000), NOW, passwords.ASVS)


def test_one_time_passwords_are_good_differ_and_have_no_letters_that_look_alike() -> None:
    made = {passwords.one_time() for _n in range(50)}
    assert len(made) == 50
    for password in made:
        passwords.require_good(password, name="alice")
        assert not set(password) & set("0O1lIi")
