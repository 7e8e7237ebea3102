"""Who may send or fetch which sealed file, one writer at a time, and the desk told how it grows.

Lives on the server's loop; the store works on a thread of its own.
"""

import asyncio
import hashlib
import hmac
import logging
import re
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from rvr_console.errors import RefusedError, StorageError, UntrustedInputError
from rvr_console.gateway.limits import UPLOAD_REQUESTS, AddressLimits, Bucket
from rvr_console.gateway.rooms import Room, Rooms
from rvr_console.gateway.upload_store import Upload, UploadRefusedError, UploadStore
from rvr_console.wire.encoding import from_b64u
from rvr_console.wire.gateway_messages import Expect, Expected, Grew

T = TypeVar("T")
BLOCK = 4 * 1024 * 1024
"""Bytes taken before they are made durable, and read at once."""
SILENCE_S = 30.0
WRITERS = 64
_TELL_EVERY_S = 0.25
_EXPIRE_EVERY_S = 60.0
_BEARER = re.compile(r"Bearer ([0-9a-f]{32})\.([A-Za-z0-9_-]{43})\Z")
_log = logging.getLogger(__name__)


class BusyError(RefusedError):
    """Too many at once, or too often."""


class UnavailableError(RefusedError):
    """Unknown, wrong, another link's, closed: one answer for all."""


class Uploads:
    def __init__(self, store: UploadStore, rooms: Rooms) -> None:
        self._store, self._rooms = store, rooms
        self._worker = ThreadPoolExecutor(1, "gateway-uploads")
        self._writing: dict[str, asyncio.Task[Upload]] = {}
        self._telling: dict[str, asyncio.TimerHandle] = {}
        self._grown: dict[str, Upload] = {}
        self._rates: dict[str, Bucket] = {}

    @property
    def limits(self) -> AddressLimits:
        return self._rooms.limits

    async def _ask(self, act: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, partial(act, *arguments))

    async def keep_tidy(self) -> None:
        """Forget what is 24 hours old, for as long as the gateway runs."""
        while True:
            try:
                await self._ask(self._store.expire)
            except StorageError as error:
                _log.error("%s", error.in_words())
            await asyncio.sleep(_EXPIRE_EVERY_S)

    def shut(self) -> None:
        for timer in self._telling.values():
            timer.cancel()
        self._worker.shutdown()

    # The desk

    async def expect(self, room: Room, wanted: Expect) -> Expected:
        try:
            upload = await self._ask(
                self._store.expect, wanted.upload, room.link.room, room.link.auth_hash, wanted.size
            )
        except UploadRefusedError as refused:
            return Expected(upload=wanted.upload, reason=refused.reason)
        except StorageError as error:
            _log.error("%s", error.in_words())
            return Expected(upload=wanted.upload, reason="full")
        return Expected(upload=wanted.upload, bytes=upload.held)

    def _tell(self, upload: Upload) -> None:
        """The desk learns of growth four times a second at most, and of the end at once."""
        waiting = self._telling.get(upload.id)
        if upload.complete:
            if waiting is not None:
                waiting.cancel()
            self._tell_now(upload)
            return
        self._grown[upload.id] = upload
        if waiting is None:
            loop = asyncio.get_running_loop()
            self._telling[upload.id] = loop.call_later(_TELL_EVERY_S, self._tell_later, upload.id)

    def _tell_later(self, upload_id: str) -> None:
        self._tell_now(self._grown[upload_id])

    def _tell_now(self, upload: Upload) -> None:
        self._telling.pop(upload.id, None)
        self._grown.pop(upload.id, None)
        self._rooms.tell_desk(upload.room, Grew(upload=upload.id, bytes=upload.held))

    async def _tell_full(self, upload: Upload) -> None:
        now = await self._ask(self._store.find, upload.id) or upload
        self._rooms.tell_desk(now.room, Grew(upload=now.id, bytes=now.held, full=True))

    # Over HTTP

    def _may_ask(self, address: str) -> bool:
        bucket = self._rates.get(address)
        if bucket is None:
            if len(self._rates) >= 10_000:
                self._rates.clear()
            bucket = self._rates[address] = Bucket(UPLOAD_REQUESTS, time.monotonic)
        return bucket.spend() and self.limits.may_try(address)

    async def find(self, upload_id: str, untrusted_bearer: str, address: str, *, writes: bool) -> Upload:
        """The upload, if whoever asks holds its link. writes: also that the link is open and its call has begun.

        Raises BusyError, UnavailableError.
        """
        if not self._may_ask(address):
            raise BusyError("Too many requests.")
        match = _BEARER.match(untrusted_bearer)
        upload = await self._ask(self._store.find, upload_id)
        expected = upload.auth_hash if upload is not None else "0" * 64
        given = _digest(match[2]) if match else ""
        right = match is not None and hmac.compare_digest(given, expected)
        if not right or upload is None or match is None or upload.room != match[1]:
            self.limits.was_wrong(address)
            raise UnavailableError("There is no such upload.")
        if writes and not await self._rooms.has_begun(upload.room):
            raise UnavailableError("There is no such upload.")
        return upload

    async def current(self, upload: Upload) -> Upload:
        """As it is once a writer that may have lost its line has ended."""
        await self._interrupt(upload.id)
        return await self._ask(self._store.find, upload.id) or upload

    async def _interrupt(self, upload_id: str) -> None:
        writer = self._writing.pop(upload_id, None)
        if writer is not None:
            writer.cancel()
            await asyncio.wait({writer})

    async def write(self, upload: Upload, offset: int, body: AsyncIterator[bytes]) -> Upload:
        """Append a request's body. A writer that comes later ends this one. Raises BusyError, UploadRefusedError, StorageError."""
        await self._interrupt(upload.id)
        if len(self._writing) >= WRITERS:
            raise BusyError("Too many files at once.")
        task = asyncio.create_task(self._take(upload, offset, body))
        self._writing[upload.id] = task
        try:
            return await task
        except StorageError:
            await self._tell_full(upload)
            raise
        except asyncio.CancelledError:
            if task.cancelled() and (own := asyncio.current_task()) is not None and not own.cancelling():
                raise BusyError("Another request goes on with this upload.") from None
            task.cancel()
            raise
        finally:
            if self._writing.get(upload.id) is task:
                del self._writing[upload.id]

    async def _take(self, upload: Upload, offset: int, body: AsyncIterator[bytes]) -> Upload:
        """One block becomes durable while the next one comes."""
        # Pieces as they came: putting them together costs more than writing them one by one.
        block: list[bytes] = []
        gathered = 0
        settling: asyncio.Task[Upload] | None = None

        async def settled() -> None:
            nonlocal upload, settling
            if settling is not None:
                upload = await asyncio.shield(settling)  # cancelled: it goes on, and is waited for below
                settling = None
                self._tell(upload)

        async def settle() -> None:
            nonlocal block, gathered, settling
            await settled()
            if block:
                full, block, gathered = block, [], 0
                settling = asyncio.create_task(self._ask(self._store.append, upload.id, upload.held, full))

        pieces, come = aiter(body), offset
        try:
            while True:
                async with asyncio.timeout(SILENCE_S):
                    piece = await anext(pieces)
                come += len(piece)
                if come > upload.size:
                    raise UploadRefusedError("too_large")
                if piece:
                    block.append(piece)
                gathered += len(piece)
                if gathered >= BLOCK:
                    await settle()
        except (StopAsyncIteration, TimeoutError):
            pass
        finally:
            # Also when the line was lost: what has come need not come again.
            await settle()
            await settled()
        return upload

    async def read(self, upload: Upload, offset: int, end: int) -> AsyncIterator[bytes]:
        """Bytes offset … end-1 of what is held."""
        while offset < end:
            data = await self._ask(self._store.read, upload.id, offset, min(BLOCK // 4, end - offset))
            if not data:
                return
            offset += len(data)
            yield data

    async def drop(self, upload: Upload) -> None:
        await self._interrupt(upload.id)
        await self._ask(self._store.drop, upload.id)


def _digest(untrusted_auth: str) -> str:
    try:
        return hashlib.sha256(from_b64u(untrusted_auth, length=32)).hexdigest()
    except UntrustedInputError:
        return ""
