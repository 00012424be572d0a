"""Several processes behind nginx: which of them holds a person's page."""

from __future__ import annotations

from starlette.types import Message, Send
from streamlit import config

PROCESS_COOKIE = "tracker_process"


def telling_where(send: Send, *, is_secure: bool) -> Send:
    """Tell the browser which process holds its page: where there are several behind nginx, what the
    page asks for later (its uploads lie in memory) goes there too, also after another took over.
    """
    port = config.get_option("server.port")
    secure = "; Secure" if is_secure else ""
    cookie = f"{PROCESS_COOKIE}={port}; Path=/; HttpOnly; SameSite=Lax{secure}".encode()

    async def answer(message: Message) -> None:
        if message["type"] == "websocket.accept":
            headers = [*message.get("headers", ()), (b"set-cookie", cookie)]
            message = {**message, "headers": headers}
        await send(message)

    return answer
