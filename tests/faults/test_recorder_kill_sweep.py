"""kill -9 of a program that records a call, in every state of the call: at most a second is lost, nothing else."""

import io
import json
import os
import queue
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parent))
sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))
sys.path.append(str(Path(__file__).resolve().parents[1] / "unit" / "evidence"))

from clip_code import RATE
from clip_frames import Viewer, Vp8Source
from evidence_parts import SeededDesk, recipients, team_ring
from recorder_child import vault_in

from rvr_console.domain.recording import EventKind, Party, RecordHead
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.recovery import RecoveryOutcome
from rvr_console.evidence.vault import StoredSegment, Vault
from rvr_console.evidence.verification import verify_recording

MOST_LOST_S = 1.0
GUARD_NS = 250_000_000  # after a resume nothing is taken yet: it may have been made during the pause
UNSURE_NS = 100_000_000  # what comes at the end of that may be taken or not
KEY_EVERY = (
    75  # far apart as in a call: a key frame begins a new piece of the file, and so would hide a late flush
)
CLIP_S = 25  # ten such stretches: the child goes on to the next when it is asked for a key frame
STEP_S = {"video": 1 / 30, "audio": 1 / 50}
CHILD = Path(__file__).with_name("recorder_child.py")

# When it is killed: ms after the state has begun, by the test; or at an act on the disk ("act 0": the first), by itself,
# because opening and closing a segment take a few ms only. A write is then left half done.
Point = int | str
POINTS: dict[str, tuple[Point, ...]] = {
    "start": ("act 0", "act 1", "act 2", "act 3", 250, 600, 1000, 1500),
    "both_talking": (0, 130, 270, 410, 550, 690, 830, 970),
    "victim_muted": (20, 250, 500, 900, 1250, 1700),
    "camera_off": (20, 250, 500, 900, 1250, 1700),
    "paused": (0, 30, 120, 500, 1020, 1300, 1900),
    "rejoin": ("act 0", "act 2", "act 4", "act 6", "act 8", "act 10", 200, 650, 1100),
    "rotation": ("act 0", "act 1", "act 2", "act 3", 60, 300, 900),
    "recovery": ("act 0", "act 1", "act 2", "act 3"),  # it has no more
    "close": ("act 0", "act 1", "act 2", "act 3", 400),
}
MARKS = {  # what the recording must say once a second has passed since
    "victim_muted": EventKind.TRACK,
    "camera_off": EventKind.TRACK,
    "paused": EventKind.PAUSE,
    "rejoin": EventKind.REJOIN,
}


@dataclass(frozen=True)
class Sent:
    """A frame that the child handed to the recorder, or was about to. barred: during a pause. owed: must be kept."""

    data: bytes
    place: int
    barred: bool
    owed: bool


@dataclass
class Told:
    """What the child said before it died. sent: by track, in order."""

    lines: list[list]
    sent: dict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))

    def heads(self, evidence_id: str) -> dict[int, RecordHead]:
        """The last durable record of each segment."""
        said = [line[1:] for line in self.lines if line[0] == "head"]
        return {n: RecordHead(evidence_id, n, sequence, bytes.fromhex(chain)) for n, sequence, chain in said}

    def opened(self) -> set[int]:
        return {line[1] for line in self.lines if line[0] == "opened"}

    def read_frames(self, clip: dict[str, list]) -> None:
        from_ns, until_ns = self._pause()
        for _, ns, frames in (line for line in self.lines if line[0] == "frames"):
            for track, place in frames:
                data = bytes.fromhex(clip[track.partition(".")[2]][place][0])
                barred, owed = from_ns <= ns < until_ns, not from_ns <= ns < until_ns + UNSURE_NS
                self.sent[track].append(Sent(data, place, barred, owed))

    def _pause(self) -> tuple[float, float]:
        said = {line[0]: line[1] for line in self.lines if line[0] in {"pause", "resume"}}
        return said.get("pause", float("inf")), said.get("resume", float("inf")) + GUARD_NS


def noise_packets() -> list[bytes]:
    """20 ms Opus packets, no two alike (those of a steady tone repeat)."""
    coder = av.CodecContext.create("libopus", "w")
    coder.sample_rate, coder.format, coder.layout, coder.bit_rate = RATE, "s16", "mono", 32_000
    samples = np.random.default_rng(2).integers(-8000, 8000, (CLIP_S * 50, 1, RATE // 50), np.int16)
    packets = []
    for number, part in enumerate(samples):
        frame = av.AudioFrame.from_ndarray(part, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, number * RATE // 50
        packets += [bytes(packet) for packet in coder.encode(frame)]
    return packets


@pytest.fixture(scope="module")
def clip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Numbered pictures, and noise as sound, encoded once: [data, key frame] of each frame."""
    source = Vp8Source(bit_rate=600_000)
    pictures = [source.encode(n, key=n % KEY_EVERY == 0) for n in range(CLIP_S * 30)]
    clip = {
        "video": [[data.hex(), key] for data, key in pictures],
        "audio": [[data.hex(), True] for data in noise_packets()],
    }
    for kind, frames in clip.items():  # each frame can be told from every other by its bytes
        assert len({data for data, _ in frames}) == len(frames), kind
    path = tmp_path_factory.mktemp("clip") / "clip.json"
    path.write_text(json.dumps(clip))
    return path


@pytest.fixture(scope="module")
def figures() -> Iterator[dict[str, list[float]]]:
    """Seconds lost at each point, by state; printed at the end (pytest -s)."""
    lost: dict[str, list[float]] = {}
    yield lost
    everything = [seconds for points in lost.values() for seconds in points]
    for state, points in {**lost, "all": everything}.items():
        if points:
            middle, most = statistics.median(points), max(points)
            sys.stdout.write(
                f"\n{state:14} {len(points):3} points, lost s: median {middle:.2f} most {most:.2f}"
            )


def start_child(*arguments: object) -> subprocess.Popen[str]:
    keys = {r.recipient_id: r.public_key.hex() for r in recipients().who}
    child = subprocess.Popen(
        [sys.executable, str(CHILD), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    child.stdin.write(json.dumps(keys) + "\n")
    child.stdin.flush()
    return child


def act_of(point: Point) -> int:
    return int(str(point).removeprefix("act "))


def kill_in(state: str, point: Point, folder: Path, clip_file: Path) -> Told:
    """Run the child into the state and to this point of it."""
    itself = isinstance(point, str)
    child = start_child("record", state, folder, clip_file, *([act_of(point)] if itself else []))
    offset_ms = 5000 if itself else int(point)
    said: queue.SimpleQueue[list | None] = queue.SimpleQueue()

    def listen() -> None:
        for line in child.stdout:
            said.put(json.loads(line))
        said.put(None)

    listener = threading.Thread(target=listen)
    listener.start()
    lines: list[list] = []
    reached = ended = False
    kill_ns = time.monotonic_ns() + 30_000_000_000
    try:
        while (left_ns := kill_ns - time.monotonic_ns()) > 0:
            line = said.get(timeout=left_ns / 1e9)
            if line is None:
                ended = True
                break
            lines.append(line)
            if line[0] == "state":
                reached, kill_ns = True, line[1] + offset_ms * 1_000_000
    except queue.Empty:
        pass
    finally:
        os.kill(child.pid, signal.SIGKILL)
        listener.join()
        child.stdin.close()
        child.stdout.close()
        code = child.wait()
    while not said.empty():  # what was on its way
        if (line := said.get()) is not None:
            lines.append(line)
    assert reached, "the child did not get there"
    assert ended or not itself, "it did not kill itself"
    assert code == -signal.SIGKILL or (lines[-1] == ["closed"] and not itself)
    told = Told(lines)
    told.read_frames(json.loads(clip_file.read_bytes()))
    return told


def kill_recovery(folder: Path, acts: int) -> None:
    """A torn record at the end, and a recovery that is killed at its n-th act on the disk."""
    for segment in vault_in(folder, recipients()).unfinished():
        with segment.path.open("ab") as file:
            file.write(b"RVRr\x02 torn")
    child = start_child("recover", acts, folder)
    child.communicate(team_ring()._keys["team-1"][0].hex() + "\n", timeout=30)
    assert child.returncode == -signal.SIGKILL


def recovered(vault: Vault, told: Told) -> list[StoredSegment]:
    """Complete what broke off; all segments that have a header, verified with keys and against the heads told."""
    readable: list[StoredSegment] = []
    for evidence_id in vault.recordings():
        heads = told.heads(evidence_id)
        unfinished = {segment.path for segment in vault.unfinished()}
        for segment in vault.segments(evidence_id):
            if scan_file(segment.path).header is None:
                assert segment.number not in told.opened(), "the header was durable, and is gone"
                continue
            if segment.path in unfinished:
                result = vault.recover(segment.path, team_ring(), heads.get(segment.number))
                assert result.outcome is RecoveryOutcome.RECOVERED, result.in_words()
            readable.append(segment)
        assert told.opened() <= {segment.number for segment in readable}
        if readable:
            keys = {s.path: vault.data_key(scan_file(s.path), team_ring()) for s in readable}
            report = verify_recording(
                [s.path for s in readable],
                data_keys=keys,
                expected_heads=heads,
                trusted_desk_keys={SeededDesk().public_key},
            )
            assert report.ok, report.in_words()
    assert readable or not told.opened()
    return readable


def blocks(stream: bytes) -> Iterator[tuple[str, bytes]]:
    """(track, frame) as FFmpeg's demuxer finds them."""
    if not stream:
        return
    try:
        container = av.open(io.BytesIO(stream), "r", format="matroska")
    except av.error.EOFError:
        return  # a header and nothing after it
    with container:
        names = {stream.index: stream.metadata["title"] for stream in container.streams}
        for packet in container.demux():
            if packet.dts is not None:
                yield names[packet.stream_index], bytes(packet)


def unrecorded_s(track: str, sent: list[Sent], kept: list[bytes]) -> float:
    """Seconds of a track that were handed over and are not there, pauses left out. Also: that nothing else is amiss."""
    places = {frame.data: at for at, frame in enumerate(sent)}
    assert len(places) == len(sent), "the child went round the clip; its frames cannot be told apart"
    found = [places.get(data, -1) for data in kept]
    assert found == sorted(set(found)), f"{track}: twice, or not in order"
    assert -1 not in found, f"{track}: something that was never sent"
    assert not [sent[at].place for at in found if sent[at].barred], f"{track}: a part of the pause"
    missing = {at for at, frame in enumerate(sent) if frame.owed} - set(found)
    holes = {at for at in missing if at < max(found, default=0)}
    if track.endswith("video"):  # after a pause a picture waits for its first key frame
        resumed = max((at for at, frame in enumerate(sent) if frame.barred), default=len(sent))
        holes -= set(range(resumed, min((at for at in found if at > resumed), default=resumed)))
    assert not holes, f"{track}: missing before the kill"
    return len(missing) * STEP_S[track.partition(".")[2]]


def lost_at(state: str, point: Point, folder: Path, clip_file: Path) -> float:
    """Kill at this point, recover, check; seconds lost of the track that lost most."""
    if state == "recovery":
        told = kill_in("both_talking", 700 + 40 * act_of(point), folder, clip_file)
        kill_recovery(folder, act_of(point))
    else:
        told = kill_in(state, point, folder, clip_file)
    events, lost = look_at(folder, told)
    if isinstance(point, int) and point >= 1000 * MOST_LOST_S and state in MARKS:
        assert MARKS[state] in events
    if ["closed"] in told.lines:
        assert not lost, "it had been closed before the kill"
    return lost


def look_at(folder: Path, told: Told) -> tuple[set[EventKind], float]:
    """Recover and check everything; the kinds of event that are there, seconds lost of the track that lost most."""
    vault = vault_in(folder, recipients())
    kept: dict[str, list[bytes]] = defaultdict(list)
    viewer, numbers = Viewer(Party.VICTIM), []
    events: set[EventKind] = set()
    for segment in recovered(vault, told):
        with vault.open(segment.path, team_ring()) as reader:
            stream = reader.read()
            events |= {event.kind for event in reader.events}
        for track, data in blocks(stream):
            kept[track].append(data)
        if stream:
            numbers += viewer.look(stream).numbers
    shown = {frame.data: frame.place for frame in told.sent["victim.video"]}
    assert numbers == [shown[data] for data in kept["victim.video"]], "every recorded picture can be seen"
    assert not set(kept) - set(told.sent)
    return events, max(
        (unrecorded_s(track, sent, kept[track]) for track, sent in told.sent.items()), default=0.0
    )


def lose_power(folder: Path, told: Told) -> None:
    """Cut each file back to what was synced: the least that a power cut leaves."""
    vault = vault_in(folder, recipients())
    for segment in vault.unfinished():
        scan = scan_file(segment.path)
        head = told.heads(segment.evidence_id)[segment.number]
        assert scan.chain_at(head.sequence) == head.chain
        os.truncate(segment.path, scan.records[head.sequence].end)


@pytest.mark.parametrize(("state", "point"), [("both_talking", 400), ("paused", 600)])
def test_killed_recorder_loses_at_most_a_second(
    state: str, point: int, tmp_path: Path, clip_file: Path
) -> None:
    assert lost_at(state, point, tmp_path, clip_file) <= MOST_LOST_S


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("state", POINTS)
def test_killed_recorder_in_every_state(
    state: str, tmp_path: Path, clip_file: Path, figures: dict[str, list[float]]
) -> None:
    """All 60 points hold, so the 99th percentile does."""
    assert sum(map(len, POINTS.values())) == 60
    lost = figures[state] = []
    for point in POINTS[state]:
        folder = tmp_path / str(point)
        folder.mkdir()
        lost.append(lost_at(state, point, folder, clip_file))
    assert max(lost) <= MOST_LOST_S, dict(zip(POINTS[state], lost, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("point", [150, 450, 750, 1050])
def test_power_cut_loses_at_most_a_second(
    point: int, tmp_path: Path, clip_file: Path, figures: dict[str, list[float]]
) -> None:
    told = kill_in("both_talking", point, tmp_path, clip_file)
    lose_power(tmp_path, told)
    _, lost = look_at(tmp_path, told)
    figures.setdefault("power cut", []).append(lost)
    assert lost <= MOST_LOST_S
