"""Which part looks at which type; whatever a file does to it ends in facts, never in silence."""

import warnings

from rvr_console.inspection import films, pictures
from rvr_console.inspection.conversation import Conversation, opened
from rvr_console.wire.inspection_messages import Facts, Order

_NEVER = {
    "image/svg+xml": "A drawing that can carry scripts is never shown.",
    "text/html": "A web page is never shown.",
    "application/pdf": "There is no preview of documents; save a copy to read it.",
    "application/x-empty": "The file is empty.",
}


def look(order: Order, talk: Conversation) -> tuple[Facts, bytes]:
    """(facts, RGBA pixels); no pixels when there is nothing to show."""
    if order.content_type in _NEVER:
        return Facts(outcome="no_preview", reason=_NEVER[order.content_type]), b""
    kind = order.content_type.partition("/")[0]
    looker = {"image": pictures.look, "video": films.look, "audio": films.look}.get(kind)
    if looker is None:
        return Facts(outcome="no_preview", reason="There is no preview for this type of file."), b""
    try:
        with warnings.catch_warnings(), opened(talk, order.size) as file:
            warnings.simplefilter("ignore")  # of a damaged file's metadata: it is still looked at
            return looker(file, order)
    except MemoryError:
        return Facts(outcome="refused", reason="It needs more memory than a preview may have."), b""
    except Exception as error:  # main of the inspection: a hostile file may raise anything a decoder has
        reason = f"It could not be read: the decoder stopped ({type(error).__name__})."
        return Facts(outcome="refused", reason=reason), b""
