"""The office's basemap: a setting, never needed, and never an address nobody named."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from gis.imagery.remote import Silent, _address
from gis.language import CHINESE, Problem, speaking
from gis.tiles import to_mercator
from parcels.imagery.basemap import Basemap, basemap
from parcels.people.access import Refused
from parcels.people.actor import Actor, Role
from parcels.services.keep_settings import change_settings
from parcels.services.try_basemap import try_basemap
from parcels.store.engine import Store
from parcels.store.tables import PARCEL
from tests.builders import at, person, working_county
from tests.tile_server import KEY, TileServer, tile_server

GROUND = (113.5, 34.4, 113.6, 34.5)  # west, south, east, north of the fake server's pictures
WMTS = (
    "/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=dom&STYLE=default&FORMAT=image/png"
    "&TILEMATRIXSET=GoogleMapsCompatible&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)


@pytest.fixture(scope="module")
def tiles() -> Iterator[TileServer]:
    west, south, east, north = GROUND
    with tile_server((*to_mercator(west, south), *to_mercator(east, north))) as server:
        yield server


@pytest.fixture
def admin(store: Store) -> Actor:
    return person(store, "root", Role.ADMINISTRATOR)


def chosen(store: Store, admin: Actor, **wanted: str) -> Basemap | None:
    change_settings(store, admin, wanted, now=at())
    with store.reading() as connection:
        return basemap(connection)


def tried(store: Store, admin: Actor, **wanted: str) -> str:
    """Return in Chinese what the administrator reads after a change of the settings."""
    chosen(store, admin, **wanted)
    with speaking(CHINESE):
        try:
            return str(try_basemap(store, admin))
        except Problem as problem:
            return str(problem)


def test_without_a_setting_there_is_no_basemap(store: Store, admin: Actor) -> None:
    assert chosen(store, admin) is None
    assert try_basemap(store, admin) is None
    assert chosen(store, admin, basemap_source="tianditu") is None, "it needs the office's key"
    with pytest.raises(Problem, match="底图的地址或密钥尚未填写"):
        try_basemap(store, admin)


def test_every_source_gives_the_tile_of_the_place_asked_for(
    store: Store, admin: Actor, tiles: TileServer
) -> None:
    """The server answers 404 for exchanged rows and columns, or rows counted from the other end."""
    place = (14, 13361, 6520)  # of 113.58 E, 34.45 N, by the standard's own arithmetic
    sources = {
        "/xyz/{z}/{x}/{y}.png": "/xyz/14/13361/6520.png",
        "/tms/{z}/{x}/{-y}.png": "/tms/14/13361/9863.png",
        WMTS: "TILEMATRIX=14&TILEROW=6520&TILECOL=13361",
    }
    for address, asked in sources.items():
        ground = chosen(
            store, admin, basemap_source="address", basemap_address=tiles.address + address
        )
        assert ground is not None
        assert ground.tile(*place), address
        assert tiles.given[-1] == place
        assert asked in tiles.asked[-1]
        assert ground.tile(14, place[2], place[1]) is None
    ground = chosen(
        store, admin, basemap_source="tianditu", tianditu_key=KEY,
        tianditu_base=f"{tiles.address}/",
    )  # fmt: skip
    assert ground is not None
    assert ground.tile(*place)
    assert tiles.given[-1] == place
    assert tiles.asked[-1].startswith("/img_w/wmts?")
    assert tiles.asked[-1].endswith(f"TILEMATRIX=14&TILEROW=6520&TILECOL=13361&tk={KEY}")


def test_tianditus_key_is_quoted_and_its_layer_chosen(store: Store, admin: Actor) -> None:
    ground = chosen(
        store, admin, basemap_source="tianditu", tianditu_key="k&y",
        tianditu_base="http://tdt.example/", tianditu_layer="vec",
    )  # fmt: skip
    assert ground is not None
    assert ground.host == "tdt.example"
    assert ground.template.startswith("http://tdt.example/vec_w/wmts?")
    assert ground.template.endswith("&tk=k%26y")


def test_what_is_wrong_with_a_basemap_is_said(store: Store, tiles: TileServer) -> None:
    working_county(store)  # first: what it makes is kept for the next test as it is
    admin = person(store, "root", Role.ADMINISTRATOR)
    with store.writing() as connection:
        connection.execute(sa.update(PARCEL).values(west=113.58, south=34.45))
    address = {"basemap_source": "address"}
    said = tried(store, admin, **address, basemap_address=f"{tiles.address}{WMTS}")
    assert said == "底图应答正常：取得一幅1 KB的瓦片（第14级，第13361列，第6520行）。"
    wrong = WMTS.replace("=dom", "=dem")
    said = tried(store, admin, basemap_address=f"{tiles.address}{wrong}")
    assert said == "127.0.0.1拒绝提供瓦片（400），其应答为：—", (
        "a service of this machine is not quoted"
    )
    said = tried(store, admin, basemap_address=f"{tiles.address}/xyz/{{z}}/{{y}}/{{x}}.png")
    assert "没有图片" in said
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
        said = tried(store, admin, basemap_address=f"{nobody}/{{z}}/{{x}}/{{y}}")
        assert said == "本服务器连不上127.0.0.1，请核对地址和端口。"
        with pytest.raises(Silent):
            Basemap(f"{nobody}/{{z}}/{{x}}/{{y}}", "").tile(3, 1, 2)
    assert "不是瓦片地址" in tried(store, admin, basemap_address=f"{tiles.address}/one.png")
    key = {"basemap_source": "tianditu", "tianditu_base": tiles.address}
    said = tried(store, admin, **key, tianditu_key="wrong")
    assert said.startswith("127.0.0.1不允许本服务器访问（403），请核对密钥及其用途")
    assert said.endswith("其应答为：—")
    assert tried(store, admin, tianditu_key=KEY).startswith("底图应答正常")
    said = tried(store, admin, tianditu_base="tdt.example")
    assert said == "“tdt.example”不是网址：须以 http:// 或 https:// 开头。"
    with pytest.raises(Refused):
        try_basemap(store, person(store, "clerk", Role.BUREAU_CLERK))


def test_only_the_named_host_may_lie_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: outside)
    assert _address("tdt.example", 80, known_host="tdt.example") == "8.8.8.8"
    for known in ("", "other.example"):
        with pytest.raises(Problem, match="tdt"):
            _address("tdt.example", 80, known_host=known)


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("http://[10.0.0.5", "不是服务器地址"),
        ("http://127.0.0.1:99999", "不是服务器地址"),
        (f"http://{'a' * 70}", "不是服务器地址"),
        ("ftp://127.0.0.1", "不是网址"),
        ("http://127.0.0.1/a?b=", "不是基础地址"),
        ("http://127.0.0.1/a#", "不是基础地址"),
        ("http://user:word@127.0.0.1", "不是基础地址"),
    ],
)
def test_a_mistyped_base_address_is_no_basemap_and_said_where_it_is_tried(
    store: Store, admin: Actor, base: str, words: str
) -> None:
    wanted = {"basemap_source": "tianditu", "tianditu_key": KEY, "tianditu_base": base}
    assert chosen(store, admin, **wanted) is None
    assert words in tried(store, admin)


@pytest.mark.parametrize("host", ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254"])
def test_even_the_named_host_is_not_where_machines_keep_their_keys(host: str) -> None:
    with pytest.raises(Problem):
        _address(host, 80, known_host=host)


@pytest.mark.parametrize("server", ["[10.0.0.5", "127.0.0.1:99999"])
def test_a_mistyped_tile_address_is_a_problem_in_our_words(
    store: Store, admin: Actor, server: str
) -> None:
    address = f"http://{server}/{{z}}/{{x}}/{{y}}"
    ground = chosen(store, admin, basemap_source="address", basemap_address=address)
    assert ground is not None
    with pytest.raises(Problem):
        ground.tile(3, 1, 2)
    assert "不是服务器地址" in tried(store, admin)
