"""One consultation from safety questions to submission."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from rvr_console.domain.access import Act, User
from rvr_console.domain.cad import CadVerb
from rvr_console.domain.consultation import (
    Consultation,
    ConsultationState,
    LinkState,
    Note,
)
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import QueueChanged
from rvr_console.domain.incident import IncidentState
from rvr_console.domain.policy import ServicePolicy
from rvr_console.domain.secrets import LinkSecrets, Sealer
from rvr_console.errors import RefusedError
from rvr_console.services import consultation_links as links
from rvr_console.services.checklist import Checklist
from rvr_console.services.closing import hand_in
from rvr_console.services.contact import log_attempt
from rvr_console.services.desk import Desk, Work, check_may_read, needs_words
from rvr_console.services.safety_questions import answered, link_first
from rvr_console.services.values import ChecklistItem, LinkDetails, RestartRecord

LOCATION_SOURCES = ("said_aloud", "browser", "officer")
BUNDLED = ServicePolicy()
NO_REASONS: Mapping[str, str] = {}


class Consultations:
    def __init__(
        self,
        desk: Desk,
        sealer: Sealer,
        secrets: LinkSecrets,
        policy: ServicePolicy = BUNDLED,
        checklist: Checklist | None = None,
    ) -> None:
        """checklist: what a case needs before it is closed; none: nothing is asked for."""
        self._desk = desk
        self._policy = policy
        self._links = links.LinkKeeper(sealer, secrets, policy.link_life)
        self._checklist = checklist or Checklist()

    async def get(self, consultation_id: str) -> Consultation:
        return await self._desk.act(
            Act.CONSULT, consultation_id, lambda work, user: _readable(work, user, consultation_id)
        )

    async def my_consultations(self) -> list[Consultation]:
        """The signed-in officer's own, newest first; without those that came to nothing before a link was sent."""

        def read(work: Work, user: User) -> list[Consultation]:
            own = work.tx.consultations.of_officer(user.collar)
            return [c for c in reversed(own) if not _came_to_nothing(c)]

        return await self._desk.act(Act.CONSULT, "my consultations", read)

    async def open_consultations(self) -> list[Consultation]:
        """The signed-in officer's own that are still open, oldest first."""
        mine = await self.my_consultations()
        return [c for c in reversed(mine) if c.state is ConsultationState.OPEN]

    def safety_words(self) -> Mapping[str, str]:
        """How the safety questions are asked now, by question id, in their order."""
        return self._checklist.safety_words(self._desk.clock.now())

    async def checklist(self, consultation_id: str) -> list[ChecklistItem]:
        """The eight items of "Still to do", in the order of the screen."""

        def read(work: Work, user: User) -> list[ChecklistItem]:
            return self._checklist.items(work, _readable(work, user, consultation_id))

        return await self._desk.act(Act.CONSULT, consultation_id, read)

    async def answer_safety(self, consultation_id: str, question: str, text: str) -> Consultation:
        """question: one of SAFETY_QUESTIONS; an empty text clears the answer."""
        return await self._open_case(
            consultation_id, lambda work, _user, found: answered(work, found, question, text)
        )

    async def confirm_location(self, consultation_id: str, text: str, source: str) -> Consultation:
        """source: "said_aloud", "browser" or "officer"."""

        def confirm(work: Work, _user: User, consultation: Consultation) -> Consultation:
            if source not in LOCATION_SOURCES:
                raise RefusedError("Say where the address comes from.", kept="Nothing was changed.")
            where = needs_words(text, "Say where the person is.")
            work.log(CustodyAct.LOCATION_CONFIRMED, consultation_id, source=source)
            return work.keep(replace(consultation, location=where, location_source=source))

        return await self._open_case(consultation_id, confirm)

    async def add_note(self, consultation_id: str, text: str, offset_us: int | None = None) -> Consultation:
        """A note is never changed afterwards. offset_us: µs into the recording's open segment."""

        def add(work: Work, _user: User, consultation: Consultation) -> Consultation:
            note = Note(work.at, needs_words(text, "The note is empty."), offset_us)
            work.log(CustodyAct.NOTE_WRITTEN, consultation_id, number=str(len(consultation.notes) + 1))
            return work.keep(replace(consultation, notes=(*consultation.notes, note)))

        return await self._desk.on_case(Act.CONSULT, consultation_id, add)

    async def contact_attempt(
        self, consultation_id: str, outcome: str, next_at: datetime | None
    ) -> Consultation:
        """No answer, not safe to talk, call back, wrong number: the consultation ends, the incident waits again."""

        def attempt(work: Work, _user: User, consultation: Consultation) -> Consultation:
            log_attempt(
                work, work.incident(consultation.incident), outcome, next_at, self._policy, taken=True
            )
            return _end(work, consultation, why=outcome)

        return await self._open_case(consultation_id, attempt)

    async def send_link(self, consultation_id: str, reason: str = "") -> LinkDetails:
        """Make the link; the same act tells CAD "arrived". A link that is still open is returned again, not made anew.

        reason: why it goes before the safety questions. Raises RefusedError: the policy asks for them first, and no reason.
        """
        checklist = self._checklist
        return await self._open_case(
            consultation_id,
            lambda work, _user, found: self._links.issue(work, link_first(work, found, checklist, reason)),
        )

    async def link_details(self, consultation_id: str) -> LinkDetails:
        """The link as issued, opened from its sealed record. Raises RefusedError when none was issued."""
        return await self._desk.on_case(
            Act.CONSULT, consultation_id, lambda work, _user, found: self._links.details(work, found.id)
        )

    async def link_state(self, consultation_id: str, state: LinkState) -> Consultation:
        """What the gateway or the call reports; an impossible step raises RefusedError."""
        return await self._desk.note(lambda work: links.step(work, work.consultation(consultation_id), state))

    async def admit(self, consultation_id: str, device: str) -> Consultation:
        """Let the waiting device in. device: fingerprint of its key."""
        return await self._open_case(
            consultation_id, lambda work, _user, consultation: links.admit(work, consultation, device)
        )

    async def refuse_second_device(self, consultation_id: str, device: str) -> None:
        def refuse(work: Work, _user: User, _consultation: Consultation) -> None:
            work.log(CustodyAct.SECOND_DEVICE_REFUSED, consultation_id, device=device)

        await self._desk.on_case(Act.CONSULT, consultation_id, refuse)

    async def call_secured(self, consultation_id: str, words: tuple[str, ...]) -> None:
        """Both fingerprints were compared and confirmed both ways (reported by the call). words: those read out, not kept."""

        def secured(work: Work) -> None:
            epoch = work.consultation(consultation_id).epoch
            work.log(CustodyAct.CALL_SECURED, consultation_id, epoch=str(epoch), words=str(len(words)))

        await self._desk.note(secured)

    async def next_epoch(self, consultation_id: str) -> int:
        """Count up and keep the epoch before a rejoin. Asked for by the call itself."""
        return await self._desk.note(lambda work: links.next_epoch(work, work.consultation(consultation_id)))

    async def for_restart(self) -> list[RestartRecord]:
        """The signed-in officer's open consultations whose link is not closed, oldest first."""
        return await self._desk.act(Act.CONSULT, "restart", self._links.to_go_on_with)

    async def links_to_close(self) -> list[RestartRecord]:
        """Ended consultations whose link the gateway has not confirmed closed: the program closes them, whoever is signed in."""
        return await self._desk.note(self._links.to_close)

    async def convert_to_attendance(self, consultation_id: str, reason: str) -> Consultation:
        """Danger: CAD sends somebody; the link stays open until help is there. The reason may be empty: danger first."""

        def convert(work: Work, _user: User, consultation: Consultation) -> Consultation:
            incident = work.incident(consultation.incident)
            where = consultation.location or incident.address
            why = reason.strip() or "Danger"
            work.tell_cad(incident.reference, CadVerb.CONVERTED, reason=why, place=where)
            work.log(CustodyAct.CONVERTED, consultation_id, reason=why)
            work.tx.incidents.put(replace(incident, state=IncidentState.CONVERTED))
            work.tell(QueueChanged())
            return work.keep(replace(consultation, converted=True))

        return await self._open_case(consultation_id, convert)

    async def end(self, consultation_id: str) -> Consultation:
        """The call is over and the link is to be closed for ever; `link_state(CLOSED)` follows from the gateway."""
        return await self._open_case(
            consultation_id,
            lambda work, _user, consultation: _end(work, consultation, why="ended by officer"),
        )

    async def submit(
        self,
        consultation_id: str,
        outcome: str,
        result_codes: list[str],
        reasons: Mapping[str, str] = NO_REASONS,
    ) -> Consultation:
        """Resource back, result codes, close in CAD (a converted incident stays open there); then it waits for review.

        reasons: by checklist key, why something that this case needs is not done. Raises RefusedError when one is missing.
        """

        def submit(work: Work, _user: User, consultation: Consultation) -> Consultation:
            if consultation.state is ConsultationState.OPEN and consultation.link is None:
                consultation = _end(work, consultation, why="submitted without a call")
            missing = self._checklist.missing(work, consultation)
            return hand_in(work, consultation, outcome, result_codes, (missing, reasons))

        return await self._desk.on_case(Act.CONSULT, consultation_id, submit)

    async def _open_case(self, consultation_id: str, body: links.CaseBody[links.T]) -> links.T:
        """As Desk.on_case, refused once the consultation has ended."""

        def run(work: Work, user: User, consultation: Consultation) -> links.T:
            if consultation.state is not ConsultationState.OPEN:
                raise RefusedError("This consultation has ended.", kept="Nothing was changed.")
            return body(work, user, consultation)

        return await self._desk.on_case(Act.CONSULT, consultation_id, run)


def _readable(work: Work, user: User, consultation_id: str) -> Consultation:
    consultation = work.consultation(consultation_id)
    check_may_read(work, user, consultation)
    return consultation


def _came_to_nothing(consultation: Consultation) -> bool:
    return (
        consultation.state is ConsultationState.ENDED
        and consultation.link is None
        and not consultation.converted
        and not consultation.notes
    )


def _end(work: Work, consultation: Consultation, *, why: str) -> Consultation:
    work.log(CustodyAct.CONSULTATION_ENDED, consultation.id, why=why)
    return work.keep(replace(consultation, state=ConsultationState.ENDED, ended_at=work.at))
