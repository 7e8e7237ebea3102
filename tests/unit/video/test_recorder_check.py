"""scripts/check_recording.py must fail when it should: what it says of good and of doctored recordings."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "tests"))
sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))

from clip_check import BrowserFigures, Findings, OpenSegment, check
from clip_frames import Take, audio_frames, delayed, video_frames
from recorder_rig import MS, T0, Bench, S, arriving

from rvr_console.domain.recording import EncodedFrame, EventKind, GapCause, Party
from rvr_console.video.playback_timeline import SegmentFacts
from rvr_console.video.recorder_commands import Pause, Rejoin, Resume

ALIGNED = BrowserFigures(frames_sent=10_000, never_encoded=0, alignment_ms=0.0)
TAKE = Take(start_ns=T0 + 20 * MS, seconds=8, keys=frozenset(range(0, 900, 30)))


@pytest.fixture(scope="module")
def pictures() -> list[EncodedFrame]:
    return video_frames(TAKE)


@pytest.fixture(scope="module")
def sounds() -> list[EncodedFrame]:
    return audio_frames(TAKE)


def opened(bench: Bench) -> list[OpenSegment]:
    return [
        OpenSegment(s.stream, SegmentFacts(s.events, max(e.pts_us for e in s.events)))
        for s in bench.store.segments
    ]


def recorded(
    frames: list[EncodedFrame], commands: list[tuple[int, object]] | None = None, until: float = 8.3
) -> Bench:
    bench = Bench()
    bench.run([*arriving(frames), *(commands or [])], until)
    return bench


def told(findings: Findings) -> str:
    return "\n".join(findings.wrong)


def test_a_good_call_with_a_pause_and_a_drop(
    pictures: list[EncodedFrame], sounds: list[EncodedFrame]
) -> None:
    again = replace(TAKE, start_ns=T0 + 16 * S, seconds=3, first_number=480)
    pause, resume, rejoin = T0 + 2 * S, T0 + 4 * S, T0 + 15_900 * MS
    commands = [
        (pause, Pause(pause, Party.VICTIM)),
        (resume, Resume(resume, Party.VICTIM)),
        (rejoin, Rejoin(rejoin, GapCause.CONNECTION_DROPPED, "")),
    ]
    bench = recorded([*pictures, *sounds, *video_frames(again), *audio_frames(again)], commands, 19.3)
    findings = check(opened(bench), ALIGNED)
    assert not findings.wrong
    assert any("Pause at 2.0 s" in sentence for sentence in findings.right)


def test_a_call_whose_recorder_was_disabled() -> None:
    assert "0 numbered pictures" in told(check([], ALIGNED))
    assert check(opened(recorded([])), ALIGNED).wrong


def test_loss_that_is_not_stated(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    kept = [*pictures[:89], *pictures[90:]]
    bench = recorded([*(replace(f, tap_sequence=i) for i, f in enumerate(kept)), *sounds])
    assert "1 numbers are missing outside stated gaps" in told(check(opened(bench), ALIGNED))
    assert not check(opened(bench), replace(ALIGNED, never_encoded=1)).wrong


def test_a_gap_with_false_edges(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    kept = [replace(f, tap_sequence=i) for i, f in enumerate([*pictures[:60], *pictures[120:]])]
    good = opened(recorded([*kept, *sounds]))
    assert not check(good, ALIGNED).wrong
    (segment,) = good
    moved = [
        replace(e, detail={**e.detail, "start_us": str(int(e.detail["start_us"]) + 300_000)})
        if e.kind is EventKind.GAP and e.detail["party"] == "victim"
        else e
        for e in segment.facts.events
    ]
    bad = OpenSegment(segment.stream, SegmentFacts(moved, segment.facts.duration_us))
    assert "edges off" in told(check([bad], ALIGNED))
    silent = [e for e in segment.facts.events if e.kind is not EventKind.GAP]
    unstated = OpenSegment(segment.stream, SegmentFacts(silent, segment.facts.duration_us))
    assert "are not stated" in told(check([unstated], ALIGNED))


def test_a_pause_that_was_recorded_all_the_same(
    pictures: list[EncodedFrame], sounds: list[EncodedFrame]
) -> None:
    pause, resume = T0 + 2 * S, T0 + 4 * S
    paused = recorded(
        [*pictures, *sounds],
        [(pause, Pause(pause, Party.VICTIM)), (resume, Resume(resume, Party.VICTIM))],
    )
    (claims,) = opened(paused)
    (whole,) = opened(recorded([*pictures, *sounds]))
    assert "of it are recorded" in told(check([OpenSegment(whole.stream, claims.facts)], ALIGNED))


def test_sound_out_of_step(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    bench = recorded([*pictures, *delayed(sounds, 200 * MS)])
    assert "ms from its picture" in told(check(opened(bench), ALIGNED))
    assert not check(opened(bench), replace(ALIGNED, alignment_ms=200.0)).wrong


def test_figures_from_the_browser() -> None:
    stats = [
        {"frames": 0, "frames_sent": 0},
        {"frames": 300, "frames_sent": 290},
        {"frames": 60, "frames_sent": 58},  # a new connection counts from zero
    ]
    seen = {"pictures": [[1000, 30], [1033, 31]], "tones": [[1050, 1], [2040, 2]]}
    figures = BrowserFigures.from_json({"stats": stats, **seen})
    assert (figures.frames_sent, figures.never_encoded) == (348, 12)
    assert figures.alignment_ms == pytest.approx(50, abs=5)
