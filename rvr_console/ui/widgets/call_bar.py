"""Call controls: icon, word and key each; End call far right asks in place, without a dialog."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedWidget, QToolButton, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Size, Weight, font, paint_icon, text_width, tokens
from rvr_console.ui.widgets.button import Button, pressed_by_enter
from rvr_console.ui.widgets.text import Text, fill

HEIGHT = 72
NARROW = 4  # controls that stay beside each other when there is little room


@dataclass(frozen=True, slots=True)
class CallControl:
    """key: the act's name in code. on: drawn as active. state: spoken ("on", "off"). why_off: reason when disabled."""

    key: str
    word: str
    icon: str
    shortcut: str
    active: bool = False
    state: str = ""
    why_off: str = ""


CONTROLS = (
    CallControl("mute", messages.MUTE, "mic", "F2", state=messages.OFF),
    CallControl("camera", messages.CAMERA, "video", "F3", state=messages.ON),
    CallControl("pause", messages.PAUSE, "pause", "F4"),
    CallControl("still", messages.STILL, "camera", "F5"),
    CallControl("file", messages.ASK_FOR_FILE, "file-up", "F7"),
    CallControl("share", messages.SHARE, "monitor-up", "F8"),
    CallControl("invite", messages.INVITE, "user-plus", "F9"),
    CallControl("chat", messages.CHAT, "message-square", "F10"),
)


class CallButton(QToolButton):
    """One control: icon, word, key below each other."""

    def __init__(self, control: CallControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_control(control)

    def set_control(self, control: CallControl) -> None:
        self.control = control
        parts = (control.word, control.state, control.why_off, control.shortcut)
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.setToolTip(control.why_off or f"{control.word} ({control.shortcut})")
        self.setEnabled(not control.why_off)
        self.updateGeometry()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        words = text_width(self.control.word, Size.LABEL)
        return QSize(max(50, round(words) + 14), HEIGHT - 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        active, over = self.control.active, self.underMouse() and self.isEnabled()
        if active or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.tint if active else t.hover)
            painter.drawRoundedRect(self.rect(), 4, 4)
        ink = t.ink3 if not self.isEnabled() else t.accent if active else t.ink
        paint_icon(painter, self.control.icon, (self.width() - 20) // 2, 4, ink, size=20)
        painter.setFont(font(Size.LABEL, Weight.BOLD if active else Weight.MEDIUM))
        painter.setPen(ink)
        centre = int(Qt.AlignmentFlag.AlignCenter)
        painter.drawText(0, 27, self.width(), 16, centre, self.control.word)
        painter.setFont(font(Size.LABEL))
        painter.setPen(t.ink2 if self.isEnabled() else t.ink3)
        painter.drawText(0, 45, self.width(), 16, centre, self.control.shortcut)
        painter.end()


class CallBar(QWidget):
    """acted(key): a control was pressed. end_chosen("both" | "keep"): how to end. Escape or Cancel goes back."""

    acted = Signal(str)
    end_chosen = Signal(str)

    def __init__(self, controls: Sequence[CallControl] = CONTROLS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(messages.CALL_BAR)
        fill(self, "surface")
        self._buttons: dict[str, CallButton] = {}
        self._stack = QStackedWidget()
        self._stack.setProperty("clear", True)
        self._stack.addWidget(self._make_controls(controls))
        self._stack.addWidget(self._make_choice())
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self._stack)
        QShortcut(QKeySequence(messages.END_CALL_KEYS), self).activated.connect(self.ask_end)

    def _make_controls(self, controls: Sequence[CallControl]) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for control in controls:
            button = CallButton(control)
            button.clicked.connect(lambda _on=False, key=control.key: self.acted.emit(key))
            # Of the bar, so that the key works also while the button is behind "More".
            QShortcut(QKeySequence(control.shortcut), self).activated.connect(button.click)
            self._buttons[control.key] = button
            row.addWidget(button)
        self.more = CallButton(CallControl("more", messages.MORE, "ellipsis", ""))
        self.more.clicked.connect(self._open_more)
        self.more.hide()
        row.addWidget(self.more)
        row.addStretch(1)
        self.end_button = Button(messages.END_CALL, "rec", icon="phone-off", tall=True)
        self.end_button.setAccessibleName(f"{messages.END_CALL}, {messages.END_CALL_KEYS}")
        self.end_button.setToolTip(f"{messages.END_CALL} ({messages.END_CALL_KEYS})")
        self.end_button.clicked.connect(self.ask_end)
        row.addWidget(self.end_button)
        return page

    def _make_choice(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(8)
        self._question = Text(messages.END_QUESTION, weight=Weight.BOLD)
        row.addWidget(self._question)
        row.addStretch(1)
        cancel = Button(messages.CANCEL, "quiet", tall=True)
        cancel.clicked.connect(self.show_controls)
        self._keep = Button(messages.KEEP_LINK, tall=True)
        self._keep.clicked.connect(lambda: self._end("keep"))
        both = Button(messages.END_FOR_BOTH, "rec", tall=True)
        both.clicked.connect(lambda: self._end("both"))
        for button in (cancel, self._keep, both):
            row.addWidget(button)
        return page

    def set_control(self, key: str, **changes: object) -> None:
        """Change word, icon, active, state or why_off of one control."""
        button = self._buttons[key]
        button.set_control(replace(button.control, **changes))  # type: ignore[arg-type]  # field names are checked by replace

    def set_narrow(self, narrow: bool) -> None:
        """Only the first controls beside each other, the others in a menu; every key works as before."""
        for button in list(self._buttons.values())[NARROW:]:
            button.setVisible(not narrow)
        self.more.setVisible(narrow)
        self.end_button.setText(messages.END if narrow else messages.END_CALL)
        self.end_button.setAccessibleName(f"{messages.END_CALL}, {messages.END_CALL_KEYS}")
        self._question.setVisible(not narrow)

    def _open_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self._buttons.values():
            if button.isHidden():
                control = button.control
                words = f"{control.word}, {control.state}" if control.state else control.word
                action = menu.addAction(f"{words}\t{control.shortcut}", button.click)
                action.setEnabled(button.isEnabled())
                action.setToolTip(control.why_off)
        menu.popup(self.more.mapToGlobal(self.more.rect().topLeft()))

    def ask_end(self) -> None:
        """Turn the bar into its three choices; the harmless one has the focus."""
        self._stack.setCurrentIndex(1)
        self._keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_controls(self) -> None:
        self._stack.setCurrentIndex(0)
        self.end_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def asking(self) -> bool:
        return self._stack.currentIndex() == 1

    def _end(self, how: str) -> None:
        self.show_controls()
        self.end_chosen.emit(how)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.asking:
            self.show_controls()
            return
        super().keyPressEvent(event)
