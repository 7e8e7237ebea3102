"""All tracks on their way into the recording: what is taken, and in which order it is written."""

from rvr_console.domain.recording import EncodedFrame, Party, TrackHole, TrackKind
from rvr_console.video.recorder_lane import Lane, TimedFrame, TrackTally

TrackKey = tuple[Party, TrackKind]
SHARED: TrackKey = (Party.VICTIM, TrackKind.SCREEN)
TRACKS: tuple[TrackKey, ...] = (
    *((party, kind) for party in Party for kind in (TrackKind.VIDEO, TrackKind.AUDIO)),
    SHARED,  # always there, so that a share may begin at any moment without touching the other tracks
)
LATE_NS = 50_000_000  # ordinary jitter about a frame's true time


class Intake:
    """The lanes of one recorder. since_ns: nothing received before it (CLOCK_MONOTONIC) is taken."""

    def __init__(self) -> None:
        self.lanes = {key: Lane(*key) for key in TRACKS}
        self.since_ns = 0

    def take(self, frame: EncodedFrame, *, recording: bool) -> None:
        """Keep the frame, or only its time and count if nothing is being recorded."""
        lane = self.lanes[frame.party, frame.kind]
        if recording and frame.received_ns >= self.since_ns:
            lane.add(frame)
        else:
            lane.observe(frame)
            lane.hole(None)

    def count_unrecorded(self, frame: EncodedFrame) -> None:
        self.lanes[frame.party, frame.kind].tally.received += 1

    def hole(self, hole: TrackHole) -> None:
        if hole.end_ns >= self.since_ns:
            self.lanes[hole.party, hole.kind].hole(hole.cause)

    def due(self, horizon_ns: int) -> list[TimedFrame]:
        """Frames of all tracks received up to horizon_ns, by their time; without what was made before since_ns."""
        due = [timed for lane in self.lanes.values() for timed in lane.due(horizon_ns)]
        due.sort(key=lambda timed: timed.time_ns)
        return [timed for timed in due if not self._too_old(timed)]

    def discard(self) -> None:
        """Forget what waits: it came after a pause began."""
        for lane in self.lanes.values():
            lane.discard()

    def begin(self, since_ns: int, *, renew: bool = False) -> None:
        """Take frames from since_ns on. renew: from a new connection, whose counts start anew."""
        self.since_ns = since_ns
        for lane in self.lanes.values():
            if renew:
                lane.renew()
            lane.hole(None)

    def sizes(self) -> dict[TrackKey, tuple[int, int]]:
        """Picture sizes known so far."""
        return {key: lane.size for key, lane in self.lanes.items() if lane.size}

    def tallies(self) -> dict[TrackKey, TrackTally]:
        return {key: lane.tally for key, lane in self.lanes.items()}

    def _too_old(self, timed: TimedFrame) -> bool:
        """Made before the recording began, or during the pause, and only now arrived."""
        return timed.time_ns < self.since_ns and timed.frame.received_ns - timed.time_ns > LATE_NS
