"""All evidence that the signed-in person may see, of every case: recordings and exhibits in one list."""

from dataclasses import dataclass, replace

from rvr_console.domain.access import Act, Relation, User, allows, check
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.exhibit import Exhibit
from rvr_console.domain.incident import Incident
from rvr_console.domain.repositories import Recording
from rvr_console.services.desk import Desk, Work, relation


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """Either an exhibit or a recording. officer: title of the consultation's officer.

    may_*: what this person may do with it now, on duty.
    """

    consultation: Consultation
    incident: Incident
    officer: str
    exhibit: Exhibit | None = None
    recording: Recording | None = None
    may_save_copy: bool = False
    may_bundle: bool = False

    @property
    def evidence_id(self) -> str:
        if self.exhibit is not None:
            return self.exhibit.evidence_id
        return self.recording.evidence_id if self.recording is not None else ""


class EvidenceList:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def viewable(self) -> list[EvidenceItem]:
        """Newest case first; in a case the recordings, then the exhibits, oldest first.

        Raises AccessDeniedError for a role that views none.
        """
        return await self._desk.act(Act.VIEW_RECORDING, "evidence", _viewable)


def _viewable(work: Work, user: User) -> list[EvidenceItem]:
    if not any(allows(user.role, Act.VIEW_RECORDING, stands) for stands in Relation):
        check(user, Act.VIEW_RECORDING)
    cases: dict[str, list[EvidenceItem]] = {}
    standing: dict[str, EvidenceItem | None] = {}

    def item(consultation_id: str) -> EvidenceItem | None:
        """What all evidence of a case has in common; None when this person may not see it."""
        if consultation_id not in standing:
            standing[consultation_id] = _of_case(work, user, work.consultation(consultation_id))
        return standing[consultation_id]

    for recording in sorted(work.tx.recordings.all(), key=lambda one: one.started_at):
        if (case := item(recording.consultation_id)) is not None:
            cases.setdefault(recording.consultation_id, []).append(replace(case, recording=recording))
    for exhibit in work.tx.exhibits.all():
        if (case := item(exhibit.consultation_id)) is not None:
            cases.setdefault(exhibit.consultation_id, []).append(replace(case, exhibit=exhibit))
    newest = sorted(cases.values(), key=lambda items: items[0].consultation.started_at, reverse=True)
    return [one for items in newest for one in items]


def _of_case(work: Work, user: User, consultation: Consultation) -> EvidenceItem | None:
    stands = relation(work, user, consultation)
    if not allows(user.role, Act.VIEW_RECORDING, stands):
        return None
    officer = work.tx.users.get(consultation.officer)
    return EvidenceItem(
        consultation,
        work.incident(consultation.incident),
        officer.user.title if officer else consultation.officer,
        may_save_copy=user.on_duty and allows(user.role, Act.SAVE_COPY, stands),
        may_bundle=user.on_duty and allows(user.role, Act.MAKE_BUNDLE, stands),
    )
