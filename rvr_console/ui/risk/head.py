"""The head of a form: title, pack and version, wording notice, how much is answered."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.domain.form import Pack
from rvr_console.ui.risk import words
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.bar import Bar
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.text import Text


class FormHead(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._shown = Shown()
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.XXS, Space.M, Space.XS)
        row.setSpacing(Space.S)
        left = QVBoxLayout()
        left.setSpacing(0)
        first = QHBoxLayout()
        first.setSpacing(Space.XXS)
        self._title = Text("", Size.BODY, Weight.BOLD)
        self._pack = Text("", Size.BODY, ink="ink2", elide=True)
        first.addWidget(self._title)
        first.addWidget(self._pack, 1)
        left.addLayout(first)
        self._wording = Text("", Size.LABEL, ink="ink2", elide=True)
        left.addWidget(self._wording)
        row.addLayout(left, 1)
        self._count = Text("", Size.LABEL, ink="ink2")
        row.addWidget(self._count, 0, Qt.AlignmentFlag.AlignVCenter)
        self._bar = Bar()
        self._bar.setAccessibleName(words.ANSWERED)
        self._bar.setFixedSize(112, Height.BAR)
        row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_pack(self, pack: Pack, done: tuple[int, int] | None, person: str) -> None:
        """done: None before the form is started."""
        if self._shown.changed("pack", (pack.digest, person)):
            self._title.setText(words.TITLES[pack.kind])
            parts = [person, pack.title if pack.title != words.TITLES[pack.kind] else ""]
            self._pack.setText(" ".join(f"· {part}" for part in parts if part))
            version = words.VERSION.format(pack=pack.id, version=pack.version)
            self._wording.setText(f"{pack.wording} ({version})" if pack.wording else version)
            self._wording.setToolTip(pack.wording)
        for part in (self._count, self._bar):
            part.setVisible(done is not None)
        if done is not None and self._shown.changed("done", done):
            self._count.setText(words.OF.format(n=done[0], all=done[1]))
            self._bar.setMaximum(max(1, done[1]))
            self._bar.setValue(done[0])
            self._bar.setAccessibleName(words.ANSWERED_OF.format(n=done[0], all=done[1]))
