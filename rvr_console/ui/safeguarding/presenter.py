"""Turns the officer's acts in the Safeguarding tab into service calls, and what is stored into what the tab shows."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rvr_console.domain.policy import SafeguardingPolicy
from rvr_console.domain.safeguarding import ReferralBasis, SafeguardingFile
from rvr_console.services.safeguarding import Safeguarding
from rvr_console.ui.consultation.presenter import ConsultationPresenter

Settled = Callable[[bool], None]


class View(Protocol):
    def show_file(self, shown: "Shown") -> None: ...

    def show_text(self, record_id: str, text: str) -> None:
        """A restricted text, uncovered."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """What the tab shows now."""

    file: SafeguardingFile
    policy: SafeguardingPolicy
    now: datetime


class SafeguardingPresenter:
    """One case at a time, that of the consultation page."""

    def __init__(self, page: ConsultationPresenter, service: Safeguarding) -> None:
        self._page = page
        self._service = service
        self._view: View | None = None
        self._of = ""

    @property
    def policy(self) -> SafeguardingPolicy:
        return self._service.policy

    def attach(self, view: View) -> None:
        self._view = view

    def page_shows(self, consultation_id: str) -> bool:
        """Read its file if it is another case. True if it is."""
        if consultation_id == self._of:
            return False
        self._of = consultation_id
        self._page.doing.do(self._read())
        return True

    async def _read(self) -> None:
        case = self._of
        found = await self._service.read(case)
        if case == self._of and self._view is not None:  # another one may have come meanwhile
            self._view.show_file(Shown(found, self._service.policy, self._page.now()))

    def _do(self, act: Coroutine[Any, Any, object], settled: Settled | None = None) -> None:
        async def run() -> None:
            await act
            await self._read()
            self._page.refresh_soon()  # "Still to do"

        self._page.doing.do(run(), settled=settled)

    # --- acts; settled: told whether it was stored ---
    def give_advice(self, key: str, words: str = "", settled: Settled | None = None) -> None:
        self._do(self._service.give_advice(self._of, key, words), settled)

    def take_measure(self, key: str, words: str = "", settled: Settled | None = None) -> None:
        self._do(self._service.take_measure(self._of, key, words), settled)

    def refer(self, to: str, basis: str, reason: str, words: str, settled: Settled) -> None:
        self._do(self._service.refer(self._of, to, ReferralBasis(basis), reason, words), settled)

    def referral_sent(self, referral_id: str) -> None:
        self._do(self._service.referral_sent(self._of, referral_id))

    def victim_updated(self, words: str, settled: Settled) -> None:
        self._do(self._service.victim_updated(self._of, words), settled)

    def record_disclosure(self, key: str, text: str, settled: Settled) -> None:
        self._do(self._service.record_disclosure(self._of, key, text), settled)

    def show_disclosure(self, record_id: str, purpose: str) -> None:
        """Logged, then uncovered in the view; another case that came meanwhile never shows it."""

        async def show() -> None:
            case = self._of
            text = await self._service.show_disclosure(case, record_id, purpose)
            if case == self._of and self._view is not None:
                self._view.show_text(record_id, text)

        self._page.doing.do(show())
