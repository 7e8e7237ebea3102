"""Sealed playback: exact seeks, steps, speed, pauses and time between segments; nothing but memory."""

import io
import itertools
import sys
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "tests"))
sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))

from clip_code import find_tones, read_barcode
from clip_frames import Take, audio_frames, video_frames
from recorder_rig import MS, T0, Bench, MemorySegment, S, arriving

from rvr_console.domain.call import Picture
from rvr_console.domain.recording import EventKind, GapCause, Party, RecordingEvent, TrackKind
from rvr_console.errors import EvidenceError
from rvr_console.video.playback import Player, PlayerReports
from rvr_console.video.playback_timeline import SegmentFacts, build_timeline
from rvr_console.video.recorder_commands import Note, Pause, Rejoin, Resume

KEYS = frozenset({0, 40, 80, 120, 160, 300, 340})


class Source(io.BytesIO):
    """A segment's decrypted stream as evidence's reader offers it."""

    def __init__(self, segment: MemorySegment, *, index: bool = True) -> None:
        media = segment.media if index else segment.media[:-1]
        end = len(segment.stream) if index else segment.media[-1][1]
        super().__init__(segment.stream[:end])
        self.events = segment.events
        self.duration_us = max([pts for pts, _ in media] + [e.pts_us for e in segment.events])
        self._media = media

    def media_offset_at(self, pts_us: int) -> int:
        at = bisect_right([pts for pts, _ in self._media], pts_us) - 1
        return self._media[at][1] if at >= 0 else 0


@pytest.fixture(scope="module")
def segments() -> list[MemorySegment]:
    """0-6 s with a pause from 2 to 3 s; a drop; 300 and on from 16 s of session time."""
    take = Take(start_ns=T0 + 20 * MS, seconds=6, keys=KEYS)
    officer = replace(take, party=Party.OFFICER)
    again = replace(take, start_ns=T0 + 16 * S + 20 * MS, seconds=2, first_number=300)
    frames = [*video_frames(take), *audio_frames(take), *video_frames(officer)]
    later = [*video_frames(again), *audio_frames(again)]
    bench = Bench()
    pause, resume, rejoin = T0 + 2 * S, T0 + 3 * S, T0 + 16 * S
    commands = [
        (T0 + S, Note(T0 + S, EventKind.MARKER, {"text": "injury"})),
        (pause, Pause(pause, Party.VICTIM)),
        (resume, Resume(resume, Party.VICTIM)),
        (rejoin, Rejoin(rejoin, GapCause.CONNECTION_DROPPED, "network")),
    ]
    bench.run([*arriving([*frames, *later]), *commands], 18.2)
    return bench.store.segments


class Screen:
    """What the player shows, and a way to wait for it. Its time runs 20 ms at each look."""

    def __init__(self, sources: list[Source], *, live: bool = True) -> None:
        self.changed = threading.Condition()
        self.numbers: dict[Party, int | None] = {}
        self.seen: list[int] = []
        self.positions: list[tuple[int, bool]] = []
        self.cards: list[str] = []
        self.faults: list[str] = []
        self.sound = b""
        ticks = itertools.count()
        reports = PlayerReports(self._picture, self._sound, self._position, self._card, self.faults.append)
        self.player = Player(sources, reports, monotonic=lambda: next(ticks) * 0.02)

    def _picture(self, party: Party, picture: Picture | None) -> None:
        number = None
        if picture is not None:
            rows = np.frombuffer(picture.data, np.uint8).reshape(picture.height, picture.width, 4)
            number = read_barcode(rows[:, :, 1])
        with self.changed:
            self.numbers[party] = number
            if party is Party.VICTIM and number is not None:
                self.seen.append(number)

    def _sound(self, pcm: bytes) -> None:
        self.sound += pcm

    def _card(self, words: str) -> None:
        self.cards.append(words)

    def _position(self, at: int, playing: bool) -> None:
        with self.changed:
            self.positions.append((at, playing))
            self.changed.notify_all()

    def do(self, act: Callable[[], None]) -> int:
        """Do something and wait until the player has told its position again."""
        with self.changed:
            before = len(self.positions)
            act()
            assert self.changed.wait_for(lambda: len(self.positions) > before, 20)
            return self.positions[-1][0]

    def play_to_end(self) -> None:
        with self.changed:
            self.player.play()
            assert self.changed.wait_for(lambda: any(playing for _, playing in self.positions), 20)
            assert self.changed.wait_for(lambda: not self.positions[-1][1], 60)


@pytest.fixture
def screen(segments: list[MemorySegment]) -> Iterator[Screen]:
    made = Screen([Source(segment) for segment in segments])
    made.do(made.player.start)
    yield made
    assert made.player.close()
    assert not made.faults


def expected(at_us: int) -> int:
    """The picture on screen at a time outside the holes: 30 a second from 20 ms."""
    return (at_us - 20_000) * 30 // 1_000_000


@pytest.mark.parametrize("at_us", [500_000, 1_310_000, 1_990_000, 4_321_000, 5_000_000, 5_900_000])
def test_seek_shows_the_very_frame(screen: Screen, at_us: int) -> None:
    assert screen.do(lambda: screen.player.seek(at_us)) == at_us
    assert screen.numbers[Party.VICTIM] == pytest.approx(expected(at_us), abs=1)
    assert screen.numbers[Party.OFFICER] == screen.numbers[Party.VICTIM]


def test_seek_without_an_index(segments: list[MemorySegment]) -> None:
    """A recording that broke off has no Cues; its key frames are found all the same."""
    screen = Screen([Source(segment, index=False) for segment in segments])
    screen.do(screen.player.start)
    for at_us in (1_310_000, 5_000_000):
        screen.do(lambda at=at_us: screen.player.seek(at))
        assert screen.numbers[Party.VICTIM] == pytest.approx(expected(at_us), abs=1)
    assert screen.player.close()


def test_seek_into_the_next_segment(screen: Screen) -> None:
    screen.do(lambda: screen.player.seek(17_000_000))
    assert screen.numbers[Party.VICTIM] == pytest.approx(329, abs=1)
    assert screen.numbers.get(Party.OFFICER) is None


def test_nothing_is_shown_of_a_pause_or_between(screen: Screen) -> None:
    screen.do(lambda: screen.player.seek(2_500_000))
    assert screen.numbers.get(Party.VICTIM) is None
    assert "paused by the victim" in screen.cards[-1]
    screen.do(lambda: screen.player.seek(10_000_000))
    assert screen.numbers.get(Party.VICTIM) is None


def test_steps_forward_and_back(screen: Screen) -> None:
    screen.do(lambda: screen.player.seek(1_310_000))
    start = screen.numbers[Party.VICTIM]
    assert start is not None
    for wanted in (start + 1, start + 2, start + 3):
        screen.do(lambda: screen.player.step(1))
        assert screen.numbers[Party.VICTIM] == wanted
    for wanted in (start + 2, start + 1, start, start - 1):
        screen.do(lambda: screen.player.step(-1))
        assert screen.numbers[Party.VICTIM] == wanted


def test_plays_from_end_to_end(screen: Screen) -> None:
    screen.play_to_end()
    assert screen.positions[-1][0] == screen.player.timeline.duration_us
    assert screen.seen == sorted(screen.seen)
    assert {3, 30, 59, 130, 170, 303, 350} <= {n + d for n in screen.seen for d in (-1, 0, 1)}
    assert any("Recording paused" in card for card in screen.cards)
    assert screen.cards[-1] == ""
    tones = [
        second for _, second in find_tones(np.frombuffer(screen.sound, "<i2").astype(np.float32) / 32767)
    ]
    assert tones == [0, 1, 4, 5, 10, 11]


def test_twice_the_speed_is_half_the_sound_at_the_same_pitch(screen: Screen) -> None:
    screen.player.set_speed(2.0)
    screen.do(lambda: screen.player.seek(16_000_000))
    screen.play_to_end()
    assert len(screen.sound) / 2 / 48_000 == pytest.approx(1.1, abs=0.25)
    with pytest.raises(ValueError, match="speed"):
        screen.player.set_speed(3.0)


def test_volume(screen: Screen) -> None:
    screen.player.set_volume(0.0)
    screen.do(lambda: screen.player.seek(16_500_000))
    screen.play_to_end()
    assert screen.sound
    assert not any(screen.sound)


def test_pictures_come_in_the_size_asked_for(segments: list[MemorySegment]) -> None:
    sizes: list[tuple[int, int, int]] = []
    done = threading.Event()

    def picture(party: Party, shown: Picture | None) -> None:
        if shown is not None and party is Party.VICTIM:
            sizes.append((shown.width, shown.height, len(shown.data)))

    reports = PlayerReports(picture, lambda _: None, lambda at, _: done.set() if at == 1_000_000 else None)
    player = Player([Source(segments[0])], reports)
    player.set_size(Party.VICTIM, 200, 90)
    player.start()
    player.seek(1_000_000)
    assert done.wait(20)
    assert player.close()
    assert sizes[-1] == (120, 90, 120 * 90 * 4)


def test_a_source_that_does_not_open_is_told(segments: list[MemorySegment]) -> None:
    class Tampered(Source):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 30_000:
                raise EvidenceError("A piece of the recording does not match its seal.")
            return super().read(size)

    screen = Screen([Tampered(segments[0])])
    told = threading.Event()
    screen.faults = type("Told", (list,), {"append": lambda self, x: (list.append(self, x), told.set())})()
    screen.player._reports = replace(screen.player._reports, fault=screen.faults.append)
    screen.player.start()
    screen.player.seek(5_000_000)
    assert told.wait(20)
    assert "does not match its seal" in screen.faults[0]
    assert screen.player.close()


def test_a_still_is_told_by_its_reference_alone() -> None:
    detail = {"text": "Still AB/1", "exhibit": "1f0c", "sha256": "ab" * 32, "of_us": "18917314"}
    timeline = build_timeline(
        [SegmentFacts([RecordingEvent(EventKind.SNAPSHOT, 2_000_000, detail)], 5_000_000)]
    )
    assert [(item.start_us, item.words) for item in timeline.items] == [(2_000_000, "Still AB/1")]


def test_timeline_tells_joins_pauses_gaps_and_markers(segments: list[MemorySegment]) -> None:
    sources = [Source(segment) for segment in segments]
    timeline = build_timeline([SegmentFacts(s.events, s.duration_us) for s in sources])
    assert [(p.number, p.start_us) for p in timeline.places] == [(1, 0), (2, 16_000_000)]
    (pause,) = [i for i in timeline.items if i.event is EventKind.PAUSE]
    assert (pause.start_us, pause.end_us) == (2_000_000, 3_250_000)
    (marker,) = [i for i in timeline.items if i.event is EventKind.MARKER]
    assert (marker.start_us, marker.words) == (1_000_000, "Marker: injury")
    (rejoin,) = [i for i in timeline.items if i.event is EventKind.REJOIN]
    assert rejoin.start_us == 16_000_000
    gap = timeline.gap_at(Party.VICTIM, TrackKind.VIDEO, 10_000_000)
    assert gap is not None
    assert gap.cause is GapCause.CONNECTION_DROPPED
    assert gap.words == "No picture of the victim: connection dropped, 10.0 s"


def test_timeline_of_segments_apart_and_of_one_that_broke_off(segments: list[MemorySegment]) -> None:
    started = segments[0].of(EventKind.STARTED)[0]
    later = replace(started, detail={**started.detail, "start_ns": str(T0 + 60 * S), "segment": "2"})
    open_gap = [e for e in segments[0].of(EventKind.GAP) if e.detail["state"] == "open"][-1]
    timeline = build_timeline(
        [SegmentFacts([started, open_gap], 17_000_000), SegmentFacts([later], 5_000_000)]
    )
    hole = timeline.hole_at(30_000_000)
    assert hole is not None
    assert hole.words == "Nothing recorded: cause not known, 43.0 s"
    assert any(i.end_us == 17_000_000 and i.party is not None for i in timeline.items)
    assert timeline.duration_us == 65_000_000
