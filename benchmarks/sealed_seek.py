"""Seeking in a sealed recording of 60 minutes, beside PyAV on the plain file.

    python benchmarks/sealed_seek.py

Both stand open; each jumps to the victim's key frame before a random time and decodes it. Ours decrypts and checks as it reads;
the peer's file is the same recording written by PyAV itself, with its own index. Medians over the same random times, in turns.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "unit" / "evidence"))

import av
from clip_frames import Take, Vp8Source, audio_frames
from evidence_parts import make_bench, team_ring
from recorder_rig import MS, T0, HandClock, S

from rvr_console.domain.recording import EncodedFrame, Party, TrackKind
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.system.durable_file import DurableDisk, DurableFile
from rvr_console.video.playback_segment import PictureDecoder, SegmentView
from rvr_console.video.recorder_commands import RecorderTiming, Start, Stop
from rvr_console.video.recorder_core import RecorderCore
from rvr_console.video.recorder_segment import SegmentReports

MINUTES, TRIES, LOOP_S = 60, 60, 20


class _Unsynced(DurableFile):
    """Only for making the hour: 7,200 syncs would take longer than the benchmark."""

    def sync(self) -> None:
        return


class _QuickDisk(DurableDisk):
    def create(self, path: Path) -> DurableFile:
        super().create(path).close()
        return _Unsynced(path, 0)


def loop() -> list[tuple[EncodedFrame, int]]:
    """20 s of a call, (frame, ns from the loop's start): 640x480 with grain, about 800 kbit/s, a key frame every 4 s."""
    source = Vp8Source(640, 480, 800_000, grain=8)
    frames = []
    for n in range(LOOP_S * 30):
        data, key = source.encode(n, key=n % 120 == 0)
        frame = EncodedFrame(Party.VICTIM, TrackKind.VIDEO, 0, 0, 0, key, data, 640, 480)
        frames.append((frame, n * S // 30))
    sounds = audio_frames(Take(seconds=LOOP_S))
    return sorted([*frames, *((f, f.received_ns) for f in sounds)], key=lambda pair: pair[1])


def make_hour(folder: Path) -> tuple[SealedReader, Path]:
    """The hour, sealed; and the same frames in a plain file written by PyAV."""
    vault = make_bench(folder, disk=_QuickDisk()).vault
    store, clock = vault.new_recording("benchmark"), HandClock()
    reports = SegmentReports(lambda *_: None, lambda _: None, lambda *_: None)
    core = RecorderCore(store, clock, reports, RecorderTiming(rotate_ns=10 * 3600 * S))
    core.handle(Start(T0))
    one, counts = loop(), dict.fromkeys(TrackKind, 0)
    for turn in range(MINUTES * 60 // LOOP_S):
        for frame, at in one:
            now = T0 + 20 * MS + turn * LOOP_S * S + at
            if now - clock.ns > 100 * MS:
                clock.ns = now
                core.step(now)
            count = counts[frame.kind]
            counts[frame.kind] += 1
            ticks = count * (3000 if frame.kind is TrackKind.VIDEO else 960)
            size = (frame.width, frame.height)
            core.handle(
                EncodedFrame(
                    frame.party, frame.kind, count, ticks % (1 << 32), now, frame.key, frame.data, *size
                )
            )
    core.handle(Stop(clock.ns + 500 * MS))
    (stored,) = vault.segments(store.evidence_id)
    reader = vault.open(stored.path, team_ring())
    return reader, write_plain(reader, folder / "plain.mkv")


def write_plain(reader: SealedReader, path: Path) -> Path:
    view = SegmentView(reader)
    track = view.track_of(Party.VICTIM, TrackKind.VIDEO)
    with av.open(str(path), "w", format="matroska") as container:
        video = container.add_mux_stream("vp8", rate=30, width=640, height=480, time_base=Fraction(1, 1000))
        audio = container.add_mux_stream("opus", rate=48_000, time_base=Fraction(1, 1000))
        for block in view.blocks_for(0):
            if view.tracks[block.track][0] is not Party.VICTIM:
                continue
            packet = av.Packet(block.data)
            packet.stream = video if block.track == track else audio
            packet.pts = packet.dts = block.time_us // 1000
            packet.time_base, packet.is_keyframe = Fraction(1, 1000), block.key
            container.mux(packet)
    return path


def ours(view: SegmentView, track: int, at_us: int) -> int:
    block = view.key_block(track, at_us)
    if block is None or not PictureDecoder().decode(block):
        raise RuntimeError("no picture")
    return block.time_us


def peer(container: av.container.InputContainer, at_us: int) -> int:
    stream = container.streams.video[0]
    container.seek(int(at_us / 1e6 / stream.time_base), stream=stream, backward=True)
    for packet in container.demux(stream):
        frames = av.CodecContext.create("vp8", "r").decode(av.Packet(bytes(packet)))
        if not frames:
            raise RuntimeError("no picture")
        return int(packet.pts * stream.time_base * 1_000_000)
    raise RuntimeError("nothing there")


def timed(act: Callable[[], int]) -> tuple[float, int]:
    begin = time.perf_counter()
    found = act()
    return (time.perf_counter() - begin) * 1000, found


def main() -> None:
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        reader, plain = make_hour(Path(folder))
        view = SegmentView(reader)
        track = view.track_of(Party.VICTIM, TrackKind.VIDEO)
        mine, theirs = [], []
        with av.open(str(plain)) as container:
            for _ in range(TRIES):
                at_us = rng.randrange(5_000_000, MINUTES * 60_000_000 - 5_000_000)
                a, found = timed(lambda at=at_us: ours(view, track, at))
                b, expected = timed(lambda at=at_us: peer(container, at))
                if abs(found - expected) > 2000:
                    raise RuntimeError(f"different pictures: {found} and {expected}")
                mine.append(a)
                theirs.append(b)
        size = plain.stat().st_size / 1e6
        reader.close()
    ratio = statistics.median(mine) / statistics.median(theirs)
    facts = {
        "name": "sealed_seek",
        "ours": round(statistics.median(mine), 3),
        "peer": round(statistics.median(theirs), 3),
        "ratio": round(ratio, 3),
        "goal": 1.5,
        "holds": ratio <= 1.5,
        "unit": "ms",
        "note": f"{MINUTES} minutes, {size:.0f} MB, {TRIES} random times, key frame decoded; worst {max(mine):.1f} and {max(theirs):.1f} ms",
    }
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
