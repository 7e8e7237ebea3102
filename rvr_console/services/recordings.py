"""What is known and logged of recordings. Nothing here deletes."""

from pathlib import Path

from rvr_console.domain.consultation import Consent, Consultation
from rvr_console.domain.recording import Gap, RecordHead
from rvr_console.domain.repositories import Envelope, Recording
from rvr_console.services.desk import Desk
from rvr_console.services.values import RecordingSummary, ViewPermit


class Recordings:
    """Officers' acts are checked and logged under their number; the recorder's own reports under "console"."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def announced(self, consultation_id: str) -> None:
        """The officer told the victim about the recording."""
        raise NotImplementedError

    async def consent(self, consultation_id: str, answer: Consent, reason: str = "") -> Consultation:
        """The victim's answer. A refusal needs the officer's reason, whatever the officer decides."""
        raise NotImplementedError

    async def started(self, consultation_id: str, evidence_id: str) -> Recording:
        raise NotImplementedError

    async def segment_started(self, evidence_id: str, segment: int, file: str) -> None:
        """file: name in the vault, without folders."""
        raise NotImplementedError

    async def add_envelope(self, envelope: Envelope) -> None:
        raise NotImplementedError

    async def head(self, head: RecordHead) -> None:
        """Every 10 s and at each close. A head behind the last one is refused: RefusedError."""
        raise NotImplementedError

    async def gap(self, consultation_id: str, segment: int, gap: Gap) -> None:
        raise NotImplementedError

    async def paused(self, evidence_id: str, segment: int, at_us: int, by: str) -> None:
        """by: "officer", "victim"."""
        raise NotImplementedError

    async def resumed(self, evidence_id: str, segment: int, at_us: int, by: str) -> None:
        raise NotImplementedError

    async def marker(self, evidence_id: str, segment: int, at_us: int, text: str = "") -> None:
        """Set by the officer."""
        raise NotImplementedError

    async def segment_closed(self, head: RecordHead) -> None:
        raise NotImplementedError

    async def closed(self, evidence_id: str) -> None:
        raise NotImplementedError

    async def fault(self, evidence_id: str, words: str) -> None:
        """The recorder failed; words: plain, for the officer."""
        raise NotImplementedError

    async def recovered(self, evidence_id: str, segment: int, head: RecordHead | None, words: str) -> None:
        """Recovery at start closed what a crash left open; head None: the header was torn."""
        raise NotImplementedError

    async def verified(self, evidence_id: str, status: str) -> None:
        raise NotImplementedError

    async def last_head(self, evidence_id: str, segment: int) -> RecordHead | None:
        raise NotImplementedError

    async def open_recordings(self) -> list[Recording]:
        """Those never closed: for recovery at start."""
        raise NotImplementedError

    async def of_consultation(self, consultation_id: str) -> list[Recording]:
        raise NotImplementedError

    async def list_for_review(self) -> list[RecordingSummary]:
        """Those the signed-in person may view, newest first."""
        raise NotImplementedError

    async def view(self, evidence_id: str, purpose: str) -> ViewPermit:
        """Check, log with the purpose, and only then permit opening. Raises RefusedError without a purpose."""
        raise NotImplementedError

    async def save_copy(self, evidence_id: str, purpose: str, folder: Path) -> ViewPermit:
        """As view, for a play-anywhere copy into folder; logged before the copy is made."""
        raise NotImplementedError
