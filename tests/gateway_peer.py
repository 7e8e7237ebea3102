"""For the gateway's tests: a test authority, the real gateway process, a desk and a victim's page in Python.

The victim here is a whole peer of its own: it speaks what docs/signalling.md says of the page, over a real WebSocket.
"""

import asyncio
import contextlib
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from rvr_console.video.signalling import DeskSignalling
from rvr_console.wire import link_secret, sealing, signals
from rvr_console.wire.encoding import b64u, from_b64u


class TestAuthority:
    """A force's authority for tests, clearly named TEST."""

    __test__ = False

    def __init__(self, name: str = "TEST authority") -> None:
        self.name = name
        self.key = Ed25519PrivateKey.generate()
        self.certificate = self.certify(name, self.key, ca=True)

    def certify(
        self,
        name: str,
        key: object,
        *,
        ca: bool = False,
        start_h: float = -1,
        end_h: float = 24,
        sign: bool = True,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        usage = x509.KeyUsage(
            digital_signature=sign,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=ca,
            crl_sign=ca,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(hours=start_h))
            .not_valid_after(now + timedelta(hours=end_h))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(usage, critical=True)
        )
        return builder.sign(self.key, None)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


class TestSigner:
    """A desk's signing identity under an authority."""

    __test__ = False

    def __init__(self, authority: TestAuthority, **certificate: object) -> None:
        self.key = Ed25519PrivateKey.generate()
        made = authority.certify("TEST desk", self.key, **certificate)
        self.certificates_pem = made.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)


class Gateway:
    """The gateway as a process of its own, on a port that stays the same over restarts."""

    def __init__(self, folder: Path, authority: TestAuthority) -> None:
        self.data = folder / "gateway"
        self.log = folder / "gateway.log"
        self._authority = folder / "authority.pem"
        self._authority.write_bytes(authority.pem)
        self._pages = folder / "pages"
        self._pages.mkdir(exist_ok=True)
        (self._pages / "index.html").write_text("<!doctype html><title>Test page</title>")
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def command(self, port: int) -> list[str]:
        options = {
            "--port": port,
            "--data": self.data,
            "--authority": self._authority,
            "--pages": self._pages,
        }
        words = [str(word) for pair in options.items() for word in pair]
        return [sys.executable, "-m", "rvr_console.gateway", *words]

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self.command(self.port), stdout=subprocess.PIPE, stderr=log)
        ready = json.loads(self._process.stdout.readline() or b"{}")
        assert ready.get("ready") == "gateway", self.log.read_text()
        self.port = ready["port"]

    def stop(self, *, kill: bool = False) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill() if kill else process.terminate()
        process.stdout.close()
        return process.wait(15)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Desk:
    """DeskSignalling with its events in a list that can be waited on."""

    def __init__(self, gateway: Gateway, signer: TestSigner) -> None:
        self.events: list[object] = []
        self._changed = asyncio.Event()
        self.signalling = DeskSignalling(gateway.url, signer, self._on_event)

    def _on_event(self, event: object) -> None:
        self.events.append(event)
        self._changed.set()

    async def wait_for(self, kind: type, count: int = 1, within_s: float = 10) -> object:
        """The count-th event of this kind."""
        async with asyncio.timeout(within_s):
            while len(found := [event for event in self.events if isinstance(event, kind)]) < count:
                self._changed.clear()
                await self._changed.wait()
        return found[count - 1]

    async def wait_signal(self, kind: type, count: int = 1, within_s: float = 10) -> object:
        async with asyncio.timeout(within_s):
            while (
                len(found := [e for e in self.events if isinstance(getattr(e, "signal", None), kind)]) < count
            ):
                self._changed.clear()
                await self._changed.wait()
        return found[count - 1].signal


async def issued(
    gateway: Gateway, signer: TestSigner, life_s: float = 3600
) -> tuple[link_secret.LinkSecret, Desk]:
    """A fresh link and a desk that is in its room."""
    from rvr_console.video.signalling_events import GatewayUp

    secret, desk = link_secret.new(secrets.token_bytes), Desk(gateway, signer)
    await desk.signalling.issue(secret, time.time() + life_s)
    await desk.signalling.join(secret, 1)
    await desk.wait_for(GatewayUp)
    return secret, desk


class Refused(Exception):
    """The gateway refused: the reason it gave."""


class Page:
    """The page's side of one device. mangle: may change, drop or repeat bodies on their way out."""

    def __init__(
        self, gateway: Gateway, secret: link_secret.LinkSecret, browser: str = "Test browser"
    ) -> None:
        self._url = f"ws://127.0.0.1:{gateway.port}/ws/page"
        self.secret = secret
        self.device = ec.generate_private_key(ec.SECP256R1())
        self.browser = browser
        self.frames: list[dict[str, object]] = []
        self.signals: list[object] = []
        self.bodies: list[bytes] = []
        self.session: sealing.Session | None = None
        self.words: tuple[str, ...] = ()
        self.epoch = 0
        self.close_code: int | None = None
        self.mangle: Callable[[bytes], list[bytes]] = lambda body: [body]
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.socket = None

    async def open(self, *, auth: bytes | None = None, room: str | None = None) -> "Page":
        """Connect and say hello; the handshake then runs by itself. Raises Refused."""
        self.socket = await connect(
            self._url, ping_interval=None, compression=None, proxy=None, close_timeout=0.5
        )
        self.close_code = None
        hello = {
            "t": "hello",
            "v": 1,
            "room": room or self.secret.room_text,
            "auth": b64u(auth or self.secret.auth),
        }
        start = len(self.frames)
        # Refused before the hello: the reason still waits to be read.
        with contextlib.suppress(ConnectionClosed):
            await self.socket.send(json.dumps(hello))
        self._task = asyncio.create_task(self._read())
        frame = await self._until(lambda: self.frames[start] if len(self.frames) > start else None)
        if frame["t"] == "refused":
            await self.close()
            raise Refused(frame["reason"])
        assert frame["t"] == "welcome"
        return self

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                frame = json.loads(text)
                if frame["t"] == "ping":
                    await self.socket.send(json.dumps({"t": "pong", "n": frame["n"]}))
                    continue
                if frame["t"] == "relay":
                    await self._take(from_b64u(frame["body"]))
                self.frames.append(frame)
                self._changed.set()
        except ConnectionClosed:
            pass
        finally:
            self.close_code = self.socket.close_code or 1006
            self._changed.set()

    async def _take(self, body: bytes) -> None:
        self.bodies.append(body)
        if body[0] == sealing.HAIL:
            await self._knock(sealing.open_hail(self.secret.psk, self.secret.room, body))
            return
        signal = signals.decode_from_desk(self.session.open(body))
        if isinstance(signal, signals.Waiting):
            self.words = self.handshake.words(from_b64u(signal.word_nonce))
        if isinstance(signal, signals.Chat):
            await self.send(signals.Received(id=signal.id))
        self.signals.append(signal)

    async def _knock(self, hail: sealing.Hail) -> None:
        assert hail.epoch >= self.epoch, "old epoch"
        self.epoch = hail.epoch
        self.handshake = sealing.PageHandshake(self.secret.psk, self.secret.room, hail, secrets.token_bytes)
        self.session = self.handshake.session
        point = self.device.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        r, s = decode_dss_signature(
            self.device.sign(sealing.device_challenge(self.session.digest), ec.ECDSA(hashes.SHA256()))
        )
        knock = signals.Knock(
            device_key=b64u(point),
            signature=b64u(r.to_bytes(32, "big") + s.to_bytes(32, "big")),
            browser=self.browser,
            checks={"Camera": "Works"},
        )
        await self.relay(self.handshake.knock(signals.encode(knock)))

    async def relay(self, body: bytes) -> None:
        for changed in self.mangle(body):
            await self.socket.send(json.dumps({"t": "relay", "body": b64u(changed)}))

    async def send(self, signal: object) -> None:
        await self.relay(self.session.seal(signals.encode(signal)))

    async def _until(self, found: Callable[[], object], within_s: float = 10) -> object:
        async with asyncio.timeout(within_s):
            while not (value := found()):
                self._changed.clear()
                await self._changed.wait()
        return value

    async def wait_signal(self, kind: type, count: int = 1, within_s: float = 10) -> object:
        def found() -> object:
            those = [signal for signal in self.signals if isinstance(signal, kind)]
            return those[count - 1] if len(those) >= count else None

        return await self._until(found, within_s)

    async def wait_closed(self, within_s: float = 10) -> int:
        return await self._until(lambda: self.close_code, within_s)

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)


@contextlib.asynccontextmanager
async def leaving(*others: object):
    """Close pages and leave rooms at the end, whatever happened."""
    try:
        yield
    finally:
        for other in others:
            await (other.close() if isinstance(other, Page) else other.signalling.leave())


SDP = "v=0\r\na=fingerprint:sha-256 {}\r\n"


def description(kind: type, fingerprint: bytes, call: int = 1) -> object:
    coloned = ":".join(f"{byte:02X}" for byte in fingerprint)
    return kind(call=call, sdp=SDP.format(coloned), fingerprint=fingerprint.hex())
