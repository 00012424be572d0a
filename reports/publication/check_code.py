"""The check code printed on a document: eight signs that nobody misreads, the last a checksum.

23 signs, a prime: weights 1…8 modulo 23 catch every single wrong sign and every two exchanged.
Left out are 0 O Q, 1 I L, 2 Z, 5 S, 8 B and U, which look like others or like one another.
"""

from __future__ import annotations

import re
import unicodedata

from gis.language import Problem, _

SIGNS = "34679ACDEFGHJKMNPRTVWXY"
LENGTH = 8


def code_of(content_sha256: str, attempt: int = 0) -> str:
    """Return the check code of a content; ``attempt`` gives another where one is taken."""
    number = int(content_sha256, 16) + attempt
    signs = ""
    for _place in range(LENGTH - 1):
        number, sign = divmod(number, len(SIGNS))
        signs += SIGNS[sign]
    return signs + _checksum(signs)


def read_code(typed: str) -> str:
    """Return the code a person typed, in whatever case and spacing; raises Problem if none."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    signs = re.sub(r"[\s·.\-—–]", "", plain)
    if len(signs) != LENGTH:
        raise Problem(_("A check code has {length} signs; mend it.", length=LENGTH))
    strange = [sign for sign in signs if sign not in SIGNS]
    if strange:
        raise Problem(
            _("No check code holds “{sign}”; look at the document again.", sign=strange[0])
        )
    if _checksum(signs[:-1]) != signs[-1]:
        raise Problem(_("This check code does not add up: a sign is wrong or two are exchanged."))
    return signs


def shown(code: str) -> str:
    """Return a code as it is printed: ``3A7C-9XKM``."""
    return f"{code[:4]}-{code[4:]}"


def _checksum(signs: str) -> str:
    """Return the sign that makes the weighted sum a multiple of 23."""
    total = sum((place + 1) * SIGNS.index(sign) for place, sign in enumerate(signs))
    # the last weight is 8; 8 × 3 = 24 = 1 modulo 23
    return SIGNS[-total * 3 % len(SIGNS)]
