"""The engine port: the only module that knows wrtc. Values go in and come out; no engine object leaves it.

Everything here runs on the event loop of the media process. One `CallSession` is one peer connection; a rejoin is a new one.
"""

import asyncio
import contextlib
import hashlib
import logging
import re
import time
from collections.abc import Callable, Coroutine
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
import webrtc
from pydantic import BaseModel

from rvr_console.media.encoded_tap import TapCounts, copied, tap_main
from rvr_console.media.peer_channel import PeerChannel
from rvr_console.media.pictures import MAX_SOURCE_SIDE, PlanarPicture, plane_strides
from rvr_console.media.speaker import SAMPLE_RATE
from rvr_console.media.track_order import TapFrame
from rvr_console.wire import media_messages as wire

_LOG = logging.getLogger(__name__)
KEY_FRAME_EVERY_S = 4.0  # an exact seek decodes from the last key frame on
_KEY_FRAME_APART_S = 0.3
_KEY_FRAME_PATIENCE_S = 2.0
_FINGERPRINT = re.compile(
    r"^a=fingerprint:sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})\r?$", re.IGNORECASE | re.MULTILINE
)
_OTHER_FINGERPRINT = re.compile(r"^a=fingerprint:(?!sha-256 ).*\r?\n?", re.IGNORECASE | re.MULTILINE)
_MIME = {"video": "video/VP8", "audio": "audio/opus"}
_RESENT = "video/rtx"
_PLACES: dict[str, tuple[wire.TrackName, ...]] = {"audio": ("audio",), "video": ("video", "screen")}
# rotation is asked to be in the pixels: a recording of the received bits would lose it in a header extension
_EXTENSIONS_OFF = {"urn:3gpp:video-orientation"}
_EXTENSIONS_ON = {
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
}
refused = (webrtc.RTCException, ValueError, TypeError)


def engine_name() -> str:
    return f"wrtc {version('wrtc')}"


def allow_loopback() -> None:
    """For tests and the demo on one computer; before the first connection."""
    webrtc.allow_loopback()


def described_fingerprints(sdp: str) -> set[str]:
    """SHA-256 fingerprints of a description, lower-case hex without colons (RFC 8122)."""
    return {value.replace(":", "").lower() for value in _FINGERPRINT.findall(sdp)}


class OfficerTracks:
    """Our own picture and sound as tracks; the same tracks serve every session of the process."""

    def __init__(self) -> None:
        self._video = webrtc.VideoTrackGenerator()
        self._audio = webrtc.MediaStreamTrackGenerator("audio")
        self._video_out = self._video.writable.get_writer()
        self._audio_out = self._audio.writable.get_writer()
        self.tracks: dict[str, Any] = {"video": self._video.track, "audio": self._audio}

    async def write_picture(self, i420: bytes, width: int, height: int) -> None:
        init = webrtc.VideoFrameBufferInit("I420", width, height, time.monotonic_ns() // 1000)
        await self._video_out.write(webrtc.VideoFrame(i420, init))

    async def write_sound(self, samples: bytes, rate: int, timestamp_us: int) -> None:
        """Mono, signed 16 bit."""
        init = webrtc.AudioDataInit("s16", rate, len(samples) // 2, 1, timestamp_us, samples)
        await self._audio_out.write(webrtc.AudioData(init))

    async def close(self) -> None:
        with contextlib.suppress(*refused):
            await self._video_out.close()
            await self._audio_out.close()


def _summed(report: Any, camera_mid: str) -> dict[str, float]:
    out = dict.fromkeys(("bytes_in", "bytes_out", "lost", "jitter_ms", "decoded", "width", "height"), 0.0)
    for entry in report.values():
        if entry.type == "inbound-rtp":
            out["bytes_in"] += entry.bytes_received or 0
            out["lost"] += max(0, entry.packets_lost or 0)
            out["jitter_ms"] = max(out["jitter_ms"], (entry.jitter or 0.0) * 1000.0)
            if entry.kind == "video" and entry.mid in (camera_mid, None):
                out["decoded"] += entry.frames_decoded or 0
                out["width"], out["height"] = entry.frame_width or 0, entry.frame_height or 0
        elif entry.type == "outbound-rtp":
            out["bytes_out"] += entry.bytes_sent or 0
        elif entry.type == "candidate-pair" and entry.nominated and entry.current_round_trip_time is not None:
            out["round_trip_ms"] = entry.current_round_trip_time * 1000.0
    return out


async def _planes(frame: Any, width: int, height: int) -> PlanarPicture:
    """A copy of a decoded I420 picture in the row lengths that the scaler wants."""
    strides = plane_strides(width, height)
    rows = (height, (height + 1) // 2, (height + 1) // 2)
    plan, at = [], 0
    for stride, count in zip(strides, rows, strict=True):
        plan.append(webrtc.PlaneLayout(at, stride))
        at += stride * count
    pixels = bytearray(at)
    await frame.copy_to(pixels, webrtc.VideoFrameCopyToOptions(layout=plan))
    return PlanarPicture(width, height, strides, pixels, time.monotonic_ns())


class SessionEars(Protocol):
    """What a session tells. All calls come on the event loop and must not wait."""

    def tell(self, message: BaseModel) -> None: ...
    def trusted(self) -> None: ...
    def frame(self, track: tuple[wire.PartyName, wire.TrackName], frame: TapFrame) -> None: ...
    def wants_picture(self, of: wire.PictureOf) -> bool: ...
    def picture(self, of: wire.PictureOf, picture: PlanarPicture) -> None: ...
    def wants_sound(self) -> bool: ...
    def sound(self, samples: bytes) -> None: ...


async def _listen(track: Any, ears: SessionEars) -> None:
    """Decoded sound in pieces of 10 ms, mixed down to one channel."""
    processor = webrtc.MediaStreamTrackProcessor(webrtc.MediaStreamTrackProcessorInit(track))
    data: Any
    async for data in processor.readable:
        with data:
            if data.sample_rate != SAMPLE_RATE:
                continue
            channels = data.number_of_channels
            samples = bytearray(data.number_of_frames * channels * 2)
            data.copy_to(samples, webrtc.AudioDataCopyToOptions(plane_index=0, format="s16"))
            if channels > 1:
                spread = np.frombuffer(samples, "<i2").reshape(-1, channels)
                samples = bytearray(spread.mean(axis=1).astype("<i2").tobytes())
            ears.sound(bytes(samples))


class CallSession:
    """One peer connection, answering. Always `close` it."""

    def __init__(self, opening: wire.OpenSession, officer: OfficerTracks, ears: SessionEars) -> None:
        """Raises wrtc's errors for a malformed server address: see `refused`."""
        self.epoch = opening.epoch
        self.counts = TapCounts()
        self._officer = officer
        self.ears = ears
        self._sending = {"video": True, "audio": True}
        self._transceivers: dict[str, Any] = {}
        self.transformers: dict[wire.PictureOf, Any] = {}
        self._asked: dict[wire.PictureOf, float] = {}
        self._described: set[str] = set()
        self._certificate = ""
        self._channel: PeerChannel | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        servers = [webrtc.RTCIceServer(s.urls, s.username, s.credential) for s in opening.ice_servers]
        configuration = webrtc.RTCConfiguration(servers, "relay" if opening.relay_only else "all")
        self._pc: Any = webrtc.RTCPeerConnection(configuration)
        self._pc.on("connectionstatechange", lambda _event: self._state_changed())
        self._pc.on("icecandidate", self._candidate_found)
        self._pc.on("datachannel", self._channel_opened)

    async def answer(self, sdp: str, sending: dict[str, bool]) -> None:
        """Take an offer (also a later one of the same session) and tell the answer. Raises the errors in `refused`."""
        described = described_fingerprints(sdp)
        if len(described) != 1:
            raise ValueError("an offer must have one SHA-256 fingerprint")
        self._described = described
        # the engine would be content with any other algorithm's line: leave it this one only
        sdp = _OTHER_FINGERPRINT.sub("", sdp)
        self._sending = dict(sending)
        await self._pc.set_remote_description(webrtc.RTCSessionDescriptionInit("offer", sdp))
        for transceiver in self._pc.get_transceivers():
            self._place(transceiver)
        await self._apply_sending()
        await self._pc.set_local_description()
        answer = self._pc.local_description.sdp
        self.ears.tell(wire.OwnFingerprint(epoch=self.epoch, sha256=min(described_fingerprints(answer))))
        self.ears.tell(wire.LocalAnswer(epoch=self.epoch, sdp=answer))

    async def add_candidate(self, message: wire.RemoteCandidate) -> None:
        """Raises the errors in `refused`."""
        candidate = webrtc.RTCIceCandidate(
            message.candidate, message.sdp_mid, message.sdp_m_line_index, message.username_fragment
        )
        await self._pc.add_ice_candidate(candidate)

    async def set_sending(self, sending: dict[str, bool]) -> None:
        """Which of our tracks are sent: {"video": bool, "audio": bool}. Nothing at all is sent for the others."""
        self._sending = dict(sending)
        await self._apply_sending()

    def send_data(self, content: bytes, *, text: bool = False) -> bool:
        """False if there is no open channel or it is refused."""
        try:
            return self._channel is not None and self._channel.send(content, text=text)
        except refused:
            return False

    def ask_key_frame(self, of: wire.PictureOf) -> None:
        """Ask a picture's encoder for a key frame, not more often than three times a second."""
        transformer, now = self.transformers.get(of), time.monotonic()
        if transformer is None or now - self._asked.get(of, 0.0) < _KEY_FRAME_APART_S:
            return
        self._asked[of] = now
        self._run(self._key_frame(of, transformer))

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for task in self._tasks:
            task.cancel()
        self._pc.close()

    async def stats(self) -> dict[str, float]:
        """Sums over the connection: see `wire.Stats`. bytes_in and bytes_out since its start. Raises the errors in `refused`."""
        camera = self._transceivers.get("video")
        return _summed(await self._pc.get_stats(), camera.mid if camera is not None else "")

    # ------------------------------------------------------------ inside

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _place(self, transceiver: Any) -> None:
        """The first picture is the camera, the second the shared screen; any further track is turned away."""
        kind = str(transceiver.receiver.track.kind.value)
        for track in _PLACES[kind]:
            known = self._transceivers.get(track)
            if known is None:
                self._transceivers[track] = transceiver
                self._prepare(track, transceiver)
            if known is None or known.mid == transceiver.mid:
                return
        transceiver.direction = "inactive"

    def _prepare(self, track: wire.TrackName, transceiver: Any) -> None:
        kind = "audio" if track == "audio" else "video"
        transceiver.direction = "recvonly" if track == "screen" else "sendrecv"
        receivers: Any = webrtc.RTCRtpReceiver
        able = receivers.get_capabilities(kind).codecs
        transceiver.set_codec_preferences([c for c in able if c.mime_type in {_MIME[kind], _RESENT}])
        extensions = transceiver.get_header_extensions_to_negotiate()
        for extension in extensions:
            if extension.uri in _EXTENSIONS_OFF:
                extension.direction = "stopped"
            elif extension.uri in _EXTENSIONS_ON:
                extension.direction = "sendrecv"
        transceiver.set_header_extensions_to_negotiate(extensions)
        transceiver.receiver.transform = webrtc.RTCRtpScriptTransform(_worker(self, "victim", track))
        if track != "screen":
            transceiver.sender.transform = webrtc.RTCRtpScriptTransform(_worker(self, "officer", track))
        if track != "audio":
            self._run(self._watch(("victim", track), transceiver.receiver.track))
        elif self.ears.wants_sound():
            self._run(_listen(transceiver.receiver.track, self.ears))
        if track == "video":
            self._run(self._key_frames())

    async def _apply_sending(self) -> None:
        for kind in self._sending.keys() & self._transceivers.keys():
            sender = self._transceivers[kind].sender
            track = self._officer.tracks[kind] if self._sending[kind] else None
            if sender.track is not track:
                await sender.replace_track(track)

    async def _key_frames(self) -> None:
        while True:
            await asyncio.sleep(KEY_FRAME_EVERY_S)
            for of in wire.PICTURES:
                self.ask_key_frame(of)

    async def _key_frame(self, of: wire.PictureOf, transformer: Any) -> None:
        with contextlib.suppress(webrtc.RTCException, TimeoutError):
            if of[0] == "victim":
                await transformer.send_key_frame_request()
            elif self._sending["video"]:
                await asyncio.wait_for(transformer.generate_key_frame(), _KEY_FRAME_PATIENCE_S)

    async def _watch(self, of: wire.PictureOf, track: Any) -> None:
        """Decoded pictures: the newest only, copied only while somebody looks."""
        processor = webrtc.MediaStreamTrackProcessor(webrtc.MediaStreamTrackProcessorInit(track))
        frame: Any
        async for frame in processor.readable:
            with frame:
                width, height = frame.coded_width, frame.coded_height
                fits = min(width, height) >= 2 and max(width, height) <= MAX_SOURCE_SIDE
                if frame.format == "I420" and fits and self.ears.wants_picture(of):
                    self.ears.picture(of, await _planes(frame, width, height))

    def _candidate_found(self, event: Any) -> None:
        found = event.candidate
        if found is not None:
            self.ears.tell(
                wire.LocalCandidate(
                    epoch=self.epoch,
                    candidate=found.candidate,
                    sdp_mid=found.sdp_mid,
                    sdp_m_line_index=found.sdp_m_line_index,
                    username_fragment=found.username_fragment,
                )
            )

    def _state_changed(self) -> None:
        state = str(self._pc.connection_state.value)
        if state == "connected" and not self._certificate_is_right():
            self.close()
            state = "failed"
        self.ears.tell(wire.ConnectionState.model_validate({"epoch": self.epoch, "state": state}))

    def _certificate_is_right(self) -> bool:
        """The engine compares too; nothing is handed on by its word alone."""
        carriers = [t.receiver for t in self._transceivers.values()] + [self._pc.sctp]
        for carrier in filter(None, carriers):
            transport = carrier.transport
            certificates = transport.get_remote_certificates() if transport is not None else []
            if certificates:
                used = hashlib.sha256(certificates[0]).hexdigest()
                if used != self._certificate:
                    self._certificate = used
                    self.ears.tell(wire.PeerCertificate(epoch=self.epoch, sha256=used))
                if used in self._described:
                    self.ears.trusted()
                    return True
                self.ears.tell(wire.SessionFault(epoch=self.epoch, reason="certificate_mismatch"))
        return False

    def _channel_opened(self, event: Any) -> None:
        if self._channel is None:
            self._channel = PeerChannel(event.channel, self.epoch, self.ears.tell)
        else:
            event.channel.close()  # one channel a session


def _worker(session: CallSession, party: wire.PartyName, track: wire.TrackName) -> Callable[[Any], Any]:
    """What the engine runs for one track's encoded frames."""
    mime_type = _MIME["audio" if track == "audio" else "video"]
    told = False

    def hand_on(frame: Any) -> None:
        nonlocal told
        if frame.get_metadata().mime_type == mime_type:
            session.ears.frame(
                (party, track), copied(frame, video=track != "audio", received=party == "victim")
            )
        elif not told:
            told = True
            session.ears.tell(wire.SessionFault(epoch=session.epoch, reason="unexpected_codec"))

    async def worker(event: Any) -> None:
        if track != "audio":
            session.transformers[party, track] = event.transformer
        await tap_main(event.transformer, hand_on, session.counts, (webrtc.InvalidStateError,))

    return worker
