"""What the officer does about exhibits in a consultation, and what happens to them by itself. Part of the presenter."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from rvr_console.domain import events
from rvr_console.domain.exhibit import Exhibit
from rvr_console.domain.recording import TrackKind
from rvr_console.ui.consultation.arrivals import followed
from rvr_console.ui.consultation.doing import Doing, Settled
from rvr_console.ui.consultation.open_page import OpenPage, Subscribes
from rvr_console.ui.consultation.state import Asked
from rvr_console.ui.exhibits.values import NoThumbnails, Thumbnails


class ExhibitDoor(Protocol):
    """The part of services.exhibits.Exhibits that is needed here."""

    async def of_consultation(self, consultation_id: str) -> list[Exhibit]: ...

    async def describe(self, evidence_id: str, text: str) -> Exhibit: ...

    async def mark_distressing(self, evidence_id: str, *, on: bool) -> Exhibit: ...


class FileAsker(Protocol):
    async def ask_for_file(self, consultation_id: str, what: str) -> None:
        """what: "photo" or "file". Raises RefusedError when nobody is there to ask."""
        ...


class StillTaker(Protocol):
    async def take_still(self, consultation_id: str, *, kind: TrackKind = TrackKind.VIDEO) -> Exhibit:
        """Of the received picture, or of the shared screen. Raises RefusedError without a picture, StorageError."""
        ...


@dataclass(frozen=True, slots=True)
class EvidenceServices:
    """asker, stills: None while this console cannot do it; its controls are not shown then."""

    exhibits: ExhibitDoor
    monotonic_ns: Callable[[], int]
    asker: FileAsker | None = None
    stills: StillTaker | None = None
    thumbnails: Thumbnails = field(default_factory=NoThumbnails)


class EvidenceActs:
    """open_exhibit: brings up the Evidence page at this exhibit; set by whoever joins the pages."""

    def __init__(
        self, page: OpenPage, doing: Doing, bridge: Subscribes, services: EvidenceServices | None
    ) -> None:
        self._page, self._doing, self._services = page, doing, services
        self.open_exhibit: Callable[[str], None] | None = None
        bridge.subscribe(events.ExhibitChanged, self._exhibit)
        bridge.subscribe(events.UploadChanged, self._upload)

    @property
    def thumbnails(self) -> Thumbnails:
        return self._services.thumbnails if self._services else NoThumbnails()

    @property
    def may_ask(self) -> bool:
        return self._services is not None and self._services.asker is not None

    @property
    def may_take_stills(self) -> bool:
        return self._services is not None and self._services.stills is not None

    async def read(self, consultation_id: str) -> list[Exhibit]:
        return await self._services.exhibits.of_consultation(consultation_id) if self._services else []

    def ask_for(self, what: str) -> None:
        """what: "photo" or "file"."""
        state = self._page.state
        if state is None or self._services is None or self._services.asker is None:
            return

        def asked(done: bool) -> None:
            if done:
                state.asked = Asked(what, self._page.now())
                self._page.redraw()

        self._doing.do(self._services.asker.ask_for_file(state.consultation.id, what), settled=asked)

    def take_still(self) -> None:
        state = self._page.state
        if state is None or self._services is None or self._services.stills is None or state.taking_still:
            return

        def taken(_done: bool) -> None:
            state.taking_still = False
            self._page.redraw()

        state.taking_still = True
        self._page.redraw()
        # What stands large on the page is what the officer means.
        kind = TrackKind.SCREEN if state.sharing else TrackKind.VIDEO
        self._doing.do(self._services.stills.take_still(state.consultation.id, kind=kind), settled=taken)

    def describe(self, evidence_id: str, text: str, settled: Settled) -> None:
        if self._services is not None:
            self._doing.do(self._services.exhibits.describe(evidence_id, text), settled=settled)

    def mark_distressing(self, evidence_id: str, on: bool) -> None:
        if self._services is not None:
            self._doing.do(self._services.exhibits.mark_distressing(evidence_id, on=on))

    def dismiss(self, upload_id: str) -> None:
        """A file that was not taken, or taken back, is no longer listed here; the log keeps it."""
        state = self._page.state
        if state is not None:
            state.arrivals.pop(upload_id, None)
            self._page.redraw()

    # --- what happens by itself ---
    def _exhibit(self, event: events.ExhibitChanged) -> None:
        state = self._page.state
        exhibit = event.exhibit
        if state is None or state.consultation.id != exhibit.consultation_id:
            return
        fresh = all(one.evidence_id != exhibit.evidence_id for one in state.exhibits)
        others = [one for one in state.exhibits if one.evidence_id != exhibit.evidence_id]
        state.exhibits = sorted([*others, exhibit], key=lambda one: (one.received_at, one.reference))
        state.arrivals.pop(exhibit.origin.upload_id, None)
        if fresh and exhibit.origin.upload_id:
            state.asked = None
        self._page.redraw()
        self._page.refresh_soon()

    def _upload(self, event: events.UploadChanged) -> None:
        state = self._page.state
        if state is None or state.consultation.id != event.consultation_id:
            return
        upload_id = event.status.facts.upload_id
        if any(exhibit.origin.upload_id == upload_id for exhibit in state.exhibits):
            return
        now_ns = self._services.monotonic_ns() if self._services else 0
        state.arrivals[upload_id] = followed(state.arrivals.get(upload_id), event.status, now_ns)
        self._page.redraw()
