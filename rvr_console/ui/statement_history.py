"""What is said of a statement's versions, in its tab and in Review."""

from collections.abc import Iterator

from rvr_console.domain.counting import counted
from rvr_console.domain.signing import Ceremony, Stage, VoidReason
from rvr_console.domain.statement import StatementVersion
from rvr_console.domain.statement_history import PastVersion
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone

VERSION = "Version {number}"
_FROZEN = "Frozen {time} by {by}, {pages}"
_SIGNED, _REOPENED = "signed {time}", "reopened {time} by {by}: {reason}"
_ENDED = {
    VoidReason.CHANGE_WANTED: "showing ended {time}: a change was asked for",
    VoidReason.ALTERED: "showing ended {time}: the phone had other pages",
    VoidReason.STOPPED: "showing stopped {time}",
}
TAG_SIGNED, TAG_REOPENED, TAG_FROZEN = "Signed", "Reopened", "Frozen, not signed"


def version_tag(past: PastVersion) -> Tag:
    """A signed version that was reopened afterwards stays signed."""
    if any(turn.signed for turn in past.turns):
        return Tag(Shape.DONE, TAG_SIGNED, Tone.OK)
    if past.turns:
        return Tag(Shape.RING, TAG_REOPENED)
    return Tag(Shape.MADE, TAG_FROZEN, Tone.ACCENT)


def version_words(past: PastVersion) -> str:
    """In the order in which it happened: "Frozen 13:52:31 by 2417, 3 pages; reopened 13:58:10 by 2417: the door was blue"."""
    one = past.version
    pages = counted(one.pages, "page")
    first = _FROZEN.format(time=clock(one.frozen_at), by=one.frozen_by, pages=pages)
    later = sorted(_later(past), key=lambda said: said[0])
    return "; ".join([first, *(said for _at, said in later)])


def reopened_words(past: PastVersion) -> list[str]:
    """When, by whom and why, for each time."""
    reopened = [turn for turn in past.turns if not turn.signed]
    return [_REOPENED.format(time=clock(one.at), by=one.by, reason=one.reason) for one in reopened]


def _later(past: PastVersion) -> Iterator[tuple[float, str]]:
    for turn in past.turns:
        said = _SIGNED if turn.signed else _REOPENED
        yield turn.at.timestamp(), said.format(time=clock(turn.at), by=turn.by, reason=turn.reason)
    for showing in past.showings:
        yield from _ended(showing)


def _ended(showing: Ceremony) -> Iterator[tuple[float, str]]:
    if showing.void_reason is None:
        return
    at = showing.times[Stage.VOID]
    said = _ENDED[showing.void_reason].format(time=clock(at))
    yield at.timestamp(), f"{said}: {showing.words}" if showing.words else said


def version_text(version: StatementVersion) -> str:
    """To be read: its paragraphs, one blank line between them, as they were frozen."""
    return "\n\n".join(version.content.paragraphs)
