"""What a parcel can be coloured by: one table for shapes, tiles and legends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.language import Text, _, say
from gis.palette import (
    NO_FIGURE,
    NOT_STARTED,
    VERDICTS,
    WITHDRAWN,
    Paint,
    two_sided,
)
from parcels.paints import STAGES
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.workflow import ORDER, STEP_TITLES
from ui.daymap.book import Book

Classes = list[tuple[Paint, str]]
Places = npt.NDArray[np.int64]
SOON_DAYS, LONG_DAYS = 7, 30
MOST_PEOPLE = 8
# Okabe and Ito: told apart by every kind of eye
PEOPLE = (
    "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#4D4D4D",
)  # fmt: skip
OTHERS = Paint("#C9CED3")
DUE: tuple[Paint, ...] = (
    Paint("#B2390B", outline="#5A1A02", weight_px=2.5),
    Paint("#F1A340", outline="#8A5510", weight_px=2.0),
    Paint("#F7DC6F", outline="#7A5C00", weight_px=1.5),
    Paint("#D8DAEB"),
    Paint("#2C6E99", outline="#1D4A68"),
    NO_FIGURE,
)


@dataclass(frozen=True)
class Colouring:
    """One way to colour: its classes for the legend, and each parcel's class on a day.

    ``note`` says unit and source under the legend.
    """

    name: str
    title: Text
    by_day: bool
    classes: Callable[[Book], Classes]
    places: Callable[[Book, date], Places]
    note: Callable[[Book], str]


def classes_of(colouring: Colouring, book: Book) -> Classes:
    """Return the classes with the last one every colouring has: withdrawn."""
    return [*colouring.classes(book), (WITHDRAWN, say("Withdrawn"))]


def places_of(colouring: Colouring, book: Book, day: date) -> Places:
    """Return each parcel's place among ``classes_of``."""
    if not colouring.by_day:
        return book.once(("places", colouring.name), lambda: _with_withdrawn(colouring, book, day))
    return _with_withdrawn(colouring, book, day)


def _with_withdrawn(colouring: Colouring, book: Book, day: date) -> Places:
    places = colouring.places(book, day)
    last = len(colouring.classes(book))
    return np.where(book.parcels["is_withdrawn"].to_numpy(), last, places)


def _stage_classes(_book: Book) -> Classes:
    steps = [(STAGES[step.value], str(STEP_TITLES[step])) for step in ORDER]
    return [(NOT_STARTED, say("Not started")), *steps]


def _verdict_classes(_book: Book) -> Classes:
    return [(VERDICTS[v.value], str(VERDICT_TITLES[v])) for v in Verdict]


def _verdict_places(book: Book, _day: date) -> Places:
    places = {verdict.value: place for place, verdict in enumerate(Verdict)}
    return book.parcels["verdict"].map(places).to_numpy(dtype=np.int64)


def _limit(book: Book) -> float:
    return float(book.parcels["min_share"].iloc[0] or 0) if len(book.parcels) else 0.0


def _share_edges(book: Book) -> list[float]:
    """Return the edges between classes, all above 0 and below 1, X itself among them."""
    limit = _limit(book)
    return [e for e in (limit - 0.1, limit, limit + 0.1, limit + 0.3) if 0 < e < 1]


def _share_classes(book: Book) -> Classes:
    limit, edges = _limit(book), _share_edges(book)
    bounds = [0.0, *edges, 1.0]
    made: Classes = []
    for low, high in pairwise(bounds):
        middle = ((low + high) / 2 - limit) * 100
        words = f"{low * 100:.0f}%–{high * 100:.0f}%"
        made.append((two_sided(np.sign(middle) * max(abs(middle), 5), step=10), words))
    return [*made, (NO_FIGURE, say("Share not known"))]


def _share_places(book: Book, _day: date) -> Places:
    parcels, edges = book.parcels, _share_edges(book)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = parcels["structure_m2"].to_numpy() / parcels["area_m2"].to_numpy()
    places = np.searchsorted(edges, share, side="right")
    line = edges.index(_limit(book)) if _limit(book) in edges else None
    if line is not None:  # the colour agrees with the verdict to the last digit
        rule = parcels["structure_verdict"].to_numpy()
        places = np.where(rule == Verdict.FAIL.value, np.minimum(places, line), places)
        places = np.where(rule == Verdict.PASS.value, np.maximum(places, line + 1), places)
    return np.where(np.isfinite(share), places, len(edges) + 1)


def _due_classes(book: Book) -> Classes:
    step = STEP_TITLES[book.project.counting_step]
    words = (
        say("Overdue more than {days} days", days=LONG_DAYS),
        say("Overdue"),
        say("Due within {days} days", days=SOON_DAYS),
        say("Due later"),
        say("Done ({step})", step=step),
        say("No date set"),
    )
    return list(zip(DUE, words, strict=True))


def _due_places(book: Book, day: date) -> Places:
    left = book.once("due", lambda: _ordinals(book.parcels["due"])) - day.toordinal()
    done = book.stages.places_at(day) > ORDER.index(book.project.counting_step)
    return np.select(
        [done, np.isnan(left), left < -LONG_DAYS, left < 0, left <= SOON_DAYS],
        [4, 5, 0, 1, 2],
        default=3,
    ).astype(np.int64)


def _ordinals(days: pd.Series) -> npt.NDArray[np.float64]:
    """Return days as numbers, NaN for none."""
    return np.array([day.toordinal() if day else np.nan for day in days], dtype=np.float64)


def _people(book: Book) -> list[str]:
    named = book.parcels["responsible"]
    return list(named[named != ""].value_counts().sort_index(kind="stable")
                .sort_values(ascending=False, kind="stable").index[:MOST_PEOPLE])  # fmt: skip


def _person_classes(book: Book) -> Classes:
    named: Classes = [
        (Paint(colour), name) for colour, name in zip(PEOPLE, _people(book), strict=False)
    ]
    return [*named, (OTHERS, say("Somebody else")), (NO_FIGURE, say("Nobody named"))]


def _person_places(book: Book, _day: date) -> Places:
    people = _people(book)
    places = {name: place for place, name in enumerate(people)} | {"": len(people) + 1}
    return book.parcels["responsible"].map(places).fillna(len(people)).to_numpy(dtype=np.int64)


COLOURINGS: dict[str, Colouring] = {
    one.name: one
    for one in (
        Colouring(
            "stage", _("Stage"), True, _stage_classes,
            lambda book, day: book.stages.places_at(day),
            lambda _book: say(
                "Furthest step confirmed on the whole parcel; numbers are parcels, those too that "
                "do not count in completion"
            ),
        ),
        Colouring(
            "verdict", _("Verdict"), False, _verdict_classes, _verdict_places,
            lambda _book: say("By the adopted check; numbers are parcels"),
        ),
        Colouring(
            "share", _("Structure share"), False, _share_classes, _share_places,
            lambda book: say(
                "Structure area ÷ parcel area; the line X is {limit}%; numbers are parcels",
                limit=f"{_limit(book) * 100:.0f}",
            ),
        ),
        Colouring(
            "due", _("Overdue"), True, _due_classes, _due_places,
            lambda _book: say("By the ledger's date to be done by; numbers are parcels"),
        ),
        Colouring(
            "person", _("Person responsible"), False, _person_classes, _person_places,
            lambda _book: say("As the ledger names them; numbers are parcels"),
        ),
    )
}  # fmt: skip
