"""How far a page is read that is not read to its end yet: shown to the officer, not stored."""

import logging
from dataclasses import replace

from rvr_console.domain import events, signing
from rvr_console.domain.signing import Ceremony, PageProgress, Stage, take
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk

log = logging.getLogger(__name__)


class ReadingProgress:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pages: dict[str, tuple[PageProgress, ...]] = {}

    def forget(self, ceremony_id: str) -> None:
        self._pages.pop(ceremony_id, None)

    def took(self, ceremony: Ceremony, act: signing.PageAct) -> bool:
        """A page read in part is shown to the officer and not stored; once read to its end it is stored."""
        if not isinstance(act, signing.Read) or act.part >= 1.0:
            return False
        try:
            after = take(self.added(ceremony), act, self._desk.clock.now())
        except RefusedError as refused:
            log.info("reading progress not taken: %s", refused.what)
            return True
        self._pages[ceremony.id] = after.pages
        self._desk.publish([events.SigningChanged(after)])
        return True

    def added(self, ceremony: Ceremony) -> Ceremony:
        partial = self._pages.get(ceremony.id)
        if partial is None or ceremony.stage is not Stage.SHOWN:
            return ceremony
        pages = tuple(
            PageProgress(max(kept.part, seen.part), max(kept.seconds, seen.seconds))
            if not seen.read or kept.read
            else kept
            for kept, seen in zip(ceremony.pages, partial, strict=True)
        )
        return replace(ceremony, pages=pages)
