"""Keep what the browser tests saw as the pictures of the guides: ``make pictures``."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

PROJECT = Path(__file__).resolve().parents[2]
COLOURS = 256
OTHERS = {"map": "map-stage"}  # README's


def main() -> None:
    """Copy every picture that a guide shows, in few colours: a repository carries them for ever."""
    kept = PROJECT / "docs" / "pictures"
    texts = [*(PROJECT / "docs" / "guides").glob("*.md"), PROJECT / "README.md"]
    named = {
        name
        for text in texts
        for name in re.findall(r"pictures/([\w-]+)\.png", text.read_text(encoding="utf-8"))
    }
    for name in sorted(named):
        seen = PROJECT / "build" / "screenshots" / f"{OTHERS.get(name, name)}.png"
        # by coverage: a small patch of a legend keeps its colour
        image = Image.open(seen).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
        image.save(kept / f"{name}.png", optimize=True)
        print(f"{name}: {(kept / f'{name}.png').stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
