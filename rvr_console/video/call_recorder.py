"""The recording of one call: the recorder, the segments it opens, and what is reported of both."""

from collections.abc import Callable

from rvr_console.domain import call
from rvr_console.domain.ports import Clock, SealedSegment, SegmentStore
from rvr_console.domain.recording import (
    EncodedFrame,
    EventKind,
    Gap,
    GapCause,
    Party,
    RecorderStatus,
    RecordHead,
    RecordingEvent,
    TrackHole,
    TrackKind,
)
from rvr_console.video.recorder import Recorder

Report = Callable[[object], None]
StoreMaker = Callable[[str | None], SegmentStore]  # None: a new recording; else the evidence id to go on with


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
        self, make_store: StoreMaker, clock: Clock, report: Report, key_frame_wanted: Callable[[Party], None]
    ) -> None:
        self._make_store = make_store
        self._clock = clock
        self._report = report
        self._key_frame_wanted = key_frame_wanted
        self._recorder: Recorder | None = None
        self._evidence_id = ""
        self._notes: list[tuple[EventKind, dict[str, str]]] = []

    @property
    def running(self) -> bool:
        return self._recorder is not None

    def start(self, evidence_id: str | None) -> str:
        """Begin a recording or go on with one. Raises EvidenceError, StorageError; a recording that runs is left as it is."""
        if self._recorder is not None:
            return self._evidence_id
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
        for kind, detail in self._notes:
            recorder.note(kind, detail)
        self._recorder, self._evidence_id = recorder, store.evidence_id
        return self._evidence_id

    def remember(self, kind: EventKind, detail: dict[str, str]) -> None:
        """Something that belongs in the recording, also when it happened just before its first record."""
        if self._recorder is not None:
            self._recorder.note(kind, detail)
        else:
            self._notes.append((kind, detail))

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
        self._report(call.RecorderReport(recorder.status()))
        self._report(self._tally(recorder))
        if not whole:
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
