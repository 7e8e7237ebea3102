"""The items of one section, with the sets that are asked because of an answer."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from rvr_console.domain.form import Branch, Form, Item, Section
from rvr_console.domain.form_structure import is_shown
from rvr_console.ui.risk import words
from rvr_console.ui.risk.item_row import Answers, ItemRow
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.in_sight import bring_into_sight
from rvr_console.ui.widgets.text import Text, plane


class BranchHead(QWidget):
    def __init__(self, branch: Branch) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.XS, Space.L, Space.XXS)
        column.addWidget(Text(words.BRANCH.format(label=branch.label), Size.LABEL, Weight.BOLD, "ink2"))


class SectionPage(QScrollArea):
    """Rows are made once: the section's own with the page; a set that is asked because of an answer when it is asked, or
    by `make_more`, while nobody waits. A set that is not asked is hidden.
    """

    def __init__(self, section: Section, answers: Answers) -> None:
        super().__init__()
        self.section = section
        self._answers, self._compact = answers, False
        every = (*section.items, *(item for branch in section.branches for item in branch.items))
        self._numbered = any(item.number for item in every)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its rows take it
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(section.label)
        body = plane("surface")
        self._column = column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.rows: dict[str, ItemRow] = {}
        if section.help:
            hint = Text(section.help, Size.LABEL, ink="ink2", wrap=True)
            hint.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
            column.addWidget(hint)
        for item in section.items:
            column.addWidget(self._row(item))
        self._branches: list[tuple[Branch, list[QWidget]]] = []
        column.addStretch(1)
        self.setWidget(body)

    def _row(self, item: Item) -> ItemRow:
        row = self.rows[item.id] = ItemRow(item, self._answers, numbered=self._numbered)
        row.set_compact(self._compact)
        row.fit(self.viewport().width())
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The rows first: how high they are depends on how wide they are."""
        for row in self.rows.values():
            row.fit(self.viewport().width())
        super().resizeEvent(event)
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            bring_into_sight(focus)  # flags or a question below have taken room

    def make_more(self) -> bool:
        """Make the next set's rows, in the order in which Tab goes through them. False: all are made."""
        if len(self._branches) == len(self.section.branches):
            return False
        branch = self.section.branches[len(self._branches)]
        parts: list[QWidget] = [BranchHead(branch), *(self._row(item) for item in branch.items)]
        for part in parts:
            part.hide()
            self._column.insertWidget(self._column.count() - 1, part)
        self._branches.append((branch, parts))
        return True

    def show_form(self, form: Form, *, current: str, editable: bool) -> None:
        for place, branch in enumerate(self.section.branches):
            shown = is_shown(branch, form)
            while shown and place >= len(self._branches):
                self.make_more()
            if place < len(self._branches):
                parts = self._branches[place][1]
                if parts[0].isHidden() is shown:
                    for part in parts:
                        part.setVisible(shown)
        for item_id, row in self.rows.items():
            row.show_answer(form.answers.get(item_id), editable=editable)
            row.set_current(item_id == current)

    def go_to(self, item_id: str) -> None:
        """Bring the row into view, with the focus in its control."""
        row = self.rows.get(item_id)
        if row is not None:
            self._column.activate()  # a set that has just appeared has no place yet
            self.ensureWidgetVisible(row, 0, row.height())
            row.focus_control()
            bring_into_sight(row)  # a question that closes below gives the page more room

    def flush(self) -> None:
        for row in self.rows.values():
            row.flush()

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        self._compact = compact
        for row in self.rows.values():
            row.set_compact(compact)
