"""The vault's check goes on by itself: at start, then on a schedule, on a quiet thread that waits while a call is recorded."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection

from rvr_console.domain.events import CallStateChanged, Fault, RecorderStatusChanged
from rvr_console.domain.file_check import CheckStoppedError
from rvr_console.domain.ports import Disk, EventSink, SegmentStore
from rvr_console.domain.recording import RecorderState
from rvr_console.domain.vault_check import RunCause, RunOutcome
from rvr_console.errors import KnownError
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.keys import EvidenceKeyRing
from rvr_console.evidence.vault import Vault
from rvr_console.evidence.vault_files import FolderVaultFiles
from rvr_console.evidence.vault_listing import FolderVaultListing
from rvr_console.services.check_watch import CheckWatch
from rvr_console.services.desk import Desk
from rvr_console.services.vault_checks import VaultChecks
from rvr_console.services.vault_health import VaultHealthReport
from rvr_console.services.vault_relisting import VaultRelisting
from rvr_console.system.quiet_thread import QuietThread

log = logging.getLogger(__name__)
CHECK_HOURS = 24.0
STOPPED_HOURS = 1.0  # after a check that somebody stopped
_RECORDING = {RecorderState.RECORDING, RecorderState.PAUSED}


class RecordedCalls:
    """Passes every event on, and knows from the recorder's own reports whether a call is recorded now.

    written: evidence ids that this console began or went on with since its start. is_open: asks whether a call still is.
    """

    def __init__(self, events: EventSink) -> None:
        self._events = events
        self.written: frozenset[str] = frozenset()
        self.is_open: Callable[[str], bool] = lambda _consultation_id: True
        self._calls: frozenset[str] = frozenset()  # replaced, never changed: read from the quiet thread

    def publish(self, event: object) -> None:
        if isinstance(event, RecorderStatusChanged):
            on = event.status.state in _RECORDING
            self._calls = (
                self._calls | {event.consultation_id} if on else self._calls - {event.consultation_id}
            )
        elif isinstance(event, CallStateChanged) and event.state == "closed":
            self._calls -= {event.consultation_id}
        self._events.publish(event)

    def any(self) -> bool:
        """Whether one is recorded that is still open: a call that was torn down says nothing any more."""
        return any(self.is_open(consultation_id) for consultation_id in self._calls)

    def noted(self, store: SegmentStore) -> SegmentStore:
        """The same store, remembered as one that is written."""
        self.written |= {store.evidence_id}
        return store


def received_now(exhibits: ExhibitVault) -> frozenset[str]:
    """Evidence ids of exhibits that are coming in: not closed, and not left over from a crash either."""
    left_over = {segment.evidence_id for segment in exhibits.unfinished()}
    return frozenset(s.evidence_id for s in exhibits.vault.unfinished() if s.evidence_id not in left_over)


class VaultWatch:
    """Owns the thread, the check and its schedule."""

    def __init__(
        self,
        desk: Desk,
        vault: Vault,
        disk: Disk,
        trusted: Collection[bytes],
        recorded: RecordedCalls,
        *,
        exhibits: ExhibitVault,
        opener: EvidenceKeyRing,
        hours: float = CHECK_HOURS,
    ) -> None:
        """trusted: Ed25519 keys of the force's desks. opener: for listing the vault again, and for trying the key envelopes. hours: from the end of a check to the beginning of the next."""
        self._events = desk.events
        self._hours = hours
        self._thread = QuietThread("vault-check")
        self.files = FolderVaultFiles(
            vault,
            exhibits.vault,
            disk,
            trusted,
            lambda: recorded.written | received_now(exhibits),
            opener,
        )
        self.checks = VaultChecks(desk, self.files, self._thread, recorded.any)
        listing = FolderVaultListing(vault, exhibits, opener, trusted)
        self.relisting = VaultRelisting(desk, listing, self._thread)
        self._look = CheckWatch(recorded.any, lambda _progress: None)
        self.health = VaultHealthReport(desk, self.files, lambda: self.checks.progress)
        self._task: asyncio.Task[None] | None = None
        self._leave = asyncio.Event()

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._forever(), name="vault-watch")

    async def stop(self) -> None:
        """The check at hand leaves at its next record and is kept as cancelled; the thread is joined."""
        task, self._task = self._task, None
        self.checks.cancel()
        self._look.stop()
        if task is not None:
            self._leave.set()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(self._thread.close)

    async def _list_again(self) -> None:
        """A store that knows no evidence beside a vault that has some was lost or replaced: the files fill it again."""
        try:
            if await self.relisting.knows_nothing():
                await self.relisting.relist(self._look)
        except KnownError as error:
            log.warning("the vault was not listed again: %s", error.what)
            self._events.publish(Fault(error.what, error.kept, error.todo))
        except CheckStoppedError:
            log.info("listing the vault again was stopped; it goes on at the next start")

    async def _forever(self) -> None:
        await self._list_again()
        cause = RunCause.START
        while not self._leave.is_set():
            hours = self._hours
            try:
                if (await self.checks.run(cause)).outcome is RunOutcome.CANCELLED:
                    hours = min(hours, STOPPED_HOURS)
            except KnownError as error:
                log.warning("the vault was not checked: %s", error.what)
                self._events.publish(
                    Fault(f"The vault was not checked: {error.what}", error.kept, error.todo)
                )
            cause = RunCause.SCHEDULE
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(hours * 3600):
                    await self._leave.wait()
