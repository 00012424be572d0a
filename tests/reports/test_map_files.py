"""Maps that leave the office: whose they are, what they say, that nothing in them runs or calls."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import pytest
import sqlalchemy as sa
from documents import HOSTILE
from pdf_read import pages_of, text_of
from PIL import Image

from gis.language import CHINESE, Problem, speaking
from parcels.paints import STAGES
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.services.keep_settings import change_settings
from parcels.store.engine import Store
from parcels.store.tables import AUDIT, PARCEL
from parcels.workflow import Step
from reports.__main__ import main
from reports.clean import clean
from reports.daily import ReportState
from reports.maps.kml import KML_ALLOWED
from reports.maps.sheet import Colour, Paper
from reports.services.map_files import MAP_FILES, map_files, offered
from tests.builders import DAY, NOW, TOWNSHIP_A, TOWNSHIP_B, County, at, person, working_county

NOON = at(DAY, 20)


@pytest.fixture
def here(store: Store) -> County:
    """A demolished all of A1 and part of A2 today; B sent nothing."""
    county = working_county(store)
    area_m2 = float(county.parcels().loc["A1", "area_m2"])
    work = [("A1", Step.AGREEMENT_SIGNED, area_m2), ("A1", Step.DEMOLISHED, area_m2),
            ("A2", Step.AGREEMENT_SIGNED, 10.0)]  # fmt: skip
    county.move(county.send(*work, now=at(DAY)), ReportState.CONFIRMED)
    return county


def made(here: County, suffix: str, actor: Any = None, **more: Any) -> bytes:
    with speaking(CHINESE):
        [one] = map_files(
            here.store, actor or here.bureau, here.project, more.pop("area", TOWNSHIP_A),
            more.pop("day", DAY), (suffix,), now=NOON, **more,
        )  # fmt: skip
    return one.content


def page_data(page: bytes) -> dict[str, Any]:
    found = re.search(r'id="data">(.*?)</script>', page.decode(), re.DOTALL)
    assert found
    return json.loads(found.group(1))


def test_a_sheet_has_what_a_map_needs_and_the_paper_asked_for(here: County, tmp_path: Path) -> None:
    content = made(here, "pdf")
    assert pages_of(content, tmp_path) == [(842, 595)]
    said = text_of(content, tmp_path)
    for words in ("甲镇拆旧复垦进展图", "比例尺1:", "北", "内部资料·未经审定", "Bureau",
                  "拆除：1个", "当日有进展图斑2个", str(DAY), "核验码"):  # fmt: skip
        assert words in said, words
    assert pages_of(made(here, "pdf", paper=Paper.A3), tmp_path) == [(1191, 842)]
    picture = Image.open(io.BytesIO(made(here, "png")))
    assert abs(picture.width / picture.height - 297 / 210) < 0.01
    colours = {colour for _count, colour in picture.convert("RGB").getcolors(2**24) or []}
    assert (0xD6, 0x00, 0x6C) in colours  # what moved has its magenta line


def test_the_offline_page_asks_no_network_and_holds_every_parcel_and_day(here: County) -> None:
    page = made(here, "html")
    text = page.decode()
    head = text[: text.index("<script")]
    assert not re.findall(r"(?:src|href)\s*=", head)
    assert not re.findall(r"https?://|@import|fetch\(|XMLHttp", text)
    assert "default-src 'none'" in text
    data = page_data(page)
    assert sorted(one["no"] for one in data["parcels"]) == sorted(
        here.parcels()["parcel_no"][here.parcels()["township_code"] == TOWNSHIP_A]
    )
    course = {one["no"]: one["course"] for one in data["parcels"]}
    last = len(data["days"]) - 1
    assert data["days"][last] == str(DAY)
    assert course["A1"] == [[last, 2]]  # two steps stand on the whole parcel
    assert course["A2"] == []  # no step stands on all of it
    assert data["stages"][2]["fill"] == STAGES[Step.DEMOLISHED.value].fill
    assert len(data["figures"]) == len(data["days"])


def test_hostile_names_in_a_map_are_only_text(here: County, tmp_path: Path) -> None:
    hostile = '</script><script>alert(1)</script>&"\u2028${1}'
    with here.store.writing() as connection:
        connection.execute(sa.update(PARCEL).values(village=hostile, parcel_no=hostile))
    page = made(here, "html")
    assert page.decode().count("</script>") == 2
    assert page_data(page)["parcels"][0]["no"] == clean(hostile)
    with here.store.writing() as connection:
        for number, text in enumerate(HOSTILE, start=1):
            connection.execute(
                sa.update(PARCEL).where(PARCEL.c.id == number).values(parcel_no=text, village=text)
            )
    for suffix in ("pdf", "png", "html", "gpkg"):
        assert made(here, suffix)


def test_a_geopackage_opens_with_colours_and_says_whose_it_is(here: County, tmp_path: Path) -> None:
    path = tmp_path / "map.gpkg"
    path.write_bytes(made(here, "gpkg"))
    rows = gpd.read_file(path, layer="parcels").set_index("parcel_no")
    assert rows.loc["A1", "stage"] == Step.DEMOLISHED
    assert rows.loc["A2", "stage"] == "not_started"
    with sqlite3.connect(path) as opened:
        styles = opened.execute(
            "SELECT styleName, styleQML, useAsDefault, f_table_name, f_geometry_column "
            "FROM layer_styles"
        ).fetchall()
        [(about,)] = opened.execute(
            "SELECT description FROM gpkg_contents WHERE table_name = 'parcels'"
        ).fetchall()
        [(column,)] = opened.execute("SELECT column_name FROM gpkg_geometry_columns").fetchall()
    assert [(name, bool(default)) for name, _qml, default, *_ in styles] == [
        ("stage", True), ("verdict", False),
    ]  # fmt: skip
    assert styles[0][3:] == ("parcels", column)
    tree = ElementTree.fromstring(styles[0][1].partition("<!DOCTYPE")[0] or
                                  styles[0][1][styles[0][1].index("<qgis"):])  # fmt: skip
    values = {one.get("value") for one in tree.iter("category")}
    assert set(rows["stage"]) <= values
    assert "Bureau" in about
    assert "未经审定" in about


def test_kml_is_off_until_the_office_allows_it(here: County) -> None:
    assert "kml" not in offered(here.store)
    with pytest.raises(Problem, match="KML"):
        made(here, "kml")
    admin = person(here.store, "admin", Role.ADMINISTRATOR)
    change_settings(here.store, admin, {KML_ALLOWED.name: True}, now=NOW)
    tree = ElementTree.fromstring(made(here, "kml", colour=Colour.VERDICT))
    names = [one.text for one in tree.iter("{http://www.opengis.net/kml/2.2}name")][1:]
    assert "A1" in names
    assert set(offered(here.store)) == set(MAP_FILES)


def test_a_map_needs_the_right_and_the_region_and_leaves_its_code_in_the_log(here: County) -> None:
    leader = person(here.store, "leader", Role.TOWNSHIP_LEADER, TOWNSHIP_A)
    assert made(here, "png", leader)
    for actor, area in ((leader, TOWNSHIP_B), (leader, here.project.region),
                        (here.reporter_a, TOWNSHIP_A)):  # fmt: skip
        with pytest.raises(Refused):
            made(here, "html", actor, area=area)
    with here.store.reading() as connection:
        rows = connection.execute(sa.select(AUDIT).where(AUDIT.c.action == "export_map")).all()
    assert len(rows) == 1
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}$", rows[0].subject)
    assert rows[0].region == TOWNSHIP_A


@pytest.mark.parametrize("area", ["41", "419999101", "4199011012", ""])
def test_a_strange_area_is_told(here: County, area: str) -> None:
    with pytest.raises((Problem, Refused)):
        made(here, "png", area=area)


def test_the_command_writes_one_file(
    here: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.commands.register.open_store", lambda _folder: here.store)
    out = tmp_path / "m.html"
    assert main(["map", "--township", TOWNSHIP_A, "--day", str(DAY), "--out", str(out)]) == 0
    assert page_data(out.read_bytes())["parcels"]
    assert main(["map", "--day", str(DAY), "--out", str(tmp_path / "m.exe")]) == 2
    assert main(["map", "--day", "2020-01-01", "--out", str(out)]) == 2
