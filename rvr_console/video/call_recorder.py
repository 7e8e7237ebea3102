"""The recording of one call: the recorder, the segments it opens, and what is reported of both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from rvr_console.domain import call
from rvr_console.domain.ports import Clock, SealedSegment, SegmentStore
from rvr_console.domain.recording import (
    EncodedFrame,
    EventKind,
    Gap,
    GapCause,
    Party,
    RecorderState,
    RecorderStatus,
    RecordHead,
    RecordingEvent,
    TrackHole,
    TrackKind,
)
from rvr_console.video.recorder import Recorder

Report = Callable[[object], None]
StoreMaker = Callable[[str | None], SegmentStore]  # None: a new recording; else the evidence id to go on with
_WHY = {
    GapCause.CONSOLE_RESTARTED: "the console was started again",
    GapCause.CONNECTION_DROPPED: "the phone is back on the same link",
}


@dataclass(frozen=True, slots=True)
class LeftOff:
    """Where a recording that goes on had ended. end_us: from that segment's start; monotonic_ns, started_at: of that start."""

    segment: int
    end_us: int
    monotonic_ns: int
    started_at: datetime

    def gap_end_us(self, clock: Clock) -> int:
        """Now, from that segment's start: by the monotonic clock, or by wall time if the machine was started again."""
        by_monotonic = (clock.monotonic_ns() - self.monotonic_ns) // 1000
        if by_monotonic >= self.end_us:
            return by_monotonic
        by_wall = round((clock.now() - self.started_at).total_seconds() * 1_000_000)
        return max(by_wall, self.end_us)


LeftOffFinder = Callable[[str], LeftOff | None]


class ReportedSegment:
    """A sealed segment that says when it is finished."""

    def __init__(self, segment: SealedSegment, report: Report) -> None:
        self._segment = segment
        self._report = report

    @property
    def number(self) -> int:
        return self._segment.number

    @property
    def head(self) -> RecordHead:
        return self._segment.head

    def append_init(self, data: bytes) -> None:
        self._segment.append_init(data)

    def append_media(self, data: bytes, pts_us: int) -> None:
        self._segment.append_media(data, pts_us)

    def append_event(self, event: RecordingEvent) -> None:
        self._segment.append_event(event)

    def sync(self) -> None:
        self._segment.sync()

    def finish(self) -> None:
        self._segment.finish()
        self._report(call.SegmentSealed(self._segment.head))


class ReportedStore:
    """A segment store that says which segment was opened."""

    def __init__(self, store: SegmentStore, report: Report) -> None:
        self._store = store
        self._report = report

    @property
    def evidence_id(self) -> str:
        return self._store.evidence_id

    def open_segment(self) -> SealedSegment:
        segment = self._store.open_segment()
        name = f"{self._store.evidence_id}_{segment.number:04d}.rvrc"
        self._report(call.SegmentOpened(self._store.evidence_id, segment.number, name))
        return ReportedSegment(segment, self._report)


class CallRecorder:
    """Frames are taken from any thread; nothing is taken before `start` or after `stop`. Reports may come from the recorder's thread."""

    def __init__(
        self,
        make_store: StoreMaker,
        clock: Clock,
        report: Report,
        key_frame_wanted: Callable[[Party, TrackKind], None],
        left_off: LeftOffFinder = lambda _evidence_id: None,
    ) -> None:
        self._make_store = make_store
        self._left_off = left_off
        self._clock = clock
        self._report = report
        self._key_frame_wanted = key_frame_wanted
        self._recorder: Recorder | None = None
        self._evidence_id = ""
        self._notes: list[tuple[EventKind, dict[str, str]]] = []

    @property
    def running(self) -> bool:
        return self._recorder is not None

    def start(
        self,
        evidence_id: str | None,
        *,
        cause: GapCause = GapCause.CONSOLE_RESTARTED,
        paused_by: Iterable[Party] = (),
    ) -> str:
        """Begin a recording or go on with one; then cause explains the time between, and it begins paused if it was.

        Raises EvidenceError, StorageError; a recording that runs is left as it is.
        """
        if self._recorder is not None:
            return self._evidence_id
        left_off = self._left_off(evidence_id) if evidence_id is not None else None
        store = self._make_store(evidence_id)
        recorder = Recorder(
            ReportedStore(store, self._report),
            self._clock,
            self._on_status,
            self._on_gap,
            self._on_head,
            on_key_frame_wanted=self._key_frame_wanted,
        )
        recorder.start()
        if evidence_id is not None:
            self._state_gap(recorder, left_off, cause)
        for by in paused_by:
            recorder.pause(by)
        for kind, detail in self._notes:
            recorder.note(kind, detail)
        self._recorder, self._evidence_id = recorder, store.evidence_id
        return self._evidence_id

    def _state_gap(self, recorder: Recorder, left_off: LeftOff | None, cause: GapCause) -> None:
        """In the new segment, signed; and reported as a gap of the one before, which can take no more."""
        detail = {"cause": cause.value, "reason": _WHY.get(cause, "")}
        if left_off is not None:
            end_us = left_off.gap_end_us(self._clock)
            detail |= {
                "previous": str(left_off.segment),
                "from_us": str(left_off.end_us),
                "to_us": str(end_us),
            }
            for party in (Party.VICTIM, Party.OFFICER):
                for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
                    self._on_gap(left_off.segment, Gap(left_off.end_us, end_us, cause, party, kind))
        recorder.note(EventKind.REJOIN, detail)

    def remember(self, kind: EventKind, detail: dict[str, str]) -> None:
        """Something that belongs in the recording, also when it happened just before its first record."""
        if self._recorder is not None:
            self._recorder.note(kind, detail)
        else:
            self._notes.append((kind, detail))

    def note(self, kind: EventKind, detail: dict[str, str]) -> None:
        """Something that belongs in the recording if there is one just now."""
        if self._recorder is not None:
            self._recorder.note(kind, detail)

    def submit(self, frame: EncodedFrame) -> None:
        recorder = self._recorder
        if recorder is not None:
            recorder.submit(frame)

    def submit_hole(self, hole: TrackHole) -> None:
        recorder = self._recorder
        if recorder is not None:
            recorder.submit_hole(hole)

    def pause(self, by: Party) -> None:
        if self._recorder is not None:
            self._recorder.pause(by)

    def resume(self, by: Party) -> None:
        if self._recorder is not None:
            self._recorder.resume(by)

    def marker(self, text: str) -> None:
        if self._recorder is not None:
            self._recorder.marker(text)

    def place(self, at_ns: int | None = None) -> tuple[int, int] | None:
        """(segment, µs from its start) of a moment, None for now; None when nothing is being recorded."""
        recorder = self._recorder
        when = self._clock.monotonic_ns() if at_ns is None else at_ns
        return recorder.place(when) if recorder is not None else None

    def rejoin(self, cause: GapCause, reason: str) -> None:
        if self._recorder is not None:
            self._recorder.rejoin(cause, reason)

    def source(self, party: Party, kind: TrackKind, *, on: bool) -> None:
        if self._recorder is not None:
            self._recorder.set_source_state(party, kind, on)

    def stop(self) -> None:
        """Close the recording; blocks until FINAL is durable. Call it off the Qt thread."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        whole = recorder.stop()
        status = recorder.status()
        self._report(call.RecorderReport(status))
        self._report(self._tally(recorder))
        if not whole and status.state is not RecorderState.FAULT:  # a fault was told when it came
            self._report(
                call.CallFault(
                    "The recording could not be closed cleanly.",
                    "All that was sealed is kept; it is recovered when the console starts again.",
                    "Check the space on the disk.",
                )
            )

    def _tally(self, recorder: Recorder) -> call.RecordingTally:
        tallies = recorder.tallies()
        video = [tally for (_party, kind), tally in tallies.items() if kind is TrackKind.VIDEO]
        sound = [tally.recorded_us for (_party, kind), tally in tallies.items() if kind is TrackKind.AUDIO]
        return call.RecordingTally(
            self._evidence_id,
            sum(tally.received for tally in video),
            sum(tally.recorded for tally in video),
            max(sound, default=0) / 1e6,
        )

    def _on_status(self, status: RecorderStatus) -> None:
        self._report(call.RecorderReport(status))

    def _on_gap(self, segment: int, gap: Gap) -> None:
        self._report(call.GapReport(segment, gap))

    def _on_head(self, head: RecordHead) -> None:
        self._report(call.HeadLogged(head))
