"""Keep what the browser tests saw as the pictures of the guides: ``make pictures``."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

PROJECT = Path(__file__).resolve().parents[2]
COLOURS = 128


def main() -> None:
    """Copy every picture that a guide shows, in few colours: a repository carries them for ever."""
    kept = PROJECT / "docs" / "pictures"
    for guide in sorted((PROJECT / "docs" / "guides").glob("*.md")):
        for name in re.findall(r"pictures/([\w-]+)\.png", guide.read_text(encoding="utf-8")):
            image = Image.open(PROJECT / "build" / "screenshots" / f"{name}.png").convert("RGB")
            image.quantize(COLOURS).save(kept / f"{name}.png", optimize=True)
            print(f"{name}: {(kept / f'{name}.png').stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
