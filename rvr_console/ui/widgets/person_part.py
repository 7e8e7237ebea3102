"""The signed-in person's part of the top bar: screen break, duty, name with its menu."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from rvr_console.domain.access import User
from rvr_console.ui import messages
from rvr_console.ui.theme import Height, Size, Weight, font
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import IconView
from rvr_console.ui.widgets.tag import Tag, Tone, paint_tag, tag_width
from rvr_console.ui.widgets.text import Text, rule


class DutyTag(QToolButton):
    """On or off duty; pressing asks for the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.on_duty = True
        self.set_on_duty(True)

    def set_on_duty(self, on_duty: bool) -> None:
        self.on_duty = on_duty
        self._tag = Tag(
            Shape.DONE if on_duty else Shape.RING,
            messages.ON_DUTY if on_duty else messages.OFF_DUTY,
            Tone.OK if on_duty else Tone.NEUTRAL,
        )
        self.setAccessibleName(
            f"{self._tag.word}, {messages.GO_OFF_DUTY if on_duty else messages.GO_ON_DUTY}"
        )
        self.setToolTip(messages.GO_OFF_DUTY if on_duty else messages.GO_ON_DUTY)
        self.setFixedSize(round(tag_width(self._tag) + 0.5), Height.TAG)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_tag(painter, self._tag, 0, 0)
        painter.end()


class PersonPart(QWidget):
    """Made at the first sign-in. duty_wanted(bool): the person asks to go on or off duty."""

    duty_wanted = Signal(bool)
    sign_out_wanted = Signal()
    theme_wanted = Signal()
    break_taken = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 0, 0)
        row.setSpacing(8)
        self._break_line = bar_divider()
        self._break_icon = IconView("coffee", "ink2")
        self.break_text = Text("", Size.LABEL, ink="ink2")
        self._brief, self._due, self._reminds = False, False, False
        row.addWidget(self._break_line)
        row.addSpacing(8)
        row.addWidget(self._break_icon)
        row.addWidget(self.break_text)
        row.addSpacing(8)
        row.addWidget(bar_divider())
        row.addSpacing(8)
        self.duty = DutyTag()
        self.duty.clicked.connect(lambda: self.duty_wanted.emit(not self.duty.on_duty))
        row.addWidget(self.duty)
        self.person = QToolButton()
        self.person.setFont(font(Size.BODY, Weight.MEDIUM))
        self.person.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.person.setMenu(self._make_menu())
        row.addWidget(self.person)
        self.set_break(None)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self.person)
        menu.addAction(messages.BREAK_TAKEN, self.break_taken.emit)
        menu.addAction(messages.SWITCH_THEME, self.theme_wanted.emit)
        menu.addAction(messages.SIGN_OUT, self.sign_out_wanted.emit)
        return menu

    def set_user(self, user: User) -> None:
        self.person.setText(user.title)
        self.person.setAccessibleName(f"{user.title}, {messages.PERSON_MENU}")
        self.duty.set_on_duty(user.on_duty)

    def set_break(self, minutes: int | None) -> None:
        """Minutes to the next screen break; 0 or less: due now; None: no reminder."""
        self._reminds, self._due = minutes is not None, minutes is not None and minutes <= 0
        if minutes is not None:
            word = messages.BREAK_DUE if self._due else messages.BREAK_IN.format(minutes=minutes)
            self.break_text.setText(word)
            self.break_text.set_ink("warn" if self._due else "ink2")
            self._break_icon.setAccessibleName(word)
            self._break_icon.setToolTip(word)
        self._show_break()

    def set_brief(self, brief: bool) -> None:
        """Little room: a break that is not due yet is told by its icon alone, the words are its tooltip."""
        self._brief = brief
        self._show_break()

    def _show_break(self) -> None:
        self._break_line.setVisible(self._reminds)
        self._break_icon.setVisible(self._reminds)
        self.break_text.setVisible(self._reminds and (self._due or not self._brief))

    def break_width(self, *, brief: bool) -> int:
        """Width in pixels of the reminder's words in this form."""
        if not self._reminds or (brief and not self._due):
            return 0
        return self.break_text.sizeHint().width() + self._row.spacing()


def bar_divider() -> QFrame:
    """The upright line between two parts of the top bar."""
    line = rule(vertical=True)
    line.setFixedHeight(24)
    return line
