"""The list's rows: thumbnail, reference, description with its case, kind, state, time."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from rvr_console.domain.exhibit import Exhibit, ExhibitFlag, shown_text
from rvr_console.domain.repositories import Recording, RecordingStatus
from rvr_console.services.evidence_list import EvidenceItem
from rvr_console.ui.evidence import words
from rvr_console.ui.exhibits import words as exhibit_words
from rvr_console.ui.exhibits.kinds import claimed_size, icon_of, kind_of, state_tag
from rvr_console.ui.exhibits.thumbnail import HEIGHT, paint_thumbnail
from rvr_console.ui.widgets.figures import data_size, span, when
from rvr_console.ui.widgets.plain_table import Column, Drawn, Row
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone

COLUMNS = tuple(
    Column(word, width, elastic)
    for word, width, elastic in zip(
        words.COLUMNS,
        (104, 76, 176, 136, 160, 112),
        (False, False, True, False, False, False),
        strict=True,
    )
)
_STATUS = {
    RecordingStatus.OPEN: (Shape.RECORDING, Tone.DANGER),
    RecordingStatus.CLOSED: (Shape.DONE, Tone.OK),
    RecordingStatus.RECOVERED: (Shape.DONE, Tone.ACCENT),
    RecordingStatus.FAULT: (Shape.OVER, Tone.DANGER),
}


def reference_of(item: EvidenceItem) -> str:
    """Like "HC/1"; a recording has none of its own."""
    return str(item.exhibit.reference) if item.exhibit is not None else words.RECORDING


def case_of(item: EvidenceItem) -> str:
    return words.CASE.format(log=item.incident.reference, person=item.incident.person.name)


def several(count: int, word: str) -> str:
    """Like "1 exhibit", "4 exhibits"."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def recording_tag(recording: Recording) -> Tag:
    shape, tone = _STATUS[recording.status]
    return Tag(shape, words.RECORDING_STATES[recording.status], tone)


def size_line(exhibit: Exhibit) -> str:
    """Like "4.1 MB, 4032 × 3024" or "214 MB, 2 min"."""
    size, length = data_size(exhibit.content.size), seconds_of(exhibit)
    if length is not None:
        return f"{size}, {span(length)}"
    claimed = claimed_size(exhibit)
    if ExhibitFlag.TOO_LARGE in exhibit.flags:
        return words.CLAIMED.format(size=claimed)
    return f"{size}, {claimed}" if claimed else size


def seconds_of(exhibit: Exhibit) -> float | None:
    """How long a film or sound says it is; None when it says nothing sensible."""
    try:
        length = float(exhibit.facts.get("seconds", ""))
    except ValueError:
        return None
    return length if 0 <= length < 1e7 else None


def row_of(item: EvidenceItem, picture: Callable[[Exhibit], QImage | None], now: datetime) -> Row:
    """picture: asked when the row is painted, so that nobody is logged as having seen what was never in sight."""
    exhibit, recording = item.exhibit, item.recording
    if exhibit is not None:
        described = shown_text(exhibit.description) or exhibit_words.NOT_NAMED
        kind = (kind_of(exhibit), size_line(exhibit))
        tag, at = state_tag(exhibit), exhibit.received_at
        icon, hidden = icon_of(exhibit.content.found_type), exhibit.distressing
    else:
        described, hidden, icon = words.RECORDING_OF, False, "video"
        tag, at = Tag(Shape.RING, words.RECORDING), item.consultation.started_at
        kind = (words.RECORDING, "")
        if recording is not None:
            said = several(len(recording.segments), words.SEGMENT)
            kind, tag, at = (words.RECORDING, said), recording_tag(recording), recording.started_at
    cells = (
        _thumbnail(item, picture, icon, hidden=hidden),
        reference_of(item) if exhibit is not None else "–",
        (described, case_of(item)),
        kind,
        tag,
        when(at, now),
    )
    return Row(item.evidence_id, cells)


def _thumbnail(
    item: EvidenceItem, picture: Callable[[Exhibit], QImage | None], icon: str, *, hidden: bool
) -> Drawn:
    def paint(painter: QPainter, box: QRect) -> None:
        top = box.y() + (box.height() - HEIGHT) / 2
        image = picture(item.exhibit) if item.exhibit is not None else None
        paint_thumbnail(painter, box.x(), top, image=image, icon=icon, hidden=hidden)

    said = exhibit_words.PICTURE_OF.format(reference=reference_of(item))
    if hidden:
        said = f"{said}, {exhibit_words.HIDDEN}"
    return Drawn(said, (icon, hidden, item.evidence_id), paint)
