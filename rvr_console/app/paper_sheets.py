"""The sheets of paperwork that stand as tabs beside the call, made and wired to their services."""

from rvr_console.app.console import Console
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.consultation.sheet import Sheet
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.risk.ports import FormServices
from rvr_console.ui.risk.sheet import FormSheet
from rvr_console.ui.safeguarding.presenter import SafeguardingPresenter
from rvr_console.ui.safeguarding.sheet import SafeguardingSheet
from rvr_console.ui.statement.ceremony_pane import CeremonyPane
from rvr_console.ui.statement.ceremony_presenter import CeremonyPresenter
from rvr_console.ui.statement.presenter import StatementPresenter
from rvr_console.ui.statement.sheet import StatementSheet


def make_sheets(
    console: Console,
    presenter: ConsultationPresenter,
    bridge: QtBridge,
) -> list[Sheet]:
    """In any order: the tabs stand in that of sheet.TAB_ORDER."""
    return [
        _statement(console, presenter, bridge),
        _forms(console, presenter),
        SafeguardingSheet(SafeguardingPresenter(presenter, console.paperwork.safeguarding)),
    ]


def _statement(console: Console, page: ConsultationPresenter, bridge: QtBridge) -> StatementSheet:
    papers = console.paperwork
    presenter = StatementPresenter(page, page.doing, papers.statements, bridge, papers.spelling)
    sheet, pane = StatementSheet(presenter), CeremonyPane()
    doors = (papers.signing, papers.signing.gates)
    signing = CeremonyPresenter(
        page.doing, doors, bridge, console.calls.marker, presenter.set_ceremony, sheet.say
    )
    for view in (pane, sheet, presenter.slot):
        signing.attach(view)

    def act(wanted: str) -> None:
        one = signing.state.ceremony
        if wanted == "correct" and one is not None:
            sheet.frozen.ask(one.words)
        else:
            signing.act(wanted)

    presenter.slot.follow(act)
    sheet.frozen.kept.connect(signing.keep)
    pane.wanted.connect(signing.act)
    pane.decided.connect(signing.decide)
    sheet.frozen.set_ceremony(pane)
    sheet.follow(signing.show_statement)
    return sheet


def _forms(console: Console, presenter: ConsultationPresenter) -> Sheet:
    papers = console.paperwork

    def collar() -> str:
        user = console.sign_in.user
        return user.collar if user else ""

    services = FormServices(
        papers.forms, collar, papers.record_layouts, papers.form_papers, papers.kinds.forms
    )
    return FormSheet(services, presenter)
