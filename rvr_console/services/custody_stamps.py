"""Time stamps of checkpoints: asked for when a case is closed and once a day, kept pending until the authority answers."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Protocol

from rvr_console.domain.custody import CustodyFault, FaultKind
from rvr_console.domain.custody_health import StampFacts
from rvr_console.domain.custody_store import StampRequest, StoredCheckpoint, StoredStamp
from rvr_console.domain.repositories import Transaction
from rvr_console.errors import ServiceDownError
from rvr_console.services.desk import Desk

log = logging.getLogger(__name__)
DAILY = timedelta(days=1)
_AT_ONCE = 20  # stamps asked for in one go


class StampAnswer(Protocol):
    """What an authority answered, verified. at: its time, UTC. response: TimeStampResp, DER."""

    @property
    def at(self) -> datetime: ...
    @property
    def authority(self) -> str: ...
    @property
    def response(self) -> bytes: ...


class StampAuthority(Protocol):
    def stamp(self, data: bytes) -> StampAnswer:
        """Blocking: for a worker thread. Raises ServiceDownError."""
        ...

    def time_of(self, data: bytes, untrusted_response: bytes) -> datetime:
        """The time that a kept answer gives for this data. Raises ServiceDownError when it is over anything else."""
        ...


class CustodyStamps:
    """Nothing is asked for without a configured authority."""

    def __init__(self, desk: Desk, authority: StampAuthority | None = None) -> None:
        self._desk = desk
        self._authority = authority
        self._trouble = ""

    async def ask_for(self, checkpoint: StoredCheckpoint | None, reason: str) -> None:
        """Have this checkpoint stamped as soon as the authority answers. Raises StorageError."""
        if self._authority is None or checkpoint is None:
            return
        number = checkpoint.number
        await self._desk.note(
            lambda work: work.tx.custody_seals.request_stamp(StampRequest(number, work.at, reason))
        )

    async def ask_daily(self, checkpoint: StoredCheckpoint | None) -> None:
        """As `ask_for`, when nothing was asked for within a day and entries were added since."""
        if self._authority is None or checkpoint is None:
            return
        last = await self._desk.note(lambda work: work.tx.custody_seals.last_request())
        due = last is None or self._desk.clock.now() - last.at >= DAILY
        if due and (last is None or last.number != checkpoint.number):
            await self.ask_for(checkpoint, "daily")

    async def send(self) -> int:
        """Ask the authority for what is pending, oldest first; how many stamps came. Stops at the first that does not come."""
        if self._authority is None:
            return 0
        waiting = await self._desk.note(lambda work: _waiting(work.tx))
        done = 0
        for checkpoint in waiting:
            try:
                answer = await asyncio.to_thread(self._authority.stamp, checkpoint.note.encode())
            except ServiceDownError as error:
                if error.what != self._trouble:
                    log.warning("%s", error.what)
                self._trouble = error.what
                return done
            stamp = StoredStamp(
                checkpoint.number, self._desk.clock.now(), answer.at, answer.authority, answer.response
            )
            await self._keep(stamp)
            done += 1
        self._trouble = ""
        return done

    async def verify(self) -> list[CustodyFault]:
        """Are the kept stamps over the checkpoints that they are kept for, with the times that are shown? Where an authority is configured."""
        authority = self._authority
        if authority is None:
            return []
        kept = await self._desk.note(
            lambda work: [
                (one, work.tx.custody_seals.get(one.number)) for one in work.tx.custody_seals.stamps()
            ]
        )
        found = await asyncio.to_thread(lambda: [_fault(authority, *pair) for pair in kept])
        return [fault for fault in found if fault is not None]

    async def _keep(self, stamp: StoredStamp) -> None:
        await self._desk.note(lambda work: work.tx.custody_seals.add_stamp(stamp))

    def facts(self, tx: Transaction) -> StampFacts:
        stamps = tx.custody_seals.stamps()
        return StampFacts(
            configured=self._authority is not None,
            pending=len(tx.custody_seals.pending_stamps()),
            last=stamps[-1].stamped_at if stamps else None,
            trouble=self._trouble,
        )


def _fault(
    authority: StampAuthority, stamp: StoredStamp, checkpoint: StoredCheckpoint | None
) -> CustodyFault | None:
    words = f"the time stamp of signed checkpoint {stamp.number} is not over it"
    size = checkpoint.size if checkpoint is not None else 0
    try:
        if (
            checkpoint is not None
            and authority.time_of(checkpoint.note.encode(), stamp.response) != stamp.stamped_at
        ):
            words = (
                f"the time stamp of signed checkpoint {stamp.number} gives another time than is kept with it"
            )
        elif checkpoint is not None:
            return None
    except ServiceDownError:
        pass
    return CustodyFault(size, words, FaultKind.CHECKPOINT)


def _waiting(tx: Transaction) -> list[StoredCheckpoint]:
    asked = tx.custody_seals.pending_stamps()[:_AT_ONCE]
    found = [tx.custody_seals.get(one.number) for one in asked]
    return [checkpoint for checkpoint in found if checkpoint is not None]
