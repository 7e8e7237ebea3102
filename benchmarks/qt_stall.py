"""The Qt thread stalls for 2 s in mid-call: how large a hole is in the sealed recording, each direction, sound and picture?

    python benchmarks/qt_stall.py        prints one JSON line for each track

A peer of another make (aiortc, a process of its own) sends picture and sound; our media process answers with the officer's
test card and tone; the recorder seals both into a real vault. The Qt thread shows the pictures, then sleeps 2 s. Afterwards
the recording is opened with its key and the longest time between two frames of a track is read out of it: during the stall
(ours) and during an equal time before it, without any stall (peer).
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

STALL_S, BEFORE_S, AFTER_S, SETTLE_S = 2.0, 2.0, 1.5, 3.0
GOAL_MS = 100.0


# ------------------------------------------------------------------ the far end, a process of its own
async def peer() -> None:
    from aiortc import RTCPeerConnection, RTCSessionDescription
    from aiortc.contrib.media import MediaBlackhole
    from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
    from aiortc.sdp import candidate_from_sdp

    connection, sink = RTCPeerConnection(), MediaBlackhole()
    connection.on("track", sink.addTrack)
    connection.addTrack(VideoStreamTrack())
    connection.addTrack(AudioStreamTrack())
    connection.createDataChannel("call")
    await connection.setLocalDescription(await connection.createOffer())
    print(json.dumps(connection.localDescription.sdp), flush=True)
    answer = json.loads(await asyncio.to_thread(sys.stdin.readline))
    await connection.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
    await sink.start()
    for line, mid, index in answer["candidates"]:
        candidate = candidate_from_sdp(line.removeprefix("candidate:"))
        candidate.sdpMid, candidate.sdpMLineIndex = mid, index
        await connection.addIceCandidate(candidate)
    await connection.addIceCandidate(None)
    await asyncio.to_thread(sys.stdin.readline)
    await connection.close()


# ------------------------------------------------------------------ our side
class Signer:
    label = "TEST benchmark"

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.generate()
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


class Call:
    """The media process, the recorder on a real vault, and the page's view pulling pictures."""

    def __init__(self, folder: Path) -> None:
        from rvr_console.domain.recording import Party
        from rvr_console.evidence.keys import (
            EvidenceKeyRing,
            Recipient,
            RecipientRole,
            Recipients,
            make_key_pair,
        )
        from rvr_console.evidence.vault import Vault
        from rvr_console.system.clock import SystemClock, SystemRandomness
        from rvr_console.system.durable_file import DurableDisk
        from rvr_console.video.media_link import MediaLink, MediaSettings
        from rvr_console.video.recorder import Recorder

        recovery, team = make_key_pair(), make_key_pair()
        self.ring = EvidenceKeyRing({"team-1": [team.private]})
        recipients = Recipients(
            "bench",
            (
                Recipient("recovery", RecipientRole.RECOVERY, recovery.public),
                Recipient("team-1", RecipientRole.TEAM, team.public),
            ),
        )
        self.clock = SystemClock()
        self.vault = Vault(folder, DurableDisk(), self.clock, SystemRandomness(), Signer(), recipients)
        self.store = self.vault.new_recording("bench")
        self.messages: list[object] = []
        self.changed = threading.Condition()
        self.slots: dict[Party, object] = {}
        self.gaps = 0
        self.recorder = Recorder(
            self.store,
            self.clock,
            lambda _status: None,
            self._gap,
            lambda _head: None,
            on_key_frame_wanted=lambda party, kind: self.link.request_key_frame(party, kind) and None,
        )
        self.link = MediaLink(
            self.recorder.submit,
            self.recorder.submit_hole,
            self._message,
            settings=MediaSettings(allow_loopback=True),
        )

    def _gap(self, _segment: int, _gap: object) -> None:
        self.gaps += 1

    def _message(self, message: object) -> None:
        with self.changed:
            self.messages.append(message)
            self.changed.notify_all()

    def wait(self, kind: type, check: object = None, seconds: float = 15.0) -> object:
        def found() -> object:
            return next(
                (m for m in self.messages if isinstance(m, kind) and (check is None or check(m))), None
            )

        with self.changed:
            if not self.changed.wait_for(found, seconds):
                raise SystemExit(f"no {kind.__name__} within {seconds} s")
            return found()

    def connect(self, far: subprocess.Popen[str]) -> None:
        from rvr_console.wire import media_messages as wire

        self.link.open_session(1, officer_label="bench")
        self.link.remote_offer(1, json.loads(far.stdout.readline()))
        answer = self.wait(wire.LocalAnswer)
        self.wait(wire.LocalCandidate, lambda m: not m.candidate)
        candidates = [
            (m.candidate, m.sdp_mid, m.sdp_m_line_index)
            for m in self.messages
            if isinstance(m, wire.LocalCandidate) and " udp " in m.candidate
        ]
        far.stdin.write(json.dumps({"sdp": answer.sdp, "candidates": candidates}) + "\n")
        far.stdin.flush()
        self.wait(wire.ConnectionState, lambda m: m.state == "connected")

    def set_view_size(self, party: object, width: int, height: int, kind: object) -> None:
        self.link.set_view_size(party, width, height, kind)

    def picture(self, party: object, after: int, _kind: object) -> object:
        from rvr_console.domain.call import Picture
        from rvr_console.domain.recording import Party
        from rvr_console.video.frame_slot import FrameSlot
        from rvr_console.wire import media_messages as wire

        for message in [
            m for m in list(self.messages) if isinstance(m, wire.PictureSlot) and m.track == "video"
        ]:
            if Party(message.party) not in self.slots:
                self.slots[Party(message.party)] = FrameSlot(message.name)
        slot = self.slots.get(party)
        found = slot.latest(after) if slot else None
        return found and Picture(party, found.sequence, found.width, found.height, found.stride, found.data)


def show(call: Call) -> tuple[float, float, float]:
    """Run the Qt thread with its stall; times (s from the recording's start) of the quiet stretch and the stall."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from rvr_console.domain.recording import Party
    from rvr_console.ui.consultation.live_picture import LivePicture
    from rvr_console.ui.theme import apply_theme

    app = QApplication([])
    apply_theme(app, dark=False)
    views = [LivePicture(party, party.value, call) for party in Party]
    for view in views:
        view.resize(656, 544)
        view.show()

    def run(seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    run(SETTLE_S)
    quiet = time.monotonic()
    run(BEFORE_S)
    stall = time.monotonic()
    QTimer.singleShot(0, lambda: time.sleep(STALL_S))
    run(0.05)
    after = time.monotonic()
    run(AFTER_S)
    for view in views:
        view.close()
    return quiet, stall, after


def holes(call: Call, start: float, end: float) -> dict[str, float]:
    """Longest time between two frames (ms) of each track, of those that end within start..end (s of the recording)."""
    from rvr_console.domain.recording import TrackKind
    from rvr_console.video.matroska_reader import MatroskaReader

    worst: dict[str, float] = {}
    (segment,) = call.vault.segments(call.store.evidence_id)
    with call.vault.open(segment.path, call.ring) as reader:
        file = MatroskaReader(reader)
        times: dict[int, list[int]] = {track: [] for track in range(len(file.tracks))}
        for _offset, blocks in file.clusters(0):
            for block in blocks:
                times[block.track].append(block.time_us)
    for track, (party, kind) in enumerate(file.tracks):
        if kind is TrackKind.SCREEN:
            continue  # nobody shares one here
        # A hole that nothing ends before `end` counts up to it.
        at = sorted(t / 1e6 for t in times[track])
        inside = [start, *(t for t in at if start <= t <= end), end]
        worst[f"{party.value}_{kind.value}"] = max(b - a for a, b in pairwise(inside)) * 1000
    return worst


def main() -> None:
    far = subprocess.Popen(  # this file again
        [sys.executable, "-W", "ignore", __file__, "--peer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            call = Call(Path(folder))
            call.connect(far)
            began = time.monotonic()
            call.recorder.start()
            quiet, stall, after = (at - began for at in show(call))
            call.recorder.stop()
            call.link.close()
            before, during = holes(call, quiet, quiet + BEFORE_S), holes(call, stall, after + 0.5)
            _print(before, during, after - stall)
    finally:
        far.stdin.close()
        far.wait(10)


def _print(before: dict[str, float], during: dict[str, float], stalled: float) -> None:
    for track, hole in during.items():
        print(
            json.dumps(
                {
                    "name": f"qt_stall_{track}",
                    "ours": round(hole, 1),
                    "peer": round(before[track], 1),
                    "ratio": round(hole / before[track], 2) if before[track] else None,
                    "goal": GOAL_MS,
                    "holds": hole < GOAL_MS,
                    "unit": "ms",
                    "note": f"longest time between two recorded frames while Qt stood still for {stalled:.2f} s; "
                    "peer: the same call without a stall",
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    if "--peer" in sys.argv:
        asyncio.run(peer())
    else:
        main()
