"""The Safeguarding tab: the victim's clocks on top, one part below at a time."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.domain.safeguarding import VictimClock
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.safeguarding import words
from rvr_console.ui.safeguarding.disclosure_pane import DisclosurePane
from rvr_console.ui.safeguarding.listed_pane import ListedPane, ListWords
from rvr_console.ui.safeguarding.presenter import SafeguardingPresenter, Shown
from rvr_console.ui.safeguarding.referral_pane import ReferralPane
from rvr_console.ui.safeguarding.update_pane import UpdatePane
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.figures import when
from rvr_console.ui.widgets.segmented import Option, Segmented
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text, plane

ADVICE = ListWords(words.GIVE, words.GIVEN, words.GIVE_NAME, words.OWN_ADVICE, words.ADD_ADVICE)
MEASURES = ListWords(words.TAKE, words.TAKEN, words.TAKE_NAME, words.OWN_MEASURE, words.ADD_MEASURE)


class SafeguardingSheet:
    """A sheet of the consultation page (ui/consultation/sheet.py), and the presenter's view."""

    key, label, todos = "safeguarding", words.TAB, ("safeguarding",)

    def __init__(self, presenter: SafeguardingPresenter) -> None:
        self._presenter = presenter
        policy = presenter.policy
        self.advice = ListedPane(policy.advice, ADVICE, presenter.give_advice)
        self.measures = ListedPane(policy.measures, MEASURES, presenter.take_measure)
        self.referrals = ReferralPane(policy.recipients, presenter.refer, presenter.referral_sent)
        self.disclosure = DisclosurePane(
            policy.disclosures, presenter.record_disclosure, presenter.show_disclosure
        )
        self.update = UpdatePane(presenter.victim_updated)
        self._panes: dict[str, ListedPane | ReferralPane | DisclosurePane | UpdatePane] = {
            "advice": self.advice,
            "measures": self.measures,
            "referrals": self.referrals,
            "disclosure": self.disclosure,
            "update": self.update,
        }
        self._widget = self._make()
        presenter.attach(self)

    @property
    def widget(self) -> QWidget:
        return self._widget

    def _make(self) -> QWidget:
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.S, 0, 0)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, Space.L, 0)
        head.setSpacing(Space.S)
        head.addWidget(Text(words.TITLE, Size.BODY, Weight.BOLD))
        self._rights = StatusTag()
        head.addWidget(self._rights)
        head.addStretch(1)
        column.addLayout(head)
        clocks = QHBoxLayout()
        clocks.setContentsMargins(0, 0, Space.L, 0)
        clocks.setSpacing(Space.L)
        self._clocks = {key: Status(Shape.RING, "", Tone.NEUTRAL) for key in words.CLOCK_OPEN}
        for status in self._clocks.values():
            clocks.addWidget(status)
        clocks.addStretch(1)
        column.addLayout(clocks)
        self._parts = Segmented(
            [Option(key, word) for key, word in words.PART_WORDS.items()], words.PARTS, tick=False
        )
        self._parts.chosen.connect(self._choose)
        column.addWidget(self._parts)
        self._stack = QStackedWidget()
        for part in self._panes.values():
            self._stack.addWidget(_scrolled(part))
        column.addWidget(self._stack, 1)
        self._choose("advice")
        return pane

    def _choose(self, key: str) -> None:
        self._parts.set_value(key)
        self._stack.setCurrentIndex(list(self._panes).index(key))

    # --- as Sheet has it ---
    def show_state(self, state: PageState) -> None:
        if self._presenter.page_shows(state.consultation.id):
            self.forget()

    def open(self, todo: str = "") -> None:  # noqa: ARG002  # one line leads here
        self._panes[self._parts.value].focus_first()

    def leave(self) -> None:
        """Nothing is stored by itself here; what is uncovered is covered."""
        self.disclosure.cover_all()

    def set_compact(self, compact: bool) -> None:  # as Sheet has it
        """The parts scroll."""

    def forget(self) -> None:
        """Another case: no words of one person in the fields of another."""
        self.advice.forget()
        self.measures.forget()
        self.referrals.clear_form()
        self.disclosure.clear_form()
        self.disclosure.cover_all()
        self.update.clear_form()
        self._choose("advice")

    # --- as the presenter's View has it ---
    def show_file(self, shown: Shown) -> None:
        file = shown.file
        rights = words.ENHANCED if file.enhanced else words.STANDARD
        self._rights.set_tag(Tag(Shape.KIND, rights, Tone.ACCENT if file.enhanced else Tone.NEUTRAL))
        for clock in file.clocks:
            self._clocks[clock.key].set_state(*_clock_words(clock, shown))
        self.advice.show_entries(file.advice)
        self.measures.show_entries(file.measures)
        self.referrals.show_referrals(file.referrals)
        self.disclosure.show_records(file.restricted)
        within = shown.policy.update_within_enhanced if file.enhanced else shown.policy.update_within
        self.update.show_updates(file.updates, within)
        counts = {
            "advice": len(file.advice),
            "measures": len(file.measures),
            "referrals": len(file.referrals),
            "disclosure": len(file.restricted),
            "update": len(file.updates),
        }
        for key, n in counts.items():
            word = words.PART_WORDS[key]
            self._parts.set_word(key, words.PART_COUNT.format(word=word, n=n) if n else word)

    def show_text(self, record_id: str, text: str) -> None:
        self.disclosure.uncover(record_id, text)


def _scrolled(part: QWidget) -> QScrollArea:
    ground = plane("surface")
    column = QVBoxLayout(ground)
    column.setContentsMargins(0, 0, Space.L, Space.S)
    column.addWidget(part)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(ground)
    return scroll


def _time(at: datetime, now: datetime) -> str:
    said = when(at, now)
    return said[:1].lower() + said[1:]


def _clock_words(clock: VictimClock, shown: Shown) -> tuple[Shape, str, Tone]:
    if clock.done_at is not None:
        done = words.CLOCK_DONE[clock.key].format(when=_time(clock.done_at, shown.now))
        return Shape.DONE, done, Tone.OK
    if clock.late(shown.now):
        return (
            Shape.OVER,
            words.CLOCK_LATE[clock.key].format(when=_time(clock.due_at, shown.now)),
            Tone.DANGER,
        )
    return Shape.RING, words.CLOCK_OPEN[clock.key].format(when=_time(clock.due_at, shown.now)), Tone.NEUTRAL
