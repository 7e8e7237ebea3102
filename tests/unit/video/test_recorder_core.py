"""The recorder against real VP8 and Opus: every numbered picture that arrived is in the file, what did not is stated."""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "tests"))
sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))

from clip_frames import Take, Viewer, audio_frames, delayed, video_frames
from recorder_rig import MS, T0, Bench, S, arriving

from rvr_console.domain.recording import (
    EncodedFrame,
    EventKind,
    GapCause,
    Party,
    RecorderState,
    TrackKind,
)
from rvr_console.video.recorder_commands import (
    Note,
    Pause,
    RecorderTiming,
    Rejoin,
    Resume,
    SourceState,
    Start,
    Stop,
)

VICTIM, OFFICER, VIDEO, AUDIO = Party.VICTIM, Party.OFFICER, TrackKind.VIDEO, TrackKind.AUDIO


def test_every_picture_and_all_sound(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    bench = Bench()
    bench.run(arriving(pictures + sounds), 6.5)
    (segment,) = bench.store.segments
    seen = Viewer().look(segment.stream)
    assert seen.numbers == list(range(180))
    assert [second for _, second in seen.tones] == list(range(6))
    assert seen.sound_s == pytest.approx(6.0, abs=0.05)
    assert segment.finished
    assert bench.core.state is RecorderState.CLOSED
    assert not bench.gaps_of(VICTIM, VIDEO)
    assert not bench.gaps_of(VICTIM, AUDIO)


def test_durable_all_along(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    bench = Bench()
    bench.core.handle(Start(T0))
    bench.go(arriving(pictures + sounds), 3.0)
    (segment,) = bench.store.segments
    kept = Viewer().look(segment.stream[: segment.durable])
    last = pictures[kept.numbers[-1]].received_ns
    assert bench.clock.ns - last <= 800 * MS  # hold 0.2 s + flush 0.5 s + one step


def test_one_silent_track_does_not_hold_the_others(sounds: list[EncodedFrame]) -> None:
    """Sound only, from the first moment: FFmpeg's interleaver would keep it all in memory."""
    bench = Bench()

    bench.core.handle(SourceState(T0, VICTIM, VIDEO, on=False))
    bench.core.handle(Start(T0))
    bench.go(arriving(sounds), 3.0)
    (segment,) = bench.store.segments
    assert Viewer().look(segment.stream[: segment.durable]).sound_s > 2.1
    bench.go([], 6.5)

    bench.core.handle(Stop(bench.clock.ns))
    (gap,) = bench.gaps_of(VICTIM, VIDEO)
    assert gap.cause is GapCause.CAMERA_OFF
    assert gap.start_us == 0
    assert gap.end_us == 6_500_000


def test_nothing_of_a_pause_is_written(pictures: list[EncodedFrame], sounds: list[EncodedFrame]) -> None:
    bench = Bench()
    at, again = T0 + 2 * S, T0 + 4 * S
    bench.run([*arriving(pictures + sounds), (at, Pause(at, VICTIM)), (again, Resume(again, OFFICER))], 6.5)
    (segment,) = bench.store.segments
    seen = Viewer().look(segment.stream)
    paused = {n for n, f in enumerate(pictures) if at < f.received_ns < again}
    assert not paused & set(seen.numbers)
    assert seen.numbers == [*range(60), *range(150, 180)]  # next key frame after the resume
    assert {second for _, second in seen.tones}.isdisjoint({2, 3})
    (pause,), (resume,) = segment.of(EventKind.PAUSE), segment.of(EventKind.RESUME)
    assert (pause.pts_us, pause.detail["by"]) == (2_000_000, "victim")
    assert (resume.pts_us, resume.detail["by"]) == (4_250_000, "officer")
    assert not [t for t, *_ in seen.pictures if 2.0 < t < 4.25]
    assert bench.core.recorded_us(bench.clock.ns) == 6_500_000 - 2_250_000
    assert (4_300 * MS, VICTIM) in bench.wanted or (4_200 * MS, VICTIM) in bench.wanted
    (gap,) = bench.gaps_of(VICTIM, VIDEO)  # pictures came again, but nothing to build them on
    assert gap.cause is GapCause.KEY_FRAME
    assert (gap.start_us, gap.end_us) == (4_250_000, pytest.approx(5_020_000, abs=40_000))
    assert not bench.gaps_of(VICTIM, AUDIO)


def test_what_was_before_a_pause_and_the_resume_itself_are_sealed_at_once(
    pictures: list[EncodedFrame],
) -> None:
    """The age of the last sealed record is true in a pause, and does not count the pause afterwards."""
    bench = Bench()
    at, again = T0 + 2 * S, T0 + 4 * S
    bench.core.handle(Start(T0))
    bench.go([*arriving([f for f in pictures if f.received_ns < at]), (at, Pause(at, VICTIM))], 3.9)
    assert bench.core.state is RecorderState.PAUSED
    assert bench.core.chain.last_sealed_ns == at
    bench.go([(again, Resume(again, VICTIM))], 4.3)
    assert bench.core.state is RecorderState.RECORDING
    assert bench.clock.ns - bench.core.chain.last_sealed_ns < 100 * MS


def test_frames_under_way_at_the_resume_are_left_out(pictures: list[EncodedFrame]) -> None:
    """What left the phone during the pause arrives, delayed, after the resume."""
    bench = Bench()
    at, again = T0 + 1 * S, T0 + 3 * S
    slow = [f if f.received_ns < at else replace(f, received_ns=f.received_ns + 150 * MS) for f in pictures]
    bench.run([*arriving(slow), (at, Pause(at, VICTIM)), (again, Resume(again, VICTIM))], 6.8)
    captured_in_pause = {n for n, f in enumerate(pictures) if at <= f.received_ns < again}
    assert not captured_in_pause & set(bench.numbers(VICTIM))


def test_rejoin_makes_a_new_segment(victim: Take, pictures: list[EncodedFrame]) -> None:
    """New connection, new RTP counts; the drop is stated on both sides of the cut and tells its cause."""
    again = video_frames(
        replace(victim, start_ns=T0 + 5 * S, seconds=2, rtp_video=99, first_number=300, keys=frozenset({300}))
    )
    rejoin = T0 + 4_900 * MS
    bench = Bench()
    command = Rejoin(rejoin, GapCause.CONNECTION_DROPPED, "network")
    bench.run([*arriving(pictures[:90]), (rejoin, command), *arriving(again)], 7.5)
    first, second = bench.store.segments
    assert bench.numbers(VICTIM) == [*range(90), *range(300, 360)]
    gap = bench.gaps_of(VICTIM, VIDEO)[0]
    assert gap.cause is GapCause.CONNECTION_DROPPED
    assert gap.start_us == pytest.approx(3_020_000, abs=20_000)
    assert gap.end_us == 4_900_000
    assert second.of(EventKind.REJOIN)[0].detail["cause"] == "connection_dropped"
    assert first.of(EventKind.CLOSED)[0].detail["reason"] == "rejoin"
    assert int(second.of(EventKind.STARTED)[0].detail["start_ns"]) == rejoin


def test_rotation_loses_and_repeats_nothing(
    pictures: list[EncodedFrame], sounds: list[EncodedFrame], victim: Take
) -> None:
    officer = video_frames(
        replace(victim, party=OFFICER, keys=frozenset({0, 75, 130}), start_ns=T0 + 31 * MS)
    )
    bench = Bench(RecorderTiming(rotate_ns=2 * S))
    bench.run(arriving(pictures + sounds + officer), 6.5)
    assert len(bench.store.segments) == 3
    assert bench.numbers(VICTIM) == list(range(180))
    assert bench.numbers(OFFICER) == list(range(180))
    assert sum(Viewer().look(s.stream).sound_s for s in bench.store.segments) == pytest.approx(6.0, abs=0.05)
    for segment in bench.store.segments[1:]:
        assert Viewer().look(segment.stream).pictures[0][0] == pytest.approx(
            0, abs=0.002
        )  # opens with the key frame


def test_rotation_without_picture(sounds: list[EncodedFrame]) -> None:
    bench = Bench(RecorderTiming(rotate_ns=2 * S, rotate_patience_ns=S))
    bench.run(arriving(sounds), 6.5)
    assert len(bench.store.segments) == 2
    assert sum(Viewer().look(s.stream).sound_s for s in bench.store.segments) == pytest.approx(6.0, abs=0.05)


def test_size_change_is_in_band(victim: Take, pictures: list[EncodedFrame]) -> None:
    turned = replace(
        victim,
        start_ns=T0 + 20 * MS + 3 * S,
        seconds=3,
        width=240,
        height=320,
        first_number=90,
        keys=frozenset({90}),
    )
    turned = replace(turned, rtp_video=1000 + 90 * 3000)
    more = [replace(f, tap_sequence=90 + i) for i, f in enumerate(video_frames(turned))]
    bench = Bench()
    bench.run(arriving(pictures[:90] + more), 6.5)
    (segment,) = bench.store.segments
    seen = Viewer().look(segment.stream)
    assert seen.numbers == list(range(180))
    assert {(w, h) for _, _, w, h in seen.pictures} == {(320, 240), (240, 320)}
    assert segment.of(EventKind.TRACK)[0].detail["size"] == "240x320"


def test_lip_sync_with_late_first_packets(
    victim: Take, pictures: list[EncodedFrame], sounds: list[EncodedFrame]
) -> None:
    """The first 200 ms of sound arrive late and in a bunch, as when a call begins."""
    bunch = [replace(f, received_ns=max(f.received_ns, T0 + 230 * MS)) for f in sounds]
    bench = Bench()
    bench.run(arriving(pictures + bunch), 6.5)
    seen = Viewer().look(bench.store.segments[0].stream)
    at = {number: time for time, number, _, _ in seen.pictures}
    skews = [(time - at[second * 30]) * 1000 for time, second in seen.tones if second >= 1]
    assert skews
    assert all(abs(skew - 8) <= 12 for skew in skews), (
        skews
    )  # the codec's own delay is 6.5 ms, the finder's 1 ms


def test_rtp_counts_wrap(victim: Take) -> None:
    wrapping = replace(victim, rtp_video=(1 << 32) - 90_000, rtp_audio=(1 << 32) - 48_000, seconds=3)
    bench = Bench()
    bench.run(arriving(video_frames(wrapping) + audio_frames(wrapping)), 3.5)
    seen = Viewer().look(bench.store.segments[0].stream)
    assert seen.numbers == list(range(90))
    assert seen.pictures[-1][0] == pytest.approx(0.02 + 89 / 30, abs=0.02)
    assert not bench.gaps_of(VICTIM, VIDEO)


def test_clock_step_is_an_event_and_moves_nothing(pictures: list[EncodedFrame]) -> None:
    bench = Bench()

    bench.core.handle(Start(T0))
    bench.go(arriving(pictures[:90]), 3.0)
    bench.clock.wall -= timedelta(hours=1)
    bench.go(arriving(pictures[90:]), 6.5)
    bench.core.handle(Stop(bench.clock.ns))
    (segment,) = bench.store.segments
    (step,) = segment.of(EventKind.CLOCK_STEP)
    assert int(step.detail["step_ms"]) == -3_600_000
    seen = Viewer().look(segment.stream)
    assert seen.numbers == list(range(180))
    assert seen.pictures[-1][0] == pytest.approx(0.02 + 179 / 30, abs=0.02)


def test_disk_full_is_stated_and_closed(pictures: list[EncodedFrame]) -> None:
    bench = Bench()

    bench.core.handle(Start(T0))
    bench.go(arriving(pictures[:90]), 3.0)
    bench.store.disk.full = True
    bench.go(arriving(pictures[90:]), 5.0)
    (segment,) = bench.store.segments
    assert bench.core.state is RecorderState.FAULT
    assert "disk is full" in bench.core.fault
    assert segment.finished
    kept = Viewer().look(segment.stream[: segment.durable]).numbers
    assert kept == list(range(len(kept)))
    assert len(kept) > 70
    assert segment.of(EventKind.CLOSED)[0].detail["reason"] == "fault"
    bench.store.disk.full = False
    bench.core.handle(Rejoin(bench.clock.ns, GapCause.DISK_FULL, "room was made"))
    assert bench.core.state is RecorderState.RECORDING
    assert any(gap.cause is GapCause.DISK_FULL for gap in bench.gaps_of(VICTIM, VIDEO))
    bench.go([], 6.0)
    bench.core.handle(Stop(bench.clock.ns))
    assert [s.finished for s in bench.store.segments] == [True, True]


def test_heads_every_ten_seconds_and_at_the_end(sounds: list[EncodedFrame]) -> None:
    bench = Bench()
    bench.run(arriving(sounds), 21.0)
    assert len(bench.heads) == 3


def test_notes_before_the_start_are_kept() -> None:
    bench = Bench()
    bench.core.handle(Note(T0 - S, EventKind.ANNOUNCED, {"text": "recording"}))
    bench.run([], 1.0)
    assert [e.kind for e in bench.store.segments[0].events[:2]] == [EventKind.STARTED, EventKind.ANNOUNCED]


def test_skewed_arrival_keeps_real_time_over_a_gap(pictures: list[EncodedFrame]) -> None:
    """After an outage the network is 80 ms slower; times go on from the sender's count, not from the arrival."""
    kept = pictures[:60] + delayed(pictures[120:], 80 * MS)
    kept = [replace(f, tap_sequence=i) for i, f in enumerate(kept)]
    bench = Bench()
    bench.run(arriving(kept), 6.5)
    (gap,) = bench.gaps_of(VICTIM, VIDEO)
    assert gap.end_us - gap.start_us == pytest.approx(2_000_000, abs=100_000)


def test_going_on_after_the_console_broke_off(sounds: list[EncodedFrame]) -> None:
    bench = Bench()
    bench.core.handle(Start(T0, GapCause.CONSOLE_RESTARTED, "power"))
    bench.go(arriving(sounds), 1.0)
    bench.core.handle(Stop(bench.clock.ns))
    (rejoin,) = bench.store.segments[0].of(EventKind.REJOIN)
    assert rejoin.detail == {"cause": "console_restarted", "reason": "power"}
