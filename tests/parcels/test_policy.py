"""A policy version: X and Y as people write them, kept and read back unchanged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.language import Problem
from parcels.policy import (
    INSIDE_VILLAGE_TITLES,
    NEW_ARABLE_TITLES,
    InsideVillage,
    NewArableFrom,
    Policy,
    from_terms,
    from_toml,
    parse_area,
    parse_share,
)
from parcels.projects import latest_policy
from parcels.services.keep_project import add_policy
from parcels.store.engine import Store
from tests.builders import NOW, POLICY, county


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ("30%", "0.3"),
        ("30 %", "0.3"),
        ("30％", "0.3"),
        (" 30% ", "0.3"),
        ("33.5%", "0.335"),
        ("0.3", "0.3"),
        ("0.30", "0.3"),
        ("0", "0"),
        ("100%", "1"),
        ("1", "1"),
    ],
)
def test_a_share_is_written_in_percent_or_as_a_fraction(written: str, share: str) -> None:
    assert parse_share(written) == Decimal(share)


@pytest.mark.parametrize(
    "written", ["30", "1.5", "-0.1", "101%", "", "%", "30%%", "about 30%", "NaN", "Infinity", "0,3"]
)
def test_what_could_mean_two_things_is_no_share(written: str) -> None:
    with pytest.raises(Problem):
        parse_share(written)


@pytest.mark.parametrize(("written", "area"), [("400", "400"), (" 400.5 ", "400.5"), ("0", "0")])
def test_an_area_is_a_plain_number(written: str, area: str) -> None:
    assert parse_area(written) == Decimal(area)


@pytest.mark.parametrize("written", ["", "-1", "400 m²", "1000000", "NaN", "0.6 mu", "4,00"])
def test_what_is_no_area_is_refused(written: str) -> None:
    with pytest.raises(Problem):
        parse_area(written)


@pytest.mark.parametrize(
    "terms",
    [
        {"min_share": Decimal("1.01")},
        {"min_share": Decimal("-0.01")},
        {"min_new_arable_m2": Decimal(-1)},
        {"min_new_arable_m2": Decimal(1_000_000)},
        {"coefficient": Decimal(0)},
        {"coefficient": Decimal("1.1")},
        {"pixel_m": Decimal(-1)},
        {"pixel_m": Decimal("Infinity")},
        {"pixel_m": Decimal("NaN")},
        {"coefficient": Decimal("NaN")},
        {"coefficient": Decimal("Infinity")},
        {"min_share": Decimal("NaN")},
    ],
)
def test_impossible_terms_are_refused(terms: dict[str, Decimal]) -> None:
    with pytest.raises(Problem):
        replace(POLICY, **terms)


policies = st.builds(
    Policy,
    min_share=st.decimals(0, 1, places=4),
    min_new_arable_m2=st.decimals(0, 99_999, places=2),
    document_no=st.text(max_size=20),
    in_force_on=st.none() | st.dates(),
    image_date=st.none() | st.dates(),
    new_arable_from=st.sampled_from(NewArableFrom),
    inside_village=st.sampled_from(InsideVillage),
    coefficient=st.decimals("0.01", 1, places=3),
    pixel_m=st.decimals(0, 10, places=2),
)


@given(policies)
def test_stored_terms_give_back_the_same_policy(policy: Policy) -> None:
    assert from_terms(policy.as_terms()) == policy


def test_every_choice_has_a_title() -> None:
    assert set(NEW_ARABLE_TITLES) == set(NewArableFrom)
    assert set(INSIDE_VILLAGE_TITLES) == set(InsideVillage)


def test_a_policy_file_says_what_the_document_says(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(
        'min_share = "30%"\nmin_new_arable_m2 = 400\ndocument_no = "自然资发〔2024〕1号"\n'
        'in_force_on = 2024-05-01\nnew_arable_from = "area"\ncoefficient = 0.9\n',
        encoding="utf-8",
    )
    assert from_toml(file) == Policy(
        Decimal("0.3"),
        Decimal(400),
        document_no="自然资发〔2024〕1号",
        in_force_on=date(2024, 5, 1),
        new_arable_from=NewArableFrom.AREA,
        coefficient=Decimal("0.9"),
    )


def test_a_day_with_an_hour_is_only_that_day(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("min_share = 0.3\nmin_new_arable_m2 = 400\nin_force_on = 2024-05-01T08:00:00\n")
    policy = from_toml(file)
    assert policy.in_force_on == date(2024, 5, 1)
    assert from_terms(policy.as_terms()) == policy


@pytest.mark.parametrize(
    "content",
    [
        b"min_share = 30\nmin_new_arable_m2 = 400\n",
        b"min_share = 0.3\n",
        b"min_new_arable_m2 = 400\n",
        b"min_share = 0.3\nmin_new_arable_m2 = 400\nmin_shar = 0.2\n",
        b"min_share = 0.3\nmin_new_arable_m2 = 400\nnew_arable_from = 'guess'\n",
        b"min_share = 0.3\nmin_new_arable_m2 = 400\nin_force_on = 'soon'\n",
        b"min_share = 0.3\nmin_new_arable_m2 = 400\ncoefficient = 'x'\n",
        b"min_share = = 0.3\n",
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_a_policy_file_with_a_mistake_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "policy.toml"
    file.write_bytes(content)
    with pytest.raises(Problem) as told:
        from_toml(file)
    assert str(told.value)


def test_a_missing_policy_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Problem):
        from_toml(tmp_path / "none.toml")


def test_a_new_version_leaves_the_old_one_and_the_same_terms_make_no_version(store: Store) -> None:
    made = county(store)
    stricter = replace(POLICY, min_share=Decimal("0.4"))
    assert add_policy(store, made.bureau, made.project_id, POLICY, now=NOW) == 1
    assert add_policy(store, made.bureau, made.project_id, stricter, now=NOW) == 2
    with store.reading() as connection:
        newest = latest_policy(connection, made.project_id)
    assert newest is not None
    assert newest[1:] == (2, stricter)
