"""What is known and logged of recordings. Nothing here deletes."""

from pathlib import Path

from rvr_console.domain.access import Act, User, check
from rvr_console.domain.consultation import Consent, Consultation
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.recording import EventKind, Gap, RecordHead
from rvr_console.domain.repositories import (
    Envelope,
    RecordedSegment,
    Recording,
    RecordingStatus,
    TimelineMark,
)
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk, Work, check_may_read, relation
from rvr_console.services.recording_facts import (
    Recovery,
    keep_consent,
    keep_recovery,
    known,
    log_head,
    mark,
    permit_view,
    viewable,
)
from rvr_console.services.values import RecordingSummary, ViewPermit


class Recordings:
    """Officers' acts are checked and logged under their number; the recorder's own reports under "console"."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def announced(self, consultation_id: str) -> None:
        """The officer told the victim about the recording."""

        def announce(work: Work, _user: User, _consultation: Consultation) -> None:
            work.log(CustodyAct.RECORDING_ANNOUNCED, consultation_id)

        await self._desk.on_case(Act.CONSULT, consultation_id, announce)

    async def consent(self, consultation_id: str, answer: Consent, reason: str = "") -> Consultation:
        """The victim's answer. A refusal needs the officer's reason, whatever the officer decides."""
        return await self._desk.on_case(
            Act.CONSULT,
            consultation_id,
            lambda work, _user, consultation: keep_consent(work, consultation, answer, reason),
        )

    async def started(self, consultation_id: str, evidence_id: str) -> Recording:
        """Known already (gone on with after a restart): returned as it is, open again."""

        def start(work: Work) -> Recording:
            work.consultation(consultation_id)
            found = work.tx.recordings.get(evidence_id)
            if found is not None and found.consultation_id != consultation_id:
                raise RefusedError("This recording belongs to another consultation.")
            work.log(CustodyAct.RECORDING_STARTED, evidence_id, consultation=consultation_id)
            if found is None:
                work.tx.recordings.add(Recording(evidence_id, consultation_id, work.at))
            else:
                work.tx.recordings.set_status(evidence_id, RecordingStatus.OPEN, None)
            return known(work, evidence_id)

        return await self._desk.note(start)

    async def segment_started(self, evidence_id: str, segment: int, file: str) -> None:
        """file: name in the vault, without folders."""

        def start(work: Work) -> None:
            recording = known(work, evidence_id)
            if any(s.number == segment for s in recording.segments):
                raise RefusedError("This segment is known already.", kept="Nothing was changed.")
            work.tx.recordings.add_segment(evidence_id, RecordedSegment(segment, work.at, file))
            if recording.status is not RecordingStatus.OPEN:
                work.tx.recordings.set_status(evidence_id, RecordingStatus.OPEN, None)
            work.log(CustodyAct.SEGMENT_STARTED, evidence_id, segment=str(segment), file=file)

        await self._desk.note(start)

    async def add_envelope(self, envelope: Envelope) -> None:
        await self._desk.note(lambda work: work.tx.envelopes.add(envelope))

    async def head(self, head: RecordHead) -> None:
        """Every 10 s and at each close. A head behind the last one is refused: RefusedError."""
        await self._desk.note(lambda work: log_head(work, head))

    async def gap(self, consultation_id: str, segment: int, gap: Gap) -> None:
        """A stated gap of the consultation's newest recording. The caller tells the screens."""

        def state(work: Work) -> None:
            recordings = work.tx.recordings.of_consultation(consultation_id)
            if not recordings:
                raise RefusedError("There is no recording for this gap.", kept="Nothing was changed.")
            evidence_id = recordings[-1].evidence_id
            detail = {"cause": gap.cause.value, "party": gap.party.value, "kind": gap.kind.value}
            moment = TimelineMark(segment, EventKind.GAP, gap.start_us, gap.end_us, detail)
            mark(work, CustodyAct.RECORDING_GAP, evidence_id, moment)

        await self._desk.note(state)

    async def paused(self, evidence_id: str, segment: int, at_us: int, by: str) -> None:
        """by: "officer", "victim"."""
        await self._moment(evidence_id, CustodyAct.RECORDING_PAUSED, segment, EventKind.PAUSE, at_us, by=by)

    async def resumed(self, evidence_id: str, segment: int, at_us: int, by: str) -> None:
        await self._moment(evidence_id, CustodyAct.RECORDING_RESUMED, segment, EventKind.RESUME, at_us, by=by)

    async def marker(self, evidence_id: str, segment: int, at_us: int, text: str = "") -> None:
        """Set by the officer."""

        def set_marker(work: Work, user: User) -> None:
            consultation = work.consultation(known(work, evidence_id).consultation_id)
            check(user, Act.CONSULT, relation(work, user, consultation))
            moment = TimelineMark(segment, EventKind.MARKER, at_us, at_us, {"text": text.strip()})
            mark(work, CustodyAct.RECORDING_MARKER, evidence_id, moment)

        await self._desk.act(Act.CONSULT, evidence_id, set_marker)

    async def segment_closed(self, head: RecordHead) -> None:
        """head: that of the FINAL record."""

        def close(work: Work) -> None:
            log_head(work, head)
            work.tx.recordings.close_segment(head.evidence_id, head.segment)

        await self._desk.note(close)

    async def closed(self, evidence_id: str) -> None:
        def close(work: Work) -> None:
            known(work, evidence_id)
            work.tx.recordings.set_status(evidence_id, RecordingStatus.CLOSED, work.at)
            work.log(CustodyAct.RECORDING_CLOSED, evidence_id)

        await self._desk.note(close)

    async def fault(self, evidence_id: str, words: str) -> None:
        """The recorder failed; words: plain, for the officer. The recording need not have begun. The caller tells."""

        def fail(work: Work) -> None:
            work.log(CustodyAct.RECORDING_FAULT, evidence_id, words=words)
            if work.tx.recordings.get(evidence_id) is not None:
                work.tx.recordings.set_status(evidence_id, RecordingStatus.FAULT, work.at)

        await self._desk.note(fail)

    async def recovered(
        self,
        evidence_id: str,
        segment: int,
        head: RecordHead | None,
        words: str,
        *,
        consultation_id: str = "",
        file: str = "",
    ) -> None:
        """Recovery at start closed what a crash left open; head None: the header was torn.

        consultation_id, file: as the segment itself says, for one that the crash kept from being noted here.
        """
        await self._desk.note(
            lambda work: keep_recovery(
                work, Recovery(evidence_id, segment, head, words, consultation_id, file)
            )
        )

    async def verified(self, evidence_id: str, status: str) -> None:
        """The report of a verification that the console made. status: its one word."""
        await self._desk.note(lambda w: w.log(CustodyAct.RECORDING_VERIFIED, evidence_id, status=status))

    async def last_head(self, evidence_id: str, segment: int) -> RecordHead | None:
        """The last head logged, whoever asks: verification compares with it."""

        def read(work: Work) -> RecordHead | None:
            recording = work.tx.recordings.get(evidence_id)
            segments = recording.segments if recording else ()
            return next((s.head for s in segments if s.number == segment), None)

        return await self._desk.note(read)

    async def of_consultation(self, consultation_id: str) -> list[Recording]:
        """Oldest first."""

        def read(work: Work, user: User) -> list[Recording]:
            check_may_read(work, user, work.consultation(consultation_id))
            return work.tx.recordings.of_consultation(consultation_id)

        return await self._desk.act(Act.VIEW_RECORDING, consultation_id, read)

    async def list_for_review(self) -> list[RecordingSummary]:
        """Those the signed-in person may view, newest first. Raises AccessDeniedError for a role that views none."""
        return await self._desk.act(Act.VIEW_RECORDING, "recordings", viewable)

    async def view(self, evidence_id: str, purpose: str) -> ViewPermit:
        """Check, log with the purpose, and only then permit opening. Raises RefusedError without a purpose."""
        return await self._desk.act(
            Act.VIEW_RECORDING,
            evidence_id,
            lambda work, user: permit_view(work, user, evidence_id, purpose, Act.VIEW_RECORDING),
        )

    async def save_copy(self, evidence_id: str, purpose: str, folder: Path) -> ViewPermit:
        """As view, for a play-anywhere copy into folder; logged before the copy is made."""
        return await self._desk.act(
            Act.SAVE_COPY,
            evidence_id,
            lambda work, user: permit_view(
                work, user, evidence_id, purpose, Act.SAVE_COPY, folder=str(folder)
            ),
        )

    async def copy_not_made(self, permit: ViewPermit, why: str) -> None:
        """The copy that was permitted did not come about: the log must not say that there is one."""
        evidence_id, details = permit.recording.evidence_id, {"why": why, "folder": permit.copy_to}
        await self._desk.note(lambda work: work.log(CustodyAct.COPY_NOT_MADE, evidence_id, **details))

    async def _moment(
        self, evidence_id: str, act: CustodyAct, segment: int, kind: EventKind, at_us: int, *, by: str
    ) -> None:
        moment = TimelineMark(segment, kind, at_us, at_us, {"by": by})
        await self._desk.note(lambda work: mark(work, act, evidence_id, moment))
