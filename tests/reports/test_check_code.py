"""The code on a document: typed wrong, it is never taken for another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.language import Problem
from reports.publication.check_code import LENGTH, SIGNS, code_of, read_code, shown

hashes = st.integers(0, 2**256 - 1).map(lambda n: f"{n:064x}")


def is_prime(number: int) -> bool:
    return all(number % divisor for divisor in range(2, number))


def test_the_signs_are_a_prime_number_and_none_looks_like_another() -> None:
    assert len(set(SIGNS)) == len(SIGNS)
    assert is_prime(len(SIGNS))
    assert len(SIGNS) > LENGTH  # so that no weight is a multiple of it
    assert not set("0OQ1IL2Z5S8BU") & set(SIGNS)


@given(hashes, st.integers(0, 1000))
def test_a_code_is_read_as_it_is_printed(sha256: str, attempt: int) -> None:
    code = code_of(sha256, attempt)
    assert read_code(shown(code)) == read_code(f" {code.lower()} ") == code
    assert read_code("".join(chr(ord(sign) + 0xFEE0) for sign in code)) == code  # full width


@given(hashes, st.integers(0, LENGTH - 1), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_noticed(sha256: str, place: int, sign: str) -> None:
    code = code_of(sha256)
    typed = code[:place] + sign + code[place + 1 :]
    if typed == code:
        return
    with pytest.raises(Problem):
        read_code(typed)


@given(hashes, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_exchanged_signs_are_noticed(sha256: str, one: int, other: int) -> None:
    code = code_of(sha256)
    signs = list(code)
    signs[one], signs[other] = signs[other], signs[one]
    if (typed := "".join(signs)) == code:
        return
    with pytest.raises(Problem):
        read_code(typed)


@pytest.mark.parametrize(
    "typed", ["", "3A7C", "0000-0000", "<script>", "3A7C-9XKM3", "新增耕地面积"]
)
def test_what_is_no_code_is_told(typed: str) -> None:
    with pytest.raises(Problem):
        read_code(typed)


def test_another_attempt_gives_another_code() -> None:
    assert len({code_of("ab" * 32, attempt) for attempt in range(100)}) == 100
