"""Pages for the victim to read and sign: sent part by part as the page asks, offered again whenever the page is back."""

import logging
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from rvr_console.domain import call, signing
from rvr_console.domain.call import ShownDocument
from rvr_console.domain.sealed_document import Signature, SignatureKind
from rvr_console.domain.strokes import checked
from rvr_console.errors import KnownError
from rvr_console.video.signalling_events import DeviceAdmitted, Message, SignallingEvent
from rvr_console.wire import document_signals as wire
from rvr_console.wire.encoding import b64u
from rvr_console.wire.signals import DeskSignal

log = logging.getLogger(__name__)
# Explicit embeddings, overrides and isolates (UAX #9, 2.1 to 2.3): a name would be read otherwise than it is kept.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
PageSignal = (
    wire.DocumentShown | wire.DocumentRead | wire.DocumentChange | wire.DocumentAccepted | wire.DocumentSigned
)


class CallDocuments:
    """One document at a time. On the session's loop; the desk's machine decides what the page's words are worth."""

    def __init__(
        self,
        send: Callable[[DeskSignal], None],
        report: Callable[[object], None],
        place: Callable[[], tuple[int, int] | None],
    ) -> None:
        self._send, self._report, self._place = send, report, place
        self._shown: ShownDocument | None = None
        self._ended: wire.DocumentEnded | None = None
        self._device = ""

    def show(self, document: ShownDocument) -> None:
        """Send the offer; again with the same id when only its stage changed."""
        self._shown, self._ended = document, None
        self._offer(document)

    def end(self, document_id: str, how: str) -> None:
        if self._shown is not None and self._shown.id == document_id:
            self._shown = None
        self._ended = wire.DocumentEnded.model_validate({"id": document_id, "how": how})
        self._send(self._ended)

    def _offer(self, document: ShownDocument) -> None:
        if document.device not in {"", self._device} and document.stage != "signed":
            document = replace(document, stage="reading", read=(), declaration="")
        self._send(
            wire.DocumentOffer.model_validate(
                {
                    "id": document.id,
                    "version": document.version,
                    "sha256": document.sha256,
                    "size": len(document.data),
                    "pages": document.pages,
                    "stage": document.stage,
                    "read": list(document.read),
                }
            )
        )
        if document.declaration:
            self._send(wire.DocumentDeclaration(id=document.id, text=document.declaration))

    def take(self, event: SignallingEvent) -> None:
        """Only the admitted device is shown anything, and only what it says counts."""
        if isinstance(event, DeviceAdmitted):
            self._device = event.device_key_id
            if self._shown is not None:
                self._offer(self._shown)
            elif self._ended is not None:  # the page may have been away when it was told
                self._send(self._ended)
        elif isinstance(event, Message) and event.live:
            self._said(event.device_key_id, event.signal)

    def _said(self, device: str, signal: object) -> None:
        if isinstance(signal, wire.DocumentWant):
            self._wanted(signal)
            return
        if not isinstance(signal, PageSignal):
            return
        try:
            act = _act(device, signal)
        except KnownError as error:
            log.warning("what was drawn was not taken: %s", error.what)
            self._report(call.CallFault(error.what, error.kept, error.todo))
            return
        self._report(call.DocumentSaid(signal.id, act, self._place()))

    def _wanted(self, want: wire.DocumentWant) -> None:
        document = self._shown
        if document is None or want.id != document.id:
            return
        start = want.place * wire.PART_BYTES
        part = document.data[start : start + wire.PART_BYTES]
        if part:
            self._send(wire.DocumentPart(id=document.id, place=want.place, data=b64u(part)))


class ShowsDocuments:
    """The part of a call session that shows documents."""

    _documents: CallDocuments

    def show_document(self, document: ShownDocument) -> None:
        self._documents.show(document)

    def end_document(self, document_id: str, how: str) -> None:
        self._documents.end(document_id, how)


def _act(device: str, signal: PageSignal) -> signing.PageAct:
    """What a signal of the page says. Raises KnownError for a drawing that is none."""
    match signal:
        case wire.DocumentShown():
            return signing.Shown(device, signal.sha256)
        case wire.DocumentRead():
            return signing.Read(device, signal.page, signal.part, signal.seconds)
        case wire.DocumentChange():
            return signing.ChangeWanted(device, _seen(signal.words))
        case wire.DocumentAccepted():
            return signing.Accepted(device, signal.sha256)
        case wire.DocumentSigned():
            return signing.Signed(device, signal.sha256, _signature(signal))


def _seen(untrusted: str) -> str:
    """Without what is not seen or reorders the line; line breaks become blanks."""
    kept = (" " if letter.isspace() else letter for letter in untrusted if letter not in _REORDERING)
    return "".join(letter for letter in kept if unicodedata.category(letter) not in {"Cc", "Cs", "Co", "Cn"})


def _signature(signal: wire.DocumentSigned) -> Signature:
    name = " ".join(_seen(signal.name).split())
    if signal.how == "drawn":
        return Signature(SignatureKind.DRAWN, name, checked(signal.strokes), signal.drawn)
    return Signature(SignatureKind.TYPED, name)
