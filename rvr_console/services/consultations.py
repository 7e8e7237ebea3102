"""One consultation from safety questions to submission."""

from datetime import datetime

from rvr_console.domain.consultation import Consultation, LinkState
from rvr_console.domain.repositories import LinkSecrets, Sealer
from rvr_console.services.desk import Desk
from rvr_console.services.values import ChecklistItem, LinkDetails, RestartRecord


class Consultations:
    def __init__(self, desk: Desk, sealer: Sealer, secrets: LinkSecrets) -> None:
        self._desk = desk
        self._sealer = sealer
        self._secrets = secrets

    async def get(self, consultation_id: str) -> Consultation:
        raise NotImplementedError

    async def my_consultations(self) -> list[Consultation]:
        """The signed-in officer's own, newest first."""
        raise NotImplementedError

    async def open_consultations(self) -> list[Consultation]:
        """The signed-in officer's own that are still open, oldest first."""
        raise NotImplementedError

    async def checklist(self, consultation_id: str) -> list[ChecklistItem]:
        """The eight items of "Still to do", in order of the screen."""
        raise NotImplementedError

    async def answer_safety(self, consultation_id: str, question: str, text: str) -> Consultation:
        """question: one of SAFETY_QUESTIONS; an empty text clears the answer."""
        raise NotImplementedError

    async def confirm_location(self, consultation_id: str, text: str, source: str) -> Consultation:
        """source: "said_aloud", "browser" or "officer"."""
        raise NotImplementedError

    async def add_note(self, consultation_id: str, text: str, offset_us: int | None = None) -> Consultation:
        raise NotImplementedError

    async def contact_attempt(
        self, consultation_id: str, outcome: str, next_at: datetime | None
    ) -> Consultation:
        """No answer, not safe to talk, call back, wrong number: the consultation ends, the incident waits again."""
        raise NotImplementedError

    async def send_link(self, consultation_id: str) -> LinkDetails:
        """Make the link; the same act tells CAD "arrived". A link that is still open is returned again, not made anew."""
        raise NotImplementedError

    async def link_details(self, consultation_id: str) -> LinkDetails:
        """The link as issued, opened from its sealed record. Raises RefusedError when none was issued."""
        raise NotImplementedError

    async def link_state(self, consultation_id: str, state: LinkState) -> Consultation:
        """What the gateway or the call reports; an impossible step raises RefusedError."""
        raise NotImplementedError

    async def admit(self, consultation_id: str, device: str) -> Consultation:
        """Let the waiting device in. device: what its page calls itself."""
        raise NotImplementedError

    async def refuse_second_device(self, consultation_id: str, device: str) -> None:
        raise NotImplementedError

    async def call_secured(self, consultation_id: str, words: tuple[str, ...]) -> None:
        """Both fingerprints were compared and confirmed both ways (reported by the call)."""
        raise NotImplementedError

    async def next_epoch(self, consultation_id: str) -> int:
        """Count up and keep the epoch before a rejoin."""
        raise NotImplementedError

    async def for_restart(self) -> list[RestartRecord]:
        """The signed-in officer's open consultations whose link is not closed."""
        raise NotImplementedError

    async def convert_to_attendance(self, consultation_id: str, reason: str) -> Consultation:
        """Danger: CAD sends somebody; the link stays open until help is there."""
        raise NotImplementedError

    async def end(self, consultation_id: str) -> Consultation:
        """The call is over and the link is to be closed for ever."""
        raise NotImplementedError

    async def submit(self, consultation_id: str, outcome: str, result_codes: list[str]) -> Consultation:
        """Resource back, result codes, close in CAD; then it waits for review."""
        raise NotImplementedError
