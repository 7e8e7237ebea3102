"""What the consultation is, and its end: the kind chosen, the case submitted."""

from collections.abc import Mapping

from rvr_console.domain.consultation import SAFETY_QUESTIONS
from rvr_console.domain.policy import VICTIM
from rvr_console.services.consultation_kinds import ConsultationKinds
from rvr_console.services.consultations import Consultations
from rvr_console.ui.consultation.doing import Doing
from rvr_console.ui.consultation.open_page import OpenPage
from rvr_console.ui.consultation.state import PageState, Stage

NO_REASONS: Mapping[str, str] = {}


class ClosingActs:
    """kinds: None where this console offers none."""

    def __init__(
        self, page: OpenPage, doing: Doing, consultations: Consultations, kinds: ConsultationKinds | None
    ) -> None:
        self._page = page
        self._doing = doing
        self._consultations = consultations
        self._kinds = kinds

    def read_questions(self, state: PageState) -> None:
        """How the safety questions are asked, and which before the link; without a policy all before a call with a victim."""
        kind = state.consultation.kind
        state.safety_words = self._consultations.safety_words()
        if self._kinds is not None:
            state.before_link = self._kinds.before_link(kind)
        else:
            state.before_link = SAFETY_QUESTIONS if kind == VICTIM else ()

    def kinds(self) -> list[tuple[str, str]]:
        """(key, label) of each kind; the first is the usual one."""
        return [(kind.key, kind.label) for kind in self._kinds.all()] if self._kinds else []

    def choose_kind(self, kind: str) -> None:
        if self._kinds is not None:
            self._doing.do(self._choose(self._kinds, kind))

    async def _choose(self, kinds: ConsultationKinds, kind: str) -> None:
        await kinds.choose(self._page.consultation_id(), kind)
        await self._page.refresh_lists()

    def submit(self, outcome: str, result_codes: list[str], reasons: Mapping[str, str] = NO_REASONS) -> None:
        """reasons: by checklist key, why something that the case needs is not done."""
        self._doing.do(self._submit(outcome, result_codes, reasons), "Submitting…")

    async def _submit(self, outcome: str, result_codes: list[str], reasons: Mapping[str, str]) -> None:
        state = self._page.state
        submitted = await self._consultations.submit(
            self._page.consultation_id(), outcome, result_codes, reasons
        )
        if state is not None:
            state.consultation, state.stage = submitted, Stage.SUBMITTED
        await self._page.refresh_lists()
