"""The header of a page, 64 high: what this is, where the person is, what to do next."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.ui.theme import Height, Size, Weight, tokens
from rvr_console.ui.widgets.button import ActionSlot
from rvr_console.ui.widgets.status import IconView
from rvr_console.ui.widgets.tag import StatusTag, Tag
from rvr_console.ui.widgets.text import Text, rule


class PageHeader(QWidget):
    """slot: the page's action slot, far right. add_button puts further buttons left of it, in order."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Height.PAGE_HEADER)
        self._title = Text(title, Size.TITLE, Weight.BOLD)
        self._inline = Text("", Size.BODY, ink="ink2")
        self._inline.setContentsMargins(8, 0, 8, 0)
        self._below = Text("", Size.LABEL, ink="ink2")
        self._tags = QHBoxLayout()
        self._tags.setSpacing(16)
        self._tag_widgets: list[StatusTag] = []
        self.slot = ActionSlot()
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 24, 1)
        row.setSpacing(0)
        row.addLayout(self._make_lead())
        # Where the person is takes what is left, and gives way first: the whole text is its tooltip.
        row.addWidget(self._make_place(), 100)
        row.addStretch(1)
        row.addWidget(self._make_why())
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(16)
        row.addLayout(self._buttons)
        row.addSpacing(16)
        row.addWidget(self.slot)
        self.set_heading(title)

    def _make_lead(self) -> QVBoxLayout:
        lead = QVBoxLayout()
        lead.setContentsMargins(0, 0, 0, 0)
        lead.setSpacing(0)
        lead.addStretch(1)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._title)
        first.addWidget(self._inline)
        first.addLayout(self._tags)
        first.addStretch(1)
        lead.addLayout(first)
        lead.addWidget(self._below)
        lead.addStretch(1)
        return lead

    def _make_place(self) -> QWidget:
        self._place = QWidget()
        row = QHBoxLayout(self._place)
        row.setContentsMargins(16, 0, 0, 0)
        row.setSpacing(0)
        line = rule(vertical=True)
        line.setFixedHeight(32)
        row.addWidget(line)
        row.addSpacing(16)
        self._place_icon = IconView("map-pin", "ink", 20)
        row.addWidget(self._place_icon)
        row.addSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._place_main = Text("", Size.BODY, Weight.MEDIUM, elide=True)
        self._place_below = Text("", Size.LABEL, ink="ink2", elide=True)
        words.addStretch(1)
        words.addWidget(self._place_main)
        words.addWidget(self._place_below)
        words.addStretch(1)
        row.addLayout(words, 1)
        row.addSpacing(16)
        self._place.setMinimumWidth(160)
        self._place.hide()
        return self._place

    def _make_why(self) -> QWidget:
        self._why = QWidget()
        words = QVBoxLayout(self._why)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        self._why_above = Text("", Size.LABEL, ink="ink2")
        self._why_strong = Text("", Size.LABEL, Weight.BOLD)
        words.addStretch(1)
        for text in (self._why_above, self._why_strong):
            text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            words.addWidget(text)
        words.addStretch(1)
        self._why.hide()
        return self._why

    def set_heading(self, title: str, *, inline: str = "", below: str = "", tags: Iterable[Tag] = ()) -> None:
        """inline: beside the title. below: a second, smaller line. tags: after the title."""
        self._title.setText(title)
        self._inline.setText(inline)
        self._inline.setVisible(bool(inline))
        self._below.setText(below)
        self._below.setVisible(bool(below))
        wanted = list(tags)
        if [widget.tag for widget in self._tag_widgets] == wanted:
            return
        for widget in self._tag_widgets:
            self._tags.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._tag_widgets = [StatusTag(tag) for tag in wanted]
        for widget in self._tag_widgets:
            self._tags.addWidget(widget)

    def set_place(self, main: str, below: str = "") -> None:
        """Where the person is now, and how we know; empty hides it."""
        self._place.setVisible(bool(main))
        self._place_main.setText(main)
        self._place_below.setText(below)
        self._place.setToolTip("\n".join(part for part in (main, below) if part))

    def set_why(self, above: str, strong: str = "") -> None:
        """Two right-aligned lines beside the action slot: what it will act on, and why."""
        self._why.setVisible(bool(above))
        self._why_above.setText(above)
        self._why_strong.setText(strong)
        self._why_strong.setVisible(bool(strong))

    def add_button(self, button: QWidget) -> None:
        self._buttons.addWidget(button)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.surface)
        painter.fillRect(0, self.height() - 1, self.width(), 1, t.line)
        painter.end()
