"""What the services need of the store for forms. storage/ implements it; nothing here deletes."""

from dataclasses import dataclass
from typing import Protocol

from rvr_console.domain.form import Answer, Form, Pack


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A pack as a form keeps it. text: its canonical JSON, whose SHA-256 is the digest."""

    digest: str
    id: str
    version: str
    text: str


class Forms(Protocol):
    """Every answer, judgement and step that was ever stored stays."""

    def get(self, form_id: str) -> Form | None: ...

    def of_consultation(self, consultation_id: str) -> list[Form]:
        """Oldest first."""
        ...

    def of_incident(self, incident: str) -> list[Form]:
        """Of every consultation of this incident, oldest first."""
        ...

    def add(self, form: Form, pack: Pack) -> None:
        """A new form; its pack's text is kept with it."""
        ...

    def replace(self, form: Form) -> Form:
        """Compare and set: stored only if the stored version equals the given one, which then grows by one.

        Raises RefusedError when somebody else changed it meanwhile; BugError when it lost something that is stored.
        """
        ...

    def every_answer(self, form_id: str) -> list[Answer]:
        """All that was ever stored, in order, each stop while typing too."""
        ...

    def pack(self, digest: str) -> KeptPack | None: ...
