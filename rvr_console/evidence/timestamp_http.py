"""RFC 3161 over HTTP (section 3.4). Only a hash and a random number leave the desk, so plain HTTP is allowed: the answer is signed."""

import time
from urllib.parse import urlsplit

import httpx

from rvr_console.errors import KnownError, ServiceDownError
from rvr_console.system.limited_answer import read_limited

ANSWER_LIMIT = 64 * 1024
_CONNECT_SECONDS, _READ_SECONDS, _WHOLE_SECONDS = 3.0, 5.0, 10.0
_HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
    "Accept-Encoding": "identity",
}


class HttpTimestamps:
    """Implements TimestampTransport. The force's proxy is taken from the environment; redirects are not followed."""

    def __init__(self, url: str) -> None:
        """Raises KnownError when it is no http or https address."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise KnownError(
                "The address of the time-stamp authority cannot be used.",
                kept="Nothing was started.",
                todo="It must start with https:// or http://, without a user name.",
            )
        self._url = url

    def post(self, request: bytes) -> bytes:
        """At most ANSWER_LIMIT bytes, within ten seconds. Raises ServiceDownError."""
        end = time.monotonic() + _WHOLE_SECONDS
        timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
        try:
            with (
                httpx.Client(timeout=timeout, follow_redirects=False, trust_env=True) as client,
                client.stream("POST", self._url, content=request, headers=_HEADERS) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise _down(f"answers with status {answer.status_code}")
                kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                if kind != "application/timestamp-reply" or "Content-Encoding" in answer.headers:
                    raise _down("gives an answer that is no time stamp")
                return read_limited(answer, ANSWER_LIMIT, end, _down)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _down("cannot be reached") from error


def _down(what: str) -> ServiceDownError:
    return ServiceDownError(
        f"The time-stamp authority {what}.",
        kept="What was to be stamped is kept and asked for again.",
        todo="Go on working; it is stamped when the authority answers.",
    )
