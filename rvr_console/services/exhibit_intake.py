"""Files on their way into the evidence: sealed while they come, an exhibit when every byte is durable.

Order, so that a crash at any point loses nothing: all bytes durable; then row, reference and custody entry in one
transaction; then label and closing record; then its head into the log. A crash after the transaction is completed by
recovery; one before it leaves an incomplete file that is stated, and the sender still has everything.
"""

import asyncio
import hashlib
from collections.abc import Callable

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import (
    Exhibit,
    ExhibitContent,
    ExhibitOrigin,
    ExhibitReference,
    ExhibitSource,
    ExhibitState,
    ExhibitStore,
    OpenExhibit,
    RecordingMoment,
    kept_text,
)
from rvr_console.domain.recording import RecordHead
from rvr_console.domain.uploads import FileFacts, FileWriter, ReceivedFile
from rvr_console.errors import BugError, RefusedError
from rvr_console.services.desk import Desk, Work
from rvr_console.services.exhibit_facts import NewExhibit, keep_seal, label_of, take_in

_AGAIN = "The same file came again and was not kept twice."
_ANOTHER = "Another file came under the number of an earlier upload; it was not kept."
MomentFinder = Callable[[str], RecordingMoment | None]
WithIt = Callable[[Work, Exhibit], None]
_SOURCES = {"taken": ExhibitSource.HIGH_RES_STILL, "screen": ExhibitSource.SCREEN_SHARE}


def _nothing_more(_work: Work, _exhibit: Exhibit) -> None:
    pass


class ExhibitIntake:
    """Implements domain.uploads.ExhibitSink, and takes in what the officer makes (stills)."""

    def __init__(
        self,
        desk: Desk,
        store: ExhibitStore,
        moment: MomentFinder = lambda _consultation_id: None,
        *,
        expected: Callable[[], object] = lambda: None,
        sealed: Callable[[Exhibit], object] = lambda _exhibit: None,
    ) -> None:
        """moment: where the consultation's recording stands now, None when nothing is recorded.

        expected: told when a file begins to come; sealed: told of each exhibit once it is sealed.
        """
        self._desk = desk
        self._store = store
        self._moment = moment
        self._expected = expected
        self._sealed = sealed

    async def begin(self, facts: FileFacts) -> FileWriter:
        """Ready for the first byte. Raises StorageError (no room: asked again), RefusedError (no such consultation)."""

        def look(work: Work) -> tuple[str, Exhibit | None]:
            consultation = work.consultation(facts.consultation_id)
            person = work.incident(consultation.incident).person
            return person.name, work.tx.exhibits.of_upload(facts.upload_id)

        producer, had = await self._desk.note(look)
        if had is not None:
            return _HadAlready(self._desk, had)
        origin = ExhibitOrigin(
            facts.consultation_id,
            _SOURCES.get(facts.how, ExhibitSource.UPLOAD),
            producer,
            kept_text(facts.untrusted_name),
            kept_text(facts.untrusted_type)[:255],
            facts.upload_id,
            self._moment(facts.consultation_id),
        )
        opened = await asyncio.to_thread(self._store.begin, origin, facts.size)
        self._expected()
        return IntakeWriter(self._desk, opened, origin, kept_text(facts.description), sealed=self._sealed)

    async def keep(
        self,
        origin: ExhibitOrigin,
        data: bytes,
        *,
        description: str = "",
        parent: ExhibitReference | None = None,
        taken_by: str = "",
        with_it: WithIt = _nothing_more,
    ) -> Exhibit:
        """A whole file from memory, made at this desk. taken_by: collar number of who took the still.

        with_it: runs in the transaction in which the file becomes an exhibit. Raises StorageError, EvidenceError: nothing became an
        exhibit, or everything but its closing record is kept, which recovery writes.
        """
        opened = await asyncio.to_thread(self._store.begin, origin, len(data))
        await asyncio.to_thread(opened.write, data)
        writer = IntakeWriter(
            self._desk,
            opened,
            origin,
            description,
            parent,
            taken_by=taken_by,
            sealed=self._sealed,
            with_it=with_it,
        )
        return await writer.close()


class IntakeWriter:
    """Implements domain.uploads.FileWriter."""

    def __init__(
        self,
        desk: Desk,
        opened: OpenExhibit,
        origin: ExhibitOrigin,
        description: str,
        parent: ExhibitReference | None = None,
        *,
        taken_by: str = "",
        sealed: Callable[[Exhibit], object] = lambda _exhibit: None,
        with_it: WithIt = _nothing_more,
    ) -> None:
        self._desk = desk
        self._with_it = with_it
        self._sealed = sealed
        self._taken_by = taken_by
        self._opened = opened
        self._origin = origin
        self._description = description
        self._parent = parent
        self._exhibit: Exhibit | None = None

    def write(self, chunk: bytes) -> None:
        """Raises StorageError when there is no room: the very same chunk comes again."""
        self._opened.write(chunk)

    @property
    def sha256(self) -> str:
        return self._opened.sha256

    async def finish(self, received: ReceivedFile) -> None:
        """On return the exhibit is sealed and durable, with its custody entries. Raises StorageError: asked again."""
        await self.close(received)

    async def close(self, received: ReceivedFile | None = None) -> Exhibit:
        """As finish; received: what the sender counted, None for what was made here."""
        content = await asyncio.to_thread(self._opened.end_content)
        if received is not None and (received.size, received.sha256) != (content.size, content.sha256):
            raise BugError("what was sealed is not what was received")
        exhibit = await self._take_in(content, received.claimed_sha256 if received else "")
        if exhibit.evidence_id != self._opened.evidence_id:
            return await self._was_there(exhibit, content)
        head = await asyncio.to_thread(self._opened.seal, label_of(exhibit))

        def sealed(work: Work) -> Exhibit:
            return keep_seal(work, exhibit.evidence_id, head, ExhibitState.SEALED)

        done = await self._desk.note(sealed)
        self._sealed(done)
        return done

    async def abandon(self, reason: str) -> None:
        """What was written stays, closed as incomplete, and is no exhibit; durable in the custody log."""
        if self._exhibit is not None:
            return  # it is an exhibit already: recovery writes its closing record
        head = await asyncio.to_thread(self._opened.abandon, reason)
        evidence_id = self._opened.evidence_id

        def log(work: Work) -> None:
            details = {"consultation": self._origin.consultation_id, "upload": self._origin.upload_id}
            details |= {"original_name": self._origin.original_name, "words": reason, **_place(head)}
            work.log(CustodyAct.EXHIBIT_BROKEN_OFF, evidence_id, **details)

        await self._desk.note(log)

    async def _take_in(self, content: ExhibitContent, claimed: str) -> Exhibit:
        if self._exhibit is None:
            new = NewExhibit(
                self._opened.evidence_id,
                self._origin,
                content,
                claimed,
                self._description,
                self._parent,
                self._taken_by,
            )

            def keep(work: Work) -> Exhibit:
                exhibit = take_in(work, new)
                if exhibit.evidence_id == new.evidence_id:
                    self._with_it(work, exhibit)
                return exhibit

            taken = await self._desk.note(keep)
            if taken.evidence_id != new.evidence_id:
                return taken
            self._exhibit = taken
        return self._exhibit

    async def _was_there(self, exhibit: Exhibit, content: ExhibitContent) -> Exhibit:
        """The same upload came twice at once, and the other one was first."""
        same = exhibit.content.sha256 == content.sha256
        await self.abandon(_AGAIN if same else _ANOTHER)
        if not same:
            raise _another()
        return exhibit


class _HadAlready:
    """An upload that comes again after the console was killed between sealing it and saying so: nothing is kept twice."""

    def __init__(self, desk: Desk, exhibit: Exhibit) -> None:
        self._desk = desk
        self._exhibit = exhibit
        self._hash = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        self._hash.update(chunk)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    async def finish(self, received: ReceivedFile) -> None:
        same = received.sha256 == self._exhibit.content.sha256
        words = _AGAIN if same else _ANOTHER

        def log(work: Work) -> None:
            # Not "sha256": that names the exhibit's own hash, and a bundle's verifier reads it.
            work.log(
                CustodyAct.EXHIBIT_RECEIVED,
                self._exhibit.evidence_id,
                words=words,
                came_sha256=received.sha256,
            )

        await self._desk.note(log)
        if not same:
            raise _another()

    async def abandon(self, reason: str) -> None:
        pass


def _another() -> RefusedError:
    return RefusedError(_ANOTHER, kept="The earlier file is unchanged.", todo="Ask for the file again.")


def _place(head: RecordHead | None) -> dict[str, str]:
    return {} if head is None else {"sequence": str(head.sequence), "chain": head.chain.hex()}
