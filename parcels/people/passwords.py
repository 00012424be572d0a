"""Passwords: argon2id, at most four hashes at once, two profiles of what is good enough."""

from __future__ import annotations

import secrets
import string
import threading
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gis.language import Problem, _
from parcels.people.guessed_first import is_common
from parcels.settings import Kind, Setting, hand_in_setting

DENGBAO2 = "dengbao2"
ASVS = "asvs"
MAX_AGE = {DENGBAO2: timedelta(days=90), ASVS: None}
PROFILE = hand_in_setting(
    Setting(
        "password_profile",
        _("What a password must be"),
        Kind.CHOICE,
        DENGBAO2,
        _("Signing in"),
        choices={
            DENGBAO2: _("Dengbao 2.0 level 2: 10 characters of three kinds, new after 90 days"),
            ASVS: _("ASVS: 12 characters, none of the common ones, no change by date"),
        },
    )
)
LONGEST = 256
_ONE_TIME_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(4)
_NO_ONE = _hasher.hash(secrets.token_urlsafe(16))


def hashed(password: str) -> str:
    """Return the argon2id hash (19 MiB, t=2, p=1)."""
    with _at_once:
        return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Tell whether the password is right; without a hash, spend the same time and say no."""
    with _at_once:
        try:
            _hasher.verify(password_hash or _NO_ONE, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def require_good(password: str, *, name: str, profile: str = DENGBAO2) -> None:
    """Raise a Problem that says what the password lacks under the profile."""
    if len(password) > LONGEST:
        raise Problem(_("The password is longer than {most} characters.", most=LONGEST))
    if name.lower() in password.lower():
        raise Problem(_("The password contains the account name; choose another."))
    if is_common(password):
        raise Problem(_("This is one of the passwords that everyone tries first; choose another."))
    if profile == ASVS:
        if len(password) < 12:
            raise Problem(_("The password needs at least {least} characters.", least=12))
        return
    classes = (
        any(letter in string.ascii_lowercase for letter in password),
        any(letter in string.ascii_uppercase for letter in password),
        any(letter in string.digits for letter in password),
        any(letter not in string.ascii_letters + string.digits for letter in password),
    )
    if len(password) < 10 or sum(classes) < 3:
        raise Problem(
            _(
                "The password needs at least 10 characters of three kinds: capital letters, "
                "small letters, digits, signs."
            )
        )


def is_too_old(set_at: datetime, now: datetime, profile: str = DENGBAO2) -> bool:
    """Tell whether the profile wants a new password."""
    most = MAX_AGE[profile]
    return most is not None and now - set_at > most


def one_time() -> str:
    """Return a password to be changed at first sign-in, without letters that look alike."""
    body = "".join(secrets.choice(_ONE_TIME_LETTERS) for _n in range(14))
    return f"{body[:5]}-{body[5:10]}-{body[10:]}7Q"
