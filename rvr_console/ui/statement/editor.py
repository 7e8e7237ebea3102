"""The text of the statement: one paragraph a line, misspelt words marked, suggestions in the menu."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QTextCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit

from rvr_console.ui.statement import words
from rvr_console.ui.statement.spelling import WORD, Ask, SpellMarks

Suggest = Callable[[str, Callable[[tuple[str, ...]], None]], None]


class StatementEditor(QPlainTextEdit):
    def __init__(self, ask: Ask, suggest: Suggest) -> None:
        super().__init__()
        self.setAccessibleName(words.EDITOR)
        self.setPlaceholderText(words.EDITOR_HINT)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(120)
        self._suggest = suggest
        self.marks = SpellMarks(self.document(), ask, self)

    def put(self, paragraphs: tuple[str, ...]) -> None:
        """Another statement's text; what could be undone before cannot be now."""
        self.marks.put(lambda: self.setPlainText("\n".join(paragraphs)))

    def insert_sentence(self, sentence: str) -> None:
        """As a paragraph of its own after the one with the caret, or into it when that is empty. Undone in one step."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        if cursor.block().text().strip():
            cursor.insertBlock()
        cursor.insertText(sentence)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- suggestions ---
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        cursor = self.cursorForPosition(event.pos()) if at_mouse else self.textCursor()
        menu = self.menu_at(cursor)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu_at(self, cursor: QTextCursor) -> QMenu:
        """Qt's own menu, with suggestions above it when the caret is in a misspelt word."""
        menu = self.createStandardContextMenu()
        spot = self._word_at(cursor)
        if spot is None or self.isReadOnly() or not self.marks.is_wrong(spot.selectedText()):
            return menu
        word, first = spot.selectedText(), menu.actions()[0]
        looking = QAction(words.SUGGESTING, menu)
        looking.setEnabled(False)
        ignore = QAction(words.IGNORE.format(word=word), menu)
        ignore.triggered.connect(lambda: self.marks.ignore(word))
        menu.insertActions(first, [looking, ignore])
        menu.insertSeparator(first)
        alive = [True]
        menu.destroyed.connect(alive.clear)

        def told(suggestions: tuple[str, ...]) -> None:
            if not alive:
                return
            for suggestion in suggestions:
                action = QAction(words.CHANGE_TO.format(word=suggestion), menu)
                action.triggered.connect(lambda _on=False, new=suggestion: self._change(spot, word, new))
                menu.insertAction(looking, action)
            looking.setText(words.NO_SUGGESTION)
            looking.setVisible(not suggestions)

        self._suggest(word, told)
        return menu

    def _word_at(self, cursor: QTextCursor) -> QTextCursor | None:
        """The word under the caret, selected by a cursor that follows the text."""
        place = cursor.positionInBlock()
        block = cursor.block()
        for match in WORD.finditer(block.text()):
            start, end = match.span()
            if start <= place <= end:
                found = QTextCursor(block)
                found.setPosition(block.position() + start)
                found.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
                return found
        return None

    @staticmethod
    def _change(spot: QTextCursor, word: str, suggestion: str) -> None:
        if spot.selectedText() == word:  # nothing else is replaced if the text was changed meanwhile
            spot.insertText(suggestion)
