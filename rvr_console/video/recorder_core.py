"""The recorder's judgement, without its thread: when it records, when it rests, and what a fault means."""

from collections.abc import Callable

from rvr_console.domain.ports import Clock, SegmentStore
from rvr_console.domain.recording import EncodedFrame, EventKind, GapCause, RecorderState, TrackHole
from rvr_console.errors import KnownError
from rvr_console.video.recorder_chain import SegmentChain
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
from rvr_console.video.recorder_intake import Intake
from rvr_console.video.recorder_segment import SegmentReports

_LIVE = (RecorderState.RECORDING, RecorderState.PAUSED)


class RecorderCore:
    """Single-threaded; belongs to the recorder's thread. `handle` items in order, `step` often."""

    def __init__(
        self, store: SegmentStore, clock: Clock, reports: SegmentReports, timing: RecorderTiming
    ) -> None:
        self._clock = clock
        self._timing = timing
        self.intake = Intake()
        self.chain = SegmentChain(store, clock, reports, timing)
        self.state = RecorderState.IDLE
        self.fault = ""
        self._resume: Resume | None = None
        self._ran_ns = 0
        self._runs_since_ns: int | None = None
        self._actions: dict[type, Callable[..., None]] = {
            EncodedFrame: self._take,
            TrackHole: self._hole,
            Start: self._start,
            Pause: self._pause,
            Resume: self._ask_resume,
            Rejoin: self._rejoin,
            Note: self._note,
            SourceState: self._source,
            Stop: self._stop,
        }

    def recorded_us(self, now_ns: int) -> int:
        """Recorded time so far, pauses left out, for the REC mark."""
        since = self._runs_since_ns
        return (self._ran_ns + (max(0, now_ns - since) if since is not None else 0)) // 1000

    def handle(self, item: object) -> None:
        """Take one frame, hole or command. A failing disk becomes a fault, never an exception."""
        try:
            self._actions[type(item)](item)
        except KnownError as error:
            self._fail(error)

    def step(self, now_ns: int) -> None:
        """Write what is due, notice silence, make durable, rotate. now_ns: when the queue was last emptied."""
        if self.state not in _LIVE:
            return
        try:
            if self._resume is not None and now_ns >= self.intake.since_ns:
                self._finish_resume()
            horizon = now_ns - self._timing.hold_ns
            if self.state is RecorderState.RECORDING:
                self.chain.prepare_rotation(now_ns)
                self._release(horizon)
            self.chain.watch_wall_clock(now_ns)
            writer = self.chain.writer
            if writer is not None:
                if self.state is RecorderState.RECORDING:
                    writer.keep_keys_coming(now_ns, self._timing.key_every_ns)
                writer.tick(horizon, now_ns)
                self.chain.mark_sealed()
        except KnownError as error:
            self._fail(error)

    def _take(self, frame: EncodedFrame) -> None:
        resuming = self.state is RecorderState.PAUSED and self._resume is not None
        self.intake.take(frame, recording=resuming or self.state is RecorderState.RECORDING)
        if self.state is RecorderState.FAULT:
            self.intake.count_unrecorded(frame)

    def _hole(self, hole: TrackHole) -> None:
        if self.state is RecorderState.RECORDING:
            self.intake.hole(hole)

    def _note(self, note: Note) -> None:
        if self.state in (*_LIVE, RecorderState.IDLE):
            self.chain.note(note)

    def _source(self, command: SourceState) -> None:
        key = (command.party, command.kind)
        self.chain.source(key, command.at_ns, on=command.on, write=self.state in _LIVE)

    def _start(self, command: Start) -> None:
        if self.state is RecorderState.IDLE:
            self.intake.begin(command.at_ns)
            because = {} if command.continued is None else {"because": "rejoin"}
            writer = self.chain.open(command.at_ns, self.intake, because)
            if command.continued is not None:
                detail = {"cause": command.continued.value, "reason": command.reason}
                writer.event(EventKind.REJOIN, command.at_ns, detail)
            self._run(command.at_ns)

    def _rejoin(self, command: Rejoin) -> None:
        if self.state in (RecorderState.IDLE, RecorderState.CLOSED):
            return
        paused = self.state is RecorderState.PAUSED
        previous = str(self.chain.number)
        if self.state is RecorderState.FAULT:
            self.chain.state_fault_gap(command.at_ns)
        else:
            self._close(command.at_ns, "rejoin", command.cause)
        self._resume = None
        self.intake.begin(command.at_ns, renew=True)
        writer = self.chain.open(command.at_ns, self.intake, {"because": "rejoin", "previous": previous})
        detail = {"cause": command.cause.value, "reason": command.reason, "previous": previous}
        writer.event(EventKind.REJOIN, command.at_ns, detail)
        self.fault = ""
        if paused:
            writer.pause(command.at_ns)
            writer.event(EventKind.PAUSE, command.at_ns, {"by": "", "continued": "yes"})
        else:
            self._run(command.at_ns)

    def _stop(self, command: Stop) -> None:
        if self.state is RecorderState.FAULT:
            self.chain.state_fault_gap(command.at_ns)
            return
        if self.state in _LIVE:
            self._close(command.at_ns, "stopped", None)
        self._halt(command.at_ns)
        self.state = RecorderState.CLOSED

    def _close(self, at_ns: int, reason: str, cause: GapCause | None) -> None:
        if self.state is RecorderState.RECORDING:
            self._release(at_ns)
        self.chain.close(at_ns, reason, cause)

    def _release(self, horizon_ns: int, *, not_after_ns: int | None = None) -> None:
        for timed in self.intake.due(horizon_ns):
            self.chain.write(timed, self.intake, not_after_ns=not_after_ns)
        self.chain.explain_silence(self.intake)

    def _pause(self, command: Pause) -> None:
        if self.state is RecorderState.PAUSED:
            self._resume = None  # asked again before the resume had taken effect
            self.intake.discard()
        writer = self.chain.writer
        if self.state is not RecorderState.RECORDING or writer is None:
            return
        self._release(command.at_ns, not_after_ns=command.at_ns)
        self.intake.discard()
        self.state = RecorderState.PAUSED
        self._halt(command.at_ns)
        writer = self.chain.writer or writer  # the release may have rotated
        writer.pause(command.at_ns)
        writer.event(EventKind.PAUSE, command.at_ns, {"by": command.by.value})
        writer.flush()

    def _ask_resume(self, command: Resume) -> None:
        if self.state is RecorderState.PAUSED and self._resume is None:
            self._resume = command
            self.intake.since_ns = command.at_ns + self._timing.resume_guard_ns

    def _finish_resume(self) -> None:
        writer, asked = self.chain.writer, self._resume
        self._resume = None
        if writer is None or asked is None:
            return
        at_ns = self.intake.since_ns
        self.intake.begin(at_ns)
        writer.event(EventKind.RESUME, at_ns, {"by": asked.by.value})
        writer.resume(at_ns)
        writer.flush()  # sealed at once: the age of the last record must not count the pause
        self._run(at_ns)

    def _run(self, at_ns: int) -> None:
        self.state = RecorderState.RECORDING
        if self._runs_since_ns is None:
            self._runs_since_ns = at_ns

    def _halt(self, at_ns: int) -> None:
        if self._runs_since_ns is not None:
            self._ran_ns += max(0, at_ns - self._runs_since_ns)
            self._runs_since_ns = None

    def _fail(self, error: KnownError) -> None:
        """State the fault, keep what is durable, close what can be closed. `Rejoin` tries a new segment."""
        now_ns = self._clock.monotonic_ns()
        first = self.state is not RecorderState.FAULT
        self.state = RecorderState.FAULT
        self._halt(now_ns)
        self._resume = None
        self.fault = error.in_words()
        if first:
            self.intake.discard()
            closing = self.chain.close_after_fault(now_ns)
            if closing and closing != error.what:
                self.fault = f"{self.fault} {closing}"
