"""The custody log of one exhibit, recording or incident as a person reads it, and saved as a list by a logged act."""

from pathlib import Path
from typing import Protocol

from rvr_console.domain.access import Act, User, check
from rvr_console.domain.custody import CustodyEntry
from rvr_console.domain.custody_extract import CustodyExtract
from rvr_console.services.custody import stands_to
from rvr_console.services.custody_export import CustodyExports, subjects_of
from rvr_console.services.desk import Desk, Work, relation


class ListWriter(Protocol):
    """Writes an extract into a folder that a person chose."""

    def check(self, folder: Path) -> None:
        """Raises RefusedError when nothing may be written there."""
        ...

    async def write(self, extract: CustodyExtract, title: str, folder: Path) -> Path:
        """A new folder with the list as table and page, and its proofs. Raises StorageError: nothing is left of it then."""
        ...


class CustodyLists:
    def __init__(self, desk: Desk, exports: CustodyExports, writer: ListWriter) -> None:
        self._desk, self._exports, self._writer = desk, exports, writer

    async def about(self, subject: str) -> list[CustodyEntry]:
        """Oldest first. An incident (its reference) brings its consultations with it, those their recordings and exhibits.

        Raises AccessDeniedError unless the person may read the log of each of them.
        """

        def read(work: Work, user: User) -> list[CustodyEntry]:
            check(user, Act.READ_CUSTODY, stands_to(work, user, subject))
            for consultation in work.tx.consultations.of_incident(subject):
                check(user, Act.READ_CUSTODY, relation(work, user, consultation))
            return work.tx.custody.about(subjects_of(work.tx, subject))

        return await self._desk.act(Act.READ_CUSTODY, subject, read)

    async def save(self, subject: str, title: str, purpose: str, folder: Path) -> Path:
        """As `about`, into a new folder within `folder`: logged before it is written. Its path.

        Raises AccessDeniedError, RefusedError (purpose, folder), EvidenceError (the log does not prove itself), StorageError.
        """
        self._writer.check(folder)
        extract = await self._exports.extract(subject, purpose, folder=str(folder))
        return await self._writer.write(extract, title, folder)
