"""Turns acts on the Evidence page into service calls: nothing is opened, copied or handed over before it is logged."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rvr_console.domain import events
from rvr_console.domain.access import Act, Relation, User, allows
from rvr_console.domain.exhibit import Exhibit
from rvr_console.domain.file_check import CheckWatch
from rvr_console.domain.film import plays
from rvr_console.errors import KnownError
from rvr_console.services.bundles import Bundles
from rvr_console.services.custody import CustodyLog
from rvr_console.services.custody_lists import CustodyLists
from rvr_console.services.evidence_list import EvidenceList
from rvr_console.services.exhibit_views import ExhibitViews
from rvr_console.services.exhibits import Exhibits
from rvr_console.ui.evidence.handing_over import HandingOver
from rvr_console.ui.evidence.state import Chosen, EvidenceState, Stage
from rvr_console.ui.evidence.turning import Turning
from rvr_console.ui.exhibits.values import Thumbnails

Spawn = Callable[[Coroutine[Any, Any, None]], object]


class Subscribes(Protocol):
    def subscribe(self, kind: type, handler: Callable[[Any], None]) -> Callable[[], None]: ...


class EvidenceView(Protocol):
    def show_state(self, state: EvidenceState) -> None: ...

    def show_copy_progress(self, part: float, words: str) -> None: ...

    def show_bundle_progress(self, part: float, words: str) -> None: ...

    def show_done(self, fact: str, advice: str = "", *, well: bool = True) -> None: ...

    def show_fault(self, what: str, advice: str) -> None: ...


@dataclass(frozen=True, slots=True)
class EvidencePageServices:
    evidence: EvidenceList
    exhibits: Exhibits
    views: ExhibitViews
    custody: CustodyLog
    bundles: Bundles
    lists: CustodyLists


class EvidencePresenter:
    """open_recording: brings up the page where recordings are played; set by whoever joins the pages."""

    def __init__(
        self, view: EvidenceView, services: EvidencePageServices, bridge: Subscribes, spawn: Spawn
    ) -> None:
        self._view, self._services, self.spawn = view, services, spawn
        self._user: User | None = None
        self._stale = self._loading = False
        self._wanted = ""
        self.state = EvidenceState()
        self.handing = HandingOver(view, services.views, services.bundles, services.lists, self.redraw)
        self.turning = Turning(services.views, spawn, self.state, self.redraw, self._fault)
        self.open_recording: Callable[[str], None] | None = None
        bridge.subscribe(events.ExhibitChanged, lambda _event: self.refresh())

    @property
    def thumbnails(self) -> Thumbnails:
        return self._services.views

    # --- who, and the list ---
    def set_user(self, user: User | None) -> None:
        """On leaving, what is open closes and nothing of it stays."""
        before, self._user = self._user, user
        if before is not None and (user is None or before.collar != user.collar):
            self.handing.cancel()
            self.handing.cancel_copy()
            self.state.items = []
            self._let_go()
            self.redraw()
        if user is not None:
            self.refresh()

    def refresh(self) -> None:
        """Read the list again; asked for again meanwhile, it is done once more, not at the same time."""
        user = self._user
        if user is None or not any(allows(user.role, Act.VIEW_RECORDING, one) for one in Relation):
            return
        self._stale = True
        if not self._loading:
            self._loading = True
            self.spawn(self._load())

    async def _load(self) -> None:
        try:
            while self._stale:
                self._stale, user = False, self._user
                items = await self._services.evidence.viewable()
                if user is self._user:
                    self.state.items = items
                    self._keep_chosen()
                    self.redraw()
        except KnownError as error:
            self._fault(error)
        finally:
            self._loading = False

    def _keep_chosen(self) -> None:
        wanted = self._wanted
        if wanted and any(item.evidence_id == wanted for item in self.state.items):
            self._wanted = ""
            self.choose(wanted)
            return
        chosen = self.state.chosen
        if chosen is None:
            return
        now = next((i for i in self.state.items if i.evidence_id == chosen.item.evidence_id), None)
        if now is None:
            self._let_go()
        elif now != chosen.item:
            chosen.item = now
            self.spawn(self._read_custody(chosen))

    def show_exhibit(self, evidence_id: str) -> None:
        """Choose this one, as soon as the list has it."""
        self._wanted = evidence_id
        self._keep_chosen()
        self.refresh()

    def choose(self, evidence_id: str) -> None:
        chosen = self.state.chosen
        if chosen is not None and chosen.item.evidence_id == evidence_id:
            return
        item = next((item for item in self.state.items if item.evidence_id == evidence_id), None)
        self._let_go(None if item is None else Chosen(item))
        self.redraw()
        if self.state.chosen is not None:
            self.spawn(self._read_custody(self.state.chosen))

    async def _read_custody(self, chosen: Chosen) -> None:
        subject = chosen.subject
        try:
            if chosen.whole_incident:
                found = await self._services.lists.about(subject)
            else:
                found = await self._services.custody.for_subject(subject)
            if subject != chosen.subject:
                return  # the other one was asked for meanwhile
            chosen.custody = found
        except KnownError:
            chosen.custody = None  # said where the entries would stand
        if self.state.chosen is chosen:
            self.redraw()

    def show_custody(self, *, whole_incident: bool) -> None:
        """Of the chosen one alone, or of its whole incident."""
        chosen = self.state.chosen
        if chosen is not None and chosen.whole_incident != whole_incident:
            chosen.whole_incident, chosen.custody = whole_incident, None
            self.redraw()
            self.spawn(self._read_custody(chosen))

    # --- looking at one ---
    def open(self, purpose: str) -> None:
        """Log the purpose, then look. Without a purpose nothing happens (the page says so)."""
        chosen = self.state.chosen
        if chosen is None or chosen.item.exhibit is None or not purpose.strip():
            return
        if chosen.stage is Stage.OPENING:
            return
        watch = chosen.begin(purpose.strip())
        self.redraw()
        self.spawn(self._look(chosen, chosen.item.exhibit, watch))

    async def _look(self, chosen: Chosen, exhibit: Exhibit, watch: CheckWatch) -> None:
        views, evidence_id = self._services.views, exhibit.evidence_id
        film, viewed = None, None
        try:
            if plays(exhibit.content.found_type):
                film = (await views.play(evidence_id, chosen.purpose)).film
            else:
                viewed = await views.view(evidence_id, chosen.purpose, watch=watch)
        except KnownError as error:
            if chosen.watch is watch:
                chosen.shut()
                self._fault(error)
        chosen.show(watch, film, viewed)
        if self.state.chosen is chosen:
            self.redraw()
            await self._read_custody(chosen)

    def close(self) -> None:
        chosen = self.state.chosen
        if chosen is not None:
            chosen.shut()
            self.redraw()

    def _let_go(self, chosen: Chosen | None = None) -> None:
        """Another one, or none, is looked at from now on."""
        before, self.state.chosen = self.state.chosen, chosen
        if before is not None:
            before.shut()

    def mark_distressing(self, on: bool) -> None:
        chosen = self.state.chosen
        if chosen is not None and chosen.item.exhibit is not None:
            self.spawn(self._mark(chosen.item.exhibit, on))

    async def _mark(self, exhibit: Exhibit, on: bool) -> None:
        try:
            await self._services.exhibits.mark_distressing(exhibit.evidence_id, on=on)
        except KnownError as error:
            self._fault(error)

    # --- out of the house ---
    def save_copy(self, purpose: str, folder: str) -> None:
        chosen = self.state.chosen
        if chosen is not None and chosen.item.exhibit is not None:
            self.spawn(self._copy(chosen, purpose, Path(folder)))

    async def _copy(self, chosen: Chosen, purpose: str, folder: Path) -> None:
        await self.handing.save_copy(self.state, chosen.item, purpose, folder)
        await self._read_custody(chosen)

    def save_list(self, purpose: str, folder: str) -> None:
        chosen = self.state.chosen
        if chosen is not None:
            self.spawn(self._save_list(chosen, purpose, Path(folder)))

    async def _save_list(self, chosen: Chosen, purpose: str, folder: Path) -> None:
        await self.handing.save_list(self.state, chosen, purpose, folder)
        await self._read_custody(chosen)

    def make_bundle(self, purpose: str, folder: str, recipients: str) -> None:
        chosen = self.state.chosen
        if chosen is not None:
            self.spawn(self._bundle(chosen, purpose, Path(folder), recipients))

    async def _bundle(self, chosen: Chosen, purpose: str, folder: Path, recipients: str) -> None:
        await self.handing.make_bundle(self.state, chosen.item, (purpose, folder, recipients))
        await self._read_custody(chosen)

    # --- inside ---
    def redraw(self) -> None:
        self._view.show_state(self.state)

    def _fault(self, error: KnownError) -> None:
        self._view.show_fault(error.what, " ".join(part for part in (error.kept, error.todo) if part))
