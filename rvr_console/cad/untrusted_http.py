"""HTTP to a CAD gateway whose answers may be wrong, huge, endless or not JSON at all."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from rvr_console.errors import RefusedError, ServiceDownError

CONNECT_SECONDS = 2.0
KEPT = "Nothing is lost: what this desk does is kept here and sent when CAD answers."
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def down(what: str) -> ServiceDownError:
    return ServiceDownError(what, kept=KEPT, todo="Go on working; use the radio for anything urgent.")


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """untrusted_body: at most the asked-for number of bytes, of type application/json."""

    status: int
    untrusted_body: bytes

    def untrusted_json(self) -> Any:
        """Any JSON value. Raises ServiceDownError: it is none."""
        try:
            return json.loads(self.untrusted_body)
        except (ValueError, RecursionError) as error:
            raise down("CAD gave an answer that is not its own (not JSON).") from error


class UntrustedHttp:
    """One connection pool to one CAD gateway. Proxies from the environment and redirects are not followed."""

    def __init__(self, base_url: str, token: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Raises RefusedError: the address would carry the token in clear over a network."""
        parts = urlsplit(base_url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise RefusedError(
                "The address of CAD is not safe to use.",
                kept="Nothing was sent.",
                todo="It must start with https://, unless CAD runs on this machine.",
            )
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers=headers,
            timeout=httpx.Timeout(5.0, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4),
            follow_redirects=False,
            trust_env=False,
            transport=transport,
        )

    async def ask(
        self, method: str, path: str, *, seconds: float, limit: int, body: bytes | None = None
    ) -> RawAnswer:
        """One call, answered in full within `seconds` and `limit` bytes. Raises ServiceDownError."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        timeout = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
        try:
            async with (
                asyncio.timeout(seconds),
                self._client.stream(method, path, content=body, headers=headers, timeout=timeout) as answer,
            ):
                return RawAnswer(answer.status_code, await _limited(answer, limit))
        except TimeoutError as error:
            raise down("CAD does not answer in time.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise down("CAD cannot be reached.") from error

    async def close(self) -> None:
        await self._client.aclose()


async def _limited(answer: httpx.Response, limit: int) -> bytes:
    if answer.status_code in (401, 403):
        raise down("CAD does not accept this desk's key.")
    if answer.status_code == 429 or answer.status_code >= 500:
        raise down("CAD answers that it cannot work just now.")
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or "Content-Encoding" in answer.headers:
        raise down("CAD gave an answer that is not its own (not plain JSON).")
    untrusted_body = bytearray()
    async for chunk in answer.aiter_raw(65536):
        untrusted_body += chunk
        if len(untrusted_body) > limit:
            raise down("CAD gave an answer that is far too large.")
    return bytes(untrusted_body)
