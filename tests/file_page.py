"""A page that sends files, in Python: what docs/signalling.md says of it, and also what no honest page would do."""

import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx

from rvr_console.intake.file_intake import FileIntake, Intake
from rvr_console.intake.open_files import OpenFiles
from rvr_console.system.clock import SystemClock
from rvr_console.video.call_files import CallFiles, FileLine
from rvr_console.video.signalling import DeskSignalling
from rvr_console.video.signalling_events import DeviceAdmitted, DeviceKnocked, GatewayUp
from rvr_console.wire import link_secret
from rvr_console.wire.encoding import b64u, from_b64u
from rvr_console.wire.file_signals import FileAccepted, FileOffer, FilesOpen
from rvr_console.wire.upload_sealing import seal_file, sealed_size, wrap_file_key
from tests.file_desk import MemorySink, Told
from tests.gateway_peer import Desk, Gateway, Page, TestSigner, leaving

TUS = {"Tus-Resumable": "1.0.0"}


class FileTakingDesk(Desk):
    """The desk's signalling with the console's own intake behind it."""

    def __init__(self, gateway: Gateway, signer: TestSigner, sink: MemorySink) -> None:
        super().__init__(gateway, signer)
        self.sink, self.told, self._gateway = sink, Told(), gateway
        self.intake = Intake(gateway.url, sink, self.told, SystemClock())
        self.door: FileIntake = self.intake.door("c-1")
        self._files = CallFiles(self.door)

    def _on_event(self, event: object) -> None:
        super()._on_event(event)
        self._files.take(event)

    def opened(self, secret: link_secret.LinkSecret) -> None:
        self.door.open(secret, FileLine(self._send, self.signalling))

    def _send(self, signal: object) -> None:
        with contextlib.suppress(Exception):
            self.signalling._table.send(signal)

    async def killed(self, secret: link_secret.LinkSecret, kept: OpenFiles | None = None) -> None:
        """A console started anew on the same link: another key, and of its files only what it had noted."""
        await self.intake.stop()
        self.intake = Intake(self._gateway.url, self.sink, self.told, SystemClock(), kept)
        await self.intake.go_on()
        self.door = self.intake.door("c-1")
        self._files = CallFiles(self.door)
        self.opened(secret)
        self.door.gateway_up()
        self.door.page_here("device")


@dataclass
class Sender:
    """An admitted page, and the desk that takes its files."""

    gateway: Gateway
    secret: link_secret.LinkSecret
    desk: FileTakingDesk
    page: Page
    http: httpx.AsyncClient = field(repr=False)

    @property
    def sink(self) -> MemorySink:
        return self.desk.sink

    async def desk_key(self, count: int = 1) -> bytes:
        return from_b64u((await self.page.wait_signal(FilesOpen, count)).key, length=32)

    async def offer(self, size: int, *, name: str = "a.jpg", key_count: int = 1, **more: object) -> "Sent":
        upload_id, key = secrets.token_hex(16), secrets.token_bytes(32)
        return await self.offer_again(
            Sent(self, upload_id, key, size), name=name, key_count=key_count, **more
        )

    async def offer_again(
        self, sent: "Sent", *, name: str = "a.jpg", key_count: int = 1, **more: object
    ) -> "Sent":
        room, raw_id = self.secret.room, bytes.fromhex(sent.id)
        wrapped = wrap_file_key(await self.desk_key(key_count), sent.key, room, raw_id)
        fields = {"id": sent.id, "name": name, "size": sent.size, "type": "image/jpeg", "key": b64u(wrapped)}
        await self.page.send(FileOffer.model_validate({**fields, **more}))
        return sent

    async def send(self, data: bytes, **more: object) -> "Sent":
        """Offered, accepted and sent in one piece, all as it should be."""
        sent = await self.offer(len(data), **more)
        await sent.accepted()
        assert await sent.patch(0, sent.sealed(data)) == 204
        return sent


@dataclass
class Sent:
    """One upload as the page knows it."""

    sender: Sender
    id: str
    key: bytes = field(repr=False)
    size: int

    async def accepted(self) -> None:
        await self.sender.page._until(
            lambda: any(isinstance(s, FileAccepted) and s.id == self.id for s in self.sender.page.signals)
        )

    async def said(self, kind: type, check=lambda _signal: True) -> object:
        def found() -> object:
            those = (s for s in self.sender.page.signals if isinstance(s, kind) and s.id == self.id)
            return next((s for s in those if check(s)), None)

        return await self.sender.page._until(found)

    def sealed(self, data: bytes, **more: object) -> bytes:
        return seal_file(self.key, bytes.fromhex(self.id), data, **more)

    @property
    def sealed_size(self) -> int:
        return sealed_size(self.size)

    def headers(self, secret: link_secret.LinkSecret | None = None, auth: bytes = b"") -> dict[str, str]:
        secret = secret or self.sender.secret
        return {**TUS, "Authorization": f"Bearer {secret.room_text}.{b64u(auth or secret.auth)}"}

    async def request(self, method: str, body: bytes | None = None, **headers: str) -> httpx.Response:
        url = f"{self.sender.gateway.url}/files/{self.id}"
        return await self.sender.http.request(
            method, url, content=body, headers={**self.headers(), **headers}
        )

    async def patch(self, offset: int, body: bytes, **headers: str) -> int:
        more = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset), **headers}
        return (await self.request("PATCH", body, **more)).status_code

    async def held(self) -> int:
        return int((await self.request("HEAD")).headers["Upload-Offset"])


@contextlib.asynccontextmanager
async def sending(gateway: Gateway, signer: TestSigner) -> AsyncIterator[Sender]:
    """A fresh link with an admitted page on it."""
    secret, sink = link_secret.new(secrets.token_bytes), MemorySink()
    desk = FileTakingDesk(gateway, signer, sink)
    desk.opened(secret)
    page = Page(gateway, secret)
    async with httpx.AsyncClient(timeout=20, trust_env=False) as http, leaving(page, desk):
        try:
            await desk.signalling.issue(secret, time.time() + 3600)
            await desk.signalling.join(secret, 1)
            await desk.wait_for(GatewayUp)
            await page.open()
            knock = await desk.wait_for(DeviceKnocked)
            await desk.signalling.admit(knock.connection, "Sam")
            await desk.wait_for(DeviceAdmitted)
            yield Sender(gateway, secret, desk, page, http)
        finally:
            await desk.intake.stop()


__all__ = ["DeskSignalling", "FileTakingDesk", "Sender", "Sent", "sending"]
