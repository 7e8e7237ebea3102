"""The port that a serving program takes."""

import socket

import pytest

from rvr_console.errors import RefusedError
from rvr_console.wire.listening import listen


def test_the_listening_socket_names_its_protocol():
    """Else asyncio sets no TCP_NODELAY on what it accepts, and each answer may take 40 ms."""
    with listen("127.0.0.1", 0, 8) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_port_that_cannot_be_had_is_told_in_words():
    with listen("127.0.0.1", 0, 8) as first:
        port = first.getsockname()[1]
        with pytest.raises(RefusedError, match=f"Port {port} on 127.0.0.1 is taken"):
            listen("127.0.0.1", port, 8)
    with pytest.raises(RefusedError, match="There is no port 70000"):
        listen("127.0.0.1", 70000, 8)
    with pytest.raises(RefusedError, match="Cannot listen"):
        listen("192.0.2.1", 0, 8)
