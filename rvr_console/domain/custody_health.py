"""How the custody log stands, for the Health page."""

from dataclasses import dataclass
from datetime import datetime

from rvr_console.domain.custody import CustodyFault


@dataclass(frozen=True, slots=True)
class CheckpointFacts:
    """The newest signed checkpoint. desk: begins with TEST for a desk of a test authority. cosigners: who signed it too."""

    number: int
    size: int
    at: datetime
    desk: str
    cosigners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StampFacts:
    """Time stamps. configured: there is an authority to ask. pending: waiting for its answer. trouble: why, in plain words."""

    configured: bool = False
    pending: int = 0
    last: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class CustodyHealth:
    """faults: of the last verification, empty when the log was intact. found_before: faults that earlier starts logged.

    verified_at: when the last verification ended, None before the first. unmirrored: checkpoints that the copy in the
    vault's folder has not got yet.
    """

    verified_at: datetime | None = None
    entries: int = 0
    erased: int = 0
    faults: tuple[CustodyFault, ...] = ()
    found_before: tuple[str, ...] = ()
    checkpoint: CheckpointFacts | None = None
    unmirrored: int = 0
    stamps: StampFacts = StampFacts()

    @property
    def intact(self) -> bool | None:
        """None: not verified yet."""
        return None if self.verified_at is None else not self.faults
