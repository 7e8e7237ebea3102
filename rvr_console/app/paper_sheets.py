"""The sheets of paperwork that stand as tabs beside the call, made and wired to their services."""

from rvr_console.app.console import Console
from rvr_console.app.signing_parts import DeskGate
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.consultation.sheet import Sheet
from rvr_console.ui.parts import Parts
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.risk.ports import FormServices
from rvr_console.ui.risk.sheet import FormSheet
from rvr_console.ui.safeguarding.presenter import SafeguardingPresenter
from rvr_console.ui.safeguarding.sheet import SafeguardingSheet
from rvr_console.ui.statement.ceremony_pane import CeremonyPane
from rvr_console.ui.statement.ceremony_presenter import CeremonyPresenter
from rvr_console.ui.statement.presenter import StatementPresenter
from rvr_console.ui.statement.sheet import StatementSheet
from rvr_console.ui.statement.write_side import WriteSide


def make_sheets(
    console: Console,
    presenter: ConsultationPresenter,
    bridge: QtBridge,
    sheets: list[Sheet],
) -> Parts:
    """Put into `sheets`, in any order: the tabs stand in that of sheet.TAB_ORDER."""
    papers = console.paperwork
    statement = StatementPresenter(presenter, presenter.doing, papers.statements, bridge, papers.spelling)
    write = WriteSide()
    yield
    sheet = StatementSheet(statement, write)
    sheets.append(sheet)
    yield
    _signing(console, presenter, bridge, statement, sheet)
    yield
    sheets.append(_forms(console, presenter))
    yield
    sheets.append(SafeguardingSheet(SafeguardingPresenter(presenter, papers.safeguarding)))
    yield


def _signing(
    console: Console,
    page: ConsultationPresenter,
    bridge: QtBridge,
    presenter: StatementPresenter,
    sheet: StatementSheet,
) -> None:
    papers, pane = console.paperwork, CeremonyPane()
    doors = (papers.signing, DeskGate(papers.signing.gates, console.sign_in))
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
    pane.sign.decided.connect(signing.decide)
    sheet.frozen.set_ceremony(pane)
    sheet.follow(signing.show_statement)


def _forms(console: Console, presenter: ConsultationPresenter) -> Sheet:
    papers = console.paperwork

    def collar() -> str:
        user = console.sign_in.user
        return user.collar if user else ""

    services = FormServices(
        papers.forms, collar, papers.record_layouts, papers.form_papers, papers.kinds.forms
    )
    return FormSheet(services, presenter)
