"""Rows of the Evidence tab: an exhibit with its description to be written in place, and a file on its way."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rvr_console.domain.exhibit import Exhibit, shown_text
from rvr_console.domain.uploads import UploadState
from rvr_console.ui.consultation import evidence_words as words
from rvr_console.ui.consultation.arrivals import ENDED_BADLY, Arrival
from rvr_console.ui.consultation.doing import Settled
from rvr_console.ui.exhibits import words as exhibit_words
from rvr_console.ui.exhibits.kinds import (
    flag_advice,
    has_picture,
    icon_of,
    kind_line,
    kind_of_type,
    moment_words,
    state_tag,
)
from rvr_console.ui.exhibits.thumbnail import Thumbnail
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.bar import Bar
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock, data_size, span
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text, rule


@dataclass(frozen=True, slots=True)
class RowActs:
    """What a row asks for. open_exhibit: None where there is no Evidence page."""

    describe: Callable[[str, str, Settled], None]
    mark_distressing: Callable[[str, bool], None]
    dismiss: Callable[[str], None]
    open_exhibit: Callable[[str], None] | None = None


class _Row(QWidget):
    """Thumbnail left, two lines and what hangs below them right."""

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(0, Space.XS, 0, Space.XS)
        row.setSpacing(Space.S)
        self.thumbnail = Thumbnail()
        row.addWidget(self.thumbnail, 0, Qt.AlignmentFlag.AlignTop)
        self.words = QVBoxLayout()
        self.words.setSpacing(Space.XXS)
        self.first, self.second = QHBoxLayout(), QHBoxLayout()
        for line in (self.first, self.second):
            line.setSpacing(Space.XS)
            self.words.addLayout(line)
        row.addLayout(self.words, 1)
        outer.addLayout(row)
        outer.addWidget(rule())


class ExhibitRow(_Row):
    def __init__(self, exhibit: Exhibit, acts: RowActs) -> None:
        super().__init__()
        self._acts = acts
        self._seen = self._stored = (
            exhibit.description
        )  # what the store said last; what the field's text was then
        self._sending: str | None = None
        self.exhibit = exhibit
        reference = str(exhibit.reference)
        self._name = Text(reference, Size.BODY, Weight.BOLD)
        self._name.setMinimumWidth(52)
        self._edit = QLineEdit(shown_text(exhibit.description))
        self._edit.setMaxLength(1000)
        self._edit.setFixedHeight(Height.FIELD_LOW)
        self._edit.setAccessibleName(words.DESCRIPTION.format(reference=reference))
        self._edit.setPlaceholderText(words.DESCRIBE)
        self._edit.editingFinished.connect(self._describe)
        self._tag = StatusTag()
        self.first.addWidget(self._name)
        self.first.addWidget(self._edit, 1)
        self.first.addWidget(self._tag)
        self._facts = Text("", Size.LABEL, ink="ink2", elide=True)
        self._hide = Button(words.HIDE, "quiet")
        self._hide.clicked.connect(
            lambda: acts.mark_distressing(exhibit.evidence_id, not self.exhibit.distressing)
        )
        self.second.addWidget(self._facts, 1)
        self.second.addWidget(self._hide)
        if acts.open_exhibit is not None:
            open_it = acts.open_exhibit
            opener = Button(words.OPEN, "quiet")
            opener.setAccessibleName(words.OPEN_NAME.format(reference=reference))
            opener.clicked.connect(lambda: open_it(exhibit.evidence_id))
            self.second.addWidget(opener)
        self._advice = Text("", Size.LABEL, ink="warn", wrap=True)
        self.words.addWidget(self._advice)

    def show_exhibit(self, exhibit: Exhibit, image: QImage | None) -> None:
        reference = str(exhibit.reference)
        self.exhibit = exhibit
        self._show_description(exhibit.description)
        tag = state_tag(exhibit)
        self._tag.set_tag(tag)
        name = shown_text(exhibit.origin.original_name)
        facts = (kind_line(exhibit), clock(exhibit.received_at), moment_words(exhibit), name)
        said = " · ".join(part for part in facts if part)
        self._facts.setText(said)
        self._facts.setToolTip(said)
        advice = " ".join(flag_advice(exhibit))
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self._hide.setText(words.SHOW if exhibit.distressing else words.HIDE)
        self._hide.setVisible(has_picture(exhibit))
        template = words.SHOW_NAME if exhibit.distressing else words.HIDE_NAME
        self._hide.setAccessibleName(template.format(reference=reference))
        self.thumbnail.set_look(
            exhibit_words.PICTURE_OF.format(reference=reference),
            image=image,
            icon=icon_of(exhibit.content.found_type),
            hidden=exhibit.distressing,
        )
        described = exhibit.description or exhibit_words.NOT_NAMED
        self.setAccessibleName(
            ". ".join(part for part in (reference, described, tag.word, said, advice) if part)
        )

    def _show_description(self, description: str) -> None:
        """Only what is news from the store goes into the field, and never over what is being typed."""
        if description == self._seen:
            return
        if self._edit.text() == shown_text(self._stored):
            self._edit.setText(shown_text(description))
        self._seen = self._stored = description

    def flush(self) -> None:
        """Hand over what is typed and not stored yet."""
        self._describe()

    def _describe(self) -> None:
        typed = self._edit.text().strip()
        if typed in (shown_text(self._stored), self._sending):
            return
        self._sending = typed

        def settled(done: bool) -> None:
            self._sending = None
            if done:
                self._stored = typed

        self._acts.describe(self.exhibit.evidence_id, typed, settled)


_TAGS = {
    UploadState.COMING: Tag(Shape.HALF, words.COMING, Tone.ACCENT),
    UploadState.WAITING: Tag(Shape.SOON, words.WAITING, Tone.WARN),
    UploadState.CHECKING: Tag(Shape.HALF, words.FILE_CHECKING, Tone.ACCENT),
    UploadState.RECEIVED: Tag(Shape.HALF, words.FILE_CHECKING, Tone.ACCENT),
    UploadState.FAILED: Tag(Shape.OVER, words.REFUSED, Tone.DANGER),
    UploadState.CANCELLED: Tag(Shape.CLOSED, words.CANCELLED, Tone.NEUTRAL),
}


def arrival_words(arrival: Arrival) -> str:
    """Real numbers, and why it waits or failed."""
    status = arrival.status
    if status.state is UploadState.FAILED:
        return status.words or words.REFUSED_WORDS
    if status.state is UploadState.CANCELLED:
        return status.words or words.CANCELLED_WORDS
    if status.state in (UploadState.CHECKING, UploadState.RECEIVED):
        return words.CHECKING_WORDS
    said = words.PROGRESS.format(done=data_size(status.received), all=data_size(status.facts.size))
    left = arrival.seconds_left
    parts = [said, words.ABOUT.format(left=span(left)) if left is not None else ""]
    said = ", ".join(part for part in parts if part)
    return f"{said}. {status.words}" if status.words else said


class ArrivalRow(_Row):
    def __init__(self, arrival: Arrival, acts: RowActs) -> None:
        super().__init__()
        self._name = Text("", Size.BODY, Weight.MEDIUM, elide=True)
        self._tag = StatusTag()
        self._dismiss = Button(words.DISMISS, "quiet")
        self._dismiss.clicked.connect(lambda: acts.dismiss(arrival.status.facts.upload_id))
        self.first.addWidget(self._name, 1)
        self.first.addWidget(self._tag)
        self._facts = Text("", Size.LABEL, ink="ink2", wrap=True)
        self.second.addWidget(self._facts, 1)
        self.second.addWidget(self._dismiss)
        self._bar = Bar(1000)
        self.words.addWidget(self._bar)
        self.show_arrival(arrival)

    def show_arrival(self, arrival: Arrival) -> None:
        status, name = arrival.status, arrival.name
        kind = kind_of_type(status.facts.untrusted_type)
        self._name.setText(f"{kind}: {name}")
        self._name.setToolTip(name)
        self._tag.set_tag(_TAGS[status.state])
        said = arrival_words(arrival)
        self._facts.setText(said)
        ended = status.state in ENDED_BADLY
        self._dismiss.setVisible(ended)
        self._dismiss.setAccessibleName(words.DISMISS_NAME.format(name=name))
        self._bar.setVisible(not ended)
        self._bar.setValue(round(arrival.part * 1000))
        self._bar.setAccessibleName(f"{words.FILE.format(name=name)}, {said}")
        icon = icon_of(status.facts.untrusted_type)
        self.thumbnail.set_look(words.FILE.format(name=name), image=None, icon=icon, hidden=False)
        self.setAccessibleName(". ".join((words.FILE.format(name=name), _TAGS[status.state].word, said)))
