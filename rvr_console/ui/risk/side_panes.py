"""What stands in the place of the items on demand: what is not answered, earlier assessments side by side, text for records."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from rvr_console.domain.form import Item
from rvr_console.domain.form_structure import find_item, shown_items
from rvr_console.services.form_history import EarlierForm
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.record_blocks import TextBlock
from rvr_console.ui.form_words import answer_words
from rvr_console.ui.risk import words
from rvr_console.ui.risk.item_row import MAX_TEXT, Settled
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import day
from rvr_console.ui.widgets.lines_text import LinkLines
from rvr_console.ui.widgets.plain_table import Column, PlainTable, Row
from rvr_console.ui.widgets.stored_line import StoredLine
from rvr_console.ui.widgets.text import Text, fill, plane, rule

_REASON_WIDTH, SCROLL_BAR = 240, 12


class SidePane(QWidget):
    """A titled pane with a way back. column: what it holds."""

    def __init__(self, title: str, advice: str, back: Callable[[], None]) -> None:
        super().__init__()
        self.setAccessibleName(title)
        fill(self, "surface")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.XXS, Space.M, Space.XXS)
        head.setSpacing(Space.S)
        head.addWidget(Text(title, Size.BODY, Weight.BOLD))
        head.addWidget(Text(advice, Size.LABEL, ink="ink2", elide=True), 1)
        self._back = Button(words.BACK, "quiet")
        self._back.clicked.connect(back)
        head.addWidget(self._back)
        outer.addLayout(head)
        outer.addWidget(rule())
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(title)
        outer.addWidget(self._area, 1)
        self.column = QVBoxLayout()

    def _fresh(self) -> QVBoxLayout:
        """Empty the pane."""
        body = plane("surface")
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self._area.setWidget(body)
        return self.column

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._back.click()
            return
        super().keyPressEvent(event)

    def focus_first(self) -> None:
        self._back.setFocus(Qt.FocusReason.OtherFocusReason)


class _MissingRow(QWidget):
    """The way to an item, in as many lines as its label needs, and the reason beside it."""

    def __init__(self, there: LinkLines, line: StoredLine) -> None:
        super().__init__()
        self._there = there
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.S, Space.XXS, Space.M, Space.XXS)
        row.setSpacing(Space.S)
        row.addWidget(there)
        row.addStretch(1)
        row.addWidget(line)

    def fit(self, width: int) -> None:
        """The row will be this wide."""
        self._there.set_widest(width - 2 * Space.S - Space.M - _REASON_WIDTH)


class MissingPane(SidePane):
    """Each open item: a way to it, and a line for the reason why it stays open."""

    def __init__(
        self,
        back: Callable[[], None],
        go_to: Callable[[str], None],
        give_reason: Callable[[str, str, Settled], None],
    ) -> None:
        super().__init__(words.MISSING_TITLE, words.MISSING_ADVICE, back)
        self._go_to, self._give_reason = go_to, give_reason
        self._lines: list[StoredLine] = []
        self._rows: list[_MissingRow] = []

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        for row in self._rows:
            row.fit(self.width() - SCROLL_BAR)

    def show_items(self, items: Sequence[Item]) -> None:
        column = self._fresh()
        self._lines, self._rows = [], []
        if not items:
            column.addWidget(EmptyState("clipboard-check", words.MISSING_NONE, ""))
        for item in items:
            row = self._row(item)
            self._rows.append(row)
            column.addWidget(row)
            column.addWidget(rule())
        column.addStretch(1)
        self._fit()

    def _row(self, item: Item) -> _MissingRow:
        there = LinkLines(" ".join(part for part in (item.number, item.label) if part))
        there.clicked.connect(lambda: self._go_to(item.id))
        line = StoredLine(
            words.MISSING_REASON.format(number=item.number or item.label),
            lambda text, done: self._give_reason(item.id, text, done),
        )
        line.setMaxLength(MAX_TEXT)
        line.setPlaceholderText(words.MISSING_REASON_HINT)
        line.setFixedWidth(_REASON_WIDTH)
        self._lines.append(line)
        return _MissingRow(there, line)

    def flush(self) -> None:
        for line in self._lines:
            line.flush()


class EarlierPane(SidePane):
    """Item by item: now, and each earlier assessment."""

    def __init__(self, back: Callable[[], None]) -> None:
        super().__init__(words.EARLIER_TITLE, "", back)

    def show_forms(self, opened: OpenForm, earlier: Sequence[EarlierForm]) -> None:
        column = self._fresh()
        same = [one for one in earlier if one.pack.kind is opened.pack.kind]
        if not same:
            column.addWidget(EmptyState("list", words.EARLIER_NONE, ""))
            column.addStretch(1)
            return
        columns = [Column(words.EARLIER_ITEM, 220, elastic=True), Column(words.EARLIER_NOW, 96)]
        columns += [Column(f"{day(one.form.started_at)} · {one.incident}", 168) for one in same]
        table = PlainTable(words.EARLIER_TITLE, columns, Height.ROW)
        table.set_rows(_side_by_side(opened, same))
        column.addWidget(table, 1)


def _side_by_side(opened: OpenForm, earlier: Sequence[EarlierForm]) -> list[Row]:
    pack, form = opened.pack, opened.form
    scoring = pack.scoring
    rows = []
    if scoring is not None:
        grades = [(one.pack.scoring or scoring).label(one.form_score.grade) for one in earlier]
        now = scoring.label(opened.form_score.grade)
        rows.append(Row("grade", (words.EARLIER_GRADE, now or words.UNANSWERED, *grades)))
    for item in shown_items(pack, form):
        then = []
        for one in earlier:
            there = find_item(one.pack, item.id)
            then.append(answer_words(there, one.form.answers.get(item.id)) if there else words.UNANSWERED)
        name = " ".join(part for part in (item.number, item.label) if part)
        rows.append(Row(item.id, (name, answer_words(item, form.answers.get(item.id)), *then)))
    return rows


class BlockText(QPlainTextEdit):
    """A block to read. It cannot be selected or dragged: the keys of copying are the button's act, which the log knows of."""

    def __init__(self, block: TextBlock, copy: Callable[[TextBlock], None]) -> None:
        super().__init__(block.text)
        self._block, self._act = block, copy
        self.setReadOnly(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setTabChangesFocus(True)
        self.setAccessibleName(block.label)
        self.setFixedHeight(120)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}
        bar = self.verticalScrollBar()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._act(self._block)
        elif Qt.Key(event.key()) in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


class BlocksPane(SidePane):
    """Text to paste into the records system; each copy is logged."""

    def __init__(self, back: Callable[[], None], copy: Callable[[TextBlock], None]) -> None:
        super().__init__(words.BLOCKS_TITLE, "", back)
        self._copy = copy

    def show_blocks(self, blocks: Sequence[TextBlock]) -> None:
        column = self._fresh()
        column.setContentsMargins(Space.L, Space.XS, Space.M, Space.XS)
        column.setSpacing(Space.XXS)
        for block in blocks:
            head = QHBoxLayout()
            head.addWidget(Text(block.label, Size.LABEL, Weight.BOLD, "ink2"))
            head.addStretch(1)
            copy = Button(words.COPY.format(label=block.label))
            copy.clicked.connect(lambda _on=False, one=block: self._copy(one))
            head.addWidget(copy)
            column.addLayout(head)
            column.addWidget(BlockText(block, self._copy))
        column.addStretch(1)
