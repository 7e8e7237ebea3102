"""Lists and answers about revoked certificates over HTTP (RFC 5280, section 4.2.1.13; RFC 6960, appendix A). Plain HTTP is usual: the answers are signed."""

import functools
import ssl
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from rvr_console.errors import ServiceDownError
from rvr_console.system.limited_answer import read_limited

CRL_LIMIT, OCSP_LIMIT = 2 * 1024 * 1024, 64 * 1024
_CONNECT_SECONDS = 2.0


class HttpRevocation:
    """Implements RevocationSource. The force's proxy is taken from the environment; redirects are not followed."""

    def crl(self, url: str, seconds: float) -> bytes:
        """At most CRL_LIMIT bytes. Raises ServiceDownError."""
        return _in_time(seconds, lambda end: _asked("GET", url, None, CRL_LIMIT, end))

    def ocsp(self, url: str, request: bytes, seconds: float) -> bytes:
        """At most OCSP_LIMIT bytes. Raises ServiceDownError."""
        return _in_time(seconds, lambda end: _asked("POST", url, request, OCSP_LIMIT, end))


def _in_time(seconds: float, ask: Callable[[float], bytes]) -> bytes:
    """On a thread of its own, for looking up a name has no time limit: who waits goes on, the thread ends when it can."""
    given: list[bytes] = []
    failed: list[ServiceDownError] = []
    end = time.monotonic() + seconds

    def run() -> None:
        try:
            given.append(ask(end))
        except ServiceDownError as error:
            failed.append(error)

    asking = threading.Thread(target=run, name="revocation", daemon=True)
    asking.start()
    asking.join(seconds)
    if given:
        return given[0]
    raise failed[0] if failed else _down("does not answer in time")


@functools.cache
def _tls() -> ssl.SSLContext:
    """Made once: it takes longer than an answer."""
    return httpx.create_ssl_context()


def _asked(method: str, url: str, body: bytes | None, limit: int, end: float) -> bytes:
    parts = _checked(url)
    headers = {"Accept-Encoding": "identity"}
    if body is not None:
        headers |= {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}
    left = max(end - time.monotonic(), 0.01)
    timeout = httpx.Timeout(left, connect=min(left, _CONNECT_SECONDS))
    try:
        with (
            httpx.Client(verify=_tls(), timeout=timeout, follow_redirects=False, trust_env=True) as client,
            client.stream(method, parts, content=body, headers=headers) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise _down(f"answers with status {answer.status_code}")
            if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise _down("gives an answer that is packed")
            return read_limited(answer, limit, end, _down)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise _down("cannot be reached") from error


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname)
    except ValueError as error:
        raise _down("has an address that cannot be used") from error
    if parts.scheme.lower() not in {"http", "https"} or not named or parts.username:
        raise _down("has an address that is not asked")
    return url


def _down(what: str) -> ServiceDownError:
    return ServiceDownError(
        f"The place that knows which certificates are revoked {what}.",
        kept="What was signed is kept.",
        todo="Go on working; the seal says what could not be proved.",
    )
