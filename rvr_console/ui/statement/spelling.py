"""Wavy lines under misspelt words: what is known is shown at once, what is not is asked for in the background."""

import re
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from rvr_console.ui.theme import theme_signals, tokens

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
ASK_AFTER_MS = 150
Ask = Callable[[frozenset[str], Callable[[frozenset[str]], None]], None]


class SpellMarks(QSyntaxHighlighter):
    """ask(words, told): told gets those of the words that are misspelt. Words of one letter are not checked."""

    def __init__(self, document: QTextDocument, ask: Ask, parent: QObject | None = None) -> None:
        super().__init__(document)
        self._ask = ask
        self._wrong: dict[str, bool] = {}
        self._wanted: set[str] = set()
        self._asked: set[str] = set()
        self._timer = QTimer(parent or self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASK_AFTER_MS)
        self._timer.timeout.connect(self._ask_now)
        self._format = QTextCharFormat()
        self._dress()
        theme_signals().changed.connect(self._redress)

    def _dress(self) -> None:
        self._format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self._format.setUnderlineColor(tokens().danger)

    def _redress(self) -> None:
        self._dress()
        self.rehighlight()

    def is_wrong(self, word: str) -> bool:
        return self._wrong.get(word, False)

    @property
    def wrong(self) -> frozenset[str]:
        """Every word of which is known that it is misspelt."""
        return frozenset(word for word, wrong in self._wrong.items() if wrong)

    def ignore(self, word: str) -> None:
        self._wrong[word] = False
        self._mark_again(frozenset({word}))

    def highlightBlock(self, text: str) -> None:
        for match in WORD.finditer(text):
            word = match[0]
            wrong = self._wrong.get(word)
            if wrong:
                self.setFormat(_units(text[: match.start()]), _units(word), self._format)
            elif wrong is None and len(word) > 1 and word not in self._asked:
                self._wanted.add(word)
        if self._wanted and not self._timer.isActive():
            self._timer.start()

    def _ask_now(self) -> None:
        wanted, self._wanted = frozenset(self._wanted), set()
        self._asked |= wanted

        def told(wrong: frozenset[str]) -> None:
            self._asked -= wanted
            self._wrong |= {word: word in wrong for word in wanted if word not in self._wrong}
            self._mark_again(wrong)

        if wanted:
            self._ask(wanted, told)

    def _mark_again(self, words: frozenset[str]) -> None:
        """Only the paragraphs that hold one of them."""
        document = self.document()
        block = document.begin() if words and document is not None else None
        while block is not None and block.isValid():
            if words & set(WORD.findall(block.text())):
                self.rehighlightBlock(block)
            block = block.next()


def _units(text: str) -> int:
    """Length as Qt counts: UTF-16 units."""
    return len(text) + sum(ord(letter) > 0xFFFF for letter in text)
