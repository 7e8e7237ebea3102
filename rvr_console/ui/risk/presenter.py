"""Turns what the officer does in the forms' tab into service calls."""

from collections.abc import Callable, Coroutine
from typing import Any

from rvr_console.domain.form_scoring import raise_grade
from rvr_console.domain.form_structure import open_items
from rvr_console.errors import RefusedError
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.record_blocks import TextBlock, blocks_of
from rvr_console.ui.risk import words
from rvr_console.ui.risk.answering import FormAnswers
from rvr_console.ui.widgets.figures import clock


class FormsPresenter(FormAnswers):
    """One consultation's forms."""

    # --- judgement and the end ---
    def wants_grade(self, grade: str) -> None:
        """Higher: a reason is asked for. Lower: refused, and said."""
        live = self.state.live
        if live is None:
            return
        try:
            raise_grade(live.pack, live.form, grade, "asked next", self._services.collar(), self._page.now())
        except RefusedError as refused:
            self._tell(f"{refused.what} {refused.todo}".strip())
            return
        scoring = live.pack.scoring
        self.state.told = ""
        self._view.show_forms(self.state)
        self._view.ask_raise(scoring.label(grade) if scoring else grade)
        self._wanted = grade

    def raise_grade(self, reason: str) -> None:
        self._act(lambda form_id: self._services.forms.raise_grade(form_id, self._wanted, reason))

    def complete(self) -> None:
        self._view.flush()
        live = self.state.live
        if live is not None and not open_items(live.pack, live.form):
            self._view.leave_side()
        self._act(self._services.forms.complete)

    def reopen(self, reason: str) -> None:
        self._act(lambda form_id: self._services.forms.reopen(form_id, reason))

    def _act(self, act: Callable[[str], Coroutine[Any, Any, OpenForm]]) -> None:
        state, live = self.state, self.state.live
        if live is None:
            return

        async def run() -> None:
            try:
                self._kept(state, await act(live.form.id))
            except RefusedError as refused:
                self._tell(f"{refused.what} {refused.todo}".strip())
                return
            self._page.refresh_soon()
            state.stored_at, state.told = clock(self._page.now()), ""
            if state is self.state:
                self._take_over()

        self._page.doing.do(run())

    # --- beside the items ---
    def read_earlier(self, then: Callable[[], None]) -> None:
        state = self.state

        async def read() -> None:
            state.earlier = await self._services.forms.earlier(state.consultation_id)
            if state is self.state:
                then()

        self._page.doing.do(read())

    def blocks(self) -> list[TextBlock]:
        live = self.state.live
        return blocks_of(self._services.layouts, live) if live else []

    def copy(self, block: TextBlock, put: Callable[[str], None]) -> None:
        """put: onto the clipboard, once the log says so."""

        async def logged(form_id: str) -> OpenForm:
            opened = await self._services.forms.exported(form_id, f"text {block.id}")
            put(block.text)
            return opened

        self._act(logged)

    @property
    def may_save(self) -> bool:
        return self._services.files is not None

    def save(self, purpose: str, folder: str) -> None:
        live, files = self.state.live, self._services.files
        if live is None or files is None:
            return

        async def run() -> None:
            name = await files.save(live.form.id, folder, purpose)
            self._tell(words.SAVED.format(name=name, time=clock(self._page.now())))

        self._page.doing.do(run())
