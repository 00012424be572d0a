"""Pictures under an address without a region: a browser keeps them, and asks each time.

The next person at a shared computer has the same browser. Their rights are asked again before it
may show what it kept; who may see it is told that it is unchanged, and nothing is sent twice.
"""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

ASK_EACH_TIME = "private, no-cache"


def asked_anew(request: Request, content: bytes, media_type: str) -> Response:
    """Return a picture whose reader's rights have just been asked, or that it is unchanged."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": ASK_EACH_TIME,
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }
    kept = request.headers.get("if-none-match", "")
    if etag in (one.strip().removeprefix("W/") for one in kept.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
