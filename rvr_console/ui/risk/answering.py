"""Answers of the shown form: scored and shown at once, then stored."""

from dataclasses import replace

from rvr_console.domain import form_rules
from rvr_console.domain.form import Answer
from rvr_console.domain.form_rules import needs_correction
from rvr_console.domain.form_scoring import score
from rvr_console.domain.form_structure import find_item, next_unanswered
from rvr_console.errors import RefusedError
from rvr_console.ui.consultation.doing import Settled
from rvr_console.ui.form_words import answer_words
from rvr_console.ui.risk import words
from rvr_console.ui.risk.choosing import FormChoice
from rvr_console.ui.widgets.figures import clock


class FormAnswers(FormChoice):
    """Implements item_row.Answers."""

    def choose(self, item: str, value: str) -> None:
        before = self._answer(item)
        if before.value == value and value:
            self._move_on(item)
            return
        given = replace(before, value=value, reason="" if value else before.reason)
        if not self._asks_why(before, given):
            self._give(given, moves_on=bool(value))

    def correct(self, reason: str) -> None:
        """The answer that was asked about, with the reason why the one before was wrong."""
        given, self._correcting = self._correcting, None
        if given is not None:
            self._give(replace(given, at=self._page.now(), correction=reason), moves_on=True)

    def _asks_why(self, before: Answer, given: Answer) -> bool:
        live = self.state.live
        item = find_item(live.pack, given.item) if live else None
        if live is None or item is None or not needs_correction(live.pack, live.form, given):
            return False
        self._correcting, self.state.told = given, ""
        self._view.show_forms(self.state)
        was, now = answer_words(item, before), answer_words(item, given)
        self._view.ask_correction(
            words.CORRECT_ASK.format(item=item.number or item.label, before=was, after=now)
        )
        return True

    def write(self, item: str, text: str, settled: Settled) -> None:
        self._give(replace(self._answer(item), value=text, reason=""), settled)

    def comment(self, item: str, text: str, settled: Settled) -> None:
        self._give(replace(self._answer(item), comment=text), settled)

    def give_reason(self, item: str, text: str, settled: Settled) -> None:
        """Why an item stays unanswered."""
        self._give(replace(self._answer(item), reason=text), settled)

    def store_again(self) -> None:
        live = self.state.live
        for item in sorted(self.state.unstored):
            if live is not None and item in live.form.answers:
                self._store(live.form.answers[item])

    def _answer(self, item: str) -> Answer:
        live = self.state.live
        known = live.form.answers.get(item) if live else None
        now, by = self._page.now(), self._services.collar()
        return replace(known, at=now, by=by, correction="", was="") if known else Answer(item, "", now, by)

    def _give(self, given: Answer, settled: Settled | None = None, *, moves_on: bool = False) -> None:
        """Score, store, show; what the pack does not allow is told. moves_on: to the next item without an answer."""
        live = self.state.live
        if live is None:
            return
        try:
            form = form_rules.answer(live.pack, live.form, given)
        except RefusedError as refused:
            self._tell(refused.what)
            self._view.show_forms(self.state)
            if settled is not None:
                settled(False)
            return
        self.state.told = ""
        self.state.live = replace(live, form=form, form_score=score(live.pack, form, live.history))
        self._store(given, settled)
        if moves_on:
            self._move_on(given.item)
        else:
            self._view.show_forms(self.state)

    def _store(self, given: Answer, settled: Settled | None = None) -> None:
        state, live = self.state, self.state.live
        if live is None:
            return
        form_id = live.form.id
        self._on_way += 1

        async def store() -> None:
            kept = await self._services.forms.answer(
                form_id, given.item, given.value, given.comment, given.reason, given.correction
            )
            self._kept(state, kept)

        def done(stored: bool) -> None:
            self._on_way -= 1
            (state.unstored.discard if stored else state.unstored.add)(given.item)
            if stored:
                self._page.refresh_soon()  # "Still to do" counts it
                state.stored_at = clock(self._page.now())
            if settled is not None:
                settled(stored)
            if state is self.state:
                self._take_over()

        self._page.doing.do(store(), settled=done)

    def _move_on(self, item: str) -> None:
        live = self.state.live
        after = next_unanswered(live.pack, live.form, item) if live else None
        if after is not None:
            self.go_to(after.id)
        else:
            self._view.show_forms(self.state)
