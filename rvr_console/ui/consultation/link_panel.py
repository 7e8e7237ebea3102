"""The link: QR code, read-out in groups of four, copy, and what CAD was told."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.domain.consultation import LinkState
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.qr import qr_matrix
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.theme import Size, Space, Weight, font
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.qr_view import QrView
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text

LINK_TAGS = {
    LinkState.ISSUED: Tag(Shape.RING, "Sent, not opened yet"),
    LinkState.WAITING: Tag(Shape.HALF, "Device waiting", Tone.ACCENT),
    LinkState.LIVE: Tag(Shape.DONE, "Live", Tone.OK),
    LinkState.PAUSED: Tag(Shape.PAUSED, "Paused", Tone.WARN),
    LinkState.DROPPED: Tag(Shape.SOON, "Dropped, link open", Tone.WARN),
    LinkState.CLOSED: Tag(Shape.CLOSED, "Closed link"),
    LinkState.EXPIRED: Tag(Shape.CLOSED, "Expired link"),
}


class LinkPanel(QWidget):
    """Shows an open link. Nothing of the link is written anywhere but here and the clipboard, at the officer's wish."""

    def __init__(self) -> None:
        super().__init__()
        self._url = ""
        self._shown = Shown()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(Text(words.LINK, Size.BODY, Weight.BOLD))
        self._state, self._arrived = StatusTag(), StatusTag()
        head.addWidget(self._state)
        head.addWidget(self._arrived)
        head.addWidget(Text(words.CAD_TOLD, Size.LABEL, ink="ink2", elide=True), 1)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        self._qr = QrView()
        row.addWidget(self._qr)
        row.addLayout(self._make_read_out(), 1)
        column.addLayout(row)

    def _make_read_out(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(Space.XXS)
        side.addWidget(Text(words.READ_OUT, Size.LABEL, Weight.BOLD, "ink2"))
        self._code = Text("", Size.TITLE, Weight.BOLD)
        self._code.setAccessibleName("Link code")
        self._host = Text("", Size.LABEL, ink="ink2")
        side.addWidget(self._code)
        side.addWidget(self._host)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        copy = Button(words.COPY_LINK, icon="copy")
        copy.clicked.connect(self._copy)
        row.addWidget(copy)
        self._copied = Text("", Size.LABEL, ink="ink2", elide=True)
        row.addWidget(self._copied, 1)
        side.addSpacing(Space.XS)
        side.addLayout(row)
        side.addStretch(1)
        return side

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._url)
        self._copied.setText(words.COPIED)

    def show_state(self, state: PageState) -> None:
        link, stands = state.link, state.consultation.link
        if link is None or stands is None or not self._shown.changed("link", (link, stands, state.link_url)):
            return
        self._state.set_tag(LINK_TAGS[stands])
        self._arrived.set_tag(Tag(Shape.DONE, words.ARRIVED_AT.format(time=clock(link.issued_at)), Tone.OK))
        if state.link_url != self._url:
            self._url = state.link_url
            self._qr.set_matrix(qr_matrix(self._url))
            self._copied.setText("")
        self._code.setText(link.read_out.replace(" ", "  "))
        self._code.setFont(font(Size.TITLE, Weight.BOLD, slashed_zero=True))
        self._host.setText(words.READ_OUT_AT.format(host=QUrl(self._url).authority()))

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        side = 118 if compact else 154
        self._qr.setFixedSize(side, side)
