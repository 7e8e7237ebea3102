"""Sign in: collar number and password; demonstration accounts as labelled rows where they exist."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rvr_console.domain.access import Role
from rvr_console.ui import messages
from rvr_console.ui.theme import Size, Space, Weight, tokens
from rvr_console.ui.widgets.button import ActionSlot
from rvr_console.ui.widgets.cell import draw_two_lines
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone, paint_tag, tag_width
from rvr_console.ui.widgets.text import Card, Text, fill

if TYPE_CHECKING:
    from rvr_console.ui.widgets.banner import Banner


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An invented person of the demonstration day."""

    collar: str
    name: str
    role: Role
    password: str = field(repr=False)


class Presenter(Protocol):
    def sign_in(self, collar: str, password: str) -> None:
        """Starts the attempt; the outcome comes back through the page."""
        ...


class _DemoRow(QToolButton):
    def __init__(self, account: DemoAccount, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._account = account
        self._role = messages.ROLE_WORDS[account.role.value]
        self.setFixedHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(messages.DEMO_ROW.format(name=account.name, role=self._role))

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.hover if self.underMouse() else t.surface)
        painter.fillRect(0, self.height() - 1, self.width(), 1, t.line)
        below = f"{self._role} · {messages.COLLAR.lower()} {self._account.collar}"
        draw_two_lines(painter, self.rect(), self._account.name, below)
        tag = Tag(Shape.KIND, messages.DEMO, Tone.ACCENT)
        paint_tag(painter, tag, self.width() - tag_width(tag) - 12, (self.height() - 20) / 2)
        painter.end()


class SignInPage(QWidget):
    """wanted(collar, password): somebody asks to sign in. The page forgets the password after each attempt."""

    wanted = Signal(str, str)

    def __init__(
        self, force_name: str, demo: Sequence[DemoAccount] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        fill(self, "ground")
        self.setAccessibleName(messages.SIGN_IN)
        self._fault: Banner | None = None
        self._presenter: Presenter | None = None
        self._demo = list(demo)
        around = QWidget()
        outer = QHBoxLayout(around)
        outer.addStretch(1)
        middle = QVBoxLayout()
        middle.addStretch(2)
        middle.addWidget(self._make_card(force_name))
        middle.addStretch(3)
        outer.addLayout(middle)
        outer.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()  # else no page could be lower than all accounts are high
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setAccessibleName(messages.SIGN_IN)
        fill(around, "ground")
        scroll.setWidget(around)
        whole.addWidget(scroll)

    def connect_presenter(self, presenter: Presenter) -> None:
        """Attempts go there; the page keeps it alive."""
        self._presenter = presenter
        self.wanted.connect(presenter.sign_in)

    def _make_card(self, force_name: str) -> QWidget:
        card = Card()
        card.setFixedWidth(440)
        self._column = QVBoxLayout(card)
        self._column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
        self._column.setSpacing(Space.XS)
        self._column.addWidget(Text(force_name, Size.LABEL, Weight.BOLD, "ink2"))
        self._column.addWidget(Text(messages.SIGN_IN, Size.FIGURE, Weight.BOLD))
        self._column.addWidget(Text(messages.SIGN_IN_ADVICE, ink="ink2", wrap=True))
        self._faults = QVBoxLayout()
        self._column.addLayout(self._faults)
        self._column.addSpacing(Space.XS)
        self.collar = QLineEdit()
        self.collar.setMaxLength(32)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setMaxLength(1024)
        self._collar_field = Field(messages.COLLAR, self.collar)
        self._password_field = Field(messages.PASSWORD, self.password)
        self._column.addWidget(self._collar_field)
        self._column.addSpacing(Space.XXS)
        self._column.addWidget(self._password_field)
        self._column.addSpacing(Space.XS)
        self.slot = ActionSlot()
        self.slot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.slot.set_action(messages.SIGN_IN)
        self.slot.acted.connect(self._submit)
        self.collar.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._submit)
        self._column.addWidget(self.slot)
        if self._demo:
            self._add_demo()
        return card

    def _add_demo(self) -> None:
        self._column.addSpacing(Space.M)
        self._column.addWidget(Text(messages.DEMO_ACCOUNTS, Size.LABEL, Weight.BOLD, "ink2"))
        self._column.addWidget(Text(messages.DEMO_ADVICE, Size.LABEL, ink="ink2", wrap=True))
        rows = QVBoxLayout()
        rows.setSpacing(0)
        for account in self._demo:
            row = _DemoRow(account)
            row.clicked.connect(lambda _on=False, one=account: self._choose_demo(one))
            rows.addWidget(row)
        self._column.addLayout(rows)

    def _choose_demo(self, account: DemoAccount) -> None:
        if not self.slot.pending:
            self.collar.setText(account.collar)
            self.wanted.emit(account.collar, account.password)

    def _submit(self) -> None:
        if self.slot.pending:
            return
        collar, password = self.collar.text().strip(), self.password.text()
        self._collar_field.set_error("" if collar else messages.NEED_COLLAR)
        self._password_field.set_error("" if password else messages.NEED_PASSWORD)
        if not collar:
            self.collar.setFocus()
        elif not password:
            self.password.setFocus()
        else:
            self.wanted.emit(collar, password)

    def show_pending(self) -> None:
        self.clear_fault()
        self.slot.set_pending(messages.SIGNING_IN)

    def show_fault(self, what: str, advice: str) -> None:
        """Not signed in: why, and what to do. The password is emptied, the number stays."""
        from rvr_console.ui.widgets.banner import Banner

        self.clear_fault()
        self._fault = Banner(Tone.DANGER, what, advice, wrap=True)
        self._faults.addWidget(self._fault)
        self.slot.set_action(messages.SIGN_IN)
        self.password.clear()
        self.password.setFocus()

    def clear_fault(self) -> None:
        if self._fault:
            self._faults.removeWidget(self._fault)
            self._fault.hide()
            self._fault.deleteLater()
            self._fault = None

    def reset(self) -> None:
        """Ready for the next person: nothing of the last one is left."""
        self.clear_fault()
        self.collar.clear()
        self.password.clear()
        self._collar_field.set_error("")
        self._password_field.set_error("")
        self.slot.set_action(messages.SIGN_IN)
        self.collar.setFocus()
