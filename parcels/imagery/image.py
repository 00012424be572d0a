"""What a registered orthophoto is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gis.language import Text, _
from parcels.settings import Kind, Setting, hand_in_setting


class Moment(StrEnum):
    """What an image is evidence of: the ground before the works, or after."""

    BEFORE = "before"
    AFTER = "after"


MOMENT_TITLES: dict[Moment, Text] = {
    Moment.BEFORE: _("Before the works"),
    Moment.AFTER: _("After the works"),
}


class ImageState(StrEnum):
    """Whether an image can be shown."""

    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"


STATE_TITLES: dict[ImageState, Text] = {
    ImageState.WAITING: _("Waiting to be cut into tiles"),
    ImageState.READY: _("Ready"),
    ImageState.REFUSED: _("Refused"),
}
ADDRESSES = hand_in_setting(
    Setting(
        "imagery_addresses",
        _("Show imagery from addresses inside the network (WMTS, XYZ)"),
        Kind.YES_NO,
        default=False,
        group=_("Imagery"),
        note=_("Only private addresses are asked, by this server; nothing from outside."),
    )
)


@dataclass(frozen=True)
class Image:
    """One orthophoto; bounds in degrees, None until it is ready. ``version`` is in its address."""

    id: int
    project_id: int
    title: str
    moment: Moment
    taken_on: date
    file_name: str
    address: str
    state: ImageState
    words: str
    tiles_sha256: str | None
    max_zoom: int | None
    pixel_m: float | None
    crs: int | None
    bounds_lonlat: tuple[float, float, float, float] | None

    @property
    def version(self) -> str:
        """Return what changes when the tiles do."""
        return (self.tiles_sha256 or f"a{self.id}")[:16]

    @property
    def is_ready(self) -> bool:
        return self.state is ImageState.READY
