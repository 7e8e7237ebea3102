"""scripts/check_recording.py must fail when it should: what it says of good and of doctored recordings."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "tests"))
sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))

from clip_check import Findings, OpenSegment, check
from clip_figures import BrowserFigures, Reading
from clip_frames import Take, audio_frames, delayed, video_frames
from recorder_rig import MS, T0, Bench, S, arriving

from rvr_console.domain.recording import EncodedFrame, EventKind, GapCause, Party
from rvr_console.video.playback_timeline import SegmentFacts
from rvr_console.video.recorder_commands import Pause, Rejoin, Resume

TAKE = Take(start_ns=T0 + 20 * MS, seconds=8, keys=frozenset(range(0, 900, 30)))
AHEAD_S = 100.0  # the browser's clock


def browser(
    *takes: Take,
    unsent: frozenset[int] = frozenset(),
    missed: frozenset[int] = frozenset(),
    late_s: float = 0.0,
) -> BrowserFigures:
    """What a browser that made these takes says, read every half second. unsent: captured, not sent. missed: not seen by its page."""
    captured, tones, stretches = [], [], []
    for take in takes:
        start = (take.start_ns - T0) / S + AHEAD_S
        numbers = [(start + n / 30, take.first_number + n) for n in range(take.seconds * 30)]
        captured += numbers
        tones += [(start + n + late_s, take.first_number // 30 + n) for n in range(take.seconds)]
        readings = []
        for half in range(take.seconds * 2 + 1):
            at = start + half / 2
            before = [number for seen_at, number in numbers if seen_at <= at]
            readings.append(Reading(at, len(before), sum(number not in unsent for number in before)))
        stretches.append(tuple(readings))
    seen = tuple(one for one in captured if one[1] not in missed)
    return BrowserFigures(tuple(stretches), seen, tuple(tones))


ALIGNED = browser(TAKE)


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
    findings = check(opened(bench), browser(TAKE, again))
    assert not findings.wrong
    assert any("Pause at 2.0 s" in sentence for sentence in findings.right)


def test_a_call_whose_recorder_was_disabled() -> None:
    assert "0 numbered pictures" in told(check([], ALIGNED))
    assert check(opened(recorded([])), ALIGNED).wrong


def without(pictures: list[EncodedFrame], lost: frozenset[int]) -> list[EncodedFrame]:
    """Lost before the tap, so that nothing tells the recorder. Each is the last before a key frame: the rest decodes."""
    kept = [frame for number, frame in enumerate(pictures) if number not in lost]
    return [replace(frame, tap_sequence=i) for i, frame in enumerate(kept)]


def test_one_picture_lost(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    """However many the browser left unsent at other moments: what it had to send then is missing."""
    lost = opened(recorded([*without(pictures, frozenset({89})), *sounds]))
    assert "lost: [89]" in told(check(lost, ALIGNED))
    elsewhere = frozenset({149, 177, 178, 179, 209})
    both = opened(recorded([*without(pictures, elsewhere | {89}), *sounds]))
    assert "lost: [89]" in told(check(both, browser(TAKE, unsent=elsewhere)))
    assert "1 numbers are missing" in told(check(lost, None))


def test_pictures_that_the_browser_did_not_send(
    pictures: list[EncodedFrame], sounds: list[EncodedFrame]
) -> None:
    unsent = frozenset({59, 87, 88, 89, 209})
    segments = opened(recorded([*without(pictures, unsent), *sounds]))
    assert not check(segments, browser(TAKE, unsent=unsent)).wrong
    assert "lost: [89]" in told(check(segments, browser(TAKE, unsent=unsent - {89})))


def test_losses_that_the_page_did_not_see_either_are_found_by_count(
    pictures: list[EncodedFrame], sounds: list[EncodedFrame]
) -> None:
    lost = frozenset({59, 119, 179})
    segments = opened(recorded([*without(pictures, lost), *sounds]))
    wrong = told(check(segments, browser(TAKE, missed=lost | {10, 20})))
    assert "lost: [" not in wrong
    assert "Frames recorded of those sent" in wrong


def test_a_browser_of_another_call(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    stranger = browser(replace(TAKE, first_number=900))
    assert "captured pictures that are recorded" in told(
        check(opened(recorded([*pictures, *sounds])), stranger)
    )


def test_a_tone_lost(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    """One second's burst is silence in the recording: excused only if the page's own microphone had none either."""
    (quiet,) = [
        frame
        for frame in audio_frames(replace(TAKE, seconds=1))
        if frame.rtp_timestamp == TAKE.rtp_audio + 40 * 960
    ]
    silenced = [
        replace(frame, data=quiet.data) if 150 <= i < 200 else frame for i, frame in enumerate(sounds)
    ]
    segments = opened(recorded([*pictures, *silenced]))
    assert "lost: [3]" in told(check(segments, ALIGNED))
    deaf = replace(ALIGNED, tones=tuple(one for one in ALIGNED.tones if one[1] != 3))
    assert not check(segments, deaf).wrong


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
    assert not check(opened(bench), browser(TAKE, late_s=0.2)).wrong


def test_a_browser_whose_own_sound_drifts(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    """Tone by tone: what the browser did itself in the second half is not held against the recording, and hides nothing."""
    drifts = replace(
        ALIGNED, tones=tuple((at + 0.2 if second >= 4 else at, second) for at, second in ALIGNED.tones)
    )
    half = [frame for frame in sounds if frame.received_ns < T0 + 4 * S]
    later = [
        replace(frame, rtp_timestamp=frame.rtp_timestamp + 48 * 200)
        for frame in delayed([frame for frame in sounds if frame.received_ns >= T0 + 4 * S], 200 * MS)
    ]
    followed = opened(recorded([*pictures, *half, *later]))
    assert "from its picture" not in told(check(followed, drifts))
    assert "from its picture" in told(check(followed, ALIGNED))
    assert "from its picture" in told(check(opened(recorded([*pictures, *sounds])), drifts))


def test_figures_from_the_browser() -> None:
    stats = [
        {"at_ms": 0, "frames": 0, "frames_sent": 0},
        {"at_ms": 500, "frames": 300, "frames_sent": 290},
        {"at_ms": 1000, "frames": 0, "frames_sent": 295},  # a pause: no camera
        {"at_ms": 1500, "frames": 320, "frames_sent": 310},
        {"at_ms": 2000, "frames": 60, "frames_sent": 58},  # a new connection counts from zero
    ]
    seen = {"pictures": [[1000, 30], [1033, 31]], "tones": [[1050, 1], [2040, 2]]}
    figures = BrowserFigures.from_json({"stats": stats, **seen})
    assert figures.stretches == ((Reading(0.5, 300, 290), Reading(1.5, 320, 310)), (Reading(2.0, 60, 58),))
    assert figures.skew_ms(1, 1.0) == pytest.approx(50, abs=5)
    assert figures.skew_ms(1, 9.0) is None


def test_counters_are_read_in_a_steady_moment() -> None:
    """The first reading falls into a burst: two frames are captured and not yet counted as sent."""
    sent = [13, 30, 45, 60, 75, 90, 105]
    readings = tuple(Reading(half / 2, 15 * (half + 1), number) for half, number in enumerate(sent))
    assert BrowserFigures((readings,)).sent_between(0.0, 3.0) == (1.0, 2.5, 45)
    assert BrowserFigures((readings[:2],)).sent_between(0.0, 3.0) == (0.0, 0.5, 17)
    assert BrowserFigures((readings,)).sent_between(0.1, 0.9) is None
