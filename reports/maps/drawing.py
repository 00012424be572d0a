"""Map sheets drawn to scale: PNG and PDF with frame, legend, scale bar, north arrow and foot.

Drawn in spherical mercator, true in angles, with north up; the printed scale is that of the middle.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from shapely.geometry.base import BaseGeometry

from gis.fonts import HEADS, REGULAR
from gis.imagery.wrapping import wrapped
from gis.language import labelled, say
from gis.palette import HIGHLIGHT_OUTLINE, Paint
from gis.tiles import all_to_mercator, to_lonlat, to_mercator
from reports.clean import clean
from reports.maps.sheet import SIZES_MM, MapSheet, Paper, Shape

MM = 1 / 25.4  # inches
POINT_MM = 25.4 / 72
EDGE_MM, TITLE_MM, FOOT_MM, SIDE_MM = 10.0, 16.0, 13.0, 52.0
AIR = 1.06  # of the frame around what is shown
SCALES = tuple(n * 10**power for power in range(2, 7) for n in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8))
DOTS_AN_INCH = 200
INK, GREY = "#1f2933", "#55606b"
LEAST_DEGREES = 0.0005  # a lone parcel still has some ground around it
MOVE, LINE, CLOSE = int(Path.MOVETO), int(Path.LINETO), int(Path.CLOSEPOLY)
LABEL_POINTS, NAME_POINTS = 5.5, 9.0
MOST_LABELS = 1_500


def png(sheet: MapSheet, paper: Paper = Paper.A4) -> bytes:
    """Return the sheet as a picture of 200 dots an inch."""
    return _saved(_drawn(sheet, paper), "png", {"Software": None})


def pdf(sheet: MapSheet, paper: Paper = Paper.A4, *, made_at: datetime) -> bytes:
    """Return the sheet as a page of vector lines."""
    about = {
        "Title": clean(sheet.title),
        "CreationDate": made_at,
        "Producer": None,
        "Creator": None,
    }
    return _saved(_drawn(sheet, paper), "pdf", about)


def map_only(sheet: MapSheet, *, width_inches: float = 6.6, height_inches: float = 3.95) -> bytes:
    """Return frame, legend, scale bar and arrow without title and margin: for inside a document."""
    figure = Figure(figsize=(width_inches, height_inches), dpi=DOTS_AN_INCH)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.002, 0.13, 0.996, 0.865))
    inside_mm = (width_inches * 0.996 / MM, height_inches * 0.865 / MM)
    _fill(axes, sheet, inside_mm)
    _legend_row(figure, sheet)
    return _saved(figure, "png", {"Software": None})


def _drawn(sheet: MapSheet, paper: Paper) -> Figure:
    wide_mm, high_mm = SIZES_MM[paper]
    figure = Figure(figsize=(wide_mm * MM, high_mm * MM), dpi=DOTS_AN_INCH)
    FigureCanvasAgg(figure)
    frame_mm = (wide_mm - 2 * EDGE_MM - SIDE_MM - 3, high_mm - 2 * EDGE_MM - TITLE_MM - FOOT_MM)
    axes = figure.add_axes(
        (EDGE_MM / wide_mm, (EDGE_MM + FOOT_MM) / high_mm,
         frame_mm[0] / wide_mm, frame_mm[1] / high_mm)
    )  # fmt: skip
    scale = _fill(axes, sheet, frame_mm)
    top = 1 - (EDGE_MM + TITLE_MM / 2) / high_mm
    _say(figure, 0.5, top, sheet.title, 20 if paper is Paper.A3 else 17, weight=True, ha="center")
    _margin(figure, sheet, (wide_mm, high_mm), scale)
    low = (EDGE_MM + FOOT_MM - 4) / high_mm
    _say(figure, EDGE_MM / wide_mm, low, sheet.office, 9, va="top")
    _say(figure, 1 - EDGE_MM / wide_mm, low, sheet.foot, 7, va="top", ha="right", colour=GREY)
    return figure


def _fill(axes: Axes, sheet: MapSheet, frame_mm: tuple[float, float]) -> float:
    """Draw the map into its frame; return its scale, metres on the ground for one of paper."""
    every = [*sheet.shapes, *sheet.boundaries]
    west, south, east, north = _bounds([shape.outline for shape in every])
    x, y = (west + east) / 2, (south + north) / 2
    ground = math.cos(math.radians(to_lonlat(x, y)[1]))  # mercator stretches by 1 ÷ cos
    needed = max(
        (east - west) * ground * AIR / (frame_mm[0] / 1000),
        (north - south) * ground * AIR / (frame_mm[1] / 1000),
    )
    scale = next((one for one in SCALES if one >= needed), needed)
    half = [side / 1000 * scale / ground / 2 for side in frame_mm]
    axes.set_xlim(x - half[0], x + half[0])
    axes.set_ylim(y - half[1], y + half[1])
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_facecolor("#FBFBF8")
    for side in axes.spines.values():
        side.set_linewidth(0.9)
        side.set_color(INK)
    _shapes(axes, sheet.shapes)
    _boundaries(axes, sheet.boundaries)
    metres_a_point = 2 * half[0] / (frame_mm[0] * MM * 72)
    _labels(axes, sheet.shapes, metres_a_point)
    _scale_bar(axes, scale, frame_mm)
    _north(axes, frame_mm)
    return float(scale)


def _bounds(
    outlines: Sequence[BaseGeometry], least: float = LEAST_DEGREES
) -> tuple[float, float, float, float]:
    west, south, east, north = (float(side) for side in shapely.total_bounds(np.array(outlines)))
    air_x = max(0.0, least - (east - west)) / 2
    air_y = max(0.0, least - (north - south)) / 2
    low, high = to_mercator(west - air_x, south - air_y), to_mercator(east + air_x, north + air_y)
    return low[0], low[1], high[0], high[1]


def _shapes(axes: Axes, shapes: Sequence[Shape]) -> None:
    by_paint: dict[tuple[Paint, bool], list[Path]] = {}
    for shape in shapes:
        if shape.paint is not None:
            by_paint.setdefault((shape.paint, shape.stands_out), []).append(_path(shape.outline))
    # what stands out comes last: a neighbour's fill must not cover its line
    for (paint, stands_out), paths in sorted(by_paint.items(), key=lambda one: one[0][1]):
        lines = PathCollection(
            paths,
            facecolor=(paint.fill, paint.opacity),
            edgecolor=HIGHLIGHT_OUTLINE if stands_out else paint.outline,
            linewidths=1.1 if stands_out else paint.weight_px * 0.35,
            linestyles="-" if stands_out or not paint.dash else (0, _dashes(paint.dash)),
        )
        axes.add_collection(lines, autolim=False)


def _boundaries(axes: Axes, boundaries: Sequence[Shape]) -> None:
    paths = [_path(shape.outline) for shape in boundaries]
    lines = PathCollection(paths, facecolor="none", edgecolor="#6b7280", linewidths=0.8,
                           linestyles=(0, (6, 2, 1, 2)))  # fmt: skip
    axes.add_collection(lines, autolim=False)
    for shape in boundaries:
        x, y = to_mercator(*shape.place)
        words = axes.text(x, y, clean(shape.label), fontproperties=_face(NAME_POINTS, HEADS),
                          ha="center", va="center", color=INK, parse_math=False,
                          clip_on=True, zorder=6)  # fmt: skip
        words.set_path_effects([withStroke(linewidth=2.2, foreground="white")])


def _labels(axes: Axes, shapes: Sequence[Shape], metres_a_point: float) -> None:
    """Print numbers of parcels that have room for theirs, none on another."""
    taken: set[tuple[int, int]] = set()
    wide, high = 4 * LABEL_POINTS * metres_a_point, 1.6 * LABEL_POINTS * metres_a_point
    for shape in [one for one in shapes if one.label][:MOST_LABELS]:
        west, south, east, north = _bounds([shape.outline], least=0.0)
        x, y = to_mercator(*shape.place)
        if east - west < wide / 2 or north - south < high / 2:
            continue
        cell = (int(x // wide), int(y // high))
        around = {(cell[0] + i, cell[1] + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
        if taken & around:
            continue
        taken.add(cell)
        words = axes.text(x, y, clean(shape.label), fontproperties=_face(LABEL_POINTS),
                          ha="center", va="center", color="black", parse_math=False,
                          clip_on=True, zorder=5)  # fmt: skip
        words.set_path_effects([withStroke(linewidth=1.3, foreground="white")])


def _path(outline: BaseGeometry) -> Path:
    rings = shapely.get_rings(shapely.get_parts(outline))
    lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(lonlat):
        return Path(np.empty((0, 2)))
    codes = np.full(len(lonlat), Path.LINETO, dtype=Path.code_type)
    is_first = np.r_[True, np.diff(ring) > 0]
    codes[is_first] = Path.MOVETO
    codes[np.roll(is_first, -1)] = Path.CLOSEPOLY
    return Path(all_to_mercator(lonlat), codes)


def _dashes(pattern: str) -> tuple[float, ...]:
    return tuple(float(part) for part in pattern.split())


def _scale_bar(axes: Axes, scale: float, frame_mm: tuple[float, float]) -> None:
    wanted_m = frame_mm[0] * 0.2 / 1000 * scale
    power = 10 ** math.floor(math.log10(wanted_m))
    length_m = max(n * power for n in (1, 2, 5) if n * power <= wanted_m)
    wide = length_m / scale * 1000 / frame_mm[0]
    left, low, high = 6 / frame_mm[0], 6 / frame_mm[1], 1.6 / frame_mm[1]
    box = (left - 2 / frame_mm[0], low - 2 / frame_mm[1])
    axes.add_patch(Rectangle(box, wide + 14 / frame_mm[0], 10 / frame_mm[1], facecolor="white",
                             alpha=0.85, transform=axes.transAxes, zorder=7))  # fmt: skip
    for place, colour in enumerate((INK, "white")):
        axes.add_patch(Rectangle((left + place * wide / 2, low), wide / 2, high, facecolor=colour,
                                 edgecolor=INK, linewidth=0.6, transform=axes.transAxes,
                                 zorder=8))  # fmt: skip
    unit, over = ("km", 1000) if length_m >= 1000 else ("m", 1)
    for share, words in ((0, "0"), (0.5, f"{length_m / 2 / over:g}"),
                         (1, f"{length_m / over:g} {unit}")):  # fmt: skip
        axes.text(left + share * wide, low + 1.6 * high, words, transform=axes.transAxes,
                  fontproperties=_face(7), ha="center", va="bottom", zorder=8)  # fmt: skip


def _north(axes: Axes, frame_mm: tuple[float, float]) -> None:
    x, y = 1 - 9 / frame_mm[0], 1 - 8 / frame_mm[1]
    dx, dy = 3 / frame_mm[0], 12 / frame_mm[1]
    axes.add_patch(Rectangle((x - 2 * dx, y - dy - 3 / frame_mm[1]), 4 * dx, dy + 10 / frame_mm[1],
                             facecolor="white", alpha=0.85, transform=axes.transAxes,
                             zorder=7))  # fmt: skip
    middle = (x, y - dy * 0.72)
    for side, colour in ((-1, INK), (1, "white")):
        corners = [(x, y), (x + side * dx, y - dy), middle]
        axes.add_patch(Polygon(corners, facecolor=colour, edgecolor=INK, linewidth=0.7,
                               transform=axes.transAxes, zorder=8))  # fmt: skip
    axes.text(x, y + 1 / frame_mm[1], say("North"), transform=axes.transAxes, zorder=8,
              fontproperties=_face(9, HEADS), ha="center", va="bottom")  # fmt: skip


def _margin(figure: Figure, sheet: MapSheet, size_mm: tuple[float, float], scale: float) -> None:
    """Write legend, scale, figures and facts beside the map, each in its place from the top."""
    wide_mm, high_mm = size_mm
    left = (wide_mm - EDGE_MM - SIDE_MM) / wide_mm
    y_mm = high_mm - EDGE_MM - TITLE_MM - 2

    def line(words: str, size: float, step_mm: float, colour: str = INK, *,
             weight: bool = False, at_mm: float = 0) -> None:  # fmt: skip
        nonlocal y_mm
        room = (SIDE_MM - at_mm) / POINT_MM * 10
        for part in wrapped(clean(words), round(size * 10), round(room)):
            _say(figure, left + at_mm / wide_mm, y_mm / high_mm, part, size, va="top",
                 colour=colour, weight=weight)  # fmt: skip
            y_mm -= step_mm

    line(sheet.legend_title, 10, 6, weight=True)
    for paint, words in sheet.legend:
        figure.add_artist(_swatch(paint, left, (y_mm - 3.4) / high_mm, 8 / wide_mm, 3.6 / high_mm))
        line(words, 8.5, 5.2, at_mm=10)
    y_mm -= 2
    line(say("Scale 1:{scale}", scale=f"{scale:,.0f}"), 9, 5.4, weight=True)
    line(say("CGCS2000, spherical mercator, north up"), 7, 4.2, GREY)
    y_mm -= 2
    for words in sheet.figures:
        line(words, 8, 4.4)
    y_mm -= 2
    for label, words in sheet.facts:
        line(labelled(label, words), 6.5, 3.5, GREY)


def _legend_row(figure: Figure, sheet: MapSheet) -> None:
    """Write the legend in rows under a map inside a document."""
    per_row = 5
    for place, (paint, words) in enumerate(sheet.legend):
        x, y = 0.01 + place % per_row * 0.195, 0.075 - place // per_row * 0.055
        figure.add_artist(_swatch(paint, x, y, 0.03, 0.03))
        _say(figure, x + 0.036, y + 0.015, words, 7.5, va="center")


def _swatch(paint: Paint, x: float, y: float, wide: float, high: float) -> Rectangle:
    return Rectangle((x, y), wide, high, facecolor=(paint.fill, paint.opacity),
                     edgecolor=paint.outline, linewidth=max(0.5, paint.weight_px * 0.5),
                     linestyle="-" if not paint.dash else (0, _dashes(paint.dash)))  # fmt: skip


def _say(figure: Figure, x: float, y: float, words: str, size: float, *, colour: str = INK,
         weight: bool = False, ha: str = "left", va: str = "center") -> None:  # fmt: skip
    figure.text(x, y, clean(words), fontproperties=_face(size, HEADS if weight else REGULAR),
                color=colour, ha=ha, va=va, parse_math=False)  # fmt: skip


def _face(size: float, path: Any = REGULAR) -> FontProperties:
    return FontProperties(fname=str(path), size=size)


def _saved(figure: Figure, suffix: str, about: dict[str, Any]) -> bytes:
    target = io.BytesIO()
    # a county's check report has 30 of them: packing harder took longer than drawing
    packing: dict[str, Any] = {"pil_kwargs": {"compress_level": 3}} if suffix == "png" else {}
    with rc_context({"pdf.fonttype": 42}):  # words that can be searched and copied
        figure.savefig(target, format=suffix, metadata=about, **packing)
    return target.getvalue()
