"""The body of an answer from outside, never larger and never longer under way than allowed."""

import time
from collections.abc import Callable

import httpx


def read_limited(answer: httpx.Response, limit: int, end: float, down: Callable[[str], Exception]) -> bytes:
    """At most `limit` bytes, as they came, until `end` (time.monotonic(), s). Raises what `down` makes of the reason; httpx.HTTPError."""
    untrusted_body = bytearray()
    for chunk in answer.iter_raw(16384):
        untrusted_body += chunk
        if len(untrusted_body) > limit:
            raise down("gives an answer that is far too large")
        if time.monotonic() > end:
            raise down("does not answer in time")
    return bytes(untrusted_body)
