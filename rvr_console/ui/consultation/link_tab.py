"""The link: QR code, read-out in groups of four, copy, and what CAD was told."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from rvr_console.domain.consultation import LinkState
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.qr import qr_matrix
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.theme import Size, Space, Weight, font
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.qr_view import QrView
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text, plane

LINK_TAGS = {
    LinkState.ISSUED: Tag(Shape.RING, "Sent, not opened yet"),
    LinkState.WAITING: Tag(Shape.HALF, "Device waiting", Tone.ACCENT),
    LinkState.LIVE: Tag(Shape.DONE, "Live", Tone.OK),
    LinkState.PAUSED: Tag(Shape.PAUSED, "Paused", Tone.WARN),
    LinkState.DROPPED: Tag(Shape.SOON, "Dropped, link open", Tone.WARN),
    LinkState.CLOSED: Tag(Shape.CLOSED, "Closed link"),
    LinkState.EXPIRED: Tag(Shape.CLOSED, "Expired link"),
}


class LinkTab(QWidget):
    """Shows the link while it is open; a closed link shows no code any more."""

    def __init__(self) -> None:
        super().__init__()
        self._url = ""
        self._stack = QStackedLayout(self)
        empty = plane("surface")
        column = QVBoxLayout(empty)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        self._empty = EmptyState("qr-code", words.LINK_NOT_SENT, words.LINK_ADVICE)
        column.addWidget(self._empty)
        column.addStretch(1)
        self._stack.addWidget(empty)
        self._stack.addWidget(self._make_link())

    def _make_link(self) -> QWidget:
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        column.setSpacing(Space.S)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(Text(words.LINK, Size.BODY, Weight.BOLD))
        self._state, self._arrived = StatusTag(), StatusTag()
        head.addWidget(self._state)
        head.addWidget(self._arrived)
        self._told = Text(words.CAD_TOLD, Size.LABEL, ink="ink2")
        head.addWidget(self._told)
        head.addStretch(1)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        self._qr = QrView()
        row.addWidget(self._qr)
        row.addLayout(self._make_read_out(), 1)
        column.addLayout(row)
        column.addStretch(1)
        return pane

    def _make_read_out(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(Space.XXS)
        side.addWidget(Text(words.READ_OUT, Size.LABEL, Weight.BOLD, "ink2"))
        self._code = Text("", Size.TITLE, Weight.BOLD)
        self._code.setFont(font(Size.TITLE, Weight.BOLD, slashed_zero=True))
        self._code.setAccessibleName("Link code")
        self._host = Text("", Size.LABEL, ink="ink2")
        side.addWidget(self._code)
        side.addWidget(self._host)
        copy = Button(words.COPY_LINK, icon="copy")
        copy.clicked.connect(self._copy)
        side.addSpacing(Space.XS)
        side.addWidget(copy)
        self._copied = Text("", Size.LABEL, ink="ink2")
        side.addWidget(self._copied)
        side.addStretch(1)
        return side

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._url)
        self._copied.setText(words.COPIED)

    def show_state(self, state: PageState) -> None:
        link_state = state.consultation.link
        closed = link_state in (LinkState.CLOSED, LinkState.EXPIRED)
        self._stack.setCurrentIndex(1 if state.link and not closed else 0)
        if closed:
            self._empty.set_words(LINK_TAGS[link_state].word + ".", "It can never be opened again.")  # type: ignore[index]  # closed says it is one
        if state.link is None or closed or link_state is None:
            return
        self._state.set_tag(LINK_TAGS[link_state])
        self._arrived.set_tag(
            Tag(Shape.DONE, words.ARRIVED_AT.format(time=clock(state.link.issued_at)), Tone.OK)
        )
        if state.link_url != self._url:
            self._url = state.link_url
            self._qr.set_matrix(qr_matrix(self._url))
            self._copied.setText("")
        self._code.setText(state.link.read_out.replace(" ", "  "))
        self._host.setText(words.READ_OUT_AT.format(host=QUrl(self._url).authority()))
