"""Colours with a meaning: legible to the colour-blind and on a grey print-out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Paint:
    """How one kind of shape is drawn; ``dash`` is a line pattern in pixels (``None``: solid)."""

    fill: str
    outline: str = "#4B5563"
    weight_px: float = 1.0
    dash: str | None = None
    opacity: float = 0.8

    def __post_init__(self) -> None:
        """Refuse anything but a plain colour: these words end up inside style attributes."""
        for colour in (self.fill, self.outline):
            if not _HEX.fullmatch(colour):
                raise ValueError(f"not a colour like #1F5A8C: {colour!r}")
        if self.dash is not None and not re.fullmatch(r"\d+( \d+)*", self.dash):
            raise ValueError(f"not a dash pattern like '4 3': {self.dash!r}")


def paint_of(colour: Paint | str) -> Paint:
    """Return a paint for a bare colour; a paint stays as it is."""
    return colour if isinstance(colour, Paint) else Paint(colour)


NO_FIGURE = Paint("#FFFFFF", outline="#8A939C", dash="1 4")
"""Nothing known: white, dotted."""

NOT_STARTED = Paint("#FFFFFF", outline="#6B7280")
WITHDRAWN = Paint("#D9D9D9", outline="#8A939C", dash="2 4", opacity=0.5)

# Light to dark by equal steps of lightness (the order survives a grey print-out), turning from
# yellow over green to violet (viridis, which the colour-blind also read in order).
STEP_RAMP = (
    "#E7E419", "#BBDE28", "#8BD446", "#5EC962", "#3ABA76", "#22A884",
    "#1F958B", "#25838E", "#2D708E", "#3A5A8C", "#443F83", "#471668",
)  # fmt: skip


def step_paints(steps: Sequence[str]) -> dict[str, Paint]:
    """Return a paint for each step of the works, in their order: the further on, the darker."""
    if len(steps) > len(STEP_RAMP):
        raise ValueError(f"{len(steps)} steps, but only {len(STEP_RAMP)} colours to tell apart")
    last = len(STEP_RAMP) - 1
    places = [round(i * last / max(len(steps) - 1, 1)) for i in range(len(steps))]
    return {step: Paint(STEP_RAMP[place]) for step, place in zip(steps, places, strict=True)}


# Failing is the darkest and has the heaviest line; open questions are dashed.
VERDICTS: dict[str, Paint] = {
    "pass": Paint("#7FBFE3", outline="#2C6E99"),
    "fail": Paint("#B2390B", outline="#5A1A02", weight_px=2.5),
    "undetermined": Paint("#F7DC6F", outline="#7A5C00", weight_px=1.8, dash="6 4"),
    "not_applicable": Paint("#E5E7EB", outline="#8A939C", dash="1 4"),
}

# ColorBrewer PuOr: orange is behind, violet is ahead, white is on schedule. Behind also gets a
# heavier line, for on grey paper the two sides look alike.
BEHIND_TO_AHEAD: tuple[Paint, ...] = (
    Paint("#B35806", outline="#5C2C02", weight_px=2.5),
    Paint("#F1A340", outline="#8A5510", weight_px=2.0),
    Paint("#FEE0B6", outline="#8A5510", weight_px=1.5),
    Paint("#F7F7F7"),
    Paint("#D8DAEB"),
    Paint("#998EC3"),
    Paint("#542788"),
)


def two_sided(value: float | None, *, step: float) -> Paint:
    """Return the paint of a difference: classes ``step`` wide around zero, the ends open.

    With ``step=5`` (percentage points): -2.5…2.5 is white, below -12.5 the deepest orange.
    """
    if step <= 0:
        raise ValueError("the width of a class must be above zero")
    if value is None or value != value:
        return NO_FIGURE
    middle = len(BEHIND_TO_AHEAD) // 2
    classes_away = min(middle, int(abs(value) / step + 0.5))
    return BEHIND_TO_AHEAD[middle + (classes_away if value > 0 else -classes_away)]


HIGHLIGHT_OUTLINE = "#D6006C"
"""The outline of what was chosen: a magenta that no fill above uses."""
