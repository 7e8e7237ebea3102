"""What an exhibit's sealed file says of itself in its EVENT records: origin at its start, label at its end. All text."""

from collections.abc import Iterable, Mapping

from rvr_console.domain.exhibit import (
    ExhibitContent,
    ExhibitFlag,
    ExhibitLabel,
    ExhibitOrigin,
    ExhibitSource,
    RecordingMoment,
)
from rvr_console.domain.recording import EventKind, RecordingEvent
from rvr_console.errors import EvidenceError


def origin_detail(origin: ExhibitOrigin) -> dict[str, str]:
    """Detail of the STARTED event."""
    detail = {
        "reason": "exhibit",
        "consultation": origin.consultation_id,
        "source": origin.source.value,
        "producer": origin.producer,
        "original_name": origin.original_name,
        "declared_type": origin.declared_type,
        "upload": origin.upload_id,
    }
    if origin.moment is not None:
        detail |= {
            "recording": origin.moment.evidence_id,
            "recording_segment": str(origin.moment.segment),
            "recording_offset_us": str(origin.moment.offset_us),
        }
    return detail


def label_detail(label: ExhibitLabel) -> dict[str, str]:
    """Detail of the EXHIBIT event."""
    return {
        "reference": label.reference,
        "size": str(label.content.size),
        "sha256": label.content.sha256,
        "found_type": label.content.found_type,
        "flags": ",".join(sorted(label.content.flags)),
        "received_at": label.received_at,
        "declared_sha256": label.declared_sha256,
        "description": label.description,
    }


def read_origin(events: Iterable[RecordingEvent]) -> ExhibitOrigin | None:
    """None when the file broke off before its first event. Raises EvidenceError for one that is no exhibit's."""
    started = next((e.detail for e in events if e.kind is EventKind.STARTED), None)
    if started is None:
        return None
    try:
        return ExhibitOrigin(
            started["consultation"],
            ExhibitSource(started["source"]),
            started["producer"],
            started["original_name"],
            started["declared_type"],
            started["upload"],
            _moment(started),
        )
    except (KeyError, ValueError) as error:
        raise EvidenceError("The file is sealed, but it is not an exhibit.") from error


def read_label(origin: ExhibitOrigin | None, events: Iterable[RecordingEvent]) -> ExhibitLabel | None:
    """None when the file broke off before its label. Raises EvidenceError."""
    found = next((e.detail for e in events if e.kind is EventKind.EXHIBIT), None)
    if found is None or origin is None:
        return None
    try:
        flags = frozenset(ExhibitFlag(flag) for flag in found["flags"].split(",") if flag)
        content = ExhibitContent(int(found["size"]), found["sha256"], found["found_type"], flags)
        return ExhibitLabel(
            origin,
            found["reference"],
            content,
            found["received_at"],
            found["declared_sha256"],
            found["description"],
        )
    except (KeyError, ValueError) as error:
        raise EvidenceError("The exhibit's label is of a form that this program does not know.") from error


def _moment(detail: Mapping[str, str]) -> RecordingMoment | None:
    if "recording" not in detail:
        return None
    return RecordingMoment(
        detail["recording"], int(detail["recording_segment"]), int(detail["recording_offset_us"])
    )
