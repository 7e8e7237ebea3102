"""Records a call of two parties into a real vault, in real time, until it is killed; or recovers one and kills itself.

    recorder_child.py record STATE FOLDER CLIP [ACTS]   stdin: one line, JSON {recipient id: public key, hex}
    recorder_child.py recover ACTS FOLDER               stdin: the same, then the team's private key, hex

ACTS: kill yourself at this act on the disk (0: the first), counted from the beginning of the state.

Lines on stdout are JSON lists; each is out before what it names is done, so they say at least as much as was done:
["frames", ns, [[track, place in the clip], ...]], ["state", ns], ["pause", ns], ["resume", ns], ["opening", segment];
and after it was done: ["opened", segment], ["head", segment, sequence, chain], ["closed"].
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "evidence"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from evidence_parts import SeededDesk

from rvr_console.domain.ports import AppendFile
from rvr_console.domain.recording import (
    EncodedFrame,
    GapCause,
    Party,
    RecorderState,
    RecorderStatus,
    RecordHead,
    RecordingEvent,
    TrackKind,
)
from rvr_console.evidence.keys import EvidenceKeyRing, Recipient, RecipientRole, Recipients
from rvr_console.evidence.sealed_stream import SealedWriter
from rvr_console.evidence.vault import Vault, VaultRecording
from rvr_console.system.clock import SystemClock, SystemRandomness
from rvr_console.system.durable_file import DiskReserve, DurableDisk
from rvr_console.video.recorder import Recorder
from rvr_console.video.recorder_commands import RecorderTiming

S = 1_000_000_000
TICK_S = 0.01
LONGEST_S = 8.0  # a child that nobody kills ends by itself
ROTATE_NS = S
_saying = threading.Lock()


def say(*words: object) -> None:
    """One write of less than PIPE_BUF: a kill leaves whole lines."""
    line = json.dumps(words).encode() + b"\n"
    with _saying:
        os.write(1, line)


def vault_in(folder: Path, who: Recipients, disk: DurableDisk | None = None) -> Vault:
    """A vault of the TEST desk."""
    reserve = DiskReserve(folder / "reserve.bin", 64 * 1024)
    return Vault(
        folder, disk or DurableDisk(), SystemClock(), SystemRandomness(), SeededDesk(), who, reserve=reserve
    )


class DeadlyFile:
    """Writes half of what it is given if that is to be its last act."""

    def __init__(self, disk: "DeadlyDisk", file: AppendFile) -> None:
        self._disk = disk
        self._file = file
        self.close = file.close

    def write(self, data: bytes) -> int:
        done = self._file.write(data[: max(1, len(data) // 2)] if self._disk.dying else data)
        self._disk.act()
        return done

    def sync(self) -> None:
        self._disk.act()
        self._file.sync()


class DeadlyDisk(DurableDisk):
    """Once it is armed, kills its own process with SIGKILL at the n-th act."""

    def __init__(self) -> None:
        self._left: int | None = None

    def arm(self, acts: int) -> None:
        self._left = acts

    @property
    def dying(self) -> bool:
        return self._left == 0

    def act(self) -> None:
        if self._left is not None:
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self._left -= 1

    def create(self, path: Path) -> DeadlyFile:  # type: ignore[override] # counts what the disk's own file does not
        file = super().create(path)
        self.act()
        return DeadlyFile(self, file)

    def append(self, path: Path) -> DeadlyFile:  # type: ignore[override] # the same
        return DeadlyFile(self, super().append(path))

    def write_durable(self, path: Path, data: bytes) -> None:
        super().write_durable(path, data)
        self.act()

    def cut_tail(self, path: Path, keep: int, copy: Path) -> None:
        super().cut_tail(path, keep, copy)
        self.act()


class ToldSegment:
    """A sealed segment that tells its head as soon as that is durable."""

    def __init__(self, writer: SealedWriter) -> None:
        self._writer = writer
        self.append_init = writer.append_init
        self.append_media: Callable[[bytes, int], None] = writer.append_media
        self.append_event: Callable[[RecordingEvent], None] = writer.append_event

    @property
    def number(self) -> int:
        return self._writer.number

    @property
    def head(self) -> RecordHead:
        return self._writer.head

    def sync(self) -> None:
        self._writer.sync()
        self._tell()

    def finish(self) -> None:
        self._writer.finish()
        self._tell()

    def _tell(self) -> None:
        head = self._writer.head
        say("head", head.segment, head.sequence, head.chain.hex())


class ToldStore:
    """A recording that tells of its segments. The state `rotation` begins where the second is opened."""

    def __init__(self, recording: VaultRecording, on_rotation: Callable[[], None]) -> None:
        self._recording = recording
        self._on_rotation = on_rotation
        self._opened = 0

    @property
    def evidence_id(self) -> str:
        return self._recording.evidence_id

    def open_segment(self) -> ToldSegment:
        number = self._opened + 1
        say("opening", number)
        if number == 2:
            self._on_rotation()
        segment = ToldSegment(self._recording.open_segment())
        self._opened = number
        say("opened", number)
        return segment


@dataclass
class Source:
    """One track: the clip from `place` on, one frame each time it is due; its RTP count goes on while it is off."""

    party: Party
    kind: TrackKind
    pieces: list[tuple[bytes, bool]]
    place: int
    rtp: int
    due_ns: int
    tap: int = 0
    on: bool = True
    key_wanted: bool = False

    @property
    def video(self) -> bool:
        return self.kind is TrackKind.VIDEO

    def begin(self, now_ns: int, rtp: int) -> None:
        """A new connection: new counts, a fresh picture."""
        self.rtp, self.tap, self.due_ns, self.on, self.key_wanted = rtp, 0, now_ns, True, self.video

    def due(self, now_ns: int) -> Iterator[tuple[int, EncodedFrame]]:
        """(place in the clip, frame) for all that is due."""
        while self.due_ns <= now_ns:
            if self.on:
                yield self._next(now_ns)
            self.due_ns += S // 30 if self.video else S // 50
            self.rtp += 3000 if self.video else 960

    def _next(self, now_ns: int) -> tuple[int, EncodedFrame]:
        if self.key_wanted:  # the sender's encoder makes one at once; the clip has one a few places on
            self.key_wanted = False
            while not self.pieces[self.place % len(self.pieces)][1]:
                self.place += 1
        place = self.place % len(self.pieces)
        data, key = self.pieces[place]
        frame = EncodedFrame(self.party, self.kind, self.tap, self.rtp % (1 << 32), now_ns, key, data)
        self.place += 1
        self.tap += 1
        return place, frame


class Call:
    """Both parties talking to a recorder."""

    def __init__(self, store: ToldStore, clip: dict[str, list[list[object]]], timing: RecorderTiming) -> None:
        self._recorder = Recorder(
            store,
            SystemClock(),
            self._status,
            lambda _number, _gap: None,
            lambda _head: None,
            on_key_frame_wanted=self._want_key,
            timing=timing,
        )
        pieces = {
            kind: [(bytes.fromhex(str(data)), bool(key)) for data, key in clip[kind.value]]
            for kind in (TrackKind.VIDEO, TrackKind.AUDIO)
        }
        self._sources = {
            (party, kind): Source(
                party,
                kind,
                pieces[kind],
                0 if party is Party.VICTIM else len(pieces[kind]) // 2,
                (1 << 32) - 20_000,  # wraps within the first second
                0,
            )
            for party in Party
            for kind in (TrackKind.VIDEO, TrackKind.AUDIO)
        }
        self._pace = threading.Event()

    def start(self) -> None:
        self._recorder.start()
        self.connect(0)

    def feed(self, seconds: float) -> None:
        """Submit what is due, in real time."""
        end_ns = time.monotonic_ns() + round(seconds * S)
        while (now_ns := time.monotonic_ns()) < end_ns:
            due = [piece for source in self._sources.values() for piece in source.due(now_ns)]
            if due:
                names = [[f"{frame.party.value}.{frame.kind.value}", place] for place, frame in due]
                say("frames", now_ns, names)
            for _, frame in due:
                self._recorder.submit(frame)
            self._pace.wait(TICK_S)

    def switch(self, kind: TrackKind, *, on: bool) -> None:
        """The victim's camera or microphone."""
        self._sources[Party.VICTIM, kind].on = on
        self._recorder.set_source_state(Party.VICTIM, kind, on)
        self._sources[Party.VICTIM, kind].key_wanted = on and kind is TrackKind.VIDEO

    def pause(self) -> None:
        say("pause", time.monotonic_ns())
        self._recorder.pause(Party.VICTIM)

    def resume(self) -> None:
        say("resume", time.monotonic_ns())
        self._recorder.resume(Party.VICTIM)

    def drop(self) -> None:
        for source in self._sources.values():
            source.on = False

    def connect(self, rtp: int) -> None:
        for source in self._sources.values():
            source.begin(time.monotonic_ns(), rtp or source.rtp)

    def rejoin(self) -> None:
        self._recorder.rejoin(GapCause.CONNECTION_DROPPED, "test")
        self.connect(777_000)

    def close(self) -> None:
        if not self._recorder.stop():
            raise SystemExit("the recording could not be closed")
        say("closed")

    def _want_key(self, party: Party, kind: TrackKind) -> None:
        self._sources[party, kind].key_wanted = True

    def _status(self, status: RecorderStatus) -> None:
        if status.state is RecorderState.FAULT or status.fault:
            sys.stderr.write(status.fault + "\n")


def record(state: str, folder: Path, clip: Path, who: Recipients, acts: int | None) -> None:
    """Goes through the call up to the state, says so, and goes on in it until it is killed."""
    disk = DeadlyDisk()

    def begin() -> None:
        say("state", time.monotonic_ns())
        if acts is not None:
            disk.arm(acts)

    rotating = state == "rotation"
    recording = vault_in(folder, who, disk).new_recording("session-1")
    store = ToldStore(recording, begin if rotating else lambda: None)
    timing = RecorderTiming(rotate_ns=ROTATE_NS) if rotating else RecorderTiming()
    call = Call(store, json.loads(clip.read_bytes()), timing)
    if state == "start":
        begin()
    call.start()
    if state not in {"start", "rotation"}:
        call.feed(1.0)
        if state == "rejoin":
            call.drop()
            call.feed(0.4)
        begin()
    match state:
        case "victim_muted":
            call.switch(TrackKind.AUDIO, on=False)
            call.feed(1.2)
            call.switch(TrackKind.AUDIO, on=True)
        case "camera_off":
            call.switch(TrackKind.VIDEO, on=False)
            call.feed(1.2)
            call.switch(TrackKind.VIDEO, on=True)
        case "paused":
            call.pause()
            call.feed(1.0)
            call.resume()
        case "rejoin":
            call.rejoin()
        case "close":
            call.close()
            return
    call.feed(LONGEST_S)
    call.close()


def recover(acts: int, folder: Path, who: Recipients) -> None:
    ring = EvidenceKeyRing({"team-1": [bytes.fromhex(sys.stdin.readline())]})
    disk = DeadlyDisk()
    disk.arm(acts)
    vault = vault_in(folder, who, disk)
    for segment in vault.unfinished():
        vault.recover(segment.path, ring)


def main() -> None:
    roles = {"recovery": RecipientRole.RECOVERY, "team-1": RecipientRole.TEAM}
    given = json.loads(sys.stdin.readline())
    who = Recipients(
        "test-force",
        tuple(Recipient(name, roles[name], bytes.fromhex(key)) for name, key in given.items()),
    )
    if sys.argv[1] == "record":
        acts = int(sys.argv[5]) if len(sys.argv) > 5 else None
        record(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), who, acts)
    else:
        recover(int(sys.argv[2]), Path(sys.argv[3]), who)


if __name__ == "__main__":
    main()
