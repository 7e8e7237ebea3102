"""The cold copy goes on by itself: what is closed is queued in the store, copied once, read back, logged; tried again until it is there."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.file_check import CheckStoppedError
from rvr_console.domain.replica import (
    EvidenceReplica,
    ReplicaHealth,
    ReplicaItem,
    ReplicaReceipt,
    ReplicaSource,
)
from rvr_console.domain.vault_check import QuietWorker
from rvr_console.errors import EvidenceError, KnownError, RefusedError, ServiceDownError
from rvr_console.services.check_watch import CheckWatch
from rvr_console.services.desk import Desk, Work
from rvr_console.services.vault_checks import VAULT

FIRST_RETRY, LAST_RETRY = 5.0, 600.0
LOOK_SECONDS = 60.0  # for newly closed files
COMPARE_SECONDS = 24 * 3600.0  # at start and then daily: is every copy still there?


class Replication:
    """One pass at a time, on the quiet thread; it waits while a call is recorded."""

    def __init__(
        self,
        desk: Desk,
        replica: EvidenceReplica,
        source: ReplicaSource,
        worker: QuietWorker,
        busy: Callable[[], bool],
    ) -> None:
        self._desk = desk
        self._replica = replica
        self._source = source
        self._worker = worker
        self._watch = CheckWatch(busy, lambda _progress: None)
        self._wake = asyncio.Event()
        self._leave = False
        self._problem = ""
        self._next_try: float | None = None
        self._compared: float | None = None

    def wake(self) -> None:
        """Look at once whether there is something to copy."""
        self._wake.set()

    def stop(self) -> None:
        """The copy at hand is given up; it is begun again at the next start."""
        self._leave = True
        self._watch.stop()
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`. Never raises for a server that is away or says no: that is told once, and tried again."""
        retry = FIRST_RETRY
        while not self._leave:
            pause = LOOK_SECONDS
            try:
                await self.copy_all()
                await self._compare_daily()
                retry = FIRST_RETRY
                await self._well()
            except CheckStoppedError:
                return
            except KnownError as error:
                pause, retry = retry, min(2 * retry, LAST_RETRY)
                await self._trouble(error, pause)
            self._wake.clear()
            if not self._leave:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._wake.wait()

    async def copy_all(self) -> int:
        """One pass: queue what is new, copy all that waits. How many were copied.

        Raises ServiceDownError, RefusedError, StorageError; what was copied until then is kept. CheckStoppedError.
        """
        known = await self._desk.note(lambda work: work.tx.replica.names())
        fresh = await self._worker.run(lambda: self._source.ready(known.__contains__))
        if fresh:
            await self._desk.note(lambda work: _queue(work, fresh))
        pending = await self._desk.note(lambda work: work.tx.replica.pending())
        if pending:
            await self._worker.run(self._replica.check_terms)
        copied = 0
        for item in pending:
            copied += await self._copy(item)
        return copied

    async def check_copies(self) -> list[str]:
        """Is every copy still listed with its size? Names of those that are not; each becomes a fault, told and logged.

        Raises ServiceDownError, RefusedError.
        """
        listed = {
            (copy.name, copy.version): copy.size for copy in await self._worker.run(self._replica.listed)
        }

        def compare(work: Work) -> list[str]:
            said = {name for name, _words in work.tx.replica.faults()}
            gone = [
                receipt.name
                for receipt in work.tx.replica.receipts()
                if listed.get((receipt.name, receipt.version)) != receipt.size
            ]
            items = {name: self._evidence_of(name) for name in gone if name not in said}
            for name, evidence_id in items.items():
                _fault(work, ReplicaItem(name, evidence_id), "Its cold copy is gone, or has another size.")
            return gone

        return await self._desk.note(compare)

    async def _compare_daily(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._compared is None or now - self._compared >= COMPARE_SECONDS:
            await self.check_copies()
            self._compared = now

    async def health(self) -> ReplicaHealth:
        counts, faults = await self._desk.note(
            lambda work: (work.tx.replica.counts(), work.tx.replica.faults())
        )
        left = (
            None if self._next_try is None else max(0.0, self._next_try - asyncio.get_running_loop().time())
        )
        words = tuple(f"{name}: {said}" for name, said in faults)
        return ReplicaHealth(self._replica.where, counts, self._problem, left, words)

    async def _copy(self, item: ReplicaItem) -> bool:
        path = self._source.path_of(item.name)
        try:
            receipt = await self._worker.run(lambda: self._replica.put_once(item.name, path, self._watch))
        except EvidenceError as error:
            words = error.in_words()
            await self._desk.note(lambda work: _fault(work, item, words))
            return False
        except FileNotFoundError:  # the vault's check names it
            return False
        except OSError as error:
            raise ServiceDownError(f"The vault's file {item.name} cannot be read.") from error
        await self._desk.note(lambda work: _keep(work, item, receipt, self._replica.where))
        return True

    @staticmethod
    def _evidence_of(name: str) -> str:
        return name.rpartition("/")[2].split("_", 1)[0]

    async def _well(self) -> None:
        had, self._problem, self._next_try = self._problem, "", None
        if had:
            self._desk.events.publish(await self.health())

    async def _trouble(self, error: KnownError, pause: float) -> None:
        """Told once for each kind of trouble; what the server refuses is told as a fault, its absence on Health only."""
        news = error.what != self._problem
        self._problem = error.what
        self._next_try = asyncio.get_running_loop().time() + pause
        if news and isinstance(error, RefusedError):
            self._desk.events.publish(Fault(error.what, error.kept, error.todo))
        if news:
            self._desk.events.publish(await self.health())


def _queue(work: Work, fresh: Sequence[ReplicaItem]) -> None:
    for item in fresh:
        work.tx.replica.add(item, work.at)


def _keep(work: Work, item: ReplicaItem, receipt: ReplicaReceipt, where: str) -> None:
    work.tx.replica.copied(receipt, work.at)
    work.log(
        CustodyAct.REPLICA_COPIED,
        item.evidence_id or VAULT,
        file=item.name,
        where=where,
        version=receipt.version,
        size=str(receipt.size),
        file_sha256=receipt.sha256,
        locked=receipt.locked,
        locked_until=receipt.locked_until.isoformat(timespec="seconds"),
    )


def _fault(work: Work, item: ReplicaItem, words: str) -> None:
    work.tx.replica.fault(item.name, work.at, words)
    work.log(CustodyAct.REPLICA_FAULT, item.evidence_id or VAULT, file=item.name, words=words)
    work.tell(
        Fault(
            f"The cold copy of {item.name}: {words}",
            "The vault's own file is unchanged.",
            "Tell IT and your supervisor.",
        )
    )
