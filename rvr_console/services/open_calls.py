"""The calls that are open at this desk, and the small things about one that need no log."""

from typing import Protocol

from rvr_console.domain.call import Asked, DocumentSaid, Picture, ShownDocument, Still
from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.recording import Party, TrackKind
from rvr_console.errors import RefusedError
from rvr_console.services.live_call import LiveCall

SEND_FIRST = "Send the link first."


class Documents(Protocol):
    """Who has documents read and signed."""

    async def said(
        self, consultation_id: str, said: DocumentSaid, moment: RecordingMoment | None
    ) -> None: ...

    async def resume(self, consultation_id: str) -> None: ...


class OpenCalls:
    """By consultation."""

    def __init__(self) -> None:
        self._calls: dict[str, LiveCall] = {}
        self.documents: Documents | None = None

    def _live(self, consultation_id: str) -> LiveCall:
        found = self._calls.get(consultation_id)
        if found is None:
            raise RefusedError("This call is not open.", kept="Nothing was changed.", todo=SEND_FIRST)
        return found

    def is_open(self, consultation_id: str) -> bool:
        return consultation_id in self._calls

    def set_muted(self, consultation_id: str, on: bool) -> None:
        self._live(consultation_id).session.set_muted(on)

    def set_camera(self, consultation_id: str, on: bool) -> None:
        self._live(consultation_id).session.set_camera(on)

    def ask_for_file(self, consultation_id: str, what: str, words: str) -> None:
        """Have the page ask. what: "photo" or "file"."""
        self._live(consultation_id).session.ask_for_file(what, words)

    def ask(self, consultation_id: str, what: Asked) -> None:
        """Ask the victim to share a screen, to end that, or to use the other camera. Raises RefusedError."""
        self._live(consultation_id).session.ask(what)

    def show_document(self, consultation_id: str, document: ShownDocument) -> None:
        """Have the victim's page show it. Raises RefusedError when the call is not open."""
        self._live(consultation_id).session.show_document(document)

    def end_document(self, consultation_id: str, document_id: str, how: str) -> None:
        """A call that has ended meanwhile shows nothing any more."""
        live = self._calls.get(consultation_id)
        if live is not None:
            live.session.end_document(document_id, how)

    async def document_said(self, live: LiveCall, said: DocumentSaid) -> None:
        if self.documents is not None:
            moment = None
            if said.place is not None and live.evidence_id:
                moment = RecordingMoment(live.evidence_id, *said.place)
            await self.documents.said(live.consultation_id, said, moment)

    async def page_ready(self, consultation_id: str) -> None:
        """The page is connected: a document that was on its way is offered again, also after the console was started anew."""
        if self.documents is not None:
            await self.documents.resume(consultation_id)

    def picture(
        self, consultation_id: str, party: Party, after: int, kind: TrackKind = TrackKind.VIDEO
    ) -> Picture | None:
        live = self._calls.get(consultation_id)
        return live.session.picture(party, after, kind) if live else None

    def set_view_size(
        self,
        consultation_id: str,
        party: Party,
        width: int,
        height: int,
        kind: TrackKind = TrackKind.VIDEO,
    ) -> None:
        live = self._calls.get(consultation_id)
        if live:
            live.session.set_view_size(party, width, height, kind)

    def recording_offset(self, consultation_id: str) -> int | None:
        """µs into the open segment, for notes and answers; None when nothing is recorded."""
        live = self._calls.get(consultation_id)
        return live.offset_us if live and live.evidence_id else None

    def recording_moment(self, consultation_id: str) -> RecordingMoment | None:
        """Where the recording stands now; None when nothing is recorded."""
        live = self._calls.get(consultation_id)
        place = live.session.recording_place() if live and live.evidence_id else None
        return None if live is None or place is None else RecordingMoment(live.evidence_id or "", *place)

    async def still(
        self, consultation_id: str, kind: TrackKind = TrackKind.VIDEO
    ) -> tuple[Still, RecordingMoment | None]:
        """The victim's next picture, of camera or shared screen, as received. Raises RefusedError when the call is not open or none is coming in."""
        live = self._live(consultation_id)
        still = await live.session.still(Party.VICTIM, kind)
        if still.place is None or not live.evidence_id:
            return still, None
        return still, RecordingMoment(live.evidence_id, *still.place)

    def snapshot(self, consultation_id: str, detail: dict[str, str]) -> None:
        """State a still in the recording; a call that has ended meanwhile has none."""
        live = self._calls.get(consultation_id)
        if live is not None:
            live.session.snapshot(detail)
