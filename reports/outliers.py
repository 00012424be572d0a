"""What stands out in a day's report, by a rule that is said beside it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from gis.language import Text, _
from gis.units import format_mu

TIMES_USUAL = 3
LEAST_KNOWN = 5
MOST_STEPS_A_DAY = 3

RULE: Text = _(
    "A report stands out when its area is more than {times} times the median of the township's "
    "confirmed days with work in the last 30 days (at least {known} of them), when one parcel took "
    "more than {steps} steps on the day, when work is reported without people and machines, or "
    "when a photo is of another place or day.",
    times=TIMES_USUAL,
    known=LEAST_KNOWN,
    steps=MOST_STEPS_A_DAY,
)


def remarks(
    area_m2: float, usual_m2: Sequence[float], *, most_steps: int, people_and_machines: int
) -> list[Text]:
    """Return what stands out; ``usual_m2`` are the township's confirmed days with work."""
    found: list[Text] = []
    if len(usual_m2) >= LEAST_KNOWN and area_m2 > TIMES_USUAL * median(usual_m2):
        found.append(
            _(
                "{area} mu of steps in one day; usual are {usual}.",
                area=format_mu(area_m2),
                usual=format_mu(median(usual_m2)),
            )
        )
    if most_steps > MOST_STEPS_A_DAY:
        found.append(_("One parcel took {steps} steps on this day.", steps=most_steps))
    if area_m2 > 0 and not people_and_machines:
        found.append(_("Work without people and machines."))
    return found
