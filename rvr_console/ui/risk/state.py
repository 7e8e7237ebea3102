"""What the forms' tab shows, worked out from form and pack. Pure values: no Qt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rvr_console.domain.form import Form, FormState, Item, Pack, PackKind, Score, Section
from rvr_console.domain.form_structure import (
    is_settled,
    is_shown,
    next_unanswered,
    open_items,
    shown_items,
)
from rvr_console.services.form_history import EarlierForm
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.values import CheckState
from rvr_console.ui.consultation.state import Standing
from rvr_console.ui.risk import words

NEW_PERSON = "+"  # no name of a person
OTHER_FORMS = "+"  # no kind of a form
_SHORT_ENOUGH, _SHORT_START, _LITTLE = 14, 16, 3  # letters
_GOES_ON = r",? (?:and|or|at|for|of|to|in|on|with|the) "
ASKED_FOR = (PackKind.RISK, PackKind.NEEDS)  # lines of "Still to do" of their own


@dataclass(frozen=True, slots=True)
class Chip:
    """One of several to choose from. count: like "6/8", may be empty. shorter: (word, count) where there is less room, the
    shortest last.
    """

    key: str
    word: str
    count: str = ""
    shorter: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class FormsState:
    """The tab of one consultation; its presenter is the only writer.

    opened: as stored, oldest first. kind: of the pack that is shown, None while none is needed and none was chosen. live: the
    shown form with the answers that are still on their way to the store, None before it is started. needed: ids or kinds
    of the packs that this kind of consultation needs, by policy; None: every form is offered alike. others: the rest is
    shown too. case_kind: the kind of consultation that `needed` was read for.
    """

    consultation_id: str
    offered: list[Pack] = field(default_factory=list)
    opened: list[OpenForm] = field(default_factory=list)
    kind: PackKind | None = PackKind.RISK
    case_kind: str = ""
    needed: Sequence[str] | None = None
    others: bool = False
    live: OpenForm | None = None
    section: str = ""
    current: str = ""
    stored_at: str = ""
    unstored: set[str] = field(default_factory=set)
    earlier: list[EarlierForm] | None = None
    told: str = ""

    @property
    def pack(self) -> Pack | None:
        """Of the shown form; before it is started the one in force."""
        if self.live is not None:
            return self.live.pack
        return next((pack for pack in self.offered if pack.kind is self.kind), None)

    def needed_kinds(self) -> list[PackKind]:
        """What the policy asks for and this desk has, in the policy's order; every kind without a policy."""
        if self.needed is None:
            return [pack.kind for pack in self.offered]
        wanted = [
            pack.kind for key in self.needed for pack in self.offered if key in (pack.id, pack.kind.value)
        ]
        return list(dict.fromkeys(wanted))

    def of_kind(self, kind: PackKind | None) -> list[OpenForm]:
        return [one for one in self.opened if one.pack.kind is kind]

    def editable(self) -> bool:
        return self.live is not None and self.live.form.state is FormState.OPEN


def counts(pack: Pack, form: Form) -> tuple[int, int]:
    """(settled, asked): items shown that have to be answered."""
    items = [item for item in shown_items(pack, form) if item.required]
    return sum(is_settled(item, form) for item in items), len(items)


def form_chips(state: FormsState) -> list[Chip]:
    """First what this kind of consultation needs and what was begun; then the rest, or the way to it."""
    kinds = [*state.needed_kinds(), *(one.pack.kind for one in state.opened)]
    if state.kind is not None:
        kinds.append(state.kind)
    rest = [pack.kind for pack in state.offered if pack.kind not in kinds]
    chips = []
    for kind in dict.fromkeys([*kinds, *(rest if state.others else ())]):
        begun = state.of_kind(kind)
        if state.live is not None and kind is state.kind:
            begun = [state.live if one.form.id == state.live.form.id else one for one in begun]
        done = [counts(one.pack, one.form) for one in begun]
        count = f"{sum(n for n, _ in done)}/{sum(n for _, n in done)}" if done else ""
        word = words.KINDS[kind]
        chips.append(Chip(kind.value, word, count, ((word, ""),) if count else ()))
    if rest and not state.others:
        chips.append(Chip(OTHER_FORMS, words.OTHER_FORMS))
    return chips


def person_chips(state: FormsState) -> list[Chip]:
    """Those about whom a form of this kind is begun, and the place for another."""
    chips = [Chip(one.form.person, one.form.person) for one in state.of_kind(state.kind)]
    return [*chips, Chip(NEW_PERSON, words.ANOTHER_PERSON)]


def section_chips(pack: Pack, form: Form) -> list[Chip]:
    found = []
    for section in pack.sections:
        items = list(section.items)
        for branch in section.branches:
            if is_shown(branch, form):
                items += branch.items
        needed = [item for item in items if item.required]
        done = sum(is_settled(item, form) for item in needed)
        count = f"{done}/{len(needed)}" if needed else ""
        short = short_label(section.label)
        shorter = ((section_word(section, short), count), (short, count), (short, ""))
        found.append(Chip(section.id, section_word(section, section.label), count, shorter))
    return found


def short_label(label: str) -> str:
    """What still says which section is meant: "Last seen", "Special measures" (at court), "Children" (and dependants)."""
    if len(label) <= _SHORT_ENOUGH:
        return label
    start = re.split(_GOES_ON, label, maxsplit=1)[0]
    if _LITTLE < len(start) <= _SHORT_START:
        return start
    first = label.split(" ", maxsplit=1)[0].rstrip(",")
    return first if len(first) > _LITTLE else label


def section_word(section: Section, label: str) -> str:
    """Like "Current 1–8"."""
    numbers = [item.number for item in section.items if item.number]
    if len(numbers) < 2:  # nothing to span
        return label
    return f"{label} {numbers[0]}–{numbers[-1]}"


def section_of(pack: Pack, item_id: str) -> str:
    for section in pack.sections:
        items = [*section.items, *(item for branch in section.branches for item in branch.items)]
        if any(item.id == item_id for item in items):
            return section.id
    return pack.sections[0].id if pack.sections else ""


def item_name(item: Item) -> str:
    """As it is spoken: "Item 7, Conflict over child contact"."""
    if not item.number:
        return item.label
    return words.ITEM_NAME.format(item=words.ITEM.format(number=item.number), label=item.label)


def grade_words(pack: Pack, score: Score) -> str:
    """Like "(indicative so far: Standard, 1–9 counted)"."""
    scoring = pack.scoring
    if scoring is None or not score.indicative:
        return words.GRADE_NONE
    band = ""
    for place, one in enumerate(scoring.bands):
        if one.grade == score.indicative:
            above = scoring.bands[place + 1 :]
            band = (
                words.BAND.format(low=one.at_least, high=above[0].at_least - 1)
                if above
                else words.BAND_TOP.format(low=one.at_least)
            )
    return words.GRADE_SO_FAR.format(grade=scoring.label(score.indicative), band=band)


def next_words(opened: OpenForm) -> str:
    """For the action slot, while the form is open."""
    form, pack = opened.form, opened.pack
    if form.state is not FormState.OPEN:
        return ""
    name = _spoken(words.KINDS[pack.kind])
    item = next_unanswered(pack, form)
    if item is None or not open_items(pack, form):
        return words.NEXT_COMPLETE.format(form=name)
    if item.number:
        return words.NEXT_ITEM.format(form=name, number=item.number)
    return words.NEXT_ONE.format(form=name, label=item.label)


def _spoken(name: str) -> str:
    """Inside a sentence: "needs", "THRIVE"."""
    return name if name.isupper() else name.lower()


def to_start(state: FormsState) -> PackKind | None:
    """The first form that this case is asked for by name and that nobody began; None without a policy."""
    wanted = state.needed_kinds() if state.needed is not None else []
    return next((kind for kind in ASKED_FOR if kind in wanted and not state.of_kind(kind)), None)


def standing(opened: list[OpenForm], state: FormsState) -> Standing:
    """Of the whole tab: the risk assessment if there is one, and the first form in which something is due."""
    due = next((said for one in opened if (said := next_words(one))), "")
    start = to_start(state)
    if not due and start is not None:
        due = words.NEXT_START.format(form=_spoken(words.TITLES[start]))
    if not opened:
        unused = state.needed is not None and not state.needed_kinds()
        said = words.STAND_NOT_NEEDED if unused else words.STAND_NOT_STARTED
        return Standing(CheckState.NOT_STARTED, said, due)
    first = next((one for one in opened if one.pack.kind is PackKind.RISK), opened[0])
    done, asked = counts(first.pack, first.form)
    if due:
        return Standing(CheckState.UNDER_WAY, words.ANSWERED_OF.format(n=done, all=asked), due)
    scoring = first.pack.scoring
    grade = scoring.label(first.form_score.grade) if scoring else ""
    said = words.STAND_DONE.format(grade=grade) if grade else words.STAND_DONE_PLAIN
    if first.form.state is FormState.APPROVED and grade:
        said = words.STAND_APPROVED.format(grade=grade)
    return Standing(CheckState.DONE, said)
