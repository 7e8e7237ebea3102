"""What the answers come to so far: counts, grade, strong flags, referral criteria. Always in sight under the items."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.domain.form import FormState, Pack
from rvr_console.services.form_reading import OpenForm
from rvr_console.ui.form_words import (
    correction_words,
    criteria_words,
    flag_words,
    judgement_words,
    tally,
)
from rvr_console.ui.risk import words
from rvr_console.ui.risk.facts_area import FactsArea
from rvr_console.ui.risk.state import grade_words
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.segmented import Option, Segmented
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text


class GlyphLine(QWidget):
    """A state's shape before a sentence that may take several lines. Hidden while there is nothing to say."""

    def __init__(self, shape: Shape, tone: Tone, ink: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XXS)
        row.addWidget(Status(shape, "", tone, gap=0), 0, Qt.AlignmentFlag.AlignTop)
        self._text = Text("", Size.LABEL, Weight.MEDIUM, ink, wrap=True)
        row.addWidget(self._text, 1)
        self.hide()

    def set_text(self, text: str) -> None:
        if self._text.text() != text:
            self._text.setText(text)
            self.setAccessibleName(text)
            self.setVisible(bool(text))


class ScorePane(QWidget):
    """raise_to(grade): the person chose another grade than the present one, higher or lower."""

    def __init__(self, raise_to: Callable[[str], None]) -> None:
        super().__init__()
        self._raise_to = raise_to
        self._shown = Shown()
        self._grade: Segmented | None = None
        self._grades: tuple[str, ...] = ()
        self._now = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.XS, Space.M, Space.XXS)
        column.setSpacing(Space.XXS)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        left, self._right = QVBoxLayout(), QVBoxLayout()
        for side in (left, self._right):
            side.setSpacing(Space.XXS)
        left.addWidget(Text(words.SO_FAR, Size.LABEL, Weight.BOLD, "ink2"))
        self._tally = Text("", Size.BODY, Weight.MEDIUM)
        left.addWidget(self._tally)
        left.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(Space.XXS)
        self._grade_word = Text(words.GRADE, Size.LABEL, Weight.BOLD, "ink2")
        head.addWidget(self._grade_word)
        self._band = Text("", Size.LABEL, ink="ink2", elide=True)
        head.addWidget(self._band, 1)
        self._right.addLayout(head)
        row.addLayout(left, 2)
        row.addLayout(self._right, 3)
        column.addLayout(row)
        self._definition = Text("", Size.LABEL, ink="ink2", elide=True)
        self._judged = Text("", Size.LABEL, ink="ink2", wrap=True)
        self._flags = GlyphLine(Shape.SOON, Tone.WARN, "warn")
        self._criteria = GlyphLine(Shape.OVER, Tone.DANGER, "danger")
        self._corrected = GlyphLine(Shape.ATTENTION, Tone.NEUTRAL, "ink2")
        column.addWidget(self._definition)
        self._facts = FactsArea(words.FACTS, (self._flags, self._criteria, self._corrected, self._judged))
        column.addWidget(self._facts)

    def show_form(self, opened: OpenForm) -> None:
        pack, score = opened.pack, opened.form_score
        self._tally.setText(tally(score))
        scoring = pack.scoring
        for part in (self._grade_word, self._band, self._definition):
            part.setVisible(scoring is not None)
        if self._grade is not None:
            self._grade.setVisible(scoring is not None)
        if scoring is not None:
            self._show_grade(opened, pack)
            self._band.setText(grade_words(pack, score))
            means = next((d.words for d in scoring.definitions if d.grade == score.grade), "")
            top = bool(scoring.grades) and score.grade == scoring.grades[-1]
            hint = words.RAISE_HINT if opened.form.state is FormState.OPEN and not top else ""
            self._definition.setText(" ".join(part for part in (means, hint) if part))
            self._definition.setToolTip(means)
        judged = judgement_words(opened)
        self._judged.setText(judged)
        self._judged.setVisible(bool(judged))
        corrected = correction_words(opened)
        shown = (corrected[:1] + corrected[-1:])[: len(corrected)]
        self._corrected.set_text(" ".join(one if one.endswith(".") else f"{one}." for one in shown))
        self._corrected.setToolTip("\n".join(corrected))
        flags, criteria = flag_words(pack, score), "\n".join(criteria_words(pack, score))
        self._flags.set_text(flags)
        self._criteria.set_text(criteria)
        self._facts.setVisible(any((flags, criteria, corrected, judged)))
        said = (flags, criteria)
        if self._shown.changed("said", (opened.form.id, *said)) and any(said):
            announce(self, ". ".join(part for part in said if part))

    def _show_grade(self, opened: OpenForm, pack: Pack) -> None:
        scoring = pack.scoring
        if scoring is None:
            return
        now = opened.form_score.grade
        if self._grade is None or self._grades != scoring.grades:
            if self._grade is not None:
                self._grade.hide()
                self._grade.deleteLater()
            self._grades = scoring.grades
            options = [Option(grade, scoring.label(grade)) for grade in scoring.grades]
            self._grade = Segmented(options, words.GRADE)
            self._grade.chosen.connect(self._chosen)
            self._right.addWidget(self._grade)
            self._shown.forget("grade")
        self._now = now
        state = (now, opened.form.state, pack.digest)
        if not self._shown.changed("grade", state):
            return
        for grade in scoring.grades:
            higher = scoring.rank(grade) > scoring.rank(now) and opened.form.state is not FormState.APPROVED
            label = scoring.label(grade)
            self._grade.set_word(grade, words.RAISE_TO.format(grade=label) if higher else label)
        self._grade.set_value(now)

    def _chosen(self, grade: str) -> None:
        """The click has chosen it already; only the store decides, so the choice goes back first."""
        now = self._now
        if self._grade is not None:
            self._grade.set_value(now)
        if grade != now:
            self._raise_to(grade)
