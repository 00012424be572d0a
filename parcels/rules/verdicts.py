"""The answers a rule can give, and how two answers make one."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from gis.language import Text, _


class Verdict(StrEnum):
    """Pass, fail, undetermined (with a ground), or a rule that does not apply here."""

    PASS = "pass"
    FAIL = "fail"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"


VERDICT_TITLES: dict[Verdict, Text] = {
    Verdict.PASS: _("Pass"),
    Verdict.FAIL: _("Fail"),
    Verdict.UNDETERMINED: _("Undetermined"),
    Verdict.NOT_APPLICABLE: _("Not applicable"),
}


def overall(*answers: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return fail > undetermined > pass over the rules; a rule that does not apply is no answer."""
    every = np.stack(answers)
    return np.where(
        (every == Verdict.FAIL).any(axis=0),
        Verdict.FAIL,
        np.where((every == Verdict.UNDETERMINED).any(axis=0), Verdict.UNDETERMINED, Verdict.PASS),
    ).astype(object)
