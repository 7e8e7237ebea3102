"""Referrals: to whom, on what basis, and when each was sent."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rvr_console.domain.policy import Choice
from rvr_console.domain.safeguarding import Referral, ReferralBasis
from rvr_console.services.safeguarding import OWN_WORDS
from rvr_console.ui.safeguarding import words
from rvr_console.ui.safeguarding.presenter import Settled
from rvr_console.ui.theme import Height, Size, Space
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.choice_list import Select
from rvr_console.ui.widgets.empty_layout import empty
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.in_sight import focus_in_sight
from rvr_console.ui.widgets.segmented import Option, Segmented
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text, rule

MAX_LINE = 500
Refer = Callable[[str, str, str, str, Settled], None]


def one_line() -> QLineEdit:
    line = QLineEdit()
    line.setFixedHeight(Height.CONTROL)
    line.setMaxLength(MAX_LINE)
    return line


class ReferralPane(QWidget):
    """refer(to, basis, reason, words, settled); sent(referral id)."""

    def __init__(self, recipients: Sequence[Choice], refer: Refer, sent: Callable[[str], None]) -> None:
        super().__init__()
        self._refer, self._sent = refer, sent
        self._shown: list[tuple[str, bool]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._none = Text(words.NO_REFERRALS, Size.BODY, ink="ink2")
        column.addWidget(self._none)
        column.addLayout(self._list)
        self._make_form(column, recipients)
        column.addStretch(1)

    def _make_form(self, column: QVBoxLayout, recipients: Sequence[Choice]) -> None:
        self._to = Select(words.REFER_TO)
        for choice in recipients:
            self._to.addItem(choice.label, choice.key)
        self._to.addItem(words.OTHER, OWN_WORDS)
        self._name, self._about, self._reason = one_line(), one_line(), one_line()
        self._basis = Segmented([Option(key, word) for key, word in words.BASIS.items()], words.REFER_BASIS)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(Field(words.REFER_TO, self._to), 1, Qt.AlignmentFlag.AlignTop)
        self._basis_field = Field(words.REFER_BASIS, self._basis)
        row.addWidget(self._basis_field, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        self._name_field = Field(words.REFER_NAME, self._name)
        self._reason_field = Field(words.REFER_REASON, self._reason)
        column.addWidget(self._name_field)
        column.addWidget(self._reason_field)
        column.addWidget(Field(words.REFER_WORDS, self._about))
        add = Button(words.REFER)
        add.clicked.connect(self._add)
        column.addWidget(add)
        self._to.currentIndexChanged.connect(lambda _index: self._show_needed())
        self._basis.chosen.connect(lambda _key: self._show_needed())
        self._show_needed()

    def _show_needed(self) -> None:
        self._name_field.setVisible(self._to.currentData() == OWN_WORDS)
        self._reason_field.setVisible(self._basis.value == ReferralBasis.WITHOUT_CONSENT.value)

    def _add(self) -> None:
        to, basis = str(self._to.currentData()), self._basis.value
        own, about = self._name.text().strip(), self._about.text().strip()
        reason = self._reason.text().strip() if basis == ReferralBasis.WITHOUT_CONSENT.value else ""
        needs = (
            (self._name_field, to == OWN_WORDS and not own, words.NAME_NEEDED),
            (self._basis_field, not basis, words.BASIS_NEEDED),
            (
                self._reason_field,
                basis == ReferralBasis.WITHOUT_CONSENT.value and not reason,
                words.REASON_NEEDED,
            ),
        )
        for field, wrong, said in needs:
            field.set_error(said if wrong else "")
        first = next((field for field, wrong, _said in needs if wrong), None)
        if first is not None:
            focus_in_sight(first.editor)
            return
        said = f"{own}: {about}" if to == OWN_WORDS and about else own if to == OWN_WORDS else about
        self._refer(to, basis, reason, said, self._settled)

    def _settled(self, done: bool) -> None:  # the shape of every "settled"
        if done:
            self.clear_form()

    def clear_form(self) -> None:
        for line in (self._name, self._about, self._reason):
            line.clear()
        self._basis.set_value("")
        self._to.setCurrentIndex(0)
        for field in (self._name_field, self._basis_field, self._reason_field):
            field.set_error("")
        self._show_needed()

    def show_referrals(self, referrals: Sequence[Referral]) -> None:
        now = [(referral.entry.id, referral.open) for referral in referrals]
        if now == self._shown:
            return
        self._shown = now
        empty(self._list)
        for referral in reversed(referrals):
            self._list.addWidget(self._row(referral))
        self._none.setVisible(not referrals)

    def _row(self, referral: Referral) -> QWidget:
        entry = referral.entry
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(0, Space.XXS, 0, Space.XXS)
        line.setSpacing(Space.S)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(Text(entry.what, Size.BODY, wrap=True))
        without = entry.basis is ReferralBasis.WITHOUT_CONSENT
        details = (entry.words, words.WITHOUT.format(reason=entry.reason) if without else "")
        detail = " · ".join(part for part in details if part)
        if detail:
            texts.addWidget(Text(detail, Size.LABEL, ink="ink2", wrap=True))
        line.addLayout(texts, 1)
        tag = _tag(referral)
        line.addWidget(StatusTag(tag))
        if referral.open:
            button = Button(words.MARK_SENT)
            button.setAccessibleName(words.MARK_SENT_NAME.format(to=entry.what))
            button.clicked.connect(lambda: self._sent(entry.id))
            line.addWidget(button)
        row.setAccessibleName(", ".join(part for part in (entry.what, tag.word, detail) if part))
        column.addLayout(line)
        column.addWidget(rule())
        return row

    def focus_first(self) -> None:
        focus_in_sight(self._to)


def _tag(referral: Referral) -> Tag:
    if referral.entry.basis is ReferralBasis.DECLINED:
        return Tag(Shape.RING, words.DECLINED, Tone.NEUTRAL)
    if referral.sent_at is None:
        return Tag(Shape.SOON, words.TO_SEND, Tone.WARN)
    return Tag(Shape.DONE, words.SENT.format(time=clock(referral.sent_at)), Tone.OK)
