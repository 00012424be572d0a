"""Photos for tests: small pictures with the EXIF a phone writes."""

from __future__ import annotations

import io
from datetime import datetime

from PIL import Image

GPS, EXIF = 0x8825, 0x8769


def photo(
    size: tuple[int, int] = (400, 300),
    *,
    at: tuple[float, float] | None = None,
    looks: float | None = None,
    taken: datetime | None = None,
    offset: str = "",
    kind: str = "JPEG",
    colour: str = "#7a5",
) -> bytes:
    """Return a picture; ``at`` is (lon, lat)."""
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x010F] = "SECRET-MAKER"
    if taken:
        own = exif.get_ifd(EXIF)
        own[0x9003] = f"{taken:%Y:%m:%d %H:%M:%S}"
        if offset:
            own[0x9011] = offset
    if at:
        lon, lat = at
        gps = exif.get_ifd(GPS)
        gps.update({1: "N" if lat >= 0 else "S", 2: _parts(lat)})
        gps.update({3: "E" if lon >= 0 else "W", 4: _parts(lon)})
        if looks is not None:
            gps.update({16: "T", 17: looks})
    target = io.BytesIO()
    image.save(target, kind, exif=exif)
    return target.getvalue()


def _parts(degrees: float) -> tuple[float, float, float]:
    whole = abs(degrees)
    minutes = (whole - int(whole)) * 60
    return float(int(whole)), float(int(minutes)), round((minutes - int(minutes)) * 60, 4)
