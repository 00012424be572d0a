"""An impact as tables: counts, groups that changed, verdicts that flip, what townships gain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np
import pandas as pd

from gis.units import half_up, to_mu
from parcels.impact import ONE_TO_ONE, Change, Impact
from parcels.rules.verdicts import Verdict
from parcels.totals import totals

CHANGED = tuple(change for change in Change if change is not Change.SAME)


@dataclass(frozen=True)
class Group:
    """Parcels that belong together across two versions; areas m², new arable of passing parcels."""

    change: Change
    township: str
    village: str
    old_places: tuple[int, ...]
    new_places: tuple[int, ...]
    old_numbers: tuple[str, ...]
    new_numbers: tuple[str, ...]
    old_verdicts: tuple[Verdict, ...]
    new_verdicts: tuple[Verdict, ...]
    old_area_m2: float
    new_area_m2: float
    old_eligible_m2: float
    new_eligible_m2: float

    @property
    def is_flip(self) -> bool:
        """Tell whether the one parcel it was got another verdict as the one it is."""
        return self.change in ONE_TO_ONE and self.old_verdicts != self.new_verdicts


def counts(found: Impact) -> pd.DataFrame:
    """Return parcels of each class in the old and the new version: index Change, old, new."""
    sides = {"old": found.old["change"], "new": found.new["change"]}
    return pd.DataFrame(
        {name: [int((side == change).sum()) for change in Change] for name, side in sides.items()},
        index=pd.Index(list(Change), name="change"),
    )


def changed_groups(found: Impact, old: pd.DataFrame, new: pd.DataFrame) -> list[Group]:
    """Return every group that is not simply the same, or whose verdict flips; flips first."""
    before, after = _facts(old), _facts(new)
    olds, news = _places(found.old), _places(found.new)
    group_of_change = dict(zip(found.old["group"], found.old["change"], strict=True))
    group_of_change |= dict(zip(found.new["group"], found.new["change"], strict=True))
    old_keys, new_keys = found.old["key"].tolist(), found.new["key"].tolist()
    groups = []
    for key, change in group_of_change.items():
        was, becomes = olds.get(key, ()), news.get(key, ())
        verdicts = (
            tuple(before["verdict"][place] for place in was),
            tuple(after["verdict"][place] for place in becomes),
        )
        if change is Change.SAME and verdicts[0] == verdicts[1]:
            continue
        facts, first = (after, becomes[0]) if becomes else (before, was[0])
        groups.append(
            Group(
                change,
                facts["township"][first],
                facts["village"][first],
                was,
                becomes,
                tuple(old_keys[place][1] for place in was),
                tuple(new_keys[place][1] for place in becomes),
                *verdicts,
                fsum(before["area_m2"][place] for place in was),
                fsum(after["area_m2"][place] for place in becomes),
                fsum(before["eligible_m2"][place] for place in was),
                fsum(after["eligible_m2"][place] for place in becomes),
            )
        )
    order = {change: place for place, change in enumerate(Change)}
    groups.sort(key=lambda g: (not g.is_flip, order[g.change], g.township, g.village))
    return groups


def township_changes(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return one row per township: its name and the totals that move, before and after.

    Columns: township, and for parcels, pass_parcels, fail_parcels, undetermined_parcels, area_m2
    and eligible_m2 (the task: new arable of passing parcels) ``…_before`` and ``…_after``.
    """
    names: dict[str, str] = {}
    sides: dict[str, pd.DataFrame] = {}
    for when, frame in (("before", old), ("after", new)):
        names |= dict(zip(frame["township_code"], frame["township"], strict=True))
        sums = totals(frame, by="township_code").rename(
            columns={"pass_new_arable_m2": "eligible_m2"}
        )
        sides[when] = sums[MOVING].add_suffix(f"_{when}")
    table = sides["before"].join(sides["after"], how="outer").fillna(0.0)
    table.insert(0, "township", [names[code] or code or "—" for code in table.index])
    whole = [column for column in table if "parcels" in column]
    return table.astype(dict.fromkeys(whole, "int64"))


MOVING = [
    "parcels", "pass_parcels", "fail_parcels", "undetermined_parcels", "area_m2", "eligible_m2",
]  # fmt: skip


def as_json(found: Impact, old: pd.DataFrame, new: pd.DataFrame) -> dict[str, Any]:
    """Return an impact as JSON holds it: m² at 0.01, mu beside it at 0.01."""
    groups = changed_groups(found, old, new)
    return {
        "parcels": {"old": len(old), "new": len(new)},
        "changes": {
            str(change): {"old": int(row["old"]), "new": int(row["new"])}
            for change, row in counts(found).iterrows()
        },
        "flips": sum(group.is_flip for group in groups),
        "totals": _both(township_changes(*(f.assign(township_code="") for f in (old, new)))),
        "townships": _both(township_changes(old, new)),
        "groups": [_group(group) for group in groups],
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "change": str(group.change),
        "flip": group.is_flip,
        "township": group.township,
        "village": group.village,
        "old": list(group.old_numbers),
        "new": list(group.new_numbers),
        "old_verdicts": [str(verdict) for verdict in group.old_verdicts],
        "new_verdicts": [str(verdict) for verdict in group.new_verdicts],
    } | {
        name: float(half_up(getattr(group, name), 2))
        for name in ("old_area_m2", "new_area_m2", "old_eligible_m2", "new_eligible_m2")
    }


def _both(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for code, row in table.iterrows():
        said: dict[str, Any] = {"township_code": code, "township": row["township"]} if code else {}
        for name, value in row.drop("township").items():
            if "_m2_" in str(name):
                said[str(name)] = float(half_up(value, 2))
                said[str(name).replace("_m2_", "_mu_")] = float(half_up(to_mu(value), 2))
            else:
                said[str(name)] = int(value)
        rows.append(said)
    return rows


def _facts(frame: pd.DataFrame) -> Mapping[str, list[Any]]:
    counted = (frame["verdict"] == Verdict.PASS) & ~frame["is_withdrawn"].astype(bool)
    return {
        "township": frame["township"].tolist(),
        "village": frame["village"].tolist(),
        "verdict": [Verdict(verdict) for verdict in frame["verdict"]],
        "area_m2": frame["area_m2"].fillna(0.0).tolist(),
        "eligible_m2": np.where(counted, frame["new_arable_m2"].fillna(0.0), 0.0).tolist(),
    }


def _places(side: pd.DataFrame) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for place, group in enumerate(side["group"].tolist()):
        found.setdefault(group, []).append(place)
    return {group: tuple(places) for group, places in found.items()}
