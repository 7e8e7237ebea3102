"""Requests to the gateway whose head, or what stands between and behind the pieces of a body, never ends."""

import socket
from collections.abc import Iterator

import pytest

from rvr_console.gateway.http_door import HEAD_LIMIT

MOST = 16 * 1024 * 1024
SOME = b"x" * 16_384
START = b"PATCH /files/%b HTTP/1.1\r\nHost: x\r\n" % (b"0" * 32)


def head() -> Iterator[bytes]:
    yield START + b"X-Long: "
    while True:
        yield SOME


def many_lines() -> Iterator[bytes]:
    yield START
    while True:
        yield b"X-More: %b\r\n" % SOME[:100]


def address() -> Iterator[bytes]:
    yield b"GET /"
    while True:
        yield SOME


def chunk_extension() -> Iterator[bytes]:
    yield START + b"Transfer-Encoding: chunked\r\n\r\n5;x="
    while True:
        yield SOME


def trailers() -> Iterator[bytes]:
    yield START + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Long: "
    while True:
        yield SOME


def sent_until_closed(port: int, parts: Iterator[bytes]) -> int:
    """Bytes that the gateway let us send before it hung up; MOST when it never did."""
    sent = 0
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        try:
            while sent < MOST:
                sent += line.send(next(parts))
        except (ConnectionResetError, BrokenPipeError):
            return sent
    return MOST


@pytest.mark.parametrize("endless", [head, many_lines, address, chunk_extension, trailers])
def test_what_is_no_body_is_limited(gateway, endless):
    assert HEAD_LIMIT <= sent_until_closed(gateway.port, endless()) < MOST


def test_a_long_head_within_the_limit_is_served_and_counted_anew_for_the_next(gateway):
    with socket.create_connection(("127.0.0.1", gateway.port), 10) as line:
        reader = line.makefile("rb")
        for _ in range(3):
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: %b\r\n\r\n" % (b"x" * (HEAD_LIMIT * 3 // 4)))
            assert b" 200 " in reader.readline()
            length = 0
            while (name := reader.readline().strip()) != b"":
                if name.lower().startswith(b"content-length:"):
                    length = int(name.partition(b":")[2])
            reader.read(length)


@pytest.mark.parametrize(
    "both",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxxx",
        b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"Content-Length: +5\r\n\r\nxxxxx",
        b"X : y\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["both", "two", "coding", "plus", "blank"],
)
def test_a_body_of_two_lengths_is_refused_and_the_line_closed(gateway, both):
    """So that no proxy before the gateway takes a request for another's."""
    with socket.create_connection(("127.0.0.1", gateway.port), 10) as line:
        line.sendall(START + both + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1
