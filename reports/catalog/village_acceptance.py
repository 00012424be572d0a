"""A village's parcels as put forward for acceptance: list, self-check, what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from gis.language import Text, _, say
from parcels.output import share_words
from reports.document import Column, Document, DocumentKind, Kind, Stamp, Table

BY_HAND: tuple[Text, ...] = (
    _("Buildings and foundations gone"),
    _("Rubble cleared"),
    _("Soil thick enough"),
    _("Planted with crops, no trees"),
)
DONE, OPEN, TO_TICK = "√", "×", "□"


def compose(
    village: str,
    parcels: pd.DataFrame,
    left_out: pd.DataFrame,
    stamp: Stamp,
    *,
    least_m2: float,
    checked_on: Mapping[int, date],
    photos: Mapping[int, int],
) -> Document:
    """Return list and self-check; ``parcels`` are put forward, ``left_out`` has a column why.

    ``checked_on`` (the day the self-check stood on the whole parcel) and ``photos`` (how many) are
    by ledger id; ``least_m2`` is Y.
    """
    ready = sum(1 for ledger_id in parcels["ledger_id"] if ledger_id in checked_on)
    words = (
        (
            say("What is put forward"),
            say(
                "{count} parcels of {village}; the township's self-check stands on {ready} of "
                "them. Coordinates, images before and after and photos lie beside this list under "
                "the parcels' numbers.",
                count=len(parcels), village=village, ready=ready,
            ),
        ),
    )  # fmt: skip
    tables = (
        _list(parcels),
        _self_check(parcels, least_m2, checked_on, photos),
        *([_left_out(left_out)] if len(left_out) else []),
    )
    title = say("Acceptance papers of {village}", village=village)
    about = ((say("Village"), village),)
    return Document("village_acceptance", title, stamp, about, words, tables)


def _list(parcels: pd.DataFrame) -> Table:
    columns = (
        Column(say("No."), Kind.COUNT),
        Column(say("Parcel")),
        Column(say("Land class")),
        Column(say("Area (m²)"), Kind.AREA_M2, summed_from=3),
        Column(say("Area (mu)"), Kind.MU, summed_from=3),
        Column(say("Structures (m²)"), Kind.AREA_M2, summed_from=5),
        Column(say("Structure share")),
        Column(say("New arable (m²)"), Kind.AREA_M2, summed_from=7),
        Column(say("New arable (mu)"), Kind.MU, summed_from=7),
    )
    rows = [
        (
            number, one["parcel_no"], one["land_class"], one["area_m2"], one["area_m2"],
            one["structure_m2"], share_words(one), one["new_arable_m2"],
            one["new_arable_m2"],
        )
        for number, one in enumerate(parcels.to_dict("records"), start=1)
    ]  # fmt: skip
    area, built, arable = (
        round(float(parcels[name].fillna(0).sum()), 2)
        for name in ("area_m2", "structure_m2", "new_arable_m2")
    )
    total = (None, say("Total"), "", area, area, built, "", arable, arable)
    return Table(say("Parcels put forward"), columns, (*rows, total), totals=1)


def _self_check(
    parcels: pd.DataFrame, least_m2: float, checked_on: Mapping[int, date],
    photos: Mapping[int, int],
) -> Table:  # fmt: skip
    columns = (
        Column(say("Parcel")),
        Column(say("Self-checked on"), Kind.DAY),
        Column(say("Passes the rules")),
        Column(say("New arable not under the minimum")),
        Column(say("Photos counted"), Kind.COUNT),
        *(Column(str(title)) for title in BY_HAND),
        Column(say("Checked by")),
    )
    rows = tuple(
        (
            one["parcel_no"],
            checked_on.get(one["ledger_id"]),
            DONE,
            DONE if one["new_arable_m2"] >= least_m2 else OPEN,  # unknown is not enough
            photos.get(one["ledger_id"], 0),
            *[TO_TICK] * len(BY_HAND),
            "",
        )
        for one in parcels.to_dict("records")
    )
    note = say("√ and × come from the register; □ is ticked by hand on the ground.")
    return Table(say("Self-check"), columns, rows, note=note)


def _left_out(parcels: pd.DataFrame) -> Table:
    columns = (
        Column(say("Parcel")),
        Column(say("Area (m²)"), Kind.AREA_M2),
        Column(say("Why it is left out")),
    )
    rows = tuple(
        (one["parcel_no"], one["area_m2"], str(one["why"])) for one in parcels.to_dict("records")
    )
    return Table(say("Parcels of the village that are not put forward"), columns, rows)


DOCUMENT = DocumentKind("village_acceptance", _("Acceptance papers of a village"), compose)
