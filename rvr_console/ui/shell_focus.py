"""The focus never falls out of the page: what hides or goes off hands it on nearby, not to whatever comes next in the window."""

from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from rvr_console.ui.shell_panes import first_stop
from rvr_console.ui.widgets.button import ActionSlot
from rvr_console.ui.widgets.tab_order import move_focus


class FocusKeeper(QMainWindow):
    """A window whose pages lie in panes. Tab walks as the eye reads."""

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 (the name that Qt gives it)
        """Qt asks this for Tab, and for a control that had the focus and is hidden or switched off."""
        gone = QApplication.focusWidget()
        if gone is None or gone is self or (gone.isVisible() and gone.isEnabled()):
            return move_focus(self, gone, forward=next)
        nearby = stop_nearby(gone)
        if nearby is None:
            gone.clearFocus()  # shortcuts go on; a key meant for what is gone presses nothing else
            return False
        nearby.setFocus()
        return True


def stop_nearby(gone: QWidget) -> QWidget | None:
    """The first control that takes Tab in the smallest visible part around it, up to its pane.

    Not in what holds the page's acts: Enter, meant for what is gone, would convert to attendance or end the call.
    """
    around = gone.parentWidget()
    while around is not None and not around.isWindow() and around.findChild(ActionSlot) is None:
        if around.isVisible() and (stop := first_stop(around)) is not None:
            return stop
        if around.property("pane") and around.isVisible():
            return None
        around = around.parentWidget()
    return None
