"""A shared screen in the recording: a track of its own, the camera untouched, its beginning and end events, a drop a gap."""

import io
import sys
from bisect import bisect_right
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "tests"))
sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))

from clip_code import read_barcode
from clip_frames import Take, Viewer, video_frames
from recorder_rig import MS, T0, Bench, MemorySegment, S, arriving

from rvr_console.domain.recording import EncodedFrame, EventKind, GapCause, Party, TrackHole, TrackKind
from rvr_console.video.matroska_reader import MatroskaReader
from rvr_console.video.play_anywhere import PlayAnywhereCopy
from rvr_console.video.play_anywhere_frame import WITH_SCREEN, CopyMark
from rvr_console.video.playback_picture import INSET_PART, picture_of, what
from rvr_console.video.playback_reel import PlaybackReel
from rvr_console.video.playback_timeline import SegmentFacts, build_timeline
from rvr_console.video.recorder_commands import Pause, RecorderTiming, Rejoin, Resume, SourceState

VICTIM, CAMERA, SCREEN = Party.VICTIM, TrackKind.VIDEO, TrackKind.SCREEN
SECONDS = 6


def seconds(at: float) -> int:
    return T0 + round(at * S)


@pytest.fixture(scope="module")
def camera() -> list[EncodedFrame]:
    return video_frames(Take(start_ns=T0 + 20 * MS, seconds=SECONDS, keys=frozenset(range(0, 180, 30))))


@pytest.fixture(scope="module")
def still_screen() -> list[EncodedFrame]:
    """Numbers 300, 330 ... 450: one picture a second from 1.0 s on, as of a screen on which nothing moves."""
    take = Take(start_ns=T0 + S, seconds=6, first_number=300)
    every = video_frames(replace(take, keys=frozenset(range(300, 480, 30))))[::30]
    return [replace(frame, kind=SCREEN, tap_sequence=n) for n, frame in enumerate(every)]


def share(at: float, *, on: bool) -> tuple[int, object]:
    return seconds(at), SourceState(seconds(at), VICTIM, SCREEN, on)


def numbers(bench: Bench, kind: TrackKind) -> list[int]:
    viewer = Viewer(VICTIM, kind)
    return [n for segment in bench.store.segments for n in viewer.look(segment.stream).numbers]


def states(segment: MemorySegment) -> list[tuple[str, int]]:
    events = [e for e in segment.of(EventKind.TRACK) if e.detail["kind"] == "screen" and "source" in e.detail]
    return [(e.detail["source"], e.pts_us) for e in events]


def test_a_share_is_a_track_of_its_own_and_costs_the_camera_nothing(camera, still_screen) -> None:
    bench = Bench()
    shared = [frame for frame in still_screen if frame.received_ns < seconds(4.5)]
    bench.run([*arriving([*camera, *shared]), share(0.9, on=True), share(4.6, on=False)], 6.5)
    (segment,) = bench.store.segments
    assert numbers(bench, CAMERA) == list(range(180))
    assert numbers(bench, SCREEN) == [300, 330, 360, 390]
    assert states(segment) == [("on", 900_000), ("off", 4_600_000)]
    assert not bench.gaps_of(VICTIM, CAMERA)
    assert not bench.gaps_of(VICTIM, SCREEN)
    assert not [e for e in segment.of(EventKind.GAP) if e.detail["kind"] == "screen"]


def test_a_call_without_a_share_says_nothing_of_a_screen(camera) -> None:
    bench = Bench()
    bench.run([*arriving(camera), (seconds(6), Rejoin(seconds(6), GapCause.CONNECTION_DROPPED, ""))], 13.0)
    assert not bench.gaps_of(VICTIM, SCREEN)
    assert all("screen" not in event.detail.values() for s in bench.store.segments for event in s.events)


def test_pictures_lost_in_a_share_are_stated(camera, still_screen) -> None:
    lost = TrackHole(
        VICTIM, SCREEN, still_screen[1].received_ns, still_screen[3].received_ns, GapCause.NETWORK_LOSS
    )
    kept = [replace(f, tap_sequence=n) for n, f in enumerate([*still_screen[:2], *still_screen[3:]])]
    hole = (still_screen[3].received_ns, lost)
    items = [*arriving([*camera, *kept[:2]]), hole, *arriving(kept[2:]), share(0.9, on=True)]
    bench = Bench()
    bench.run(items, 6.5)
    (gap,) = bench.gaps_of(VICTIM, SCREEN)
    assert gap.cause is GapCause.NETWORK_LOSS
    assert gap.end_us == pytest.approx(4_000_000, abs=10_000)
    assert not bench.gaps_of(VICTIM, CAMERA)


def test_a_share_that_falls_silent_is_a_gap_that_ends_with_the_share(camera, still_screen) -> None:
    bench = Bench()
    bench.run([*arriving([*camera, still_screen[0]]), share(0.9, on=True), share(9.0, on=False)], 12.0)
    (gap,) = bench.gaps_of(VICTIM, SCREEN)
    assert gap.start_us == pytest.approx(1_033_000, abs=20_000)
    assert gap.end_us == 9_000_000


def test_a_lost_connection_is_a_gap_of_the_share_too(camera, still_screen) -> None:
    bench = Bench()
    drop = (seconds(6), Rejoin(seconds(6), GapCause.CONNECTION_DROPPED, ""))
    bench.run([*arriving([*camera, *still_screen[:3]]), share(0.9, on=True), drop], 7.0)
    (gap,) = bench.gaps_of(VICTIM, SCREEN)
    assert gap.cause is GapCause.CONNECTION_DROPPED
    assert gap.end_us == 6_000_000
    assert states(bench.store.segments[1]) == [("on", 0)], (
        "the new segment says by itself that a screen is shared"
    )


def test_a_pause_pauses_the_share(camera, still_screen) -> None:
    bench = Bench()
    pause, resume = seconds(2.5), seconds(4.2)
    orders = [(pause, Pause(pause, VICTIM)), (resume, Resume(resume, VICTIM))]
    bench.run([*arriving([*camera, *still_screen]), share(0.9, on=True), *orders], 6.5)
    assert numbers(bench, SCREEN) == [300, 330, 420, 450]
    assert not bench.gaps_of(VICTIM, SCREEN)


def test_a_rotation_goes_on_with_the_share(camera, still_screen) -> None:
    bench = Bench(RecorderTiming(rotate_ns=3 * S))
    bench.run([*arriving([*camera, *still_screen]), share(0.9, on=True)], 6.5)
    first, second, *_ = bench.store.segments
    assert numbers(bench, SCREEN) == [300, 330, 360, 390, 420, 450]
    assert numbers(bench, CAMERA) == list(range(180))
    assert states(second) == [("on", 0)]
    names = [f"{party.value}.{kind.value}" for party, kind in MatroskaReader(io.BytesIO(first.stream)).tracks]
    assert names == ["victim.video", "victim.audio", "officer.video", "officer.audio", "victim.screen"]


class Source(io.BytesIO):
    def __init__(self, segment: MemorySegment) -> None:
        super().__init__(segment.stream)
        self.events = segment.events
        self.duration_us = max(e.pts_us for e in segment.events)
        self._media = segment.media

    def media_offset_at(self, pts_us: int) -> int:
        at = bisect_right([pts for pts, _ in self._media], pts_us) - 1
        return self._media[at][1] if at >= 0 else 0


@pytest.fixture(scope="module")
def shared(camera, still_screen) -> Source:
    """Three seconds, shared from 0.9 to 2.4."""
    bench = Bench()
    frames = [frame for frame in [*camera, *still_screen[:2]] if frame.received_ns < seconds(3)]
    bench.run([*arriving(frames), share(0.9, on=True), share(2.4, on=False)], 3.0)
    return Source(bench.store.segments[0])


@pytest.mark.parametrize(
    ("at_us", "there", "large"),
    [(500_000, "video", 14), (2_100_000, "screen video", 330), (2_800_000, "video", 83)],
)
def test_playback_shows_the_screen_large_and_the_camera_inset(shared, at_us, there, large) -> None:
    reel = PlaybackReel([shared], build_timeline([SegmentFacts(tuple(shared.events), shared.duration_us)]))
    reel.seek(at_us)
    assert what(reel, VICTIM, at_us) == there
    width, height, rows = picture_of(reel, VICTIM, at_us, 640, 480)
    picture = np.frombuffer(rows, np.uint8).reshape(height, width, 4)
    assert (width, height) == (640, 480)
    camera_only = "screen" not in there
    whole = picture[:, :, 1].copy()
    if not camera_only:
        edge = picture[480 - 8 - 480 // INSET_PART - 2, 640 - 9]
        assert tuple(edge) == (232,) * 4, "the camera's picture stands in the corner"
    assert read_barcode(whole) == pytest.approx(large, abs=1)


def test_the_timeline_has_the_share_as_a_stretch(shared) -> None:
    timeline = build_timeline([SegmentFacts(tuple(shared.events), shared.duration_us)])
    (item,) = [item for item in timeline.items if item.event is EventKind.TRACK]
    assert (item.start_us, item.end_us) == (900_000, 2_400_000)
    assert item.words == "Screen shared by the victim, 1.5 s"


def test_the_copy_shows_the_screen_large_and_both_cameras_beside_it(shared) -> None:
    out = io.BytesIO()
    assert PlayAnywhereCopy([shared], CopyMark("id", "ab" * 32)).write(out)
    with av.open(io.BytesIO(out.getvalue())) as container:
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]

    def number(frame: np.ndarray, key: tuple[Party, TrackKind]) -> int | None:
        area = WITH_SCREEN[key]
        part = frame[area.top : area.top + area.height, area.left : area.left + area.width]
        return read_barcode(part[:, (area.width - area.height * 4 // 3) // 2 :][:, : area.height * 4 // 3])

    during, after = frames[40], frames[70]
    assert number(during, (VICTIM, SCREEN)) == 300
    assert number(during, (VICTIM, CAMERA)) == pytest.approx(47, abs=1)
    assert read_barcode(after[:480, :640]) == pytest.approx(83, abs=1)
