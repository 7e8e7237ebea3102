"""What the Health page shows. Pure values: no Qt."""

from dataclasses import dataclass, field

from rvr_console.domain.custody_health import CustodyHealth
from rvr_console.domain.vault_check import VaultCheckProgress
from rvr_console.services.vault_health import VaultHealth

LOW_HOURS = 8.0


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """up: None before it was ever asked. words: what it says of itself when it is down."""

    key: str
    up: bool | None = None
    words: str = ""


@dataclass(slots=True)
class HealthState:
    """The presenter is the only writer. vault: None until it was read; vault_trouble: why it could not be.

    checking_log: the log is being verified for the person. log_entries: so many of so many, whoever asked. progress: of a check of the store, whoever asked for it.
    """

    services: dict[str, ServiceLine] = field(
        default_factory=lambda: {key: ServiceLine(key) for key in ("cad", "gateway", "storage")}
    )
    custody: CustodyHealth = field(default_factory=CustodyHealth)
    vault: VaultHealth | None = None
    vault_trouble: str = ""
    checking_log: bool = False
    log_entries: tuple[int, int] | None = None
    progress: VaultCheckProgress | None = None

    @property
    def busy(self) -> bool:
        return self.checking_log or self.progress is not None

    @property
    def nearly_full(self) -> bool:
        return self.vault is not None and self.vault.hours_left < LOW_HOURS

    @property
    def to_look_at(self) -> int:
        """How many things a person should look at."""
        down = sum(line.up is False for line in self.services.values())
        log = len(self.custody.faults) or bool(self.custody.found_before)
        vault = len(self.vault.findings) if self.vault is not None else 0
        return down + log + vault + self.nearly_full + self.copy_faulty

    @property
    def copy_faulty(self) -> bool:
        """The cold copy has something that a person must look at; that it waits for a network is none."""
        copy = self.vault.cold_copy if self.vault is not None else None
        return copy is not None and (bool(copy.faults) or copy.counts.faults > 0)
