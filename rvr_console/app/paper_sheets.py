"""The sheets of paperwork that stand as tabs beside the call, made and wired to their services."""

from rvr_console.app.console import Console
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.consultation.sheet import Sheet
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.safeguarding.presenter import SafeguardingPresenter
from rvr_console.ui.safeguarding.sheet import SafeguardingSheet


def make_sheets(
    console: Console,
    presenter: ConsultationPresenter,
    bridge: QtBridge,  # noqa: ARG001 (the first sheet that listens uses it)
) -> list[Sheet]:
    """In any order: the tabs stand in that of sheet.TAB_ORDER."""
    return [SafeguardingSheet(SafeguardingPresenter(presenter, console.paperwork.safeguarding))]
