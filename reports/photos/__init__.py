"""Photos: kept small and without metadata, compared with the parcel and the day they show."""

from reports.photos.photo import (
    PLACE_TITLES,
    TIME_TITLES,
    Agreement,
    Comparison,
    Photo,
    compared,
)
from reports.photos.reading import photo_file, photos_of

__all__ = [
    "PLACE_TITLES",
    "TIME_TITLES",
    "Agreement",
    "Comparison",
    "Photo",
    "compared",
    "photo_file",
    "photos_of",
]
