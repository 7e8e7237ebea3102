"""Shows and hides what stands in the place of the items: what is missing, earlier assessments, text for records, saving."""

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from rvr_console.domain.form_structure import open_items
from rvr_console.services.record_blocks import TextBlock
from rvr_console.ui.risk.presenter import FormsPresenter
from rvr_console.ui.risk.saving import SavingPlace
from rvr_console.ui.risk.side_panes import BlocksPane, EarlierPane, MissingPane, SidePane


class Beside:
    """stack: where the panes stand beside `items`. flush: stores what is typed in the items. refocus: the focus
    goes where it was in them.
    """

    def __init__(
        self,
        presenter: FormsPresenter,
        stack: QStackedWidget,
        items: QWidget,
        flush: Callable[[], None],
        refocus: Callable[[], None],
    ) -> None:
        self._presenter, self._stack, self._items, self._flush_items = presenter, stack, items, flush
        self._refocus = refocus
        self._shown: SidePane | SavingPlace | None = None
        self._missing = MissingPane(self.leave, presenter.go_to, presenter.give_reason)
        self._earlier = EarlierPane(self.leave)
        self._blocks = BlocksPane(self.leave, self._copy)
        self._saving = SavingPlace(self._save, self.leave)
        for pane in (self._missing, self._earlier, self._blocks, self._saving):
            stack.addWidget(pane)

    @property
    def is_shown(self) -> bool:
        return self._shown is not None

    def leave(self) -> None:
        """Back to the items."""
        if self._shown is not None:
            self._missing.flush()
            focus, pane = QApplication.focusWidget(), self._shown
            inside = focus is not None and pane.isAncestorOf(focus)
            self._shown = None
            self._stack.setCurrentWidget(self._items)
            if inside:
                self._refocus()

    def flush(self) -> None:
        self._missing.flush()

    def _show(self, pane: SidePane | SavingPlace) -> None:
        self._shown = pane
        self._stack.setCurrentWidget(pane)
        pane.focus_first()

    def show_missing(self) -> None:
        live = self._presenter.state.live
        if live is not None:
            self._flush_items()
            self._missing.show_items(open_items(live.pack, live.form))
            self._show(self._missing)

    def show_earlier(self) -> None:
        state = self._presenter.state
        if state.live is not None:
            self._earlier.show_forms(state.live, state.earlier or [])
            self._show(self._earlier)

    def show_blocks(self) -> None:
        self._flush_items()
        self._blocks.show_blocks(self._presenter.blocks())
        self._show(self._blocks)

    def show_saving(self) -> None:
        self._show(self._saving)

    def forget(self) -> None:
        """Another form: nothing of this one is left in the fields."""
        self.leave()
        self._saving.forget()

    def _save(self, purpose: str, folder: str) -> None:
        self._flush_items()
        self._presenter.save(purpose, folder)
        self._saving.forget()
        self.leave()

    def _copy(self, block: TextBlock) -> None:
        self._presenter.copy(block, QApplication.clipboard().setText)
