"""Charts: pictures of the right size that say what they show, and never fail on odd figures."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from gis.language import CHINESE, ENGLISH, speaking
from reports.charts import HEAT, Curve, bars, curve, heat
from reports.document import Picture

DAYS = [date(2026, 3, 1) + timedelta(days=n) for n in range(30)]


def colours(picture: Picture) -> set[tuple[int, ...]]:
    image = Image.open(io.BytesIO(picture.png)).convert("RGB")
    assert image.width == 1320
    found = image.getcolors(maxcolors=1 << 24) or []
    return {colour for count, colour in found if count > 400}


def test_the_forecast_is_drawn_only_where_there_is_one() -> None:
    done = [n / 60 for n in range(30)]
    without = curve(Curve(DAYS, done, done), "x")
    ahead = curve(
        Curve(DAYS, done, done, date(2026, 5, 1), date(2026, 4, 20), date(2026, 6, 1)), "x"
    )
    band = (221, 232, 241)  # a quarter of its blue on white
    assert band in colours(ahead)
    assert band not in colours(without)


def test_a_township_behind_its_schedule_has_another_colour() -> None:
    ahead = bars(["甲镇", "乙镇"], [0.9, 0.8], [0.5, 0.5], "x")
    mixed = bars(["甲镇", "乙镇"], [0.9, 0.2], [0.5, 0.5], "x")
    assert (181, 83, 42) in colours(mixed)
    assert (181, 83, 42) not in colours(ahead)


def test_late_and_missing_days_stand_out_in_the_heat_map() -> None:
    calm = heat({"甲镇": [0] * 30}, DAYS, "x")
    wild = heat({"甲镇": [0, 1, 2, 3] * 7 + [0, 0]}, DAYS, "x")
    red, yellow = areas(wild, HEAT[2], HEAT[1])
    # the legend shows each colour once, the days many times
    assert red > 5 * areas(calm, HEAT[2])[0]
    assert yellow > 5 * areas(calm, HEAT[1])[0]


def areas(picture: Picture, *wanted: str) -> list[int]:
    """How many pixels have each colour."""
    image = Image.open(io.BytesIO(picture.png)).convert("RGB")
    found = {colour: count for count, colour in image.getcolors(maxcolors=1 << 24) or []}
    return [found.get(tuple(bytes.fromhex(colour[1:])), 0) for colour in wanted]


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_odd_figures_break_no_chart(language: str) -> None:
    with speaking(language):
        assert curve(Curve([], [], []), "x").png
        assert bars([], [], [], "x").png
        assert bars(["𠮷村<b>$x$"], [None], [0.0], "x").png
        assert heat({}, [], "x").png


def test_a_name_is_not_read_as_mathematics() -> None:
    plain, odd = (bars([name], [0.5], [0.5], "x").png for name in ("甲", r"$\frac{1}{0$"))
    assert plain != odd
