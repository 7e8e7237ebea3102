"""What the recorder says of holes and silences: from where to where, and why."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "tests"))
sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))

from clip_frames import Viewer
from recorder_rig import MS, T0, Bench, S, arriving

from rvr_console.domain.recording import (
    EncodedFrame,
    EventKind,
    GapCause,
    Party,
    TrackHole,
    TrackKind,
)
from rvr_console.video.recorder_commands import (
    SourceState,
)

VICTIM, OFFICER, VIDEO, AUDIO = Party.VICTIM, Party.OFFICER, TrackKind.VIDEO, TrackKind.AUDIO


def test_loss_is_stated_and_the_rest_is_there(pictures: list[EncodedFrame]) -> None:
    lost = range(70, 76)
    kept = [
        replace(f, tap_sequence=i) for i, f in enumerate(f for n, f in enumerate(pictures) if n not in lost)
    ]
    hole = TrackHole(VICTIM, VIDEO, kept[69].received_ns, kept[70].received_ns, GapCause.NETWORK_LOSS)
    bench = Bench()
    items = arriving(kept)
    items.insert(70, (kept[70].received_ns, hole))
    bench.run(items, 6.5)
    assert bench.numbers(VICTIM) == [*range(70), *range(90, 180)]  # 76 to 89 build on what was lost
    (gap,) = bench.gaps_of(VICTIM, VIDEO)
    assert gap.cause is GapCause.NETWORK_LOSS
    assert gap.start_us == pytest.approx(20_000 + 70 * 33_333, abs=10_000)
    assert gap.end_us == pytest.approx(20_000 + 90 * 33_333, abs=10_000)


def test_hole_at_the_tap_is_stated(pictures: list[EncodedFrame]) -> None:
    bench = Bench()
    bench.run(arriving([f for n, f in enumerate(pictures) if not 100 <= n < 120]), 6.5)
    assert bench.numbers(VICTIM) == [*range(100), *range(120, 180)]
    (gap,) = bench.gaps_of(VICTIM, VIDEO)
    assert gap.cause is GapCause.RECORDER_OVERFLOW
    assert gap.end_us - gap.start_us == pytest.approx(20 * 33_333, abs=15_000)


def test_packets_sent_again_find_their_place(pictures: list[EncodedFrame]) -> None:
    """A frame that needed a retransmission reaches the tap after its successors."""
    late = replace(pictures[40], received_ns=pictures[44].received_ns + MS)
    arrived = sorted([*pictures[:40], *pictures[41:], late], key=lambda f: f.received_ns)
    bench = Bench()
    bench.run(arriving([replace(f, tap_sequence=i) for i, f in enumerate(arrived)]), 6.5)
    assert bench.numbers(VICTIM) == list(range(180))


def test_silence_is_a_gap_with_true_edges(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    quiet = range(60, 120)
    kept = [
        replace(f, tap_sequence=i) for i, f in enumerate(f for n, f in enumerate(pictures) if n not in quiet)
    ]
    bench = Bench()
    bench.run(arriving(kept + sounds), 6.5)
    (gap,) = bench.gaps_of(VICTIM, VIDEO)
    assert gap.start_us == pytest.approx(2_020_000, abs=15_000)
    assert gap.end_us == pytest.approx(4_020_000, abs=15_000)
    events = [
        e.detail["state"] for e in bench.store.segments[0].of(EventKind.GAP) if "victim" in e.detail["gap"]
    ]
    assert events == ["open", "closed"]


def test_frames_that_were_only_late_leave_no_gap(pictures: list[EncodedFrame]) -> None:
    """For 0.9 s nothing comes, then all of it at once: the clock's line gives a little, and nothing is missing."""
    again = pictures[60].received_ns + 900 * MS
    late = [
        replace(f, received_ns=max(f.received_ns, again) if n >= 60 else f.received_ns)
        for n, f in enumerate(pictures)
    ]
    bench = Bench()
    bench.run(arriving(late), 6.5)
    assert bench.numbers(VICTIM) == list(range(180))
    told = [e for e in bench.store.segments[0].of(EventKind.GAP) if e.detail["gap"] == "victim.video.1"]
    assert [e.detail["state"] for e in told] == ["open", "withdrawn"]


def test_a_picture_that_had_not_begun_is_no_unknown_loss(pictures: list[EncodedFrame]) -> None:
    """From the start to the first picture the cause is known; of a silence in mid-call nothing is claimed."""
    kept = [f for n, f in enumerate(pictures) if n >= 30 and not 90 <= n < 120]
    bench = Bench()
    bench.run(arriving([replace(f, tap_sequence=i) for i, f in enumerate(kept)]), 6.5)
    begins, silent = bench.gaps_of(VICTIM, VIDEO)
    assert (begins.cause, begins.start_us) == (GapCause.NOT_BEGUN, 0)
    assert (silent.cause, silent.start_us) == (GapCause.UNKNOWN, pytest.approx(3_020_000, abs=40_000))


def test_camera_off_and_on_again(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    off = range(60, 150)
    kept = [
        replace(f, tap_sequence=i) for i, f in enumerate(f for n, f in enumerate(pictures) if n not in off)
    ]
    bench = Bench()
    states = [
        (T0 + 2 * S, SourceState(T0 + 2 * S, VICTIM, VIDEO, on=False)),
        (T0 + 5 * S, SourceState(T0 + 5 * S, VICTIM, VIDEO, on=True)),
    ]
    bench.run([*arriving(kept + sounds), *states], 6.5)
    (gap,) = bench.gaps_of(VICTIM, VIDEO)
    assert gap.cause is GapCause.CAMERA_OFF
    assert gap.end_us - gap.start_us == pytest.approx(3_000_000, abs=30_000)
    assert bench.numbers(VICTIM) == [*range(60), *range(150, 180)]
    assert len(Viewer().look(bench.store.segments[0].stream).tones) == 6
