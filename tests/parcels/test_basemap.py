"""The office's basemap: a setting, never needed, and never an address nobody named."""

from __future__ import annotations

import socket

import pytest

from gis.imagery.remote import _address
from gis.language import Problem
from parcels.imagery.basemap import basemap
from parcels.people.actor import Role
from parcels.services.keep_settings import change_settings
from parcels.store.engine import Store
from tests.builders import at, person


def chosen(store: Store, **wanted: str) -> object:
    admin = person(store, "root", Role.ADMINISTRATOR)
    change_settings(store, admin, wanted, now=at())
    with store.reading() as connection:
        return basemap(connection)


def test_without_a_setting_there_is_no_basemap(store: Store) -> None:
    with store.reading() as connection:
        assert basemap(connection) is None


def test_tianditu_needs_the_offices_key_and_takes_its_base_address(store: Store) -> None:
    assert chosen(store, basemap_source="tianditu") is None


def test_tianditus_tiles_come_from_the_named_host_in_web_mercator(store: Store) -> None:
    ground = chosen(
        store, basemap_source="tianditu", tianditu_key="k&y", tianditu_base="http://tdt.example/",
        tianditu_layer="vec",
    )  # fmt: skip
    assert ground is not None
    assert ground.host == "tdt.example"  # type: ignore[attr-defined]
    template = ground.template  # type: ignore[attr-defined]
    assert template.startswith("http://tdt.example/vec_w/wmts?")
    assert "TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=k%26y" in template


def test_only_the_named_host_may_lie_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: outside)
    assert _address("tdt.example", 80, known_host="tdt.example") == "8.8.8.8"
    for known in ("", "other.example"):
        with pytest.raises(Problem, match="tdt"):
            _address("tdt.example", 80, known_host=known)
