"""Every address of the application, read from its routes; what a name in an address may be.

A new route falls under every test by itself. One with a name that ``VALUES`` does not know fails
until somebody says what it may hold: that is its row in the matrix.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import product
from unittest.mock import MagicMock

from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

from reports.periods.period import PeriodKind, first_of
from ui import office
from ui.routes import ROUTES

OPEN, SHUT = "open", "shut"
TOWN_A, TOWN_B = "999901103", "999901102"
# who may pass without a session is written here once more: the gate's own list is on trial
WITHOUT_SESSION = frozenset({"/account/sign-in", "/account/demo", "/assets", "/_stcore/health"})
VALUES: dict[str, tuple[str, ...]] = {
    "area": (TOWN_B, "999901"),
    "attachment": ("1", "2", "3"),
    "card": ("1", "2", "3"),
    "check": ("1", "2", "3"),
    "colouring": ("stage", "others"),
    "day": ("{today}",),
    "document": ("1", "2", "3"),
    "file_id": ("0123456789abcdef.csv",),
    "first": ("{monday}", "{month}"),
    "image": ("1", "2"),
    "job": ("1", "2", "3"),
    "kind": tuple(kind.value for kind in PeriodKind),
    "language": ("zh_CN",),
    "last": ("{today}",),
    "moment": ("before", "after"),
    "monday": ("{monday}",),
    "name": ("csv", "xlsx", "gpkg", "zip", "weekly"),
    "notice": ("1", "2", "3"),
    "paper": ("reply",),
    "parcel": ("1", "200", "400", "600"),
    "path": ("plain.css",),
    "photo": ("1", "2", "3", "4", "5", "6"),
    "place": ("0", "1"),
    "project": ("1",),
    "region": (TOWN_B, "999901"),
    "rest": ("nothing/here",),
    "session_id": ("a",),
    "snapshot": ("1", "2", "3"),
    "suffix": ("csv", "xlsx", "docx", "pdf", "gpkg", "zip"),
    "token": ("x",),
    "version": ("0", "1"),
    "x": ("3346",),
    "y": ("1660",),
    "z": ("12",),
}
_NAME = re.compile(r"\{(\w+)(?::\w+)?\}")


def every_route() -> dict[str, frozenset[str]]:
    """Return path → methods of our routes and Streamlit's own, as its server makes them."""
    found: dict[str, set[str]] = {}
    routes: list[BaseRoute] = [*ROUTES, *create_streamlit_routes(MagicMock())]
    for route in routes:
        assert isinstance(route, Route | WebSocketRoute | Mount), route
        methods = (route.methods if isinstance(route, Route) else None) or {"GET"}
        found.setdefault(route.path, set()).update(methods)
    return {path: frozenset(methods) for path, methods in found.items()}


def door_of(path: str) -> str:
    """Tell whether a route may answer without a session."""
    return OPEN if path in WITHOUT_SESSION else SHUT


def names_in(path: str) -> list[str]:
    """Return the names of a route's path."""
    return [found.group(1) for found in _NAME.finditer(path)]


def addresses(path: str) -> Iterator[str]:
    """Give every address that ``VALUES`` makes of a route; raises KeyError for a new name."""
    for chosen in product(*(VALUES[name] for name in names_in(path))):
        values = iter(chosen)
        made = _NAME.sub(lambda _found: next(values), path)  # noqa: B023
        yield concrete(f"{made}/plain.css" if path == "/assets" else made or "/")


def concrete(path: str) -> str:
    """Return an address with this week and day filled in."""
    today = office.today()
    said = {
        "{today}": today,
        "{monday}": first_of(PeriodKind.WEEK, today),
        "{month}": first_of(PeriodKind.MONTH, today),
    }
    for word, day in said.items():
        path = path.replace(word, str(day))
    return path


def opened(content: bytes) -> str:
    """Return what a file says: every part of a workbook or archive too, and those within it."""
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(opened(parts.read(name)) for name in parts.namelist())
