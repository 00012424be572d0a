"""No answer waits for the acknowledgement of its first part."""

from __future__ import annotations

import socket

from ui.promptly import send_at_once


def test_what_is_accepted_sends_at_once_though_the_listening_socket_names_no_protocol() -> None:
    with socket.socket() as listening, socket.socket() as asking:  # as Streamlit makes its own
        assert listening.proto == 0
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        send_at_once()
        asking.connect(listening.getsockname())
        accepted, _address = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert not asking.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), "only what listens"
