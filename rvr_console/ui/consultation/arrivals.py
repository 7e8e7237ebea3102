"""Files on their way: how far, how long still. Pure values: no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rvr_console.domain.exhibit import Exhibit, kept_text, shown_text
from rvr_console.domain.uploads import UploadState, UploadStatus

LIVE = frozenset({UploadState.COMING, UploadState.WAITING, UploadState.CHECKING})
ENDED_BADLY = frozenset({UploadState.FAILED, UploadState.CANCELLED})
_SETTLE_S = 1.0  # a rate over less than this says nothing


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file. since_ns, since_bytes: where its present run began, for the rate; now_ns: of the newest report."""

    status: UploadStatus
    since_ns: int
    since_bytes: int
    now_ns: int

    @property
    def name(self) -> str:
        """Safe to show: what reorders or hides text is written out."""
        return shown_text(kept_text(self.status.facts.untrusted_name)) or "?"

    @property
    def live(self) -> bool:
        return self.status.state in LIVE

    @property
    def part(self) -> float:
        size = self.status.facts.size
        return 1.0 if size <= 0 else min(1.0, self.status.received / size)

    @property
    def seconds_left(self) -> float | None:
        """By the mean rate of this run; None while nothing can be said."""
        seconds = (self.now_ns - self.since_ns) / 1e9
        came = self.status.received - self.since_bytes
        if self.status.state is not UploadState.COMING or seconds < _SETTLE_S or came <= 0:
            return None
        return (self.status.facts.size - self.status.received) * seconds / came


def followed(before: Arrival | None, status: UploadStatus, now_ns: int) -> Arrival:
    """What is known of the file after this report. A wait begins the run anew: its rate would be untrue."""
    running = before is not None and before.status.state is UploadState.COMING
    if before is None or not running or status.received < before.since_bytes:
        return Arrival(status, now_ns, status.received, now_ns)
    return replace(before, status=status, now_ns=now_ns)


def still_shown(arrivals: Sequence[Arrival], exhibits: Sequence[Exhibit]) -> list[Arrival]:
    """Without those that are exhibits by now, newest first."""
    known = {exhibit.origin.upload_id for exhibit in exhibits}
    shown = [one for one in arrivals if one.status.facts.upload_id not in known]
    shown = [one for one in shown if one.status.state is not UploadState.RECEIVED]
    return shown[::-1]
