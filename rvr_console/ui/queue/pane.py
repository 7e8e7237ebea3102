"""The detail pane with its acts: take, log a contact, and the sergeant's three decisions."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from rvr_console.domain.incident import Incident, Triage
from rvr_console.ui.queue import words
from rvr_console.ui.queue.detail import DetailScroll
from rvr_console.ui.queue.forms import AllocateForm, ContactForm, ReasonForm
from rvr_console.ui.theme import Space, tokens
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.button import Button


def _button_row(*buttons: Button) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.XS)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row


class DetailPane(QWidget):
    """Signals carry the incident's reference first."""

    take_wanted = Signal(str)
    suitable_wanted = Signal(str)
    return_wanted = Signal(str, str)
    allocate_wanted = Signal(str, str)
    contact_wanted = Signal(str, str, object)

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("pane", True)
        self.setMinimumWidth(320)
        self._now = now
        self._incident: Incident | None = None
        self._me, self._may_take, self._may_triage = "", False, False
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._make_empty())
        self._stack.addWidget(self._make_filled())

    def _make_empty(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(Space.PAGE, Space.M, Space.PAGE, Space.M)
        column.addWidget(EmptyState("list", words.CHOOSE, words.CHOOSE_ADVICE))
        column.addStretch(1)
        return box

    def _make_filled(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(Space.PAGE, Space.M, Space.M, Space.PAGE)
        column.setSpacing(Space.XS)
        self._scroll = DetailScroll()
        column.addWidget(self._scroll, 1)
        self.take_button = Button(words.TAKE_THIS)
        self.contact_button = Button(words.LOG_CONTACT)
        self.suitable_button = Button(words.SUITABLE)
        self.return_button = Button(words.RETURN)
        self.allocate_button = Button(words.ALLOCATE)
        self._button_box = QWidget()
        rows = QVBoxLayout(self._button_box)
        rows.setContentsMargins(0, Space.XS, 0, 0)
        rows.setSpacing(Space.XS)
        rows.addLayout(_button_row(self.take_button, self.contact_button))
        rows.addLayout(_button_row(self.suitable_button, self.return_button, self.allocate_button))
        column.addWidget(self._button_box)
        self._contact, self._reason, self._allocate = ContactForm(self._now), ReasonForm(), AllocateForm()
        self._forms: tuple[ContactForm | ReasonForm | AllocateForm, ...] = (
            self._contact,
            self._reason,
            self._allocate,
        )
        for form in self._forms:
            form.hide()
            form.cancelled.connect(self.close_forms)
            column.addWidget(form)
        self._connect()
        return box

    def _connect(self) -> None:
        self.take_button.clicked.connect(lambda: self.take_wanted.emit(self.reference))
        self.suitable_button.clicked.connect(lambda: self.suitable_wanted.emit(self.reference))
        self.contact_button.clicked.connect(lambda: self._open(self._contact))
        self.return_button.clicked.connect(lambda: self._open(self._reason))
        self.allocate_button.clicked.connect(lambda: self._open(self._allocate))
        self._contact.submitted.connect(self._log_contact)
        self._reason.submitted.connect(self._return)
        self._allocate.submitted.connect(self._give)

    @property
    def reference(self) -> str:
        return self._incident.reference if self._incident else ""

    def set_person(self, me: str, *, may_take: bool, may_triage: bool) -> None:
        self._me, self._may_take, self._may_triage = me, may_take, may_triage
        self._fit_buttons()

    def show_incident(self, incident: Incident | None) -> None:
        """A form that is open stays open while the same incident is shown again."""
        if incident is None or incident.reference != self.reference:
            self.close_forms()
        self._incident = incident
        if incident is not None:
            self._scroll.show_incident(incident, self._now())
        else:
            self._scroll.clear()
        self._stack.setCurrentIndex(1 if incident else 0)
        self._fit_buttons()

    def _fit_buttons(self) -> None:
        incident = self._incident
        takeable = incident is not None and incident.takeable_by(self._me, self._now())
        to_triage = incident is not None and incident.triage is Triage.TO_TRIAGE
        self.take_button.setVisible(self._may_take and takeable)
        self.contact_button.setVisible(self._may_take)
        self.suitable_button.setVisible(self._may_triage and to_triage)
        self.return_button.setVisible(self._may_triage)
        self.allocate_button.setVisible(self._may_triage)

    def focus_first(self) -> None:
        """Enter in the table leads here."""
        for button in (self.take_button, self.suitable_button, self.contact_button):
            if button.isVisible():
                button.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _open(self, form: ContactForm | ReasonForm | AllocateForm) -> None:
        self._button_box.hide()
        form.show()
        if isinstance(form, AllocateForm):
            form.start(self._incident.allocated_to or "" if self._incident else "")
        else:
            form.start()

    def close_forms(self) -> None:
        had_focus = any(
            form.isVisible() and form.isAncestorOf(self.focusWidget() or self) for form in self._forms
        )
        for form in self._forms:
            form.hide()
        self._button_box.show()
        if had_focus:
            self.contact_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _log_contact(self, outcome: str, next_at: datetime | None) -> None:
        self.close_forms()
        self.contact_wanted.emit(self.reference, outcome, next_at)

    def _return(self, reason: str) -> None:
        self.close_forms()
        self.return_wanted.emit(self.reference, reason)

    def _give(self, collar: str) -> None:
        self.close_forms()
        self.allocate_wanted.emit(self.reference, collar)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.surface)
        painter.fillRect(0, 0, 1, self.height(), t.line)
        painter.end()
