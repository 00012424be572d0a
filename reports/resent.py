"""What changed when a township sent a day again: the bureau looks there first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gis.language import Text, _
from gis.units import format_m2
from parcels.workflow import ORDER, STEP_TITLES, Step
from reports.ceilings import ROUNDING_M2
from reports.daily import RETURN_TITLES, ReportState, ReturnReason

Work = Mapping[tuple[int, Step], float]
"""(ledger id, step) → m² that a report claims; below 0: taken back."""
MOST_TOLD = 8


def resent(
    state: ReportState,
    reason: str,
    text: str,
    before: Work,
    now: Work,
    numbers: Mapping[int, str],
) -> list[Text]:
    """Return why the sending before stands no more, and every claim that is another one now.

    ``numbers``: ledger id → parcel number. Beyond ``MOST_TOLD`` claims the rest is counted.
    """
    said = _("Sent again after the township had withdrawn it.")
    if state is ReportState.RETURNED:
        said = _("Sent again; it was returned: {reason}. {text}",
                 reason=RETURN_TITLES[ReturnReason(reason)], text=text)  # fmt: skip
    found = [
        (place, before.get(place, 0.0), now.get(place, 0.0))
        for place in sorted({*before, *now}, key=lambda one: (ORDER.index(one[1]), one[0]))
        if abs(before.get(place, 0.0) - now.get(place, 0.0)) > ROUNDING_M2
    ]
    if not found:
        return [said, _("No claim of work has changed.")]
    lines: Sequence[Text] = [
        _(
            "Parcel {parcel_no}, {step}: {old} → {new} m²",
            parcel_no=numbers.get(ledger_id) or "—",
            step=STEP_TITLES[step],
            old=format_m2(old_m2),
            new=format_m2(new_m2),
        )
        for (ledger_id, step), old_m2, new_m2 in found[:MOST_TOLD]
    ]
    more = len(found) - MOST_TOLD
    return [
        said,
        *lines,
        *([_("{count} more claims have changed.", count=more)] if more > 0 else []),
    ]
