"""Answers of the shown form: scored and shown at once, then stored."""

from dataclasses import replace

from rvr_console.domain import form_rules
from rvr_console.domain.form import Answer
from rvr_console.errors import RefusedError
from rvr_console.ui.consultation.doing import Settled
from rvr_console.ui.risk.choosing import FormChoice
from rvr_console.ui.risk.state import next_open
from rvr_console.ui.widgets.figures import clock


class FormAnswers(FormChoice):
    """Implements item_row.Answers."""

    def choose(self, item: str, value: str) -> None:
        before = self._answer(item)
        if before.value == value and value:
            self._move_on(item)
            return
        if self._give(replace(before, value=value, reason="" if value else before.reason)) and value:
            self._move_on(item)

    def write(self, item: str, text: str, settled: Settled) -> None:
        self._give(replace(self._answer(item), value=text, reason=""), settled)

    def comment(self, item: str, text: str, settled: Settled) -> None:
        self._give(replace(self._answer(item), comment=text), settled)

    def give_reason(self, item: str, text: str, settled: Settled) -> None:
        """Why an item stays unanswered."""
        self._give(replace(self._answer(item), reason=text), settled)

    def store_again(self) -> None:
        for item in sorted(self.state.unstored):
            self._store(self._answer(item))

    def _answer(self, item: str) -> Answer:
        live = self.state.live
        known = live.form.answers.get(item) if live else None
        now, by = self._page.now(), self._services.collar()
        return replace(known, at=now, by=by) if known else Answer(item, "", now, by)

    def _give(self, given: Answer, settled: Settled | None = None) -> bool:
        """Score and show at once, then store. False: the pack does not allow it."""
        live = self.state.live
        if live is None:
            return False
        try:
            form = form_rules.answer(live.pack, live.form, given)
        except RefusedError as refused:
            self._tell(refused.what)
            self._view.show_forms(self.state)
            if settled is not None:
                settled(False)
            return False
        self.state.told = ""
        self._live(form)
        self._store(given, settled)
        return True

    def _store(self, given: Answer, settled: Settled | None = None) -> None:
        state, live = self.state, self.state.live
        if live is None:
            return
        form_id = live.form.id
        self._on_way += 1

        async def store() -> None:
            kept = await self._services.forms.answer(
                form_id, given.item, given.value, given.comment, given.reason
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
        after = next_open(live.pack, live.form, item) if live else None
        if after is not None:
            self.go_to(after.id)
