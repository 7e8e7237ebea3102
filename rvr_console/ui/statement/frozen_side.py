"""Beside the pages of a frozen version: the place of the signing, what was frozen, and the way to a correction."""

from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from rvr_console.domain.statement import StatementVersion
from rvr_console.ui.statement import words
from rvr_console.ui.statement.state import PaperState
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.fact_rows import Fact, FactRows
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.text import Text, plane, rule

_GROUP = 4


def short_digest(sha256: str) -> str:
    """`9c41 e07b … 52d8 a6f0`: enough to compare aloud."""
    groups = [sha256[at : at + _GROUP] for at in range(0, len(sha256), _GROUP)]
    return f"{' '.join(groups[:2])} … {' '.join(groups[-2:])}"


class CeremonyPlace(Protocol):
    """The pane of the signing, as far as the correction stands in it."""

    @property
    def widget(self) -> QWidget: ...

    def put_correction(self, button: QWidget, question: QWidget) -> None: ...


class FrozenSide(QWidget):
    """set_ceremony puts the signing's own pane on top, and the correction into it.

    correct_wanted(reason). kept: the person at the desk decides to keep this version.
    """

    correct_wanted = Signal(str)
    kept = Signal()

    def __init__(self) -> None:
        super().__init__()
        body = plane("surface")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        self._column.setSpacing(Space.S)
        self._place = QVBoxLayout()
        self._place.setSpacing(Space.S)
        self._column.addLayout(self._place)
        self._make_correction()
        self._column.addWidget(rule())
        self._column.addWidget(Text(words.FACTS, Size.BODY, Weight.BOLD))
        self._facts = FactRows(words.FACTS, 96)
        self._column.addWidget(self._facts)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(words.FACTS)
        scroll.setWidget(body)
        self._body, self._bar = body, scroll.verticalScrollBar().sizeHint().width()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _make_correction(self) -> None:
        self.correct = Button(words.CORRECT)
        self.correct.clicked.connect(self._ask)
        self._advice = Text("", Size.LABEL, ink="ink2", wrap=True)
        self._why = QLineEdit()
        self._why.setMaxLength(500)
        self._why.returnPressed.connect(self._correct)
        self._why_field = Field(words.CORRECT_WHY, self._why)
        self._do, self._keep = (Button(words.CORRECT_DO.format(next=2)), Button(words.KEEP.format(number=1)))
        self._do.clicked.connect(self._correct)
        self._keep.clicked.connect(self._keep_it)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(self._do)
        row.addWidget(self._keep)
        row.addStretch(1)
        self._question = QWidget()
        question = QVBoxLayout(self._question)
        question.setContentsMargins(0, 0, 0, 0)
        question.setSpacing(Space.XS)
        question.addWidget(self._why_field)
        question.addLayout(row)
        question.addWidget(self._advice)
        self._column.addWidget(self.correct)
        self._column.addWidget(self._question)
        self.close_question()

    def set_ceremony(self, pane: CeremonyPlace) -> None:
        """The signing's own pane; called once."""
        self._place.addWidget(pane.widget)
        pane.put_correction(self.correct, self._question)
        self.setMinimumWidth(self._body.minimumSizeHint().width() + self._bar)  # nothing is cut

    def show_version(self, state: PaperState, version: StatementVersion) -> None:
        number = version.number
        by = words.FROZEN_BY.format(time=clock(version.frozen_at), by=version.frozen_by)
        self._facts.set_facts(
            [
                Fact(words.FACT_VERSION, str(number)),
                Fact(words.FACT_FROZEN, by),
                Fact(words.FACT_PAGES, str(version.pages)),
                Fact(words.FACT_FILE, short_digest(version.sha256)),
            ]
        )
        self._advice.setText(words.CORRECT_ADVICE.format(number=number, next=number + 1))
        self._do.setText(words.CORRECT_DO.format(next=number + 1))
        self._keep.setText(words.KEEP.format(number=number))
        self.correct.setEnabled(not state.pending)

    # --- the question ---
    def _ask(self) -> None:
        self.ask()

    def ask(self, asked_for: str = "") -> None:
        """What is to be corrected? asked_for: in the person's own words. A question that is open already is answered."""
        if not self._why_field.isHidden():
            self._correct()
            return
        self._open(asking=True)
        self._why.setText(asked_for)
        self._why.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep_it(self) -> None:
        self.close_question()
        self.kept.emit()

    def close_question(self) -> None:
        self._why.clear()
        self._why_field.set_error("")
        self._open(asking=False)

    def _open(self, *, asking: bool) -> None:
        self.correct.setVisible(not asking)
        for part in (self._why_field, self._do, self._keep):
            part.setVisible(asking)

    def _correct(self) -> None:
        reason = self._why.text().strip()
        if not reason:
            self._why_field.set_error("Say what is to be corrected. Nothing was changed.")
            self._why.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.correct_wanted.emit(reason)
        self.close_question()
