"""Banners: what happened in bold, what to do, one button. Never over the picture."""

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import RADIUS, Height, Size, Weight, tokens
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import IconView, Status
from rvr_console.ui.widgets.tag import Tone, tone_fill, tone_ink
from rvr_console.ui.widgets.text import Text

_SHAPES = {
    Tone.OK: Shape.DONE,
    Tone.WARN: Shape.SOON,
    Tone.DANGER: Shape.OVER,
    Tone.ACCENT: Shape.KIND,
    Tone.NEUTRAL: Shape.RING,
}
_SPOKEN = {
    Tone.OK: messages.FINISHED,
    Tone.WARN: messages.WARNING,
    Tone.DANGER: messages.FAULT,
    Tone.ACCENT: messages.NOTICE,
    Tone.NEUTRAL: messages.NOTICE,
}
TOAST_MS = 6000


class Banner(QFrame):
    """acted: its button was pressed.

    A danger banner's button is filled red, the others' are quiet. wrap: in narrow places.

    flat: square corners, for the full width of a page.
    """

    acted = Signal()

    def __init__(
        self,
        tone: Tone,
        fact: str,
        advice: str = "",
        action: str = "",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.tone, self.fact = tone, fact
        self.flat = False
        self.setMinimumHeight(Height.BANNER)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{_SPOKEN[tone]}: {' '.join(p for p in (fact, advice) if p)}")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        glyph = Status(_SHAPES[tone], "", tone, gap=0)
        glyph.setAccessibleName(_SPOKEN[tone])
        row.addWidget(glyph)
        self._advice = Text(advice, Size.BODY, elide=not wrap, wrap=wrap)
        self._advice.setToolTip(advice)
        if wrap:
            words = QVBoxLayout()
            words.setContentsMargins(0, 8, 0, 8)
            words.setSpacing(0)
            words.addWidget(Text(fact, Size.BODY, Weight.BOLD, wrap=True))
            words.addWidget(self._advice)
            row.addLayout(words, 1)
        else:
            row.addWidget(Text(fact, Size.BODY, Weight.BOLD))
            row.addWidget(self._advice, 1)
        self.button: Button | None = None
        if action:
            self.button = Button(action, "rec" if tone is Tone.DANGER else "quiet")
            self.button.clicked.connect(self.acted)
            row.addWidget(self.button)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = 0 if self.flat else RADIUS
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(t.line)
        painter.setBrush(tone_fill(self.tone, t))
        painter.drawRoundedRect(box, radius, radius)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setClipPath(path)
        painter.fillRect(0, 0, 4, self.height(), tone_ink(self.tone, t))
        painter.end()


class Toast(Banner):
    """A banner that goes by itself after 6 s, but stays while hovered or focused. gone: it has left."""

    gone = Signal()

    def __init__(self, fact: str, advice: str = "", action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(Tone.OK, fact, advice, action, parent=parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOAST_MS)
        self._timer.timeout.connect(self._leave)
        self._timer.start()

    def _leave(self) -> None:
        if self.underMouse() or (self.button and self.button.hasFocus()):
            self._timer.start()
            return
        self.gone.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.start()
        super().enterEvent(event)


class BannerStack(QWidget):
    """Under the page header: faults stay until `clear` of their key, one toast at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banners: dict[str, Banner] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.hide()

    def put(self, key: str, banner: Banner) -> Banner:
        """Show the banner in place of any other of this key, and say it."""
        self.clear(key)
        self._banners[key] = banner
        banner.flat = True
        self._column.addWidget(banner)
        if isinstance(banner, Toast):
            banner.gone.connect(lambda: self.clear(key))
        self.show()
        announce(self, banner.accessibleName(), assertive=banner.tone is Tone.DANGER)
        return banner

    def toast(self, fact: str, advice: str = "", action: str = "") -> Banner:
        return self.put("toast", Toast(fact, advice, action))

    def clear(self, key: str) -> None:
        banner = self._banners.pop(key, None)
        if banner:
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._banners))

    def keys(self) -> tuple[str, ...]:
        """Keys of the banners in sight."""
        return tuple(self._banners)


class EmptyState(QWidget):
    """Nothing here: one fact, one sentence what to do."""

    def __init__(self, icon: str, fact: str, advice: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(4)
        column.addStretch(1)
        column.addWidget(IconView(icon, "ink2", 24), 0, Qt.AlignmentFlag.AlignHCenter)
        self._fact = Text(fact, Size.BODY, Weight.MEDIUM)
        self._advice = Text(advice, Size.LABEL, ink="ink2", wrap=True)
        for text in (self._fact, self._advice):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(text)
        column.addStretch(1)
        self.set_words(fact, advice)

    def set_words(self, fact: str, advice: str = "") -> None:
        self._fact.setText(fact)
        self._advice.setText(advice)
        self.setAccessibleName(" ".join(p for p in (f"{fact}.", advice) if p))

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(t.edge, 1, Qt.PenStyle.DashLine)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()
