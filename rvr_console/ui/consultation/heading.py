"""Who it is, what it is about, where the person is now."""

from rvr_console.domain.incident import Flag, Intake
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.widgets.page_header import PageHeader
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone


def show_header(header: PageHeader, state: PageState) -> None:
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
    header.set_heading(
        incident.person.name, below=f"{incident.reference} · {incident.category} · {intake}", tags=tags
    )
    source = words.SOURCES.get(consultation.location_source, "not confirmed yet")
    header.set_place(consultation.location or incident.address, f"Where now: {source}")
