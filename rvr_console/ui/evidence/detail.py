"""One piece of evidence: its picture, what may be done with it, what is known of it, and its custody."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rvr_console.domain.exhibit import Exhibit, shown_text
from rvr_console.services.evidence_list import EvidenceItem
from rvr_console.ui.evidence import words
from rvr_console.ui.evidence.custody_list import CustodyList
from rvr_console.ui.evidence.custody_words import custody_lines
from rvr_console.ui.evidence.facts import facts_of, more_of
from rvr_console.ui.evidence.look_pane import LookActs, LookPane
from rvr_console.ui.evidence.rows import recording_tag, reference_of
from rvr_console.ui.evidence.state import Chosen
from rvr_console.ui.exhibits import words as exhibit_words
from rvr_console.ui.exhibits.kinds import flag_advice, has_picture, state_tag
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.fact_rows import FactRows
from rvr_console.ui.widgets.segmented import Option, Segmented
from rvr_console.ui.widgets.tag import StatusTag
from rvr_console.ui.widgets.text import Text, plane, rule

_ONE, _ALL = "one", "incident"
MOST_LINES = 200


class DetailPane(QWidget):
    """copy_wanted; marked(on): distressing or not; recording_wanted(consultation_id).

    scope_wanted(whole incident), list_wanted: of the custody entries.
    """

    copy_wanted = Signal()
    marked = Signal(bool)
    recording_wanted = Signal(str)
    scope_wanted = Signal(bool)
    list_wanted = Signal()

    def __init__(self, acts: LookActs) -> None:
        super().__init__()
        self.setProperty("pane", True)
        self.setMinimumWidth(400)
        self._chosen: Chosen | None = None
        self._names: dict[str, str] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.look = LookPane(acts)
        self.look.larger.connect(self._make_room)
        self.look.recording_button.clicked.connect(self._open_recording)
        column.addWidget(self.look)
        column.addWidget(rule())
        self._scroll = self._make_body()
        column.addWidget(self._scroll, 1)

    def _make_body(self) -> QWidget:
        self._body = plane("surface")
        column = QVBoxLayout(self._body)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        column.setSpacing(Space.S)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        self._name = Text("", Size.TITLE, Weight.BOLD)
        self._described = Text("", Size.TITLE, elide=True)
        self._tag = StatusTag()
        head.addWidget(self._name)
        head.addWidget(self._described, 1)
        head.addWidget(self._tag)
        column.addLayout(head)
        self._advice = Text("", Size.BODY, ink="warn", wrap=True)
        column.addWidget(self._advice)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self._copy, self._hide = Button(words.SAVE_COPY, icon="download"), Button(words.HIDE, "quiet")
        self._copy.clicked.connect(self.copy_wanted)
        self._hide.clicked.connect(self._mark)
        row.addWidget(self._copy)
        row.addWidget(self._hide)
        row.addStretch(1)
        column.addLayout(row)
        self._facts = FactRows(words.FACTS, 136)
        column.addWidget(self._facts)
        self._make_custody_head(column)
        self.custody = CustodyList()
        column.addWidget(self.custody)
        column.addSpacing(Space.XS)
        column.addWidget(Text(words.MORE, Size.BODY, Weight.BOLD))
        self._more = FactRows(words.MORE, 136)
        column.addWidget(self._more)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(words.FACTS)
        scroll.setWidget(self._body)
        ground = plane("surface")
        outer = QVBoxLayout(ground)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        return ground

    def _make_custody_head(self, column: QVBoxLayout) -> None:
        """Whose acts are listed, how many, and the list as a file."""
        title, tools = QHBoxLayout(), QHBoxLayout()
        title.setContentsMargins(0, Space.XS, 0, 0)
        title.addWidget(Text(words.CUSTODY, Size.BODY, Weight.BOLD))
        self._count = Text("", Size.LABEL, ink="ink2")
        title.addWidget(self._count)
        title.addStretch(1)
        both = [Option(_ONE, words.CUSTODY_THIS), Option(_ALL, words.CUSTODY_INCIDENT)]
        self._scope = Segmented(both, words.CUSTODY_OF, tick=False)
        self._scope.chosen.connect(lambda key: self.scope_wanted.emit(key == _ALL))
        self._save_list = Button(words.SAVE_LIST, "quiet")
        self._save_list.clicked.connect(self.list_wanted)
        tools.addWidget(self._scope)
        tools.addWidget(self._save_list)
        tools.addStretch(1)
        column.addLayout(title)
        column.addLayout(tools)

    def _make_room(self, large: bool) -> None:
        """The facts give way while what is looked at wants all of it."""
        self._scroll.setVisible(not large)

    def set_names(self, items: Sequence[EvidenceItem]) -> None:
        """How the pieces of evidence are called, for a list about several."""
        self._names = {item.evidence_id: reference_of(item) for item in items}

    def show_chosen(self, chosen: Chosen | None, *, copying: bool) -> None:
        self._chosen = chosen
        self.look.show_chosen(chosen)
        self._body.setVisible(chosen is not None)
        if chosen is None:
            return
        item = chosen.item
        self._name.setText(reference_of(item))
        self._facts.set_facts(facts_of(item))
        self._more.set_facts(more_of(item))
        self._copy.setVisible(item.exhibit is not None and item.may_save_copy)
        self._copy.setEnabled(not copying)
        self._show_exhibit(item.exhibit)
        if item.exhibit is None:
            self._described.setText(item.incident.person.name)
            recording = item.recording
            self._tag.set_tag(recording_tag(recording) if recording is not None else None)
        self._show_custody(chosen)

    def _show_exhibit(self, exhibit: Exhibit | None) -> None:
        self._hide.setVisible(exhibit is not None and has_picture(exhibit))
        self._advice.setVisible(exhibit is not None and bool(exhibit.flags))
        if exhibit is None:
            return
        described = shown_text(exhibit.description) or exhibit_words.NOT_NAMED
        self._described.setText(described)
        self._described.setToolTip(described)
        self._tag.set_tag(state_tag(exhibit))
        self._advice.setText(" ".join(flag_advice(exhibit)))
        self._hide.setText(words.SHOW_AGAIN if exhibit.distressing else words.HIDE)

    def _show_custody(self, chosen: Chosen) -> None:
        self._scope.set_value(_ALL if chosen.whole_incident else _ONE)
        self._save_list.setEnabled(chosen.custody is not None)
        if chosen.custody is None:
            self.custody.set_lines([])
            self._count.setText(words.CUSTODY_NONE)
            return
        lines = custody_lines(chosen.custody, self._names if chosen.whole_incident else None)
        self.custody.set_lines(lines[-MOST_LINES:])
        count = len(chosen.custody)
        if len(lines) > MOST_LINES:
            said = words.CUSTODY_EARLIER.format(shown=MOST_LINES, count=count)
        else:
            said = words.CUSTODY_ONE if count == 1 else words.CUSTODY_COUNT.format(count=count)
        self._count.setText(said)

    def _mark(self) -> None:
        if self._chosen is not None and self._chosen.item.exhibit is not None:
            self.marked.emit(not self._chosen.item.exhibit.distressing)

    def _open_recording(self) -> None:
        if self._chosen is not None:
            self.recording_wanted.emit(self._chosen.item.consultation.id)

    def set_compact(self, compact: bool) -> None:
        self.look.set_compact(compact)
