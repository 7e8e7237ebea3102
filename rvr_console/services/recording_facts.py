"""Steps shared by the acts on recordings: heads, marks on the timeline, permission to open."""

from dataclasses import dataclass, replace

from rvr_console.domain.access import Act, Relation, User, allows, check
from rvr_console.domain.consultation import Consent, Consultation
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.recording import RecordHead
from rvr_console.domain.repositories import RecordedSegment, Recording, RecordingStatus, TimelineMark
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Work, needs_words, relation
from rvr_console.services.values import RecordingSummary, ViewPermit


def known(work: Work, evidence_id: str) -> Recording:
    """Raises RefusedError for an evidence id that the store does not know."""
    recording = work.tx.recordings.get(evidence_id)
    if recording is None:
        raise RefusedError("There is no such recording.", kept="Nothing was changed.")
    return recording


def log_head(work: Work, head: RecordHead) -> None:
    """Keep the head and write it into the custody log. The same head again changes nothing."""
    segment = next((s for s in known(work, head.evidence_id).segments if s.number == head.segment), None)
    if segment is None:
        raise RefusedError("There is no such segment.", kept="Nothing was changed.")
    last = segment.head
    if last is not None and head.sequence <= last.sequence:
        if head == last:
            return
        raise RefusedError(
            "A recording reported fewer records than it had before.",
            kept="The earlier mark stays in the custody log.",
            todo="Verify this recording.",
        )
    work.tx.recordings.set_head(head)
    work.log(
        CustodyAct.RECORDING_HEAD,
        head.evidence_id,
        segment=str(head.segment),
        sequence=str(head.sequence),
        chain=head.chain.hex(),
    )


@dataclass(frozen=True, slots=True)
class Recovery:
    """What recovery found out about one segment."""

    evidence_id: str
    segment: int
    head: RecordHead | None
    words: str
    consultation_id: str
    file: str


def keep_recovery(work: Work, found: Recovery) -> None:
    """Always leaves its entry in the log, also for a segment that was never noted or is shorter than once logged."""
    details = {"segment": str(found.segment), "words": found.words}
    recording = work.tx.recordings.get(found.evidence_id)
    if recording is None and work.tx.consultations.get(found.consultation_id) is not None:
        work.tx.recordings.add(Recording(found.evidence_id, found.consultation_id, work.at))
        recording = known(work, found.evidence_id)
    if recording is not None:
        segment = next((s for s in recording.segments if s.number == found.segment), None)
        if segment is None:
            segment = RecordedSegment(found.segment, work.at, found.file)
            work.tx.recordings.add_segment(found.evidence_id, segment)
        last = segment.head
        if found.head is not None and last is not None and found.head.sequence < last.sequence:
            details["shorter_than_logged"] = str(last.sequence)
        elif found.head is not None:
            log_head(work, found.head)
        work.tx.recordings.close_segment(found.evidence_id, found.segment)
        work.tx.recordings.set_status(found.evidence_id, RecordingStatus.RECOVERED, work.at)
    work.log(CustodyAct.RECORDING_RECOVERED, found.evidence_id, **details)


def mark(work: Work, act: CustodyAct, evidence_id: str, moment: TimelineMark) -> None:
    """One thing on the timeline, with its custody entry."""
    known(work, evidence_id)
    work.tx.recordings.add_mark(evidence_id, moment)
    work.log(
        act,
        evidence_id,
        segment=str(moment.segment),
        start_us=str(moment.start_us),
        end_us=str(moment.end_us),
        **moment.detail,
    )


def keep_consent(work: Work, consultation: Consultation, answer: Consent, reason: str) -> Consultation:
    """The victim's answer; after a refusal the officer decides and says why."""
    if answer is Consent.NOT_ASKED:
        raise RefusedError("Choose what the person answered.", kept="Nothing was changed.")
    why = reason.strip()
    if answer is not Consent.AGREED:
        why = needs_words(reason, "Give your reason for the decision after a refusal.")
    work.log(CustodyAct.RECORDING_CONSENT, consultation.id, answer=answer.value, reason=why)
    return work.keep(replace(consultation, consent=answer, consent_reason=why))


def viewable(work: Work, user: User) -> list[RecordingSummary]:
    """What this person may view, newest first. Raises AccessDeniedError for a role that may view none at all."""
    if not any(allows(user.role, Act.VIEW_RECORDING, stands) for stands in Relation):
        check(user, Act.VIEW_RECORDING)
    found = []
    for recording in work.tx.recordings.all():
        consultation = work.consultation(recording.consultation_id)
        stands = relation(work, user, consultation)
        if allows(user.role, Act.VIEW_RECORDING, stands):
            may_save = allows(user.role, Act.SAVE_COPY, stands) and user.on_duty
            incident = work.incident(consultation.incident)
            found.append(RecordingSummary(recording, consultation, incident, may_save))
    return found


def permit_view(
    work: Work, user: User, evidence_id: str, purpose: str, act: Act, **details: str
) -> ViewPermit:
    """Check, log, permit. act: VIEW_RECORDING or SAVE_COPY."""
    recording = known(work, evidence_id)
    consultation = work.consultation(recording.consultation_id)
    check(user, act, relation(work, user, consultation))
    why = needs_words(purpose, "Say what you open the recording for.")
    logged = CustodyAct.COPY_SAVED if act is Act.SAVE_COPY else CustodyAct.RECORDING_VIEWED
    work.log(logged, evidence_id, purpose=why, **details)
    officer = work.tx.users.get(consultation.officer)
    return ViewPermit(
        recording=recording,
        consultation=consultation,
        incident=work.incident(consultation.incident),
        purpose=why,
        last_heads=tuple(s.head for s in recording.segments if s.head is not None),
        officer_title=officer.user.title if officer else consultation.officer,
        copy_to=details.get("folder", "") if act is Act.SAVE_COPY else "",
    )
