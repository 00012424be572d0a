"""PDF files as Poppler's tools see them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path


def text_of(content: bytes, folder: Path) -> str:
    """The words of a PDF without white space: where lines break is the page's business."""
    file = folder / "read.pdf"
    file.write_bytes(content)
    ran = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True)
    return re.sub(r"\s", "", ran.stdout.decode())


def pages_of(content: bytes, folder: Path) -> list[tuple[int, int]]:
    """The size of every page in points, as it is seen."""
    file = folder / "read.pdf"
    file.write_bytes(content)
    ran = subprocess.run(
        ["pdfinfo", "-f", "1", "-l", "9999", str(file)], capture_output=True, text=True, check=True
    )
    sizes = re.findall(r"Page\s+\d+ size:\s+([\d.]+) x ([\d.]+)", ran.stdout)
    return [(round(float(width)), round(float(height))) for width, height in sizes]
