"""Sealed files fetched from the gateway over HTTP, and the gateway told to forget them. Blocking: used on the intake's threads."""

import ipaddress
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from rvr_console.errors import BugError, RefusedError, ServiceDownError
from rvr_console.wire.encoding import b64u
from rvr_console.wire.link_secret import LinkSecret

_CONNECT_S = 4.0
_SILENCE_S = 15.0


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
        self._client = httpx.Client(
            base_url=gateway_url,
            timeout=httpx.Timeout(_SILENCE_S, connect=_CONNECT_S),
            follow_redirects=False,
            trust_env=not near,
            verify=tls if tls is not None else True,
        )

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
            with self._client.stream("GET", f"/files/{upload_id}", headers=headers) as answer:
                if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                    return
                if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
                    raise RefusedError(
                        "The gateway does not hold this file any more.", todo="Ask for the file again."
                    )
                begins = answer.headers.get("Content-Range", "").startswith(f"bytes {offset}-")
                if answer.status_code != httpx.codes.PARTIAL_CONTENT or not begins:
                    raise _down()
                yield from answer.iter_raw()
        except (httpx.HTTPError, httpx.InvalidURL):
            raise _down() from None

    def drop(self, secret: LinkSecret, upload_id: str) -> None:
        """The gateway forgets the bytes; one that knows nothing of them is content. Raises ServiceDownError."""
        try:
            answer = self._client.delete(f"/files/{upload_id}", headers=self._headers(secret))
        except (httpx.HTTPError, httpx.InvalidURL):
            raise _down() from None
        if answer.status_code not in (httpx.codes.NO_CONTENT, httpx.codes.NOT_FOUND):
            raise _down()

    def close(self) -> None:
        self._client.close()
