"""The consultation page with the statement's tab: real services, store, vault, typesetter; the dictionary is a short one."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from evidence_rig import EvidenceRig
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from rvr_console.documents.statement_page import StatementSetter
from rvr_console.documents.statement_policy import read_policy
from rvr_console.services.statements import Statements, statement_line
from rvr_console.ui.consultation.page import ConsultationPage
from rvr_console.ui.statement.presenter import StatementPresenter
from rvr_console.ui.statement.sheet import StatementSheet


class ShortDictionary:
    """Calls two words wrong."""

    async def misspelt(self, words):
        return words & {"recieve", "dorr"}

    async def suggestions(self, word):
        return {"dorr": ("door", "dory")}.get(word, ())


class StatementRig(EvidenceRig):
    def _build(self) -> None:
        super()._build()
        self.statements = Statements(self.world.desk, StatementSetter(read_policy()))
        self.world.consultations._checklist.offer("statement", statement_line)
        self.page.deleteLater()
        self.page = ConsultationPage()
        self.presenter = type(self.presenter)(self.page, self.services, self.bridge, self.spawn)
        self.papers = StatementPresenter(
            self.presenter, self.presenter.doing, self.statements, self.bridge, ShortDictionary()
        )
        self.sheet = StatementSheet(self.papers)
        self.page.attach(self.presenter, [self.sheet])
        self.page.resize(1344, 850)
        self.page.show()

    def open_tab(self) -> None:
        self.page.open_tab("statement")
        self.settle()

    def write(self, text: str) -> None:
        """Type at the end of the text, and let it be stored."""
        self.sheet.editor.moveCursor(QTextCursor.MoveOperation.End)
        for place, line in enumerate(text.split("\n")):
            if place:
                QTest.keyClick(self.sheet.editor, "\r")
            self.sheet.editor.insertPlainText(line)
        self.pause()

    def pause(self) -> None:
        """The half second after the last key."""
        self.sheet.flush()
        self.settle()

    def control(self, key: str) -> QWidget:
        found = self.sheet.write.facts.part(key)
        assert found is not None
        return found

    def fill(self, key: str, text: str) -> None:
        line = self.control(key)
        assert isinstance(line, QLineEdit)
        line.clear()
        QTest.keyClicks(line, text)
        self.pause()

    def choose(self, key: str, value: str) -> None:
        choice = self.control(key)
        choice.set_value(value)
        choice.chosen.emit(value)
        self.pause()

    def fill_all(self) -> None:
        """Everything that a witness statement needs beside its text."""
        self.choose("age", "yes")
        self.fill("occupation", "Nurse")
        self.choose("dates", "none")
        self.choose("attend", "yes")
        self.choose("medical", "not_needed")
        self.fill("needs", "none")
        self.control("personal_statement").setCurrentIndex(2)
        self.pause()

    @property
    def statement(self):
        return self.papers.state.statement

    def stored(self):
        return self.run(self.world.store.run(lambda tx: tx.statements.get(self.statement.id)))
