"""What recording adds to a call, beside what recording by transcoding would add.

    python benchmarks/recording_cost.py

The same call at its real rate, 720p30 VP8 of 2 Mbit/s and Opus: ours goes through the recorder into the vault on this disk
(sealed, signed, synced twice a second); the peer's pictures, already decoded as in any call, go through x264 veryfast with
PyAV into memory. CPU of the whole process, without what feeding alone costs; medians of alternating runs.
"""

import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "unit" / "evidence"))

import av
from clip_frames import Take, Vp8Source, audio_frames
from evidence_parts import make_bench

from rvr_console.domain.recording import EncodedFrame, Party, TrackKind
from rvr_console.system.clock import SystemClock
from rvr_console.video.recorder import Recorder

SECONDS, RUNS = 6, 3
WIDTH, HEIGHT, BIT_RATE = 1280, 720, 2_000_000
Feed = Callable[[int, int], None]


def make_call() -> tuple[list[EncodedFrame], list[EncodedFrame]]:
    source = Vp8Source(WIDTH, HEIGHT, BIT_RATE, grain=12)
    pictures = []
    for n in range(SECONDS * 30):
        data, key = source.encode(n, key=n % 120 == 0)
        pictures.append(EncodedFrame(Party.VICTIM, TrackKind.VIDEO, n, n * 3000, 0, key, data, WIDTH, HEIGHT))
    return pictures, audio_frames(Take(seconds=SECONDS))


def at_real_rate(feed: Feed) -> float:
    """CPU seconds per second while picture n and the sound up to it are handed over, 30 times a second."""
    cpu, begin = time.process_time(), time.monotonic()
    for n in range(SECONDS * 30):
        wait = begin + n / 30 - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        feed(n, time.monotonic_ns())
    return (time.process_time() - cpu) / SECONDS


def recorded(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        store = make_bench(Path(folder)).vault.new_recording("benchmark")
        recorder = Recorder(store, SystemClock(), lambda _: None, lambda *_: None, lambda _: None)
        recorder.start()

        def feed(n: int, now_ns: int) -> None:
            recorder.submit(replace(pictures[n], received_ns=now_ns))
            for sound in sounds[n * 50 // 30 : (n + 1) * 50 // 30]:
                recorder.submit(replace(sound, received_ns=now_ns))

        cost = at_real_rate(feed)
        if not recorder.stop(30):
            raise RuntimeError("the recorder did not close")
    return cost


def transcoded(decoded: list[av.VideoFrame]) -> float:
    with av.open(io.BytesIO(), "w", format="matroska") as container:
        stream = container.add_stream("libx264", rate=30, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", BIT_RATE

        def feed(n: int, _now_ns: int) -> None:
            frame = decoded[n % len(decoded)]
            frame.pts = n
            container.mux(stream.encode(frame))

        cost = at_real_rate(feed)
        container.mux(stream.encode(None))
    return cost


def decode(pictures: list[EncodedFrame]) -> list[av.VideoFrame]:
    coder = av.CodecContext.create("vp8", "r")
    frames = [frame for picture in pictures for frame in coder.decode(av.Packet(picture.data))]
    for frame in frames:
        frame.time_base = Fraction(1, 30)
    return frames


def line(name: str, ours: float, peer: float | None, goal: float, unit: str, note: str) -> None:
    ratio = ours / peer if peer else None
    held = ratio if ratio is not None else ours
    facts = {
        "name": name,
        "ours": round(ours, 4),
        "peer": round(peer, 4) if peer is not None else None,
        "ratio": round(ratio, 3) if ratio is not None else None,
        "goal": goal,
        "holds": held <= goal,
        "unit": unit,
        "note": note,
    }
    print(json.dumps(facts), flush=True)


def main() -> None:
    pictures, sounds = make_call()
    decoded = decode(pictures[:90])
    idle, ours, peer = [], [], []
    for _ in range(RUNS):
        idle.append(at_real_rate(lambda _n, _now: None))
        ours.append(recorded(pictures, sounds))
        peer.append(transcoded(decoded))
    base = statistics.median(idle)
    mine, theirs = statistics.median(ours) - base, statistics.median(peer) - base
    rate = sum(len(p.data) for p in pictures) * 8 / SECONDS / 1e6
    note = f"720p30 VP8 at {rate:.2f} Mbit/s and Opus, {RUNS} alternating runs of {SECONDS} s, sealed on this disk"
    line("recording_adds", mine, None, 0.12, "core", note)
    line(
        "recording_beside_transcoding", mine, theirs, 0.5, "core", note + "; peer x264 veryfast through PyAV"
    )


if __name__ == "__main__":
    main()
