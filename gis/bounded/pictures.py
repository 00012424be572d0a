"""The child's part of a photo: bring it down to size, read time and place, strip the rest."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from gis.bounded.child import Unusable

UPLOAD, SERVED, SMALL = "upload", "served.jpg", "small.jpg"
FORMATS = ("JPEG", "MPO", "PNG", "WEBP")
MOST_PIXELS, MOST_PIXELS_REDUCED = 60_000_000, 250_000_000
SERVED_PX, SMALL_PX = 1600, 320
QUALITY, SMALL_QUALITY = 82, 75
GPS, EXIF = 0x8825, 0x8769
TAKEN, OFFSET, LOOKS = 0x9003, 0x9011, 0x0011
HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"hevc", b"msf1")


def shrink(_request: dict[str, Any], work: Path) -> dict[str, Any]:
    """Write the served and the small picture, without any metadata; return what EXIF told."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # the count is ours, asked before anything is decoded
    head = (work / UPLOAD).read_bytes()[:32]
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        raise Unusable("heic")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image: Any = Image.open(work / UPLOAD, formats=FORMATS)
            pixels = image.width * image.height
            # a JPEG is decoded at an eighth where that is enough; others only whole
            is_jpeg = image.format in ("JPEG", "MPO")
            if pixels > (MOST_PIXELS_REDUCED if is_jpeg else MOST_PIXELS):
                raise Unusable("too_many_pixels", width=image.width, height=image.height)
            told = _told(image)
            if is_jpeg:
                image.draft("RGB", (SERVED_PX, SERVED_PX))
            image.load()
            image = ImageOps.exif_transpose(image)
            plain = _flat(image)
            for name, most, quality in (
                (SERVED, SERVED_PX, QUALITY),
                (SMALL, SMALL_PX, SMALL_QUALITY),
            ):
                plain.thumbnail((most, most), Image.Resampling.LANCZOS)
                plain.save(work / name, "JPEG", quality=quality, optimize=True)
                if name == SERVED:
                    told |= {"width": plain.width, "height": plain.height}
    except UnidentifiedImageError:
        raise Unusable("no_picture") from None
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, KeyError, TypeError):
        raise Unusable("damaged") from None
    return told


def _flat(image: Any) -> Any:
    """Return the picture in red, green and blue, on white where it was see-through."""
    from PIL import Image

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        over = image.convert("RGBA")
        plain = Image.new("RGB", over.size, "white")
        plain.paste(over, mask=over.getchannel("A"))
        return plain
    made = Image.new("RGB", image.size)  # a new one: no metadata can come along
    made.paste(image.convert("RGB"))
    return made


def _told(image: Any) -> dict[str, Any]:
    """Return time, place and direction where EXIF has them; what is odd counts as unknown."""
    told: dict[str, Any] = {"taken": "", "offset": "", "lon": None, "lat": None, "direction": None}
    try:
        exif = image.getexif()
        own = exif.get_ifd(EXIF)
        told["taken"] = str(own.get(TAKEN, ""))[:19]
        told["offset"] = str(own.get(OFFSET, ""))[:6]
        gps = exif.get_ifd(GPS)
        told["direction"] = _direction(gps.get(LOOKS))
        lat, lon = _degrees(gps.get(2), gps.get(1), "S"), _degrees(gps.get(4), gps.get(3), "W")
    except Exception:  # a crafted EXIF may raise anything; the picture is still a picture
        return told
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return told
    if lat == 0 and lon == 0:  # what phones write that have no fix yet
        return told
    return told | {"lat": lat, "lon": lon}


def _direction(value: Any) -> float | None:
    """Return degrees clockwise from north; magnetic north is near enough for an arrow."""
    degrees = float(value) if value is not None else -1.0
    return degrees % 360 if 0 <= degrees <= 360 else None


def _degrees(parts: Any, half: Any, negative: str) -> float | None:
    if parts is None or len(parts) != 3:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if value != value:
        return None
    return -value if str(half).upper() == negative else value
