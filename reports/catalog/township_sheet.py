"""A township's own sheet of a day (乡镇日报表): what it reported, parcel by parcel."""

from __future__ import annotations

from datetime import date

import pandas as pd

from gis.language import _, say
from parcels.workflow import STEP_TITLES, Step
from reports.daily import OFFICE_TIME, STATE_TITLES, ZERO_TITLES, ZeroReason
from reports.daybook import DayRow
from reports.document import Column, Document, DocumentKind, Kind, Stamp, Table
from reports.printed import percent, points


def compose(
    row: DayRow, entries: pd.DataFrame, stamp: Stamp, *, day: date, leaders: tuple[str, str]
) -> Document:
    """Return the sheet; ``entries`` as ``entries_of`` gives them, ``leaders`` in charge and deputy.

    Without a standing report the sheet says so and has no entries.
    """
    done = row.figures.completion
    about = (
        (say("Township"), row.figures.name),
        (say("Day"), str(day)),
        (say("Report"), _state(row)),
        (say("Completion of eligible new arable"), percent(done.share)),
        (say("Scheduled"), percent(done.scheduled)),
        (say("Gap (points)"), points(done.gap)),
        (say("Leader in charge"), leaders[0] or "—"),
        (say("Deputy"), leaders[1] or "—"),
    )
    title = say("Daily report sheet of {name}", name=row.figures.name)
    return Document("township_sheet", title, stamp, about, _words(row), (_entries(entries),))


def _state(row: DayRow) -> str:
    sending = row.sending
    if sending is None:
        return say("no report stands for this day")
    at = f"{sending.filed_at.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"
    late = f" · {say('late')}" if sending.is_late else ""
    return f"{STATE_TITLES[sending.state]} · {at}{late}"


def _words(row: DayRow) -> tuple[tuple[str, str], ...]:
    sending = row.sending
    if sending is None:
        return ()
    zero = ZERO_TITLES[ZeroReason(sending.zero_reason)] if sending.zero_reason else None
    at_work = say("{people} people, {machines} machines.", people=sending.workers,
                  machines=sending.machines)  # fmt: skip
    lines = [at_work, *([say("No progress: {reason}.", reason=zero)] if zero else [])]
    signed = say(
        "Filed by: {filer} {phone}    Reviewed by: {reviewer}",
        filer=sending.filer,
        phone=sending.phone,
        reviewer=sending.reviewer or "—",
    )
    return (
        (say("Work of the day"), "\n".join(lines)),
        (say("Problems"), sending.problem or say("none")),
        (say("Help wanted"), sending.help_wanted or say("none")),
        (say("Signatures"), signed),
    )


def _entries(entries: pd.DataFrame) -> Table:
    columns = (
        Column(say("Village")),
        Column(say("Parcel")),
        Column(say("Step")),
        Column(say("Today (m²)"), Kind.AREA_M2, summed_from=3),
        Column(say("Today (mu)"), Kind.MU, summed_from=3),
        Column(say("Parcel area (m²)"), Kind.AREA_M2),
    )
    cells = [
        (
            entry.village,
            entry.parcel_no,
            str(STEP_TITLES[Step(entry.step)]),
            entry.area_m2,
            entry.area_m2,
            entry.parcel_area_m2,
        )
        for entry in entries.itertuples()
    ]
    whole_m2 = round(float(entries["area_m2"].sum()), 2)
    total = (say("In all"), None, None, whole_m2, whole_m2, None)
    return Table(say("Work by parcel"), columns, (*cells, total), totals=1)


DOCUMENT = DocumentKind("township_sheet", _("Township daily sheet"), compose)
