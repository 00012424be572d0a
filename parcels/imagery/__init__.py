"""Orthophotos of a project: what is registered, and the tiles of each."""

from parcels.imagery.image import MOMENT_TITLES, STATE_TITLES, Image, ImageState, Moment
from parcels.imagery.reading import (
    image_pair,
    images,
    one_image,
    seen_window,
    tile_of,
    tiles_of,
)

__all__ = [
    "MOMENT_TITLES",
    "STATE_TITLES",
    "Image",
    "ImageState",
    "Moment",
    "image_pair",
    "images",
    "one_image",
    "seen_window",
    "tile_of",
    "tiles_of",
]
