"""What was done for the person's safety in a case under review; disclosures covered, shown by an act with a purpose."""

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from rvr_console.domain.safeguarding import Referral, ReferralBasis, SafeguardingFile, VictimClock
from rvr_console.ui.review import words
from rvr_console.ui.review.state import CaseState
from rvr_console.ui.safeguarding.disclosure_pane import CoveredList
from rvr_console.ui.theme import Height, Size, Space
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.figures import clock, day
from rvr_console.ui.widgets.plain_table import Column, PlainTable, Row
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone
from rvr_console.ui.widgets.text import Text, plane


class SafeguardingPane(QWidget):
    """show(record id, purpose): the reader wants to see what was disclosed."""

    def __init__(self, show: Callable[[str, str], None]) -> None:
        super().__init__()
        self._stack = QStackedLayout(self)
        blank = plane("surface")
        inside = QVBoxLayout(blank)
        inside.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        inside.addWidget(EmptyState("list", words.NO_SAFEGUARDING))
        inside.addStretch(1)
        self._stack.addWidget(blank)
        ground = plane("surface")
        column = QVBoxLayout(ground)
        column.setContentsMargins(Space.L, Space.XS, Space.M, Space.XS)
        column.setSpacing(Space.XS)
        self.covered = CoveredList(show)
        column.addWidget(self.covered)
        self._kept_from = Text(words.DISCLOSURE_NOT_YOURS, Size.LABEL, ink="ink2", wrap=True)
        column.addWidget(self._kept_from)
        columns = (Column("", 176), Column("", 200, elastic=True), Column("", 144))
        self.table = PlainTable(words.TABS["safeguarding"], columns, Height.ROW)
        self.table.horizontalHeader().hide()
        self.table.setMinimumHeight(3 * Height.ROW)
        column.addWidget(self.table, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setAccessibleName(words.TABS["safeguarding"])
        scroll.setWidget(ground)
        self._stack.addWidget(scroll)

    def show_state(self, state: CaseState) -> None:
        file = state.safeguarding
        rows = list(_rows(file)) if file is not None else []
        self._stack.setCurrentIndex(1 if rows or (file is not None and file.restricted) else 0)
        records = file.restricted if file is not None else ()
        may = state.may_see_restricted
        self.covered.show_records(records, may_show=may)
        self.covered.setVisible(bool(records))
        self._kept_from.setVisible(bool(records) and not may)
        self.table.set_rows(rows)

    def uncover(self, record_id: str, text: str) -> None:
        self.covered.uncover(record_id, text)


def _rows(file: SafeguardingFile) -> Iterator[Row]:
    if any((file.advice, file.measures, file.referrals, file.updates)) or file.enhanced:
        for one in file.clocks:
            yield _clock_row(one)
    for kind, entries in (("advice", file.advice), ("measure", file.measures), ("update", file.updates)):
        for entry in entries:
            said = ": ".join(part for part in (entry.what, entry.words) if part)
            tag = Tag(Shape.DONE, words.SAFEGUARDED[kind], Tone.OK)
            yield Row(entry.id, (tag, said, f"{clock(entry.at)} {entry.by}"))
    for referral in file.referrals:
        yield _referral_row(referral)


def _referral_row(referral: Referral) -> Row:
    entry = referral.entry
    basis = words.REFERRAL_BASIS[entry.basis.value] if entry.basis else ""
    said = " · ".join(part for part in (entry.what, basis, entry.reason, entry.words) if part)
    if entry.basis is ReferralBasis.DECLINED:
        tag = Tag(Shape.RING, words.REFERRAL_DECLINED)
    elif referral.sent_at is None:
        tag = Tag(Shape.SOON, words.REFERRAL_TO_SEND, Tone.WARN)
    else:
        tag = Tag(Shape.DONE, words.REFERRAL_SENT.format(time=clock(referral.sent_at)), Tone.OK)
    return Row(entry.id, (tag, said, f"{clock(entry.at)} {entry.by}"))


def _clock_row(one: VictimClock) -> Row:
    due = f"{day(one.due_at)} {clock(one.due_at)}"
    if one.done_at is None:
        tag = Tag(Shape.RING, words.CLOCK_OPEN)
    elif one.late(one.done_at):
        tag = Tag(Shape.OVER, words.CLOCK_LATE, Tone.DANGER)
    else:
        tag = Tag(Shape.DONE, words.CLOCK_DONE, Tone.OK)
    return Row(f"clock {one.key}", (tag, words.CLOCKS[one.key], words.CLOCK_DUE.format(due=due)))
