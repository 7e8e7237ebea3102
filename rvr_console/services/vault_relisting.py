"""Filling a store that has lost its knowledge from the vault's files. It says so in the log, and says what could not be rebuilt."""

from collections.abc import Iterable
from datetime import datetime

from rvr_console.domain.consultation import Consultation, ConsultationState
from rvr_console.domain.counting import counted
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.exhibit import ExhibitState
from rvr_console.domain.incident import Incident, IncidentState, Person, Triage
from rvr_console.domain.recording import EventKind, RecordingEvent
from rvr_console.domain.repositories import RecordedSegment, Recording, RecordingStatus, TimelineMark
from rvr_console.domain.vault_check import QuietWorker, Watch
from rvr_console.domain.vault_listing import (
    ListedRecording,
    ListedSegment,
    Relisted,
    SealedExhibit,
    VaultListing,
)
from rvr_console.errors import KnownError
from rvr_console.services.desk import Desk, Work
from rvr_console.services.exhibit_facts import keep_listed, keep_seal
from rvr_console.services.vault_checks import VAULT

_MARKED = {EventKind.PAUSE, EventKind.RESUME, EventKind.MARKER, EventKind.GAP}
NOT_KNOWN = "Not known: listed again from the vault"


class VaultRelisting:
    """Adds only what the store does not know; what it knows stays as it is."""

    def __init__(self, desk: Desk, listing: VaultListing, worker: QuietWorker) -> None:
        self._desk = desk
        self._listing = listing
        self._worker = worker

    async def knows_nothing(self) -> bool:
        """Whether the store has neither a recording nor an exhibit."""
        return await self._desk.note(lambda work: not work.tx.recordings.all() and not work.tx.exhibits.all())

    async def relist(self, watch: Watch) -> Relisted:
        """Read every file and put what is missing into the store. Raises StorageError, CheckStoppedError."""
        recordings = await self._worker.run(lambda: self._listing.recordings(watch))
        exhibits = await self._worker.run(lambda: self._listing.exhibits(watch))
        report = await self._desk.note(lambda work: _keep_all(work, recordings, exhibits))
        self._desk.events.publish(report)
        return report


def _keep_all(
    work: Work, recordings: Iterable[ListedRecording], exhibits: Iterable[SealedExhibit]
) -> Relisted:
    made: set[str] = set()
    silent: list[str] = []
    kept_recordings = kept_exhibits = 0
    for recording in recordings:
        silent += recording.unreadable
        if recording.segments and work.tx.recordings.get(recording.evidence_id) is None:
            _keep_recording(work, recording, made)
            kept_recordings += 1
    for exhibit in exhibits:
        words = _keep_exhibit(work, exhibit, made)
        kept_exhibits += words is None
        silent += [f"{exhibit.listed.file}: {words}"] if words else []
    report = Relisted(kept_recordings, kept_exhibits, len(made), tuple(silent))
    if kept_recordings or kept_exhibits or silent:
        _say(work, report)
    return report


def _say(work: Work, report: Relisted) -> None:
    work.log(
        CustodyAct.VAULT_LISTED_AGAIN,
        VAULT,
        recordings=str(report.recordings),
        exhibits=str(report.exhibits),
        consultations=str(report.consultations),
        not_listed="; ".join(report.not_listed),
        not_rebuilt="; ".join(report.not_rebuilt),
    )
    silent = f" {counted(len(report.not_listed), 'file')} could not be listed." if report.not_listed else ""
    work.tell(
        Fault(
            f"The store knew nothing of the vault's files: {counted(report.recordings, 'recording')}"
            f" and {counted(report.exhibits, 'exhibit')}"
            f" were listed again from the files alone.{silent}",
            f"The evidence itself is unchanged. Not rebuilt: {report.not_rebuilt[0]}.",
            "If a backup of the database exists, restore it; tell IT and your supervisor either way.",
        )
    )


def _keep_recording(work: Work, found: ListedRecording, made: set[str]) -> None:
    first = found.segments[0]
    _consultation(work, first.session_id, first.started_at, made)
    work.tx.recordings.add(Recording(found.evidence_id, first.session_id, first.started_at))
    for segment in found.segments:
        stored = RecordedSegment(segment.number, segment.started_at, segment.file, None, segment.closed)
        work.tx.recordings.add_segment(found.evidence_id, stored)
        work.tx.recordings.set_head(segment.head)
        for mark in _marks(segment):
            work.tx.recordings.add_mark(found.evidence_id, mark)
        work.log(
            CustodyAct.VAULT_LISTED_AGAIN,
            found.evidence_id,
            consultation=segment.session_id,
            file=segment.file,
            segment=str(segment.number),
            sequence=str(segment.head.sequence),
            chain=segment.head.chain.hex(),
            state="closed" if segment.closed else "not closed",
            words=segment.words,
        )
    work.tx.recordings.set_status(found.evidence_id, _status(found), work.at)


def _status(found: ListedRecording) -> RecordingStatus:
    if found.unreadable or any(s.words or not s.closed for s in found.segments):
        return RecordingStatus.FAULT
    return RecordingStatus.RECOVERED if any(s.recovered for s in found.segments) else RecordingStatus.CLOSED


def _marks(segment: ListedSegment) -> list[TimelineMark]:
    """The timeline from the sealed events; a gap stands there twice, open and closed, and is taken when it closes."""
    return [
        TimelineMark(segment.number, event.kind, *_stretch(event), event.detail)
        for event in segment.events
        if event.kind in _MARKED
        and not (event.kind is EventKind.GAP and event.detail.get("state") != "closed")
    ]


def _stretch(event: RecordingEvent) -> tuple[int, int]:
    if event.kind is not EventKind.GAP:
        return event.pts_us, event.pts_us
    try:
        return int(event.detail["start_us"]), int(event.detail["end_us"])
    except (KeyError, ValueError):
        return event.pts_us, event.pts_us


def _keep_exhibit(work: Work, sealed: SealedExhibit, made: set[str]) -> str | None:
    """None when it is an exhibit of the store now; otherwise why it is not, "" when it was one before."""
    found, label = sealed.listed, sealed.listed.label
    if work.tx.exhibits.get(found.evidence_id) is not None:
        return ""
    if label is None:
        return found.words or "It broke off before it became an exhibit."
    try:
        at = datetime.fromisoformat(label.received_at)
        _consultation(work, label.origin.consultation_id, at, made)
        keep_listed(work, label, found.evidence_id)
    except (KnownError, ValueError) as error:
        return error.what if isinstance(error, KnownError) else "Its label cannot be read."
    if sealed.head is not None:
        state = ExhibitState.RECOVERED if sealed.recovered else ExhibitState.SEALED
        keep_seal(work, found.evidence_id, sealed.head, state)
    return None


def _consultation(work: Work, consultation_id: str, at: datetime, made: set[str]) -> None:
    """A place to hang the evidence on: it belongs to nobody, so that nobody opens it until it is given to somebody."""
    if work.tx.consultations.get(consultation_id) is not None:
        return
    reference = f"Vault {consultation_id}"
    if work.tx.incidents.get(reference) is None:
        work.tx.incidents.put(
            Incident(
                reference,
                NOT_KNOWN,
                0,
                at,
                "",
                "",
                Person(NOT_KNOWN),
                triage=Triage.RETURNED,
                state=IncidentState.CLOSED,
            )
        )
    work.tx.consultations.add(
        Consultation(consultation_id, reference, "", at, ConsultationState.ENDED, ended_at=at)
    )
    made.add(consultation_id)
