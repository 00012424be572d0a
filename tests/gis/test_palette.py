"""Colours can be told apart by the colour-blind and on grey paper; legends are words only."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from gis.palette import (
    BEHIND_TO_AHEAD,
    NO_FIGURE,
    STEP_RAMP,
    VERDICTS,
    Paint,
    step_paints,
    two_sided,
)
from ui.components.legend import legend_html


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lightness(colour: str) -> float:
    """Return CIE L* (0–100): what is left of a colour on grey paper."""
    y = float(linear(colour) @ [0.2126, 0.7152, 0.0722])
    return 116 * np.cbrt(y) - 16 if y > 0.008856 else 903.3 * y


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
COLOUR_BLIND = {
    "protan": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.052]],
    "deutan": [[0.3673, 0.8607, -0.2279], [0.2801, 0.6728, 0.0471], [-0.0118, 0.0429, 0.9689]],
}


def difference(one: str, other: str, sight: str) -> float:
    seen = np.array(COLOUR_BLIND[sight])
    return float(np.linalg.norm(lab(seen @ linear(one)) - lab(seen @ linear(other))))


def test_the_steps_of_the_works_keep_their_order_on_grey_paper() -> None:
    greys = [lightness(colour) for colour in STEP_RAMP]
    assert np.all(np.diff(greys) < -3)


@pytest.mark.parametrize("sight", COLOUR_BLIND)
def test_neighbouring_steps_differ_for_the_colour_blind(sight: str) -> None:
    pairs = pairwise(STEP_RAMP)
    assert min(difference(a, b, sight) for a, b in pairs) > 4


@pytest.mark.parametrize("sight", COLOUR_BLIND)
def test_verdicts_differ_for_the_colour_blind_and_on_grey_paper(sight: str) -> None:
    paints = list(VERDICTS.values())
    for place, one in enumerate(paints):
        for other in paints[place + 1 :]:
            assert difference(one.fill, other.fill, sight) > 15
            drawn_alike = (one.dash, one.weight_px) == (other.dash, other.weight_px)
            assert not drawn_alike or abs(lightness(one.fill) - lightness(other.fill)) > 15


def test_every_step_has_its_own_paint_from_lightest_to_darkest() -> None:
    painted = step_paints(["a", "b", "c", "d"])
    assert list(painted) == ["a", "b", "c", "d"]
    assert painted["a"].fill == STEP_RAMP[0]
    assert painted["d"].fill == STEP_RAMP[-1]
    assert len({paint.fill for paint in step_paints([str(i) for i in range(12)]).values()}) == 12
    with pytest.raises(ValueError, match="13 steps"):
        step_paints([str(i) for i in range(13)])


@given(some.floats(-1000, 1000), some.floats(0.1, 50))
def test_a_difference_and_its_opposite_take_opposite_colours(value: float, step: float) -> None:
    place = BEHIND_TO_AHEAD.index(two_sided(value, step=step))
    assert BEHIND_TO_AHEAD.index(two_sided(-value, step=step)) == 6 - place
    if abs(value) < 0.49 * step:
        assert place == 3
    if value < -2.5 * step:
        assert place == 0


def test_an_unknown_difference_is_not_painted_as_on_schedule() -> None:
    assert two_sided(None, step=5) is NO_FIGURE
    assert two_sided(float("nan"), step=5) is NO_FIGURE
    assert NO_FIGURE not in BEHIND_TO_AHEAD


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "#123456;x:y", 'a"onclick=', ""])
def test_only_plain_colours_are_taken(colour: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        Paint(colour)


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "</span><script>", "\"' onclick=alert(1)", "{{ 7 }}"]
)
def test_a_legend_shows_words_as_words(name: str) -> None:
    html = legend_html([("#3ABA76", name)], name)
    tags = re.findall(r"<(/?\w+)", html)
    assert set(tags) <= {"div", "/div", "b", "/b", "span", "/span"}
    assert "onerror" not in re.sub(r">[^<]*<", "><", html)
