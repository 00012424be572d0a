"""The fonts of pictures and documents: the office's own where it put some, else those shipped."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).parent
REGULAR = SHIPPED / "NotoSerifSC-Regular.ttf"
BOLD = SHIPPED / "NotoSerifSC-Bold.ttf"
HEADS = SHIPPED / "NotoSansSC-Medium.ttf"


def office_fonts(folder: Path) -> tuple[Path, ...]:
    """Return the folder where the office put fonts of its own, if it did."""
    place = folder / "fonts"
    return (place,) if place.is_dir() else ()
