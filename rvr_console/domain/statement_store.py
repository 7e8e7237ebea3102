"""What statements need of the outside: a typesetter, and a store that only grows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rvr_console.domain.statement import SetStatement, Statement, StatementVersion
from rvr_console.domain.statement_content import StatementContent, StatementKind


@dataclass(frozen=True, slots=True)
class StatementOrder:
    """What is to be set. at: stands in the PDF as its date, so the version's own time of freezing."""

    kind: StatementKind
    content: StatementContent
    at: datetime


class StatementSetting(Protocol):
    """Sets statements in pages. Thread-safe; blocks for 0.1 to some seconds."""

    def set(self, order: StatementOrder) -> SetStatement:
        """The same order always gives the same bytes.

        Raises RefusedError, naming the characters that cannot be set; EvidenceError when the typesetter fails otherwise.
        """
        ...

    def preview(self, order: StatementOrder, pixels_per_inch: float) -> tuple[bytes, ...]:
        """Each page as PNG. Raises as `set`, but a character that no font has is shown as an empty box."""
        ...


@dataclass(frozen=True, slots=True)
class DraftSave:
    """One storing of a draft; number from 1, without holes."""

    number: int
    at: datetime
    by: str
    content: StatementContent


class Statements(Protocol):
    """Insert-only: saves, versions and turns are added, nothing is changed or deleted."""

    def get(self, statement_id: str) -> Statement | None: ...

    def of_consultation(self, consultation_id: str) -> list[Statement]:
        """Oldest first."""
        ...

    def add(self, statement: Statement) -> None:
        """A new draft and its first save (number 1)."""
        ...

    def add_save(self, statement: Statement, by: str) -> None:
        """The content of the statement as save number `statement.saves`."""
        ...

    def add_version(self, statement: Statement, pages: SetStatement) -> None:
        """The newest version of the statement and the bytes that it was set in."""
        ...

    def add_correction(self, statement: Statement, at: datetime, by: str) -> None:
        """The newest version was reopened, for the reason in `statement.correction`; its content as a save."""
        ...

    def add_signed(self, statement_id: str, number: int, at: datetime, by: str) -> None: ...

    def saves(self, statement_id: str) -> list[DraftSave]:
        """Everything that was ever stored of this text, oldest first: kept for disclosure, never shown as evidence."""
        ...

    def pdf(self, statement_id: str, version: StatementVersion) -> bytes:
        """The frozen bytes. Raises EvidenceError when they are not those of `version.sha256`."""
        ...

    def back_pdf(self, statement_id: str, version: StatementVersion) -> bytes: ...
