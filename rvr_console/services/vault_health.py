"""The vault for the Health page: room left in hours of recording, the last check, what is wrong, in plain English."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from rvr_console.domain.replica import ReplicaHealth
from rvr_console.domain.vault_check import (
    RunOutcome,
    VaultCheckProgress,
    VaultFiles,
    VaultFinding,
    VaultRun,
)
from rvr_console.services.desk import Desk

ASSUMED_BYTES_PER_HOUR = (
    900_000_000  # 2 Mbit/s, picture and sound both ways, until recordings of this desk say otherwise
)
_MEASURED_FROM_US = 60_000_000  # shorter than a minute in all says nothing about a rate


@dataclass(frozen=True, slots=True)
class VaultHealth:
    """free_bytes: on the vault's disk. measured: whether bytes_per_hour comes from this vault's own recordings.

    checked: the last whole check, None before the first. running: how far the present one is, None when none is.
    cold_copy: None when none is configured.
    """

    free_bytes: int
    bytes_per_hour: int
    measured: bool
    recordings: int
    exhibits: int
    size: int
    checked: VaultRun | None
    running: VaultCheckProgress | None
    findings: tuple[VaultFinding, ...] = ()
    cold_copy: ReplicaHealth | None = None

    @property
    def hours_left(self) -> float:
        return self.free_bytes / self.bytes_per_hour

    @property
    def sound(self) -> bool:
        """A whole check was made and found nothing wrong, and no later one did."""
        return self.checked is not None and not self.findings


class VaultHealthReport:
    """Reads what Health shows. It names no person, so everybody who is signed in may see it.

    cold_copy: asks the cold copy, where one is configured.
    """

    def __init__(
        self,
        desk: Desk,
        files: VaultFiles,
        progress: Callable[[], VaultCheckProgress | None],
    ) -> None:
        self._desk = desk
        self._files = files
        self._progress = progress
        self.cold_copy: Callable[[], Awaitable[ReplicaHealth]] | None = None

    async def now(self) -> VaultHealth:
        """Raises StorageError when the vault's disk cannot be reached."""
        free = await asyncio.to_thread(self._files.free_bytes)
        whole, last = await self._desk.note(
            lambda work: (work.tx.vault_runs.last(RunOutcome.DONE), work.tx.vault_runs.last())
        )
        rate, measured = ASSUMED_BYTES_PER_HOUR, False
        if whole is not None and whole.recorded_us >= _MEASURED_FROM_US:
            rate, measured = round(whole.recorded_bytes * 3_600_000_000 / whole.recorded_us), True
        return VaultHealth(
            free_bytes=free,
            bytes_per_hour=rate,
            measured=measured,
            recordings=whole.recordings if whole else 0,
            exhibits=whole.exhibits if whole else 0,
            size=whole.size if whole else 0,
            checked=whole,
            running=self._progress(),
            findings=_standing(whole, last),
            cold_copy=await self.cold_copy() if self.cold_copy is not None else None,
        )


def _standing(whole: VaultRun | None, last: VaultRun | None) -> tuple[VaultFinding, ...]:
    """Those of the last whole check, and what a later one that was cancelled found besides."""
    findings = list(whole.findings) if whole else []
    later = last.findings if last else ()
    return (*findings, *(f for f in later if not any(f.same_as(old) for old in findings)))
