"""Words of the list of own consultations."""

from rvr_console.domain.consultation import ConsultationState, LinkState
from rvr_console.domain.repositories import RecordingStatus

PAGE = "My consultations"
TABLE = "My consultations, table"
COLUMNS = ("Log", "Person", "Started", "State", "Link", "Recording")
COUNT = "{count} in all, {open} open"
OPEN = "Open consultation"
OPEN_OFF = "choose one"
NONE = "No consultations yet"
NONE_ADVICE = "Take the next incident from the queue; it appears here and stays here."
STATES = {
    ConsultationState.OPEN: "Open",
    ConsultationState.ENDED: "Ended, not submitted",
    ConsultationState.SUBMITTED: "Submitted for review",
    ConsultationState.REVIEWED: "Reviewed",
}
LINKS = {
    None: "No link sent",
    LinkState.ISSUED: "Link sent",
    LinkState.WAITING: "Device waiting",
    LinkState.LIVE: "Live",
    LinkState.PAUSED: "Paused",
    LinkState.DROPPED: "Dropped",
    LinkState.CLOSED: "Closed for ever",
    LinkState.EXPIRED: "Expired",
}
RECORDINGS = {
    None: "Not recorded",
    RecordingStatus.OPEN: "Recording",
    RecordingStatus.CLOSED: "Sealed and closed",
    RecordingStatus.RECOVERED: "Completed by recovery",
    RecordingStatus.FAULT: "Stopped by a fault",
}
