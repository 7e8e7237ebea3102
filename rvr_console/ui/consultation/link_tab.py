"""The link while it is open; a closed link shows no code any more."""

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from rvr_console.domain.consultation import LinkState
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.link_panel import LINK_TAGS, LinkPanel
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.theme import Space
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.text import plane


class LinkTab(QWidget):
    """The panel again, in the call too: a link is read out a second time when somebody has lost it."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = QStackedLayout(self)
        empty, filled = plane("surface"), plane("surface")
        column = QVBoxLayout(empty)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        self._empty = EmptyState("qr-code", words.LINK_NOT_SENT, words.LINK_ADVICE)
        column.addWidget(self._empty)
        column.addStretch(1)
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, Space.XXS, 0, 0)
        self._panel = LinkPanel()
        column.addWidget(self._panel)
        column.addStretch(1)
        self._stack.addWidget(empty)
        self._stack.addWidget(filled)

    def show_state(self, state: PageState) -> None:
        stands = state.consultation.link
        closed = stands in (LinkState.CLOSED, LinkState.EXPIRED)
        there = state.link is not None and stands is not None and not closed
        self._stack.setCurrentIndex(1 if there else 0)
        if stands is not None and closed:
            self._empty.set_words(f"{LINK_TAGS[stands].word}.", words.LINK_CLOSED_ADVICE)
        elif not there:
            self._empty.set_words(words.LINK_NOT_SENT, words.LINK_ADVICE)
        self._panel.show_state(state)
