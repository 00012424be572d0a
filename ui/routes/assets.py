"""Static files of the pages: ``/assets/…`` from ``ui/assets``. Needs no session."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope
from streamlit import config

FOLDER = Path(__file__).resolve().parent.parent / "assets"
# Named here because Python asks the Windows registry, where .js is often text/plain.
MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
FOREVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"


@cache
def version_of(path: str) -> str:
    """Return eight characters that change whenever the file does."""
    return hashlib.sha256((FOLDER / path).read_bytes()).hexdigest()[:8]


def address_of(path: str) -> str:
    """Return ``assets/<path>?v=<version>``, relative to the application's root."""
    return f"assets/{path}?v={version_of(path)}"


class Assets(StaticFiles):
    """Files by name, of the kinds above only, cached for good when their version is asked for."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer one file with cache and safety headers; anything else is 404."""
        media_type = MEDIA_TYPES.get(Path(path).suffix)
        if media_type is None or "\0" in path:
            raise HTTPException(status_code=404)
        response = await super().get_response(path, scope)
        is_file = response.status_code == 200 or isinstance(response, NotModifiedResponse)
        versioned = scope.get("query_string", b"").startswith(b"v=") or path.startswith("vendor")
        response.headers["Cache-Control"] = FOREVER if is_file and versioned else ASK_EACH_TIME
        response.headers["Content-Type"] = media_type
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def routes_below(base_path: str) -> list[BaseRoute]:
    """Return the route under Streamlit's ``server.baseUrlPath`` (empty: the root)."""
    prefix = f"/{base_path.strip('/')}".rstrip("/")
    return [Mount(f"{prefix}/assets", app=Assets(directory=FOLDER), name="assets")]


ROUTES = routes_below(config.get_option("server.baseUrlPath") or "")
