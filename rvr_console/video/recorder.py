"""Records a call: received bits of both sides into sealed segments, on a thread of its own."""

import logging
import threading
from collections.abc import Callable

from rvr_console.domain.ports import Clock, SegmentStore
from rvr_console.domain.recording import (
    EncodedFrame,
    EventKind,
    Gap,
    GapCause,
    Party,
    RecorderState,
    RecorderStatus,
    RecordHead,
    TrackHole,
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
from rvr_console.video.recorder_core import RecorderCore
from rvr_console.video.recorder_lane import TrackTally
from rvr_console.video.recorder_queue import QueueLimits, RecorderQueue
from rvr_console.video.recorder_segment import SegmentReports

_log = logging.getLogger(__name__)
_OVERFLOW_SHOWN_NS = 5_000_000_000


class Recorder:
    """The door to the recording. Every method may be called from any thread and none waits, but `stop`.

    on_status at least once a second while running; on_gap (segment number, gap) when a gap has ended; on_head after what it
    names is durable, every 10 s and at each segment's end; on_key_frame_wanted when a picture needs one (start, resume, a
    hole, every 4 s, rotation). They are called on the recorder's thread, on_status also on the thread that submits when
    there is no room; they must not block.
    """

    def __init__(
        self,
        store: SegmentStore,
        clock: Clock,
        on_status: Callable[[RecorderStatus], None],
        on_gap: Callable[[int, Gap], None],
        on_head: Callable[[RecordHead], None],
        *,
        on_key_frame_wanted: Callable[[Party, TrackKind], None] | None = None,
        timing: RecorderTiming | None = None,
        limits: QueueLimits | None = None,
    ) -> None:
        self._clock = clock
        self._timing = timing or RecorderTiming()
        self._on_status = on_status
        self._queue = RecorderQueue(limits)
        reports = SegmentReports(on_gap, on_head, on_key_frame_wanted or (lambda _party, _kind: None))
        self._core = RecorderCore(store, clock, reports, self._timing)
        self._thread = threading.Thread(target=self._main, name="recorder")
        self._started = False
        self._stopping = threading.Event()
        self._told_ns = 0
        self._told_state = RecorderState.IDLE
        self._overflow_ns = 0
        self._overflow_told_ns = 0

    def start(self, continued: GapCause | None = None, reason: str = "") -> None:
        """Open the first segment and record. RuntimeError if called twice.

        continued: the store goes on with a recording that broke off, for this cause (console restarted); stated as a rejoin.
        """
        self._queue.put_command(Start(self._clock.monotonic_ns(), continued, reason))
        self._started = True
        self._thread.start()

    def submit(self, frame: EncodedFrame) -> None:
        """One encoded frame. If 4 s of media wait already it is lost, which is stated as a gap and in the status."""
        if not self._queue.put_frame(frame):
            self._overflow_ns = frame.received_ns
            if frame.received_ns - self._overflow_told_ns >= self._timing.status_ns:
                self._overflow_told_ns = frame.received_ns
                self._on_status(self.status())

    def submit_hole(self, hole: TrackHole) -> None:
        """Frames known to be missing, in order with `submit`: only say so once they can no longer arrive."""
        self._queue.put_hole(hole)

    def announce(self, text: str = "") -> None:
        """The recording was announced to the people in the call."""
        self._put_note(EventKind.ANNOUNCED, {"text": text} if text else {})

    def consent(self, *, given: bool, reason: str = "") -> None:
        """Acknowledged, or refused and recorded all the same by the officer's decision (reason)."""
        self._put_note(EventKind.CONSENT, {"given": "yes" if given else "no", "reason": reason})

    def pause(self, by: Party) -> None:
        """Nothing received from now on is written; the pause itself is an event."""
        self._queue.put_command(Pause(self._clock.monotonic_ns(), by))

    def resume(self, by: Party) -> None:
        """Record again, a quarter of a second from now: what is under way was made during the pause."""
        self._queue.put_command(Resume(self._clock.monotonic_ns(), by))

    def marker(self, text: str) -> None:
        self._put_note(EventKind.MARKER, {"text": text})

    def note(self, kind: EventKind, detail: dict[str, str]) -> None:
        """Any other event that belongs in the recording: device, snapshot."""
        self._put_note(kind, dict(detail))

    def set_source_state(self, party: Party, kind: TrackKind, on: bool) -> None:
        """The party switched camera or microphone on or off, or a shared screen: silence is then explained."""
        self._queue.put_command(SourceState(self._clock.monotonic_ns(), party, kind, on))

    def rejoin(self, cause: GapCause, reason: str = "") -> None:
        """The connection is a new one: close the segment, open the next. Also the way out of a fault."""
        self._queue.put_command(Rejoin(self._clock.monotonic_ns(), cause, reason))

    def stop(self, timeout: float = 10.0) -> bool:
        """Close the recording and wait. False if the disk did not answer in timeout (s) or a fault is left."""
        if not self._started:
            return True
        self._queue.put_command(Stop(self._clock.monotonic_ns()))
        self._thread.join(timeout)
        return not self._thread.is_alive() and self._core.state is RecorderState.CLOSED

    def status(self) -> RecorderStatus:
        """The recorder's account of itself, now."""
        core, now_ns = self._core, self._clock.monotonic_ns()
        tallies = core.intake.tallies().values()
        return RecorderStatus(
            state=core.state,
            segment=core.chain.number,
            recorded_us=core.recorded_us(now_ns),
            last_sealed_ns=core.chain.last_sealed_ns,
            frames_received=sum(tally.received for tally in tallies) + self._queue.lost_frames,
            frames_recorded=sum(tally.recorded for tally in tallies),
            fault=core.fault or self._overflow_words(now_ns),
        )

    def place(self, at_ns: int) -> tuple[int, int] | None:
        """(segment, µs from its start) of a moment (CLOCK_MONOTONIC); None while no segment is open. Any thread."""
        writer = self._core.chain.writer
        return None if writer is None or writer.finished else (writer.number, writer.at_us(at_ns))

    def tallies(self) -> dict[tuple[Party, TrackKind], TrackTally]:
        """Frames by track; steady once stopped."""
        return self._core.intake.tallies()

    def _put_note(self, kind: EventKind, detail: dict[str, str]) -> None:
        self._queue.put_command(Note(self._clock.monotonic_ns(), kind, detail))

    def _overflow_words(self, now_ns: int) -> str:
        if not self._overflow_ns or now_ns - self._overflow_ns > _OVERFLOW_SHOWN_NS:
            return ""
        return (
            f"The disk is too slow: {self._queue.lost_frames} frames could not be recorded. "
            "What was recorded before is kept and the gap is stated in the recording. "
            "Tell the victim, and go on when the recording mark is steady again."
        )

    def _main(self) -> None:
        try:
            while not self._stopping.is_set():
                self._turn()
        except Exception:  # main of the recorder's thread
            _log.exception("the recorder failed")
            self._core.state = RecorderState.FAULT
            self._core.fault = (
                "The recorder stopped because of a mistake in the program. What was sealed is kept. "
                "Tell the victim that nothing is being recorded; start the recording again."
            )
        self._tell(self._clock.monotonic_ns(), always=True)

    def _turn(self) -> None:
        # Whatever stalls from here on, taken_ns stays: a slow disk must not look like silence.
        items, taken_ns = self._queue.take(self._timing.poll_s, self._clock.monotonic_ns)
        for item in items:
            self._core.handle(item)
            if isinstance(item, Stop):
                self._stopping.set()
        self._core.step(taken_ns)
        self._tell(self._clock.monotonic_ns())

    def _tell(self, now_ns: int, *, always: bool = False) -> None:
        changed = self._core.state is not self._told_state
        if always or changed or now_ns - self._told_ns >= self._timing.status_ns:
            self._told_ns = now_ns
            self._told_state = self._core.state
            self._on_status(self.status())
