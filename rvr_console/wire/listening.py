"""How the programs that serve others take their port: in plain words when it cannot be had."""

import errno
import os
import socket

from rvr_console.errors import RefusedError


def listen(host: str, port: int, backlog: int) -> socket.socket:
    """A listening TCP socket; port 0 takes a free one. Raises RefusedError in plain words."""
    if not 0 <= port <= 65535:
        raise RefusedError(f"There is no port {port}.", todo="Choose one from 0 to 65535.")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # The protocol is named because asyncio sets TCP_NODELAY only then; without it each answer takes 40 ms.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise RefusedError(f"The address {host} is not known here.", todo="Choose another --host.") from error
    try:
        if os.name == "posix":  # on Windows the option would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        words = f"Cannot listen on {host}:{port}."
        if error.errno == errno.EADDRINUSE:
            words = f"Port {port} on {host} is taken by another program."
        raise RefusedError(words, todo="End that program, or choose another --port.") from error
    return listener
