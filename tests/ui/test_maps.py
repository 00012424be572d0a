"""Maps without a browser: what is handed to the page, and that nothing in it can do harm."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import folium
import geopandas as gpd
import jinja2
import numpy as np
import pandas as pd
import pytest
import shapely
import streamlit as st
import streamlit_folium
from hypothesis import given
from hypothesis import strategies as some
from shapely.geometry import Point, box

from ui.components import maps
from ui.components.scripts import literal
from ui.routes.assets import FOLDER

AREA = (113.5, 34.5, 113.7, 34.6)
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`${alert(1)}`",
    "{{ 7*7 }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{{cycler.__init__.__globals__.os.getpid()}}",
    '\\"];alert(1);//',
    "'-alert(1)-'",
    "_div \u2028 😀 大王庄",
]


def parcels(count: int = 4, **columns: list[Any]) -> gpd.GeoDataFrame:
    shapes = [box(113.5 + i * 0.01, 34.5, 113.505 + i * 0.01, 34.505) for i in range(count)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4490)


def one_colour(shapes: gpd.GeoDataFrame) -> pd.Series:
    return pd.Series("#3ABA76", index=shapes.index)


class Page:
    """Stands in for the browser: keeps what was handed over, answers with a click."""

    def __init__(self) -> None:
        self.handed: dict[str, Any] = {}
        self.answer: dict[str, Any] = {}

    def __call__(self, **arguments: Any) -> dict[str, Any]:
        self.handed = arguments
        return self.answer

    def values(self, call: str) -> Any:
        found = re.search(rf"TrackerMap\.{call}\(\w+, (.*)\);", self.handed["feature_group"])
        assert found is not None
        return json.loads(found.group(1))


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    stand_in = Page()
    monkeypatch.setattr(streamlit_folium, "_component_func", stand_in)
    st.session_state.clear()
    yield stand_in
    st.session_state.clear()


def show(*groups: folium.FeatureGroup) -> maps.Click | None:
    return maps.show(maps.base_map(AREA, height=400), groups, key="map", height=400)


JSON_VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text() | some.sampled_from(HOSTILE),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
)


@given(JSON_VALUES)
def test_a_literal_says_what_it_was_given_and_no_template_can_change_it(values: Any) -> None:
    written = literal(values)
    assert json.loads(written) == values
    assert jinja2.Template(written).render() == written
    assert not re.search(r"[<>&'`$_%#]", written)


def test_folium_itself_would_run_a_name_on_the_server() -> None:
    """Why ``literal`` exists: should this fail one day, branca no longer compiles our scripts."""
    drawn = folium.Map(tiles=None)
    feature = {"type": "Feature", "properties": {"name": "{{ 7*7 }}"}, "geometry": None}
    folium.GeoJson({"type": "FeatureCollection", "features": [feature]}).add_to(drawn)
    assert '"name": "49"' in drawn.get_root().render()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_reaches_the_page_as_it_is_and_as_data_only(page: Page, name: str) -> None:
    shapes = parcels(1, name=[name])
    show(
        maps.boundaries_group(shapes, "name"),
        maps.parcels_group(shapes, fill=one_colour(shapes), tooltip=[(name, "name")], key="p"),
    )
    assert page.values("names")[0]["name"] == name
    assert page.values("shapes")["labels"] == [name]
    assert page.values("shapes")["features"][0]["properties"]["tip"] == [name]
    assert "alert(1)" not in page.handed["script"]
    assert name not in page.handed["feature_group"]


def test_a_map_asks_no_outside_host_and_its_files_are_all_there(page: Page) -> None:
    shapes = parcels()
    tiles = maps.tiles_group("gis/parcels/3/{z}/{x}/{y}.png", key="tiles", source="2024 <b>")
    show(tiles, maps.parcels_group(shapes, fill=one_colour(shapes), key="p"))
    assert "//" not in re.sub(r"^\s*//.*$", "", json.dumps(page.handed, default=str), flags=re.M)
    links = [*page.handed["js_links"], *page.handed["css_links"]]
    assert len(links) == 5
    for link in links:
        assert (FOLDER / link.removeprefix("../../assets/").partition("?")[0]).is_file()
    assert "&#60;b&#62;" in json.loads(
        '"' + re.findall(r'"attribution": "(.*?)"', page.handed["feature_group"])[0] + '"'
    )


@pytest.mark.parametrize("address", ["https://tiles.example/{z}", "//tiles.example/{z}", "/gis"])
def test_tiles_of_another_server_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match="come from this server"):
        maps.tiles_group(address, key="tiles")


def test_the_base_map_stays_the_same_whatever_is_drawn_on_it(page: Page) -> None:
    shapes = parcels()
    handed = []
    for colour in ("#3ABA76", "#471668"):
        fill = pd.Series(colour, index=shapes.index)
        show(maps.parcels_group(shapes, fill=fill, key="p"))
        handed.append(page.handed)
    first, second = handed
    assert first["script"] == second["script"]
    assert first["key"] == second["key"]
    assert first["feature_group"] != second["feature_group"]
    show(maps.parcels_group(shapes, fill=one_colour(shapes), key="p"))
    assert page.handed["feature_group"] == first["feature_group"], "else it is redrawn every run"


def test_every_parcel_with_an_outline_is_drawn_and_the_others_are_told(page: Page) -> None:
    shapes = parcels(5, no=list("abcde"))
    shapes.loc[1, "geometry"] = None
    shapes.loc[3, "geometry"] = shapely.Polygon()
    before = shapes.copy(deep=True)
    show(maps.parcels_group(shapes, fill=one_colour(shapes), tooltip=[("no", "no")], key="p"))
    drawn = [f["properties"]["tip"][0] for f in page.values("shapes")["features"]]
    told = shapes.loc[maps.cannot_be_drawn(shapes), "no"].tolist()
    assert sorted(drawn + told) == list("abcde")
    assert told == ["b", "d"]
    pd.testing.assert_frame_equal(pd.DataFrame(shapes), pd.DataFrame(before))


def test_the_chosen_parcel_is_drawn_last_and_stands_out(page: Page) -> None:
    shapes = parcels(3, no=["a", "b", "c"])
    show(
        maps.parcels_group(
            shapes,
            fill=one_colour(shapes),
            tooltip=[("no", "no")],
            key="p",
            highlight=shapes["no"] == "a",
        )
    )
    handed = page.values("shapes")
    looks = {
        f["properties"]["tip"][0]: handed["styles"][f["properties"]["style"]]
        for f in handed["features"]
    }
    assert list(looks) == ["b", "c", "a"]
    assert looks["a"]["weight"] > 2 * looks["b"]["weight"]
    assert looks["a"]["fillColor"] == looks["b"]["fillColor"]


@given(
    some.lists(
        some.tuples(some.floats(70, 135), some.floats(15, 55), some.floats(1e-5, 0.1)),
        min_size=1,
        max_size=8,
    )
)
def test_outlines_are_drawn_where_they_lie_to_a_centimetre(
    squares: list[tuple[float, float, float]],
) -> None:
    shapes = gpd.GeoDataFrame(geometry=[box(x, y, x + d, y + d) for x, y, d in squares], crs=4490)
    drawn = [shapely.geometry.shape(outline) for outline in maps.outlines_of(shapes)]
    for given_shape, shape in zip(shapes.geometry, drawn, strict=True):
        assert np.allclose(given_shape.bounds, shape.bounds, rtol=0, atol=0.5000001e-7)


def test_values_that_are_missing_show_as_nothing(page: Page) -> None:
    shapes = parcels(3, note=["x", None, float("nan")])
    show(maps.parcels_group(shapes, fill=one_colour(shapes), tooltip=[("n", "note")], key="p"))
    tips = [f["properties"]["tip"] for f in page.values("shapes")["features"]]
    assert tips == [["x"], [""], [""]]


def test_metres_are_refused_before_they_are_taken_for_degrees() -> None:
    shapes = parcels().to_crs(4526)
    with pytest.raises(ValueError, match="longitudes and latitudes"):
        maps.parcels_group(shapes, fill=one_colour(shapes), key="p")
    with pytest.raises(ValueError, match="longitudes and latitudes"):
        maps.boundaries_group(parcels(1, n=["a"]).set_crs(None, allow_override=True), "n")


def test_colours_of_other_rows_are_refused() -> None:
    shapes = parcels(3)
    with pytest.raises(ValueError, match="exactly the rows"):
        maps.parcels_group(shapes, fill=one_colour(shapes).iloc[::-1], key="p")


@pytest.mark.parametrize(
    "bounds", [(float("nan"),) * 4, (1e6, 4e6, 2e6, 5e6), (114.0, 34.0, 113.0, 35.0)]
)
def test_impossible_bounds_are_refused(bounds: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="bounds"):
        maps.base_map(bounds, height=300)


def test_a_click_is_new_once(page: Page) -> None:
    assert show() is None
    page.answer = {"last_clicked": {"lat": 34.51, "lng": 113.52}}
    assert show() == maps.Click(113.52, 34.51, is_new=True)
    assert show() == maps.Click(113.52, 34.51, is_new=False)
    page.answer = {"last_clicked": {"lat": 34.52, "lng": 113.52}}
    assert show() == maps.Click(113.52, 34.52, is_new=True)


def test_a_line_drawn_around_parcels_chooses_those_whose_middle_it_holds(page: Page) -> None:
    line = [[113.499, 34.499], [113.5145, 34.499], [113.5145, 34.506], [113.499, 34.506]]
    page.answer = {"last_clicked": {"lat": 34.499, "lng": 113.499, "lasso": line, "count": 1}}
    click = show()
    assert click is not None
    assert maps.inside_lasso(parcels(4), click).tolist() == [True, True, False, False]
    page.answer = {"last_clicked": {"lat": 34.499, "lng": 113.499, "count": 2}}
    click = show()
    assert click is not None
    assert click.is_new, "the very same point again is a click as well"
    assert not maps.inside_lasso(parcels(4), click).any()


def test_a_name_stands_inside_its_region(page: Page) -> None:
    horseshoe = box(113, 34, 114, 35).difference(box(113.1, 34.1, 113.9, 35))
    regions = gpd.GeoDataFrame({"n": ["河湾镇"]}, geometry=[horseshoe], crs=4490)
    show(maps.boundaries_group(regions, "n"))
    place = page.values("names")[0]
    assert horseshoe.contains(Point(place["lon"], place["lat"]))


def test_routes_load_without_the_map_component() -> None:
    """Registered before the server runs, the component's page would answer 404: no map at all."""
    seen = "import sys, ui.routes; print('streamlit_folium' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert told.stdout.strip().endswith("False")
