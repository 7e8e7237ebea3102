"""Which part looks at which type; whatever a file does to it ends in facts, never in silence."""

import io
import warnings
from collections.abc import Callable

from rvr_console.inspection import documents, films, pictures, texts
from rvr_console.inspection.conversation import Conversation, opened
from rvr_console.wire.inspection_messages import Facts, Order

_NEVER = {
    "image/svg+xml": "A drawing that can carry scripts is never shown.",
    "text/html": "A web page is never shown.",
    "text/x-script": "A program or script is never shown.",
    "application/x-empty": "The file is empty.",
}
_SAVE_COPY = "There is no preview of {kind}. To read it, save a copy (Save a copy…, with a purpose): it is logged, and it opens outside this console."
_OFFICE = "application/vnd.openxmlformats-officedocument."
_KINDS = {
    f"{_OFFICE}wordprocessingml.document": "Word documents",
    "application/msword": "Word documents",
    f"{_OFFICE}spreadsheetml.sheet": "spreadsheets",
    "application/vnd.ms-excel": "spreadsheets",
    f"{_OFFICE}presentationml.presentation": "presentations",
    "application/vnd.ms-powerpoint": "presentations",
    "application/vnd.oasis.opendocument.text": "text documents of this kind",
    "application/vnd.oasis.opendocument.spreadsheet": "spreadsheets",
    "application/rtf": "text documents of this kind",
    "application/epub+zip": "books",
}
_TEXTS = ("text/plain", "text/xml")


def look(order: Order, talk: Conversation) -> tuple[Facts, bytes]:
    """(facts, RGBA pixels or UTF-8 text); neither when there is nothing to show."""
    if order.content_type in _NEVER:
        return Facts(outcome="no_preview", reason=_NEVER[order.content_type]), b""
    looker = _looker(order.content_type)
    if looker is None:
        kind = _KINDS.get(order.content_type, "this type of file")
        return Facts(outcome="no_preview", reason=_SAVE_COPY.format(kind=kind)), b""
    try:
        with warnings.catch_warnings(), opened(talk, order.size) as file:
            warnings.simplefilter("ignore")  # of a damaged file's metadata: it is still looked at
            return looker(file, order)
    except MemoryError:
        return Facts(outcome="refused", reason="It needs more memory than a preview may have."), b""
    except Exception as error:  # main of the inspection: a hostile file may raise anything a decoder has
        reason = f"It could not be read: the decoder stopped ({type(error).__name__})."
        return Facts(outcome="refused", reason=reason), b""


def _looker(content_type: str) -> Callable[[io.BufferedReader, Order], tuple[Facts, bytes]] | None:
    if content_type == "application/pdf":
        return documents.look
    if content_type in _TEXTS:
        return texts.look
    family = content_type.partition("/")[0]
    return {"image": pictures.look, "video": films.look, "audio": films.look}.get(family)
