"""Charts of documents as PNG: drawn with the shipped face, told apart without colour too."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import matplotlib.dates as mdates
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from gis.fonts import HEADS, REGULAR
from gis.language import say
from gis.units import half_up
from reports.document import Picture

WIDTH_INCHES, DPI = 6.6, 200
DONE, PLAN, BEHIND, FORECAST = "#1f5a8c", "#555555", "#b5532a", "#7aa6c8"


@dataclass(frozen=True)
class Curve:
    """Completion day by day as shares of eligible new arable; ``forecast``: earliest and latest."""

    days: Sequence[date]
    done: Sequence[float]
    scheduled: Sequence[float]
    finish: date | None = None
    earliest: date | None = None
    latest: date | None = None


def curve(data: Curve, title: str) -> Picture:
    """Draw done against schedule; the forecast as a band from the last day to its finish dates."""
    figure, axes = _figure(3.2)
    days = mdates.date2num(data.days)
    axes.plot(days, data.scheduled, color=PLAN, linestyle="--", label=say("Scheduled"))
    axes.plot(days, data.done, color=DONE, linewidth=2.2, label=say("Done and confirmed"))
    if data.finish and data.days and data.finish > data.days[-1]:
        start, height = days[-1], data.done[-1]
        finish = mdates.date2num(data.finish)
        axes.plot([start, finish], [height, 1.0], color=FORECAST, linestyle=":",
                  label=say("Forecast, with its range"))  # fmt: skip
        early = mdates.date2num(data.earliest or data.finish)
        late = mdates.date2num(data.latest or data.finish)
        axes.fill([start, early, late], [height, 1.0, 1.0], color=FORECAST, alpha=0.25, linewidth=0)
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%m-%d"))
    axes.xaxis.set_major_locator(mdates.AutoDateLocator(maxticks=9))
    axes.set_ylabel(say("Share of eligible new arable (%)"), fontproperties=_face())
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    _legend(axes)
    return Picture(title, _png(figure, axes))


def bars(names: Sequence[str], done: Sequence[float | None], scheduled: Sequence[float],
         title: str) -> Picture:  # fmt: skip
    """Draw each township's completion as a bar and its schedule as a mark on it, best first."""
    figure, axes = _figure(0.9 + 0.3 * max(len(names), 2))
    places = list(range(len(names)))[::-1]
    shares = [share or 0.0 for share in done]
    colours = [DONE if share >= plan else BEHIND for share, plan in zip(shares, scheduled,
                                                                       strict=True)]  # fmt: skip
    axes.barh(places, shares, height=0.62, color=colours)
    for place, share, plan, known in zip(places, shares, scheduled, done, strict=True):
        axes.plot([plan, plan], [place - 0.42, place + 0.42], color="black", linewidth=1.4)
        words = "—" if known is None else f"{half_up(known * 100, 2)}%"
        axes.text(max(share, plan) + 0.012, place, words, va="center", fontproperties=_face(8))
    axes.set_yticks(places, list(names), fontproperties=_face(9))
    axes.set_xlim(0, max([1.0, *shares]) + 0.12)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel(
        say("Completion of eligible new arable (%); black mark: scheduled"), fontproperties=_face(8)
    )
    return Picture(title, _png(figure, axes))


HEAT = ("#2f7d4f", "#e3b23c", "#c0392b", "#d9d9d9")  # on time, late, missing, not expected
HEAT_MARKS = ("", "·", "×", "")


def heat(rows: Mapping[str, Sequence[int]], days: Sequence[date], title: str) -> Picture:
    """Draw township × day: 0 on time, 1 late, 2 missing, 3 not expected; marks besides colours."""
    figure, axes = _figure(0.9 + 0.26 * max(len(rows), 2))
    table = [list(cells) for cells in rows.values()]
    if table and days:
        axes.pcolormesh(table, cmap=ListedColormap(HEAT), vmin=0, vmax=3, edgecolors="white",
                    linewidth=0.8)  # fmt: skip
    for down, cells in enumerate(table):
        for across, cell in enumerate(cells):
            if HEAT_MARKS[cell]:
                axes.text(across + 0.5, down + 0.5, HEAT_MARKS[cell], ha="center", va="center",
                          color="white", fontproperties=_face(8))  # fmt: skip
    step = max(1, len(days) // 12)
    axes.set_xticks([at + 0.5 for at in range(0, len(days), step)],
                    [f"{day:%m-%d}" for day in days[::step]], fontproperties=_face(8))  # fmt: skip
    axes.set_yticks([at + 0.5 for at in range(len(rows))], list(rows), fontproperties=_face(9))
    axes.invert_yaxis()
    axes.tick_params(length=0)
    titles = (say("On time"), say("Late ·"), say("Missing ×"), say("Not expected"))
    handles = [Patch(color=colour, label=words) for colour, words in zip(HEAT, titles, strict=True)]
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=4,
                frameon=False, prop=_face(8))  # fmt: skip
    return Picture(title, _png(figure, axes))


@cache
def _family() -> str:
    for path in (REGULAR, HEADS):
        fontManager.addfont(path)
    return FontProperties(fname=str(HEADS)).get_name()


def _face(size: float = 9) -> FontProperties:
    return FontProperties(fname=str(REGULAR), size=size)


def _figure(height: float) -> tuple[Figure, Axes]:
    _family()
    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _legend(axes: Axes) -> None:
    axes.legend(loc="upper left", frameon=False, prop=_face(8))


def _png(figure: Figure, axes: Axes) -> bytes:
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(_face(8))
        label.set_parse_math(False)  # a name is a name, whatever signs it has
    target = io.BytesIO()
    figure.savefig(target, format="png", metadata={"Software": None})
    return target.getvalue()
