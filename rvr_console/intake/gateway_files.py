"""Sealed files fetched from the gateway over HTTP, and the gateway told to forget them. Blocking: used on the intake's threads.

By urllib3, not httpx: it reads a body straight into pieces of the size asked for, at a third of the cost.
"""

import ipaddress
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError

from rvr_console.errors import BugError, RefusedError, ServiceDownError
from rvr_console.wire.encoding import b64u
from rvr_console.wire.link_secret import LinkSecret
from rvr_console.wire.upload_sealing import SEALED_CHUNK

_CONNECT_S = 4.0
_SILENCE_S = 15.0
_KEPT = 8
"""Connections that stay open between requests."""


def _down() -> ServiceDownError:
    return ServiceDownError(
        "The gateway cannot be reached.",
        kept="What has come of the file is kept.",
        todo="The console goes on by itself.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class GatewayFiles:
    """Thread-safe. gateway_url: http(s) address, plain http on this machine only."""

    def __init__(self, gateway_url: str, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(gateway_url)
        near = _is_loopback(parts.hostname or "")
        if parts.scheme != "https" and not (parts.scheme == "http" and near):
            raise BugError("the gateway's address must be https (http only on this machine)")
        self._base = gateway_url.rstrip("/")
        self._pool = _pool(None if near else _proxy(parts), tls or ssl.create_default_context())

    @staticmethod
    def _headers(secret: LinkSecret) -> dict[str, str]:
        bearer = f"{secret.room_text}.{b64u(secret.auth)}"
        return {"Authorization": f"Bearer {bearer}", "Accept-Encoding": "identity"}

    def fetch(self, secret: LinkSecret, upload_id: str, offset: int) -> Iterator[bytes]:
        """What the gateway holds from this sealed byte on; nothing when it has no more yet.

        Raises ServiceDownError, RefusedError (it knows nothing of this upload, or not any more).
        """
        headers = {**self._headers(secret), "Range": f"bytes={offset}-"}
        try:
            with self._ask("GET", upload_id, headers) as answer:
                if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                    return
                if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
                    raise RefusedError(
                        "The gateway does not hold this file any more.", todo="Ask for the file again."
                    )
                begins = answer.headers.get("Content-Range", "").startswith(f"bytes {offset}-")
                if answer.status != HTTPStatus.PARTIAL_CONTENT or not begins:
                    raise _down()
                yield from answer.stream(SEALED_CHUNK, decode_content=False)
        except HTTPError:
            raise _down() from None

    def drop(self, secret: LinkSecret, upload_id: str) -> None:
        """The gateway forgets the bytes; one that knows nothing of them is content. Raises ServiceDownError."""
        try:
            with self._ask("DELETE", upload_id, self._headers(secret)) as answer:
                status = answer.status
                answer.drain_conn()
        except HTTPError:
            raise _down() from None
        if status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND):
            raise _down()

    def _ask(self, method: str, upload_id: str, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        url = f"{self._base}/files/{upload_id}"
        return self._pool.request(
            method, url, headers=headers, redirect=False, retries=False, preload_content=False
        )

    def close(self) -> None:
        self._pool.clear()


def _proxy(parts: SplitResult) -> str | None:
    """As this computer's settings say."""
    if proxy_bypass(parts.hostname or ""):
        return None
    return getproxies().get(parts.scheme)


def _pool(proxy: str | None, tls: ssl.SSLContext) -> urllib3.PoolManager:
    timeout = urllib3.Timeout(connect=_CONNECT_S, read=_SILENCE_S)
    if proxy is not None:
        return urllib3.ProxyManager(proxy, maxsize=_KEPT, timeout=timeout, ssl_context=tls)
    return urllib3.PoolManager(maxsize=_KEPT, timeout=timeout, ssl_context=tls)
