"""Checkpoints of the custody log: signed with the desk's key, stored, then copied outside the database."""

import asyncio
import logging
from typing import Protocol

from rvr_console.domain.checkpoint import Checkpoint, SignatureCheck, Signer, parse_note, sign_note
from rvr_console.domain.custody_store import StoredCheckpoint
from rvr_console.domain.custody_witness import MirrorCopy, Witness
from rvr_console.errors import EvidenceError, StorageError
from rvr_console.services.desk import Desk, Work

log = logging.getLogger(__name__)


class Mirror(Protocol):
    """The copy of the checkpoints outside the database. Both calls block."""

    def read(self) -> MirrorCopy:
        """Raises StorageError."""
        ...

    def append(self, notes: list[str]) -> None:
        """Durable on return. Raises StorageError."""
        ...


class Checkpoints:
    """One at a time: `make` may be called from anywhere on the loop."""

    def __init__(self, desk: Desk, signer: Signer, check: SignatureCheck, mirror: Mirror) -> None:
        self._desk = desk
        self._signer = signer
        self._check = check
        self._mirror = mirror
        self._turn = asyncio.Lock()
        self._behind: list[str] = []
        self._making: asyncio.Future[StoredCheckpoint | None] | None = None

    @property
    def unmirrored(self) -> int:
        """Stored checkpoints that the copy has not got yet."""
        return len(self._behind)

    async def make(self) -> StoredCheckpoint | None:
        """Sign the log as it stands, if anything was added since the last checkpoint. The newest checkpoint, None without entries.

        Raises StorageError when it cannot be stored. A copy that fails is tried again with the next one.
        """
        # Whoever gives up waiting does not stop it: a checkpoint is stored and copied, then the next has its turn.
        self._making = asyncio.ensure_future(self._make())
        self._making.add_done_callback(_settled)
        return await asyncio.shield(self._making)

    async def _make(self) -> StoredCheckpoint | None:
        async with self._turn:
            newest, fresh = await self._desk.note(self._sign)
            if fresh and newest is not None:
                self._behind.append(newest.note)
            await self._copy()
            return newest

    async def witness(self) -> Witness:
        """What both copies say, read in the order that makes a checkpoint signed meanwhile no contradiction."""
        async with self._turn:
            mirror = await asyncio.to_thread(self._mirror.read)
            log_id, stored = await self._desk.note(_kept)
            found = Witness(self._check, self._signer.public_key, log_id)
            await asyncio.to_thread(found.read, mirror, stored)  # years of them: not on the store's thread
            self._behind = list(found.behind)
            return found

    def _sign(self, work: Work) -> tuple[StoredCheckpoint | None, bool]:
        """The newest checkpoint, and whether it was made now."""
        tip, last = work.tx.custody.tip(), work.tx.custody_seals.last()
        root = work.tx.custody.root()
        if tip.entries == 0:
            return last, False
        if last is not None and last.size == tip.entries and _root_in(last) == root:
            return last, False
        previous = last.digest if last is not None else None
        number = last.number + 1 if last is not None else 0
        signer = self._signer
        made = Checkpoint(tip.log_id, tip.entries, root, work.at, previous, signer.label, signer.public_key)
        stored = StoredCheckpoint(number, made.size, made.at, made.digest, sign_note(made, signer))
        work.tx.custody_seals.add(stored)
        return stored, True

    async def _copy(self) -> None:
        if not self._behind:
            return
        try:
            await asyncio.to_thread(self._mirror.append, list(self._behind))
        except StorageError as error:
            log.warning("%s", error.what)
        else:
            self._behind.clear()


def _kept(work: Work) -> tuple[str, list[StoredCheckpoint]]:
    return work.tx.custody.tip().log_id, work.tx.custody_seals.all()


def _settled(made: "asyncio.Future[StoredCheckpoint | None]") -> None:
    """The caller may be gone: what it would have been told is logged then."""
    if not made.cancelled() and made.exception() is not None:
        log.debug("a checkpoint was not made: %s", made.exception())


def _root_in(stored: StoredCheckpoint) -> bytes | None:
    try:
        return parse_note(stored.note).checkpoint.root
    except EvidenceError:
        return None  # changed by somebody: the verification says so, and the log is sealed anew
