"""Who it is, what it is about, where the person is now."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from rvr_console.domain.incident import Flag, Intake
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.theme import Size, Weight, font
from rvr_console.ui.widgets.page_header import PageHeader
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone

PLACE_WIDTH, PLACE_WIDTH_LOW = 380, 250


def show_header(header: PageHeader, state: PageState, *, compact: bool) -> None:
    """Name, flags, log number, category, intake, and the confirmed place with how we know it."""
    incident, consultation = state.incident, state.consultation
    tags = []
    if Flag.DOMESTIC_ABUSE in incident.flags:
        tags.append(Tag(Shape.KIND, "Domestic abuse", Tone.ACCENT))
    if Flag.VULNERABLE in incident.flags:
        tags.append(Tag(Shape.ATTENTION, "Vulnerable"))
    if consultation.converted:
        tags.append(Tag(Shape.SOON, words.CONVERTED, Tone.WARN))
    intake = "Immediate" if incident.intake is Intake.IMMEDIATE else "Queued"
    below = f"{incident.reference} · {incident.category} · {intake}"
    header.set_heading(incident.person.name, below=_cut(below, Size.LABEL, compact), tags=tags)
    source = words.SOURCES.get(consultation.location_source, "not confirmed yet")
    place = consultation.location or incident.address
    header.set_place(_cut(place, Size.BODY, compact), f"Where now: {source}")
    header.setToolTip(f"{below}\n{place}")


def _cut(text: str, size: Size, compact: bool) -> str:  # how wide it may be
    width = PLACE_WIDTH_LOW if compact else PLACE_WIDTH
    return QFontMetrics(font(size, Weight.MEDIUM)).elidedText(text, Qt.TextElideMode.ElideRight, width)
