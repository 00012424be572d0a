"""The fonts of pictures and documents: the office's own where it put some, else those shipped."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).parent
REGULAR = SHIPPED / "NotoSerifSC-Regular.ttf"
BOLD = SHIPPED / "NotoSerifSC-Bold.ttf"
HEADS = SHIPPED / "NotoSansSC-Medium.ttf"
SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})


def office_fonts(folder: Path) -> list[Path]:
    """Return the font files the office put under ``fonts`` of its folder, sorted; none is usual."""
    place = folder / "fonts"
    if not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if path.suffix.lower() in SUFFIXES)
