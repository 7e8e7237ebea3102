"""How far a page is read that is not read to its end yet: shown to the officer, not stored. The desk's clock bounds what the page says."""

import logging
from dataclasses import replace

from rvr_console.domain import events, signing
from rvr_console.domain.signing import Ceremony, PageProgress, Stage, take
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk

log = logging.getLogger(__name__)


_GROWN, _MORE = 1.5, 5.0
"""So much longer, and so many seconds more, and the time on a page is stored again: some rows for a page, not one a second."""


class ReadingProgress:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pages: dict[str, tuple[PageProgress, ...]] = {}

    def forget(self, ceremony_id: str) -> None:
        self._pages.pop(ceremony_id, None)

    def bounded(self, ceremony: Ceremony, act: signing.PageAct) -> signing.PageAct:
        """A page was not read for longer than it is shown."""
        if not isinstance(act, signing.Read):
            return act
        now = self._desk.clock.now()
        passed = (now - ceremony.times.get(Stage.SHOWN, now)).total_seconds()
        return replace(act, seconds=min(act.seconds, max(passed, 0.0)))

    def took(self, ceremony: Ceremony, act: signing.PageAct) -> bool:
        """A page read in part is shown to the officer and not stored; once read to its end it is stored, and when it was read much longer."""
        if not isinstance(act, signing.Read) or _is_news(ceremony, act):
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


def _is_news(ceremony: Ceremony, act: signing.Read) -> bool:
    if act.part < 1.0 or not 0 <= act.page < len(ceremony.pages):
        return False
    kept = ceremony.pages[act.page]
    return not kept.read or act.seconds > kept.seconds * _GROWN + _MORE
