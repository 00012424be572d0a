"""What an address of ours may hold: numbers as long as keys and tiles are, and nothing unknown.

``ui/routes/__init__.py`` imports this before every module that has numbers in its addresses.
"""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

OURS = ("account", "files", "gis", "img")


class Number(Convertor[int]):
    """A number: more digits than any key or tile has, and the address is unknown."""

    regex = "[0-9]{1,9}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("int", Number())


async def _unknown(_request: Request) -> Response:
    """Answer what is not ours with 404; Streamlit would answer with its first page."""
    return PlainTextResponse("", status_code=404)


LAST_ROUTES: list[BaseRoute] = [
    Route(f"/{folder}/{{rest:path}}", _unknown, methods=["GET"]) for folder in OURS
]
