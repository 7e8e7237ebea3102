"""Reads how things stand for the Health page, and verifies on request."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from rvr_console.domain import events
from rvr_console.domain.access import Act, Relation, User, allows
from rvr_console.domain.custody_health import CustodyHealth
from rvr_console.domain.vault_check import RunOutcome, VaultChecked, VaultCheckProgress, VaultRun
from rvr_console.errors import KnownError, StorageError
from rvr_console.services.vault_health import VaultHealth
from rvr_console.ui.health import words
from rvr_console.ui.health.state import HealthState, ServiceLine

Spawn = Callable[[Coroutine[Any, Any, None]], object]


class CustodyVerifier(Protocol):
    """The part of services.custody.CustodyLog that is needed here."""

    @property
    def health(self) -> CustodyHealth: ...

    async def verify(self) -> CustodyHealth: ...


class VaultVerifier(Protocol):
    """The part of services.vault_checks.VaultChecks that is needed here."""

    @property
    def progress(self) -> VaultCheckProgress | None: ...

    async def ask(self) -> VaultRun: ...

    async def ask_to_stop(self) -> None: ...


class VaultReport(Protocol):
    async def now(self) -> VaultHealth:
        """Raises StorageError when the disk cannot be reached."""
        ...


class Subscribes(Protocol):
    def subscribe(self, kind: type, handler: Callable[[Any], None]) -> Callable[[], None]: ...


class HealthView(Protocol):
    def show_state(self, state: HealthState) -> None: ...

    def show_done(self, fact: str, advice: str = "", *, well: bool = True) -> None: ...

    def show_fault(self, what: str, advice: str) -> None: ...


@dataclass(frozen=True, slots=True)
class HealthServices:
    custody: CustodyVerifier
    vault: VaultVerifier
    report: VaultReport


class HealthPresenter:
    """The state lives as long as the window: events change it also while another page is shown."""

    def __init__(self, view: HealthView, services: HealthServices, bridge: Subscribes, spawn: Spawn) -> None:
        self._view, self._services, self._spawn = view, services, spawn
        self._user: User | None = None
        self.state = HealthState(custody=services.custody.health)
        bridge.subscribe(events.ServiceStateChanged, self._service)
        bridge.subscribe(events.CustodyHealthChanged, self._log_changed)
        bridge.subscribe(events.CustodyCheckMoved, self._log_moved)
        bridge.subscribe(VaultCheckProgress, self._vault_moved)
        bridge.subscribe(VaultChecked, lambda _event: self._vault_checked())
        view.show_state(self.state)

    def set_user(self, user: User | None) -> None:
        self._user = user
        if user is not None:
            self.refresh()

    def refresh(self) -> None:
        self.state.custody = self._services.custody.health
        self._spawn(self._read_vault())

    async def _read_vault(self) -> None:
        try:
            self.state.vault = await self._services.report.now()
            self.state.vault_trouble = ""
        except StorageError as error:
            self.state.vault_trouble = error.in_words()
        self.state.progress = self._services.vault.progress
        trouble = self.state.vault_trouble
        self.state.services["storage"] = ServiceLine("storage", not trouble, trouble)
        self._redraw()

    def verify(self) -> None:
        """The custody log first (seconds), then every file of the store; a check of it that is running goes on."""
        user = self._user
        if self.state.checking_log or user is None:
            return
        if any(allows(user.role, Act.VERIFY_CUSTODY, stands) for stands in Relation):
            self.state.checking_log = True
            self._redraw()
            self._spawn(self._verify())

    def cancel(self) -> None:
        """Of the store's check; the log's lasts seconds."""
        self._spawn(self._services.vault.ask_to_stop())

    async def _verify(self) -> None:
        try:
            self.state.custody = await self._services.custody.verify()
            self.state.checking_log = False
            self._redraw()
            if self._services.vault.progress is None:
                self._tell_outcome(await self._services.vault.ask())
        except KnownError as error:
            self._view.show_fault(error.what, " ".join(part for part in (error.kept, error.todo) if part))
        finally:
            self.state.checking_log = False
            await self._read_vault()

    def _tell_outcome(self, run: VaultRun) -> None:
        if self.state.custody.faults or run.findings:
            self._view.show_done(words.DONE_FOUND, words.DONE_FOUND_ADVICE, well=False)
        elif run.outcome is RunOutcome.CANCELLED:
            self._view.show_done(words.DONE_STOPPED, words.DONE_STOPPED_ADVICE)
        else:
            self._view.show_done(words.DONE_WELL, words.DONE_WELL_ADVICE)

    # --- what happens by itself ---
    def _service(self, event: events.ServiceStateChanged) -> None:
        self.state.services[event.name] = ServiceLine(event.name, event.up, event.words)
        self._redraw()

    def _log_changed(self, event: events.CustodyHealthChanged) -> None:
        self.state.custody = event.health
        self._redraw()

    def _log_moved(self, event: events.CustodyCheckMoved) -> None:
        moved = (event.done, event.of) if event.running else None
        if moved != self.state.log_entries:
            self.state.log_entries = moved
            self._redraw()

    def _vault_moved(self, event: VaultCheckProgress) -> None:
        if self._services.vault.progress is not None:  # its last words may come after its end
            self.state.progress = event
            self._redraw()

    def _vault_checked(self) -> None:
        self.state.progress = None
        self._spawn(self._read_vault())

    def _redraw(self) -> None:
        self._view.show_state(self.state)
