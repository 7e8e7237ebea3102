"""The desk that page tests hold in hand, with aiortc at its end of the call, and the real gateway as a process."""

import asyncio
import hashlib
import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from av import VideoFrame
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from rvr_console.wire import link_secret, signals
from rvr_console.wire.desk_messages import CloseLink, IssueLink, JoinRoom, sign_statement
from rvr_console.wire.encoding import b64u, from_b64u
from rvr_console.wire.gateway_messages import TO_DESK, decode
from rvr_console.wire.sealing import DeskHandshake, check_device_signature
from tests.file_desk import TakesFiles
from tests.gateway_peer import TestAuthority, TestSigner

ROOT = Path(__file__).parents[2]
JOIN = ROOT / "resources" / "join"


class SmallPicture(VideoStreamTrack):
    """Ten small pictures a second."""

    async def recv(self) -> VideoFrame:
        for _ in range(3):
            pts, time_base = await self.next_timestamp()
        frame = VideoFrame(160, 120, "yuv420p")
        frame.pts, frame.time_base = pts, time_base
        return frame


class Peer:
    """The desk's end of one media connection: aiortc, which also lets a test send what is not so."""

    def __init__(self, offered: tuple[int, str]) -> None:
        self.offered = offered
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.channel: asyncio.Future = asyncio.get_running_loop().create_future()
        self.connection.on("datachannel", self._channel_opened)
        self.first_message: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.sink = MediaBlackhole()
        self.connection.on("track", self.sink.addTrack)

    def _channel_opened(self, channel) -> None:
        channel.on("message", lambda text: self.first_message.done() or self.first_message.set_result(text))
        self.channel.set_result(channel)

    async def answer(self, sdp: str) -> tuple[str, bytes]:
        """(answer's sdp, own fingerprint)"""
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        for transceiver in self.connection.getTransceivers():
            transceiver.sender.replaceTrack(
                AudioStreamTrack() if transceiver.kind == "audio" else SmallPicture()
            )
            transceiver.direction = "sendrecv"
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        await self.sink.start()
        own = self.connection.localDescription.sdp
        # aiortc offers three hashes of its certificate; the document takes SHA-256 alone.
        lines = [
            line
            for line in own.split("\r\n")
            if not line.startswith(("a=fingerprint:sha-384", "a=fingerprint:sha-512"))
        ]
        mine = next(line for line in lines if line.startswith("a=fingerprint:sha-256")).split(" ")[1]
        return "\r\n".join(lines), bytes.fromhex(mine.replace(":", ""))

    async def close(self) -> None:
        await self.sink.stop()
        await self.connection.close()


class Desk(TakesFiles):
    """A console as docs/signalling.md has it, on a loop in a thread of its own. The test reads `signals` and sends."""

    def __init__(self, port: int, signer: TestSigner) -> None:
        self.secret = link_secret.new(secrets.token_bytes)
        self.url = f"http://127.0.0.1:{port}/#{self.secret.reveal()}"
        self._signer = signer
        self.epoch = 0
        self.admits = True
        self.answers = True
        self.wrong_mac = False
        self.ice_servers: list[signals.IceServer] = []
        self.signals: list[tuple[str, object]] = []
        self.peers: list[Peer] = []
        self.device_keys: list[str] = []
        self.port = port
        self._sessions: dict[str, object] = {}
        self._handshakes: dict[str, DeskHandshake] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test-desk")
        self._thread.start()

    # -- for the test's thread
    def call(self, coroutine, seconds: float = 10.0):
        future: Future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        return future.result(seconds)

    def until(self, check: Callable[[], object], seconds: float = 15.0) -> object:
        with self._changed:
            assert self._changed.wait_for(check, seconds), (
                f"not in {seconds} s; last: {[kind for kind, _ in self.signals[-8:]]}"
            )
            return check()

    def wait(self, kind: str, count: int = 1, seconds: float = 15.0):
        """The count-th signal of this kind."""

        def found() -> list[object]:
            return [signal for name, signal in self.signals if name == kind]

        self.until(lambda: len(found()) >= count, seconds)
        return found()[count - 1]

    def send(self, signal) -> None:
        self.call(self._send(self._connection, signal))

    def join(self) -> None:
        self.call(self._join())

    def close_link(self) -> None:
        statement = CloseLink(room=self.secret.room_text, epoch=self.epoch)
        self.call(self._socket.send(sign_statement(statement, self._signer).model_dump_json()))
        self.until(lambda: ("done", "close") in self.signals)

    def drop_page(self) -> None:
        self.call(self._socket.send(json.dumps({"t": "drop", "connection": self._connection})))

    def lose_media(self) -> None:
        self.call(self.peers[-1].close())

    def stop(self) -> None:
        self.call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    # -- on the desk's loop
    def _note(self, kind: str, signal: object) -> None:
        with self._changed:
            self.signals.append((kind, signal))
            self._changed.notify_all()

    async def _join(self) -> None:
        if self.epoch:
            await self._socket.close()
        self._socket = await connect(f"ws://127.0.0.1:{self.port}/ws/desk", compression=None)
        nonce = json.loads(await self._socket.recv())["nonce"]
        if not self.epoch:
            expires = int(time.time()) + 3600
            auth_hash = self.secret.auth_hash.hex()
            await self._state(
                IssueLink(room=self.secret.room_text, epoch=1, auth_hash=auth_hash, expires_at=expires)
            )
        self.epoch += 1
        await self._state(JoinRoom(room=self.secret.room_text, epoch=self.epoch, nonce=nonce))
        self._spawn(self._listen(self._socket))

    async def _state(self, statement) -> None:
        await self._socket.send(sign_statement(statement, self._signer).model_dump_json())
        answer = json.loads(await self._socket.recv())
        assert answer["t"] == "done", answer

    def _spawn(self, work) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._note("desk failed", repr(task.exception()))

    async def _listen(self, socket) -> None:
        with suppress(ConnectionClosed):
            async for text in socket:
                await self._take(json.loads(text))

    async def _take(self, frame: dict) -> None:
        if frame["t"] == "ping":
            await self._socket.send(json.dumps({"t": "pong", "n": frame["n"]}))
        elif frame["t"] == "done":
            self._note("done", frame["act"])
        elif frame["t"] == "victim":
            self._note("here" if frame["here"] else "gone", frame["connection"])
            if frame["here"]:
                await self._hail(frame["connection"])
        elif frame["t"] == "relay":
            await self._body(frame["connection"], from_b64u(frame["body"]))
        elif frame["t"] in {"expected", "grew"} and self.door is not None:
            self.door.gateway_said(decode(TO_DESK, json.dumps(frame)))

    async def _relay(self, connection: str, body: bytes) -> None:
        await self._socket.send(json.dumps({"t": "relay", "connection": connection, "body": b64u(body)}))

    async def _hail(self, connection: str) -> None:
        handshake = DeskHandshake(self.secret.psk, self.secret.room, self.epoch, secrets.token_bytes)
        self._handshakes[connection] = handshake
        await self._relay(connection, handshake.hail())

    async def _send(self, connection: str, signal) -> None:
        await self._relay(connection, self._sessions[connection].seal(signals.encode(signal)))

    async def _body(self, connection: str, body: bytes) -> None:
        if body[0] == 2:
            handshake = self._handshakes[connection]
            session, plain = handshake.answer(body)
            knock = signals.decode_knock(plain)
            key, signature = from_b64u(knock.device_key), from_b64u(knock.signature)
            self.device_keys.append(check_device_signature(key, signature, session.digest))
            self._sessions[connection], self._connection = session, connection
            self.words = session.words(handshake.word_nonce)
            await self._send(connection, signals.Waiting(word_nonce=b64u(handshake.word_nonce)))
            self._note("knock", knock)
            if self.admits:
                await self._admit(connection)
            return
        signal = signals.decode_from_page(self._sessions[connection].open(body))
        if signal.kind == "offer" and self.answers:
            await self._answer(connection, signal)
        elif signal.kind.startswith("file_") and self.door is not None:
            self.door.page_said(signal)
        self._note(signal.kind, signal)

    async def _admit(self, connection: str) -> None:
        await self._socket.send(json.dumps({"t": "admit", "connection": connection}))
        servers, relay = self.ice_servers, bool(self.ice_servers)
        admitted = signals.Admitted(epoch=self.epoch, name="Amara", ice_servers=servers, relay_only=relay)
        await self._send(connection, admitted)
        if self.door is not None:
            self.door.page_here(self.device_keys[-1])

    def admit(self) -> None:
        self.call(self._admit(self._connection))

    async def _answer(self, connection: str, offer: signals.Offer) -> None:
        known = [peer for peer in self.peers if peer.offered == (offer.call, offer.fingerprint)]
        peer = known[0] if known else Peer((offer.call, offer.fingerprint))
        sdp, own = await peer.answer(offer.sdp)
        await self._send(connection, signals.Answer(call=offer.call, sdp=sdp, fingerprint=own.hex()))
        if not known:  # else it is a renegotiation
            self.peers.append(peer)
            confirmation = self._sessions[connection].confirmation()
            self._spawn(self._confirm(peer, confirmation, own, offer.fingerprint_bytes))

    async def _confirm(self, peer: Peer, confirmation, own: bytes, theirs: bytes) -> None:
        text = await peer.first_message
        confirmation.check(text, own, theirs)
        (await peer.channel).send(
            confirmation.message(hashlib.sha256(own).digest() if self.wrong_mac else own, theirs)
        )
        self._note("confirmed", text)

    async def _stop(self) -> None:
        if self.epoch:
            await self._socket.close()
        await asyncio.gather(self.end_files(), *(peer.close() for peer in self.peers))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Gateway:
    """The real gateway, as a process on a free port."""

    def __init__(self, folder: Path) -> None:
        authority = TestAuthority()
        self.signer = TestSigner(authority)
        self._authority = folder / "authority.pem"
        self._authority.write_bytes(authority.pem)
        self._data = folder / "data"
        self.port = 0
        self.start()

    def start(self) -> None:
        arguments = [
            "--port",
            str(self.port),
            "--data",
            self._data,
            "--authority",
            self._authority,
            "--pages",
            JOIN,
        ]
        command = [sys.executable, "-m", "rvr_console.gateway", *map(str, arguments)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self._process.stdout.readline())["port"]

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)
        self._process.stdout.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"
