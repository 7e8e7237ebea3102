"""Writes one sealed segment: frames into whole clusters, events and gaps beside them, durable twice a second."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rvr_console.domain.ports import Clock, SealedSegment
from rvr_console.domain.recording import (
    EventKind,
    Gap,
    GapCause,
    Party,
    RecordHead,
    RecordingEvent,
    TrackKind,
)
from rvr_console.video.gap_tracker import GapNote, GapTracker
from rvr_console.video.matroska import MatroskaWriter, TrackPlan
from rvr_console.video.recorder_intake import TrackKey
from rvr_console.video.recorder_lane import TimedFrame

FLUSH_NS = 500_000_000
FLUSH_BYTES = 256 * 1024
HEAD_NS = 10_000_000_000
DEFAULT_SIZE = (640, 480)


@dataclass(slots=True)
class _Track:
    index: int
    gaps: GapTracker
    last_ms: int = -1
    size: tuple[int, int] | None = None
    needs_key: bool = True  # the decoder has nothing to start from
    wanted_ns: int = 0  # when a key frame was last asked for
    key_ns: int = 0

    @classmethod
    def new(cls, index: int, key: TrackKey) -> "_Track":
        return cls(index, GapTracker(screen=key[1] is TrackKind.SCREEN))


@dataclass(frozen=True, slots=True)
class SegmentReports:
    """Where a segment tells what it found; called on the recorder's thread."""

    gap: Callable[[int, Gap], None]
    head: Callable[[RecordHead], None]
    key_frame_wanted: Callable[[Party, TrackKind], None]


class SegmentWriter:
    """One open segment. start_ns (CLOCK_MONOTONIC) is its position zero. Every method may raise StorageError."""

    def __init__(
        self,
        sealed: SealedSegment,
        clock: Clock,
        start_ns: int,
        tracks: list[TrackKey],
        reports: SegmentReports,
    ) -> None:
        self._sealed = sealed
        self._clock = clock
        self._start_ns = start_ns
        self._reports = reports
        self._tracks = {key: _Track.new(index, key) for index, key in enumerate(tracks)}
        self._mux: MatroskaWriter | None = None
        self._sizes: dict[TrackKey, tuple[int, int]] = {}
        self._dirty_since: int | None = None
        self._head_ns = start_ns
        self.last_sealed_ns = 0
        self.end_us = 0
        self.closing = False
        self.finished = False

    @property
    def number(self) -> int:
        return self._sealed.number

    @property
    def start_ns(self) -> int:
        return self._start_ns

    def at_us(self, time_ns: int) -> int:
        return max(0, (time_ns - self._start_ns) // 1000)

    def note_size(self, key: TrackKey, size: tuple[int, int]) -> None:
        """The picture's size, if known before its first frame: for the header."""
        self._sizes.setdefault(key, size)

    def event(self, kind: EventKind, time_ns: int, detail: Mapping[str, str] | None = None) -> None:
        at_us = self.at_us(time_ns)
        self.end_us = max(self.end_us, at_us)
        self._sealed.append_event(RecordingEvent(kind, at_us, dict(detail or {})))
        self._dirty(self._clock.monotonic_ns())

    def frame(self, timed: TimedFrame) -> bool:
        """Write a frame; False if it had to be left out because the decoder has no key frame to build it on."""
        key = (timed.frame.party, timed.frame.kind)
        track = self._tracks[key]
        video = timed.frame.kind.is_picture
        if timed.hole is not None:
            track.gaps.hole(timed.hole)
            track.needs_key = True
        if video and track.needs_key and not timed.frame.key:
            self._want_key(key, timed.frame.received_ns)
            track.gaps.without_key()
            return False
        track.needs_key = False
        time_ms = max((timed.time_ns - self._start_ns) // 1_000_000, track.last_ms + 1, 0)
        self._gap(key, track.gaps.frame(time_ms * 1000, timed.duration_us))
        if video and timed.frame.key:
            track.key_ns = timed.frame.received_ns
            self._note_size_change(key, track, timed)
        self._mux_frame(track, time_ms, timed)
        self.end_us = max(self.end_us, time_ms * 1000 + timed.duration_us)
        return True

    def source(self, key: TrackKey, off: GapCause | None) -> None:
        self._tracks[key].gaps.source(off)

    def shared(self, key: TrackKey, time_ns: int, *, on: bool) -> None:
        """A screen is shared from now on, or no longer: an event, never a gap."""
        gaps = self._tracks[key].gaps
        if on:
            gaps.expect(self.at_us(time_ns))
        else:
            self._gap(key, gaps.rest(self.at_us(time_ns)))

    def hole(self, key: TrackKey, cause: GapCause) -> None:
        """Say why a track is silent, when it is known before its next frame."""
        self._tracks[key].gaps.hole(cause)

    def continue_pictures(self) -> None:
        """After a rotation the pictures go on from the segment before: no key frame is needed for them."""
        for track in self._tracks.values():
            track.needs_key = False

    def keep_keys_coming(self, now_ns: int, every_ns: int) -> None:
        """Ask for a key frame where one is due: seeking is only as quick as they are near."""
        for key, track in self._tracks.items():
            due = now_ns - max(track.key_ns, track.wanted_ns) > every_ns
            if key[1].is_picture and track.key_ns and due and not track.gaps.resting:
                self._want_key(key, now_ns)

    def pause(self, time_ns: int) -> None:
        for key, track in self._tracks.items():
            self._gap(key, track.gaps.pause(self.at_us(time_ns)))

    def resume(self, time_ns: int) -> None:
        for track in self._tracks.values():
            track.gaps.resume(self.at_us(time_ns))
            track.needs_key = True
        self.want_keys(time_ns)

    def want_keys(self, now_ns: int) -> None:
        for key, track in self._tracks.items():
            if key[1].is_picture and not track.gaps.resting:
                self._want_key(key, now_ns)

    def tick(self, horizon_ns: int, now_ns: int) -> None:
        """Notice silence up to horizon_ns; make durable what is old or large enough; report the head."""
        for key, track in self._tracks.items():
            self._gap(key, track.gaps.tick(self.at_us(horizon_ns)))
        old = self._dirty_since is not None and now_ns - self._dirty_since >= FLUSH_NS
        if old or (self._mux is not None and self._mux.pending >= FLUSH_BYTES):
            self.flush()
        if now_ns - self._head_ns >= HEAD_NS and self.last_sealed_ns:
            self._head_ns = now_ns
            self._reports.head(self._sealed.head)

    def flush(self) -> None:
        """Everything so far becomes durable."""
        self._cut_cluster()
        self._sealed.sync()
        self._dirty_since = None
        self.last_sealed_ns = self._clock.monotonic_ns()

    def close_gaps(self, time_ns: int, cause: GapCause | None) -> None:
        for key, track in self._tracks.items():
            self._gap(key, track.gaps.close(self.at_us(time_ns), cause))

    def close(self, time_ns: int, reason: str) -> None:
        """CLOSED event, the index, FINAL; nothing can be written afterwards."""
        self.event(EventKind.CLOSED, time_ns, {"reason": reason})
        self._cut_cluster()
        if cues := self._muxer().cues():
            self._sealed.append_media(cues, self.end_us)
        self.finish()

    def finish(self) -> None:
        """Seal what was appended, even on a full disk (the store keeps a reserve for it)."""
        self.closing = True
        self._sealed.finish()
        self.finished = True
        self.last_sealed_ns = self._clock.monotonic_ns()
        self._reports.head(self._sealed.head)

    def _mux_frame(self, track: _Track, time_ms: int, timed: TimedFrame) -> None:
        mux = self._muxer()
        starts = timed.frame.key and timed.frame.kind is TrackKind.VIDEO and timed.frame.party is Party.VICTIM
        if (starts and mux.pending) or not mux.fits(time_ms):
            self._cut_cluster()
        mux.add(track.index, time_ms, timed.frame.data, key=timed.frame.key)
        track.last_ms = time_ms
        self._dirty(timed.frame.received_ns)

    def _muxer(self) -> MatroskaWriter:
        if self._mux is None:
            sizes = {key: self._sizes.get(key, DEFAULT_SIZE) for key in self._tracks if key[1].is_picture}
            plans = [TrackPlan(*key, *sizes.get(key, (0, 0))) for key in self._tracks]
            self._mux = MatroskaWriter(plans, self._clock.now())
            self._sealed.append_init(self._mux.header())
        return self._mux

    def _cut_cluster(self) -> None:
        if self._mux is not None and self._mux.pending:
            start_us = self._mux.start_ms * 1000
            self._sealed.append_media(self._mux.take_cluster(), start_us)

    def _dirty(self, since_ns: int) -> None:
        if self._dirty_since is None or since_ns < self._dirty_since:
            self._dirty_since = since_ns

    def _want_key(self, key: TrackKey, now_ns: int) -> None:
        track = self._tracks[key]
        if not track.wanted_ns or now_ns - track.wanted_ns > FLUSH_NS:
            track.wanted_ns = now_ns
            self._reports.key_frame_wanted(*key)

    def _note_size_change(self, key: TrackKey, track: _Track, timed: TimedFrame) -> None:
        size = (timed.frame.width, timed.frame.height)
        if not all(size):
            return
        if track.size is not None and track.size != size:
            detail = {"party": key[0].value, "kind": key[1].value, "size": f"{size[0]}x{size[1]}"}
            self.event(EventKind.TRACK, timed.time_ns, detail)
        track.size = size

    def _gap(self, key: TrackKey, note: GapNote | None) -> None:
        if note is None:
            return
        detail = {"party": key[0].value, "kind": key[1].value, **note.detail()}
        detail["gap"] = f"{key[0].value}.{key[1].value}.{note.number}"
        at_us = note.start_us if note.end_us is None else note.end_us
        self._sealed.append_event(RecordingEvent(EventKind.GAP, at_us, detail))
        self._dirty(self._clock.monotonic_ns())
        if note.end_us is not None and note.end_us > note.start_us:
            self._reports.gap(self.number, Gap(note.start_us, note.end_us, note.cause, *key))
