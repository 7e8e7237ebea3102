"""The line under a form: what can be done with it as a whole, and when it was last stored."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rvr_console.domain.form import FormState
from rvr_console.domain.form_structure import open_items
from rvr_console.ui.form_words import closed_words
from rvr_console.ui.risk import words
from rvr_console.ui.risk.presenter import FormsPresenter
from rvr_console.ui.risk.state import FormsState
from rvr_console.ui.theme import Size, Space
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.text import Text


class FormFoot(QWidget):
    """Buttons: complete or open again, what is missing, earlier, text for records, save."""

    def __init__(self, presenter: FormsPresenter) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.M, Space.XXS)
        row.setSpacing(0)
        self.complete, self.reopen = Button(words.COMPLETE), Button(words.REOPEN)
        self.complete.clicked.connect(presenter.complete)
        self.missing = Button(words.MISSING.format(n=0), "quiet")
        self.earlier = Button(words.EARLIER, "quiet")
        self.blocks = Button(words.BLOCKS, "quiet")
        _short(self.blocks, words.BLOCKS_SHORT, words.BLOCKS)
        self.save = Button(words.SAVE, "quiet")
        self.again = Button(words.TRY_AGAIN)
        self.again.clicked.connect(presenter.store_again)
        for button in (
            self.complete,
            self.reopen,
            self.missing,
            self.earlier,
            self.blocks,
            self.save,
            self.again,
        ):
            row.addWidget(button)
        self.save.setVisible(
            presenter.may_save
        )  # not before: a control without a parent would come up as a window
        self._stored = Text("", Size.LABEL, ink="ink2", elide=True)
        self._stored.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._stored, 1)

    def focus_first(self) -> None:
        """Complete it, or open it again."""
        first = self.reopen if self.complete.isHidden() else self.complete
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        """Shorter words on a small screen, where the line would leave no room for when it was stored."""
        _short(self.save, words.SAVE_SHORT if compact else words.SAVE, words.SAVE)

    def show_state(self, state: FormsState) -> None:
        live = state.live
        if live is None:
            return
        is_open = live.form.state is FormState.OPEN
        shown, gone = (self.complete, self.reopen) if is_open else (self.reopen, self.complete)
        shown.show()
        if gone.hasFocus():  # it is not lost with the button that was pressed
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
        gone.hide()
        open_count = len(open_items(live.pack, live.form))
        self.missing.setVisible(is_open and open_count > 0)
        said = words.MISSING.format(n=open_count)
        if self.missing.text() != said:
            self.missing.setText(said)
        self.again.setVisible(bool(state.unstored))
        parts = [
            closed_words(live),
            words.NOT_STORED if state.unstored else "",
            words.STORED.format(time=state.stored_at) if state.stored_at and not state.unstored else "",
        ]
        text = " · ".join(part for part in parts if part)
        if self._stored.text() != text:
            self._stored.setText(text)
            self._stored.setToolTip(text)
            self._stored.set_ink("danger" if state.unstored else "ink2")


def _short(button: Button, shown: str, word: str) -> None:
    """The whole word is spoken, and shown under the pointer."""
    button.setText(shown)
    button.setAccessibleName(word)
    button.setToolTip(word if shown != word else "")
