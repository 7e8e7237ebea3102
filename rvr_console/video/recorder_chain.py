"""One segment after another: opened, rotated, closed, and closed as well as can be when the disk fails."""

from dataclasses import replace

from rvr_console.domain.ports import Clock, SegmentStore
from rvr_console.domain.recording import EventKind, Gap, GapCause, Party, TrackKind
from rvr_console.errors import KnownError
from rvr_console.video.recorder_commands import Note, RecorderTiming
from rvr_console.video.recorder_intake import SHARED, TRACKS, Intake, TrackKey
from rvr_console.video.recorder_lane import TimedFrame
from rvr_console.video.recorder_segment import SegmentReports, SegmentWriter

_OFF = {TrackKind.VIDEO: GapCause.CAMERA_OFF, TrackKind.AUDIO: GapCause.MICROPHONE_OFF}


def _source(key: TrackKey, *, on: bool) -> dict[str, str]:
    return {"party": key[0].value, "kind": key[1].value, "source": "on" if on else "off"}


class SegmentChain:
    """The segments of one recording. Methods raise KnownError (StorageError, EvidenceError) unless they say otherwise."""

    def __init__(
        self, store: SegmentStore, clock: Clock, reports: SegmentReports, timing: RecorderTiming
    ) -> None:
        self._store = store
        self._clock = clock
        self._reports = reports
        self._timing = timing
        self._off: dict[TrackKey, GapCause] = {}
        self._sharing = False
        self._early: list[Note] = []
        self._wall_offset_ns = 0
        self._lost_from_ns = 0
        self.writer: SegmentWriter | None = None
        self.number = 0
        self.last_sealed_ns = 0

    def open(self, at_ns: int, intake: Intake, detail: dict[str, str]) -> SegmentWriter:
        """The next segment, at_ns its position zero; its start is durable on return."""
        writer = SegmentWriter(self._store.open_segment(), self._clock, at_ns, list(TRACKS), self._reports)
        self.writer = writer
        self.number = writer.number
        wall = self._clock.now()
        self._wall_offset_ns = int(wall.timestamp() * 1_000_000_000) - self._clock.monotonic_ns()
        about = {"wall": wall.isoformat(), "start_ns": str(at_ns), "segment": str(writer.number), **detail}
        writer.event(EventKind.STARTED, at_ns, about)
        for note in self._early:
            writer.event(note.kind, max(note.at_ns, at_ns), note.detail)
        self._early.clear()
        for key, off in self._off.items():
            writer.source(key, off)
        if self._sharing:
            writer.event(EventKind.TRACK, at_ns, {**_source(SHARED, on=True), "continued": "yes"})
            writer.shared(SHARED, at_ns, on=True)
        for key, size in intake.sizes().items():
            writer.note_size(key, size)
        writer.flush()
        self.mark_sealed()
        writer.want_keys(at_ns)
        return writer

    def write(self, timed: TimedFrame, intake: Intake, *, not_after_ns: int | None = None) -> None:
        """One frame, into the next segment if it is time for one; its time is kept between start and not_after_ns."""
        writer = self.writer
        if writer is None:
            return
        if self._rotation_due(writer, timed):
            writer = self._rotate(writer, timed.time_ns, intake)
        time_ns = max(timed.time_ns, intake.since_ns)
        if not_after_ns is not None:
            time_ns = min(time_ns, not_after_ns)
        key = (timed.frame.party, timed.frame.kind)
        lane = intake.lanes[key]
        if lane.size:
            writer.note_size(key, lane.size)
        if writer.frame(replace(timed, time_ns=time_ns)):
            lane.tally.recorded += 1
            lane.tally.recorded_us += timed.duration_us
        else:
            lane.tally.waiting += 1

    def explain_silence(self, intake: Intake) -> None:
        """Pass on why tracks are silent, where that is known before their next frame."""
        for key, lane in intake.lanes.items():
            if lane.silent_because is not None and self.writer is not None:
                self.writer.hole(key, lane.silent_because)

    def prepare_rotation(self, now_ns: int) -> None:
        """Near the end of a segment: ask for the key frame at which it is cut."""
        if self.writer and now_ns - self.writer.start_ns >= self._timing.rotate_ns - 2 * self._timing.hold_ns:
            self.writer.want_keys(now_ns)

    def close(self, at_ns: int, reason: str, cause: GapCause | None = None) -> None:
        writer = self.writer
        if writer is not None:
            writer.close_gaps(at_ns, cause)
            writer.close(at_ns, reason)
            self.mark_sealed()

    def note(self, note: Note) -> None:
        """Write an event, or keep it for the first segment."""
        if self.writer is None:
            self._early.append(note)
        else:
            self.writer.event(note.kind, note.at_ns, note.detail)

    def source(self, key: TrackKey, at_ns: int, *, on: bool, write: bool) -> None:
        """A camera or microphone was switched, a share began or ended; write: into the open segment too."""
        if key == SHARED:
            if on == self._sharing:
                return
            self._sharing = on
        elif on:
            self._off.pop(key, None)
        else:
            self._off[key] = _OFF[key[1]]
        if write and self.writer is not None:
            if key == SHARED:
                self.writer.shared(key, at_ns, on=on)
            else:
                self.writer.source(key, self._off.get(key))
            self.writer.event(EventKind.TRACK, at_ns, _source(key, on=on))

    def watch_wall_clock(self, now_ns: int) -> None:
        """A clock set by hand or by the network becomes an event; the recording's own times do not move."""
        wall = self._clock.now()
        offset = int(wall.timestamp() * 1_000_000_000) - now_ns
        step = offset - self._wall_offset_ns
        if self.writer is not None and abs(step) > self._timing.clock_step_ns:
            self._wall_offset_ns = offset
            detail = {"step_ms": str(step // 1_000_000), "wall": wall.isoformat()}
            self.writer.event(EventKind.CLOCK_STEP, now_ns, detail)

    def close_after_fault(self, now_ns: int) -> str:
        """Close what can be closed, never raising; "" or why even that failed."""
        writer = self.writer
        self._lost_from_ns = now_ns
        if writer is None or writer.finished:
            return ""
        self._lost_from_ns = max(writer.last_sealed_ns, writer.start_ns)
        try:
            if not writer.closing:
                writer.close_gaps(now_ns, GapCause.DISK_FULL)
                detail = {"reason": "fault", "cause": GapCause.DISK_FULL.value}
                writer.event(EventKind.CLOSED, now_ns, detail)
            writer.finish()
            self.mark_sealed()
        except KnownError as error:
            return error.what
        return ""

    def state_fault_gap(self, at_ns: int) -> None:
        """Report what was not recorded after a fault (the closed file can take no more)."""
        if self.writer is not None:
            start, end = self.writer.at_us(self._lost_from_ns), self.writer.at_us(at_ns)
            for key in TRACKS if self._sharing else (key for key in TRACKS if key != SHARED):
                self._reports.gap(self.writer.number, Gap(start, end, GapCause.DISK_FULL, *key))

    def mark_sealed(self) -> None:
        if self.writer is not None:
            self.last_sealed_ns = max(self.last_sealed_ns, self.writer.last_sealed_ns)

    def _rotation_due(self, writer: SegmentWriter, timed: TimedFrame) -> bool:
        late = timed.time_ns - writer.start_ns - self._timing.rotate_ns
        frame = timed.frame
        opens = frame.party is Party.VICTIM and frame.kind is TrackKind.VIDEO and frame.key
        return late >= 0 and (opens or late > self._timing.rotate_patience_ns)

    def _rotate(self, before: SegmentWriter, at_ns: int, intake: Intake) -> SegmentWriter:
        self.close(at_ns, "rotation")
        writer = self.open(at_ns, intake, {"because": "rotation", "previous": str(before.number)})
        writer.continue_pictures()
        return writer
