"""What the signing needs of the store: ceremonies as the acts that made them, and the sergeants' decisions. Insert only."""

from datetime import datetime
from typing import Protocol

from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.signing import Act, Ceremony
from rvr_console.domain.signing_gate import GateOverride


class Signings(Protocol):
    def add(self, ceremony: Ceremony) -> None:
        """One that was just offered."""
        ...

    def add_act(
        self, ceremony_id: str, act: Act, at: datetime, by: str, moment: RecordingMoment | None
    ) -> None:
        """An act that was taken."""
        ...

    def get(self, ceremony_id: str) -> Ceremony | None: ...

    def of_consultation(self, consultation_id: str) -> list[Ceremony]:
        """Oldest first."""
        ...

    def unsealed(self) -> list[Ceremony]:
        """Signed and not sealed yet, of every case."""
        ...

    def add_override(self, consultation_id: str, override: GateOverride) -> None: ...

    def override(self, consultation_id: str) -> GateOverride | None:
        """The newest."""
        ...
