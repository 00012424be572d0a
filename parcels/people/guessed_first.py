"""Passwords that everyone tries first: a list from practice, and the habits of Chinese offices.

``guessed_first.txt`` is the password list of zxcvbn (MIT, its licence beside it): 30 000 of the
most frequent ones from published leaks.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

SHORTEST_CORE = 4
# A password that holds one of these adds nothing to guessing but the rest of it.
HABITS = (
    # keyboards and counting
    "qwerty", "asdfgh", "zxcvbn", "1qaz2wsx", "1qazxsw2", "1qaz@wsx", "qazwsx",
    "3edc", "4rfv", "1q2w3e", "q1w2e3", "qweasd",
    "123456", "654321", "123123", "123321", "112233", "abc123", "abcd123", "abcdef", "aa123",
    # lucky, loving and home numbers
    "5201314", "1314520", "147258", "159357", "168168", "888888", "666666", "111111", "000000",
    # words of the language in letters
    "woaini", "woaiwo", "wodemima", "mima", "nihao", "woshi", "zhongguo", "beijing", "shanghai",
    "henan", "zhengzhou", "baobao", "laopo", "laogong", "tiantian", "wangluo", "taobao",
    # this office
    "guotu", "ziranziyuan", "zrzy", "fuken", "gengdi", "xiangzhen", "guanli", "xitong",
    # words every system is tried with
    "password", "passw", "admin", "root", "letmein", "welcome", "iloveyou", "login", "test123",
    "changeme", "default", "system", "user123",
)  # fmt: skip
_LEET = str.maketrans("@40135$7!", "aaoiesstl")
_IS_BIRTHDAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_IS_PHONE = re.compile(r"1[3-9]\d{9}")
_FEWEST_OWN = 7  # letters that are left when habits, dates and phone numbers are taken out


def is_common(password: str) -> bool:
    """Tell whether a password is a common one, or a common one with a tail or in disguise."""
    plain = password.lower()
    spellings = {plain, plain.translate(_LEET)}
    cores = {core for one in spellings for core in (one, _without_edges(one))}
    if any(len(core) >= SHORTEST_CORE and core in _list() for core in cores):
        return True
    return any(len(_own(one)) < _FEWEST_OWN for one in spellings)


def _without_edges(word: str) -> str:
    """Return a word without the digits and signs people put around it: ``Dragon2024!``."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", word)


def _own(word: str) -> str:
    """Return the letters that are a person's own idea: what is left without the habits."""
    rest = _IS_PHONE.sub("", _IS_BIRTHDAY.sub("", word))
    for habit in HABITS:
        rest = rest.replace(habit, "")
    return re.sub(r"(.)\1{2,}", r"\1", re.sub(r"[\W_]", "", rest))


@cache
def _list() -> frozenset[str]:
    file = Path(__file__).with_suffix(".txt")
    return frozenset(file.read_text("utf-8").split("\n"))
