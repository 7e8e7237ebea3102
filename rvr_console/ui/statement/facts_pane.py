"""Beside the text: what stands on the front page, and what stands on the back page that is never served."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from rvr_console.domain.statement_content import (
    BackPage,
    Interpreting,
    MedicalConsent,
    PersonalStatement,
    ReadOver,
    StatementContent,
    Witness,
)
from rvr_console.errors import RefusedError
from rvr_console.ui.statement import words
from rvr_console.ui.statement.state import dates_of, dates_text
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.choice_list import Select
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.segmented import Option, Segmented
from rvr_console.ui.widgets.text import Text

YES_NO = (Option("yes", "Yes", "Y"), Option("no", "No", "N"))
_MAX = 500


def _said(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _answer(key: str) -> bool | None:
    return None if not key else key == "yes"


class FactsPane(QWidget):
    """edited: something was changed by hand. `content_with` puts what stands here into a content."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.S)
        self._filling = False
        self._parts: dict[str, QWidget] = {}
        self._fields: dict[str, Field] = {}
        self._make_front()
        self._make_back()
        self._column.addStretch(1)

    # --- building ---
    def _make_front(self) -> None:
        self._column.addWidget(Text(words.FRONT, Size.BODY, Weight.BOLD))
        self._name = self._line("name", words.NAME)
        self._occupation = self._line("occupation", words.OCCUPATION)
        self._over_18 = self._choice("age", words.OVER_18, YES_NO)
        self._age = self._line("years", words.AGE)
        self._age.setMaxLength(3)
        self._reference = self._line("reference", words.REFERENCE)
        self._taken_by = self._line("taken_by", words.TAKEN_BY)
        self._recorded = self._choice("recorded", words.RECORDED, YES_NO)
        self._read_over = self._choice("read_over", words.READ_OVER, YES_NO)
        self._reader = self._line("reader", words.READER)
        self._interpreter = self._line("interpreter", words.INTERPRETER)
        self._language = self._line("language", words.LANGUAGE)

    def _make_back(self) -> None:
        self._column.addSpacing(Space.XS)
        self._column.addWidget(Text(words.BACK, Size.BODY, Weight.BOLD, wrap=True))
        self._dates = self._choice("dates", words.DATES, [Option(*one) for one in words.DATES_CHOICE])
        self._days = QPlainTextEdit()
        self._days.setFixedHeight(64)
        self._days.setTabChangesFocus(True)
        self._days.setPlaceholderText(words.DATES_HINT)
        self._days.textChanged.connect(self._changed)
        self._days_field = Field(words.DATES_LINES, self._days)
        self._column.addWidget(self._days_field)
        self._attend = self._choice("attend", words.ATTEND, YES_NO)
        medical = [Option(key.value, word) for key, word in words.MEDICAL_CHOICE]
        self._medical = self._choice("medical", words.MEDICAL, medical)
        self._needs = self._line("needs", words.NEEDS, words.NEEDS_HINT)
        self._personal = Select(words.PERSONAL)
        for key, word in words.PERSONAL_CHOICE:
            self._personal.addItem(word, key)
        self._personal.currentIndexChanged.connect(self._changed)
        self._column.addWidget(Field(words.PERSONAL, self._personal))
        self._parts["personal_statement"] = self._personal
        self._contact = self._line("contact", words.CONTACT)
        self._method = self._line("contact_method", words.CONTACT_METHOD)

    def _line(self, key: str, label: str, hint: str = "") -> QLineEdit:
        line = QLineEdit()
        line.setMaxLength(_MAX)
        line.textEdited.connect(self._changed)
        field = Field(label, line, hint)
        self._parts[key], self._fields[key] = line, field
        self._column.addWidget(field)
        return line

    def _choice(self, key: str, label: str, options: tuple[Option, ...] | list[Option]) -> Segmented:
        choice = Segmented(options, label)
        choice.chosen.connect(self._changed)
        self._parts[key] = choice
        column = QVBoxLayout()
        column.setSpacing(Space.XXS)
        column.addWidget(Text(label, Size.LABEL, Weight.BOLD, "ink2"))
        column.addWidget(choice)
        self._column.addLayout(column)
        return choice

    # --- values ---
    def _changed(self, *_: object) -> None:
        if not self._filling:
            self._show_dependent()
            self.edited.emit()

    def _show_dependent(self) -> None:
        """Fields that belong to an answer are there when it is given."""
        self._fields["years"].setVisible(self._over_18.value == "no")
        self._fields["reader"].setVisible(self._read_over.value == "yes")
        self._days_field.setVisible(self._dates.value == "dates")

    def put(self, content: StatementContent) -> None:
        """Another statement."""
        self._filling = True
        witness, back = content.witness, content.back
        for line, text in (
            (self._name, witness.name),
            (self._occupation, witness.occupation),
            (self._age, "" if witness.age is None else str(witness.age)),
            (self._reference, content.unique_reference),
            (self._taken_by, content.taken_by),
            (self._reader, content.read_over.reader),
            (self._interpreter, content.interpreting.interpreter),
            (self._language, content.interpreting.language),
            (self._needs, back.needs),
            (self._contact, back.contact),
            (self._method, back.contact_method),
        ):
            line.setText(text)
            line.setCursorPosition(0)
        self._over_18.set_value(_said(witness.over_18))
        self._recorded.set_value(_said(content.visually_recorded))
        self._read_over.set_value(_said(content.read_over.needed))
        self._dates.set_value("none" if back.no_dates else "dates" if back.dates else "")
        self._days.setPlainText(dates_text(back.dates))
        self._days_field.set_error("")
        self._attend.set_value(_said(back.will_attend))
        self._medical.set_value(back.medical.value)
        self._personal.setCurrentIndex(
            next(i for i, (key, _) in enumerate(words.PERSONAL_CHOICE) if key is back.personal_statement)
        )
        self._show_dependent()
        self._filling = False

    def content_with(self, content: StatementContent) -> StatementContent:
        """The content with what stands here; a date that cannot be read counts as none given, and says so."""
        age = self._age.text().strip()
        over = _answer(self._over_18.value)
        return replace(
            content,
            witness=Witness(
                name=self._name.text().strip(),
                occupation=self._occupation.text().strip(),
                over_18=over,
                age=int(age) if over is False and age.isdecimal() else None,
            ),
            unique_reference=self._reference.text().strip(),
            taken_by=self._taken_by.text().strip(),
            visually_recorded=self._recorded.value == "yes",
            read_over=ReadOver(self._read_over.value == "yes", self._reader.text().strip()),
            interpreting=Interpreting(self._interpreter.text().strip(), self._language.text().strip()),
            back=self._back(),
        )

    def _back(self) -> BackPage:
        none = self._dates.value == "none"
        error = ""
        try:
            dates = () if none or not self._dates.value else dates_of(self._days.toPlainText())
        except RefusedError as refused:
            dates, error = (), refused.what
        self._days_field.set_error(error)
        return BackPage(
            contact=self._contact.text().strip(),
            contact_method=self._method.text().strip(),
            dates=dates,
            no_dates=none,
            will_attend=_answer(self._attend.value),
            medical=MedicalConsent(self._medical.value),
            needs=self._needs.text().strip(),
            personal_statement=PersonalStatement(self._personal.currentData()),
        )

    def part(self, key: str) -> QWidget | None:
        """The control for a missing thing's key."""
        return self._parts.get(key)
