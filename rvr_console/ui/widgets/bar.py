"""The bar that says how far something is."""

from PySide6.QtWidgets import QProgressBar, QWidget


class Bar(QProgressBar):
    """Painted with everything else: Qt's own paints a new value at once, and with it all that only waits to be painted."""

    def __init__(self, most: int = 100, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, most)
        self.setTextVisible(False)

    def setValue(self, value: int) -> None:
        if value != self.value():
            self.setUpdatesEnabled(False)
            super().setValue(value)
            self.setUpdatesEnabled(True)
