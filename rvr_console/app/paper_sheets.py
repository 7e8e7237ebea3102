"""The sheets of paperwork that stand as tabs beside the call, made and wired to their services."""

from rvr_console.app.console import Console
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.consultation.sheet import Sheet
from rvr_console.ui.qt_bridge import QtBridge


def make_sheets(
    console: Console,  # noqa: ARG001 (the first sheet uses it)
    presenter: ConsultationPresenter,  # noqa: ARG001 (as above)
    bridge: QtBridge,  # noqa: ARG001 (as above)
) -> list[Sheet]:
    """In any order: the tabs stand in that of sheet.TAB_ORDER."""
    return []
