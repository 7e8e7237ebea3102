"""Wavy lines under misspelt words: what is known is shown at once, what is not is asked for in the background."""

import re
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from rvr_console.ui.theme import theme_signals, tokens

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
ASK_AFTER_MS = 150
EACH_TURN = 60  # paragraphs
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
        self.marking = False  # Qt says of each wavy line that the text changed
        self._resting = self._every = False
        self._again: frozenset[str] = frozenset()
        self._place = self._blocks = 0
        self._marker = QTimer(parent or self)
        self._marker.setSingleShot(True)
        self._marker.setInterval(0)
        self._marker.timeout.connect(self._mark_some)
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

    def put(self, put: Callable[[], None]) -> None:
        """Let another text be put into the document: a long one is marked some paragraphs in each turn, not all before it shows."""
        self._resting = True
        put()
        self._resting, self._every = False, True
        self._place = 0
        self._mark_some()

    def highlightBlock(self, text: str) -> None:
        if self._resting:
            return
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
        """Only the paragraphs that hold one of them; of a long text some in each turn of the loop."""
        if words:
            self._again |= words
            self._place = 0
            self._mark_some()

    def _mark_some(self) -> None:
        document = self.document()
        if document.blockCount() != self._blocks:  # lines came or went: from the beginning
            self._blocks, self._place = document.blockCount(), 0
        block = document.findBlockByNumber(self._place)
        self.marking = True
        for _ in range(EACH_TURN):
            if not block.isValid():
                break
            if self._every or self._again & set(WORD.findall(block.text())):
                self.rehighlightBlock(block)
            block, self._place = block.next(), self._place + 1
        self.marking = False
        if block.isValid():
            self._marker.start()
        else:
            self._again, self._every, self._place = frozenset(), False, 0


def _units(text: str) -> int:
    """Length as Qt counts: UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
