"""A frozen statement's front and back as files, logged before they exist. For the police and the prosecutor."""

import asyncio
from pathlib import Path

from rvr_console.app.new_files import write_new
from rvr_console.services.desk import Desk, Work
from rvr_console.services.statements import Statements


class StatementPapers:
    """Implements ui.review.statement_saving.StatementCopies. desk_label: begins with TEST for a test desk, and so do the names then."""

    def __init__(self, desk: Desk, statements: Statements, desk_label: str) -> None:
        self._desk, self._statements = desk, statements
        self._mark = "TEST-" if desk_label.startswith("TEST") else ""

    async def save(self, statement_id: str, number: int, folder: str, purpose: str) -> list[str]:
        """The two PDFs, byte for byte as frozen, under names that are not there yet; gives these names.

        Each act is logged first; the back page is asked for first, so that who may not have it gets nothing. Raises
        AccessDeniedError, RefusedError, EvidenceError; StorageError: nothing half written stays.
        """
        back = await self._statements.open_pdf(statement_id, number, purpose, back=True)
        front = await self._statements.open_pdf(statement_id, number, purpose)
        stem = (
            f"{self._mark}statement-{await self._reference(statement_id)}-{statement_id[:8]}-version-{number}"
        )
        files = (("-front-unsigned.pdf", front), ("-back.pdf", back))
        made = await asyncio.to_thread(
            write_new,
            Path(folder),
            stem,
            files,
            what="The statement",
            kept="The statement is stored as it was.",
        )
        return [path.name for path in made]

    async def _reference(self, statement_id: str) -> str:
        """The log's number of the day, fit for a file name."""

        def incident(work: Work) -> str:
            statement = work.tx.statements.get(statement_id)
            return work.consultation(statement.consultation_id).incident if statement else ""

        first = (await self._desk.note(incident)).split(" ", maxsplit=1)[0]
        return "".join(c if c.isascii() and c.isalnum() else "_" for c in first)[:40]
