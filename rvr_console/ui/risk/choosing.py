"""Which form of a consultation is shown, and where in it. Takes over what the store says."""

import asyncio

from rvr_console.domain.form import Answer, PackKind
from rvr_console.domain.form_structure import (
    find_item,
    is_settled,
    next_unanswered,
    shown_items,
)
from rvr_console.services.form_reading import OpenForm
from rvr_console.ui.risk.ports import FormServices, Page, View
from rvr_console.ui.risk.state import (
    OTHER_FORMS,
    FormsState,
    form_chips,
    next_words,
    section_of,
    standing,
    to_start,
)

KEY = "risk"


def _places(state: FormsState, kinds: list[str]) -> list[tuple[str, str]]:
    """(kind, form id) in the order of the chips; form id "" where none of the kind is begun."""
    found = []
    for kind in kinds:
        begun = state.of_kind(PackKind(kind))
        found += [(kind, one.form.id) for one in begun] or [(kind, "")]
    return found


def _first_open(opened: OpenForm) -> tuple[str, str]:
    """Section and item of the first thing that is not answered; "" where all is."""
    first = next_unanswered(opened.pack, opened.form)
    item = first.id if first else ""
    return section_of(opened.pack, item), item


class FormChoice:
    """The part of the presenter that knows which form is on the tab."""

    def __init__(self, view: View, services: FormServices, page: Page) -> None:
        self._view, self._services, self._page = view, services, page
        self.state = FormsState("")
        self._on_way = 0
        self._wanted = ""
        self._correcting: Answer | None = None

    # --- which forms ---
    def show_consultation(self, consultation_id: str, case_kind: str = "") -> None:
        """Another consultation is on the page, or it became one of another kind: read its forms and what it needs."""
        if consultation_id == self.state.consultation_id:
            if case_kind != self.state.case_kind:
                self.state.case_kind = case_kind
                self.read_again()
            return
        self.state = FormsState(consultation_id, self._services.forms.offered(), case_kind=case_kind)
        self._view.show_forms(self.state)
        self.read_again()

    def read_again(self) -> None:
        state = self.state

        async def read() -> None:
            state.opened = await self._services.forms.of_consultation(state.consultation_id)
            if self._services.needed is not None:
                state.needed = await self._services.needed(state.consultation_id)
                if state.live is None:
                    first = [*state.needed_kinds(), *(one.pack.kind for one in state.opened)]
                    state.kind = state.kind if state.kind in first else next(iter(first), None)
            if state is self.state:
                self._take_over()

        self._page.doing.do(read())

    def choose_kind(self, kind: str) -> None:
        """Show the form of this kind, or the place where it is started; OTHER_FORMS: offer the rest too."""
        self._view.flush()
        state = self.state
        if kind == OTHER_FORMS:
            known = {*state.needed_kinds(), *(one.pack.kind for one in state.opened), state.kind}
            state.others = True
            self._view.show_forms(state)
            rest = [pack.kind.value for pack in state.offered if pack.kind not in known]
            self._view.to_form_chip(rest[0] if rest else "")
            return
        state.kind = PackKind(kind)
        begun = state.of_kind(state.kind)
        self._show(begun[0] if begun else None)

    def _show(self, opened: OpenForm | None) -> None:
        state = self.state
        state.live, state.earlier, state.told = opened, None, ""
        state.section = state.current = ""
        if opened is not None:
            state.section, state.current = _first_open(opened)
        self._view.leave_side()
        self._view.show_forms(state)

    def choose_person(self, person: str) -> None:
        """The form about this person; "": the place where one about another is started."""
        self._view.flush()
        begun = self.state.of_kind(self.state.kind)
        self._show(next((one for one in begun if person and one.form.person == person), None))

    def to_what_is_due(self) -> None:
        """The shown form, if something is due in it or in none; else the first in which something is, or that is to be started."""
        state = self.state
        due = [one for one in state.opened if next_words(one)]
        shown = state.live.form.id if state.live else ""
        if due and all(one.form.id != shown for one in due):
            state.kind = due[0].pack.kind
            self._show(due[0])
        elif not due and (kind := to_start(state)) is not None:
            state.kind = kind
            self._show(None)

    def start(self, person: str = "") -> None:
        state = self.state
        kind = state.kind
        if kind is None:
            return

        async def begin() -> None:
            opened = await self._services.forms.start(state.consultation_id, kind.value, person)
            known = [one for one in state.opened if one.form.id != opened.form.id]
            state.opened = [*known, opened]
            if state is not self.state:
                return
            self._view.prepare(opened, _first_open(opened)[0])
            await asyncio.sleep(
                0
            )  # to make it, to show it and to go to its first item are a turn of the screen each
            if state is not self.state:
                return
            self._show(opened)
            self._stand()
            self._page.refresh_soon()
            await asyncio.sleep(0)
            if state is self.state and state.live is opened:
                self.go_on()

        self._page.doing.do(begin())

    def choose_section(self, section: str) -> None:
        self.state.section = section
        self._view.show_forms(self.state)

    def entered(self, item: str) -> None:
        live = self.state.live
        if live is None or find_item(live.pack, item) is None:
            return  # a row of another form, on its way out
        if self.state.current != item:
            self.state.current = item
            self._view.show_forms(self.state)

    def go_on(self) -> None:
        """To the next thing that is not answered; from the action slot, Next and the tab itself."""
        live = self.state.live
        if live is None:
            self._view.show_forms(self.state)
            return
        item = next_unanswered(live.pack, live.form)
        if item is not None and self.state.editable():
            self.go_to(item.id)
        else:
            self._view.leave_side()
            self._view.show_forms(self.state)
            self._view.to_end()

    def step_section(self, step: int) -> None:
        """To the section before or after, at its first item without an answer, else at its first."""
        live = self.state.live
        if live is None:
            return
        sections = live.pack.sections
        here = next((n for n, one in enumerate(sections) if one.id == self.state.section), 0)
        there = sections[(here + step) % len(sections)]
        items = [
            item for item in shown_items(live.pack, live.form) if section_of(live.pack, item.id) == there.id
        ]
        item = next((one for one in items if not is_settled(one, live.form)), items[0] if items else None)
        if item is not None:
            self.go_to(item.id)

    def step_form(self, step: int) -> None:
        """To the form before or after in the row above, person by person where there are several."""
        state = self.state
        keys = [chip.key for chip in form_chips(state) if chip.key != OTHER_FORMS]
        places = _places(state, keys)
        if not places:
            return
        shown = (state.kind.value if state.kind else "", state.live.form.id if state.live else "")
        here = places.index(shown) if shown in places else -1
        kind, form_id = places[(here + step) % len(places)]
        self._view.flush()
        state.kind = PackKind(kind)
        self._show(next((one for one in state.opened if one.form.id == form_id), None))
        self._view.open_first()

    def go_to(self, item: str) -> None:
        live = self.state.live
        if live is not None and item:
            self._view.leave_side()
            self.state.section, self.state.current = section_of(live.pack, item), item
            self._view.show_forms(self.state)
            self._view.go_to(item)

    def _kept(self, state: FormsState, kept: OpenForm) -> None:
        state.opened = [kept if one.form.id == kept.form.id else one for one in state.opened]

    def _take_over(self) -> None:
        """What the store says holds once nothing is on its way to it any more."""
        state = self.state
        if not self._on_way and not state.unstored:
            if state.live is None:
                begun = state.of_kind(state.kind)
                if begun:
                    self._show(begun[0])
            else:
                own = state.live.form.id
                state.live = next((one for one in state.opened if one.form.id == own), state.live)
        self._view.show_forms(state)
        self._stand()

    def _tell(self, sentence: str) -> None:
        self.state.told = sentence
        self._view.tell(sentence)

    def _stand(self) -> None:
        live = self.state.live
        opened = [
            live if live is not None and one.form.id == live.form.id else one for one in self.state.opened
        ]
        self._page.set_standing(KEY, standing(opened, self.state))
