"""Why an image cannot be taken, in words: what it is, and what to send instead."""

from __future__ import annotations

from typing import Any

from gis.language import Problem, Text, _

IMAGERY_PROBLEMS: dict[str, Text] = {
    "not_found": _("{file} is not there any more; choose it again."),
    "unknown": _("{file} is no GeoTIFF, no MBTiles file and no zip of tiles; send one of these."),
    "damaged": _("{file} is damaged or cut short: copy it again and send it once more."),
    "too_heavy": _("{file} could not be read within the time and memory allowed for its size."),
    "gcps_only": _(
        "{file} only carries {points} ground control points and is not rectified: have it "
        "rectified (正射纠正) and send the result."
    ),
    "no_crs": _(
        "{file} does not say its coordinate system: choose it, or save the image again with one."
    ),
    "not_placed": _(
        "{file} has no place on the ground (no georeference); export it again with it."
    ),
    "not_earth": _("{file} shows another body than the Earth ({crs}); it cannot be used here."),
    "crs_xian80": _(
        "{file} is in Xi'an 80, tens of metres off CGCS2000: have it converted with local "
        "parameters first."
    ),
    "crs_beijing54": _(
        "{file} is in Beijing 54, up to 100 m and more off CGCS2000: have it converted with local "
        "parameters first."
    ),
    "odd_bands": _(
        "{file} has bands of type {type}, which are no picture; send one of 8 or 16 bits a colour."
    ),
    "too_deep": _("{file} has {tiles} tiles at its finest, more than {limit}; send it in parts."),
    "no_tiles": _("{file} holds no tiles of the kind zoom/column/row."),
    "odd_tiles": _("{file} holds tiles that are no PNG, JPEG or WebP pictures."),
    "unsafe_zip": _("The zip {file} is not safe to unpack; pack the tile folder again."),
}


class Refused(Exception):
    """Raised in the child: a code of ``IMAGERY_PROBLEMS`` and the values of its sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def problem(code: str, file: str, values: dict[str, Any]) -> Problem:
    """Return what to tell the person."""
    known = code if code in IMAGERY_PROBLEMS else "damaged"
    return Problem(Text(IMAGERY_PROBLEMS[known].msgid, {"file": file} | values))
