"""Which parcels count, and in words why the others are recorded only."""

from __future__ import annotations

import pandas as pd

from gis.language import Text, _
from parcels.rules.verdicts import VERDICT_TITLES, Verdict


def is_counted(parcels: pd.DataFrame) -> pd.Series:
    """Tell which parcels count: passing and not withdrawn. Work on others is recorded only."""
    return (parcels["verdict"] == Verdict.PASS) & ~parcels["is_withdrawn"]


def why_not_counted(parcels: pd.DataFrame) -> pd.Series:
    """Return for each parcel why work on it does not count; None where it counts.

    Needs verdict, structure_verdict, new_arable_verdict, is_withdrawn, withdrawn_reason.
    """
    words = [_why(parcel) for parcel in parcels.to_dict("records")]
    return pd.Series(words, index=parcels.index, dtype=object)


def _why(parcel: dict) -> Text | None:
    if parcel["is_withdrawn"]:
        reason = parcel["withdrawn_reason"]
        return _("withdrawn: {reason}", reason=reason) if reason else _("withdrawn")
    if parcel["verdict"] == Verdict.PASS:
        return None
    is_open = parcel["verdict"] == Verdict.UNDETERMINED
    if parcel["structure_verdict"] == parcel["verdict"]:
        return _("structure share undetermined") if is_open else _("too small a structure share")
    if parcel["new_arable_verdict"] == parcel["verdict"]:
        return _("new arable undetermined") if is_open else _("too little new arable land")
    return _("verdict: {verdict}", verdict=VERDICT_TITLES[Verdict(parcel["verdict"])])
