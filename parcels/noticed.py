"""What was noticed about the layers of a check as rows of a sheet: whose, what, where, what to do.

The command line's Excel and the page's say the same: both are made of these rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import pandas as pd

from gis.findings import KINDS, Finding, message
from gis.language import say

COLUMNS = ("layer", "row", "parcel_no", "village", "code", "title", "message", "remedy", "x", "y")
Cells = tuple[Any, ...]


def noticed_rows(
    parcels: pd.DataFrame,
    of_parcels: Sequence[Finding],
    of_structures: Sequence[Finding],
    *,
    most: int,
) -> list[Cells]:
    """Return a row of ``COLUMNS`` for each finding, those of a parcel with its number and village.

    Where there are more than ``most``, the last row says how many are left out.
    """
    own = {parcel.row: (parcel.parcel_no, parcel.village) for parcel in parcels.itertuples()}
    nobody: dict[Any, tuple[str, str]] = {}
    layers = ((say("Parcels"), own, of_parcels), (say("Structures"), nobody, of_structures))
    every = (_cells(layer, names, found) for layer, names, several in layers for found in several)
    count = len(of_parcels) + len(of_structures)
    if count <= most:
        return list(every)
    more = say("{count} more findings are not listed in this file.", count=count - most + 1)
    rest = dict.fromkeys(COLUMNS, "") | {"row": None, "message": more, "x": None, "y": None}
    return [*islice(every, most - 1), tuple(rest.values())]


def _cells(layer: str, names: Mapping[Any, tuple[str, str]], found: Finding) -> Cells:
    kind = KINDS[found.code]
    number, village = names.get(found.row, ("", ""))
    words = (str(kind.title), message(found), str(kind.remedy))
    return layer, found.row, number, village, found.code, *words, found.x, found.y
