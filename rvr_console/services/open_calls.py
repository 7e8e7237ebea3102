"""The calls that are open at this desk, and the small things about one that need no log."""

from rvr_console.domain.call import Picture
from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.recording import Party
from rvr_console.errors import RefusedError
from rvr_console.services.live_call import LiveCall

SEND_FIRST = "Send the link first."


class OpenCalls:
    """By consultation."""

    def __init__(self) -> None:
        self._calls: dict[str, LiveCall] = {}

    def _live(self, consultation_id: str) -> LiveCall:
        found = self._calls.get(consultation_id)
        if found is None:
            raise RefusedError("This call is not open.", kept="Nothing was changed.", todo=SEND_FIRST)
        return found

    def is_open(self, consultation_id: str) -> bool:
        return consultation_id in self._calls

    def set_muted(self, consultation_id: str, on: bool) -> None:
        self._live(consultation_id).session.set_muted(on)

    def set_camera(self, consultation_id: str, on: bool) -> None:
        self._live(consultation_id).session.set_camera(on)

    def picture(self, consultation_id: str, party: Party, after: int) -> Picture | None:
        live = self._calls.get(consultation_id)
        return live.session.picture(party, after) if live else None

    def set_view_size(self, consultation_id: str, party: Party, width: int, height: int) -> None:
        live = self._calls.get(consultation_id)
        if live:
            live.session.set_view_size(party, width, height)

    def recording_offset(self, consultation_id: str) -> int | None:
        """µs into the open segment, for notes and answers; None when nothing is recorded."""
        live = self._calls.get(consultation_id)
        return live.offset_us if live and live.evidence_id else None

    def recording_moment(self, consultation_id: str) -> RecordingMoment | None:
        """Where the recording stands now; None when nothing is recorded."""
        live = self._calls.get(consultation_id)
        if live is None or not live.evidence_id or not live.segment:
            return None
        return RecordingMoment(live.evidence_id, live.segment, live.offset_us)
