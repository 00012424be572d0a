"""The colours of stages: one table for maps, tiles, map sheets and files."""

from __future__ import annotations

from gis.palette import NOT_STARTED, WITHDRAWN, Paint, step_paints
from parcels.workflow import ORDER, Step

STAGES: dict[str, Paint] = step_paints([step.value for step in ORDER])


def stage_paint(step: Step | None, *, is_withdrawn: bool = False) -> Paint:
    """Return the paint of a parcel by the furthest step done on all of it."""
    if is_withdrawn:
        return WITHDRAWN
    return STAGES[step.value] if step else NOT_STARTED
