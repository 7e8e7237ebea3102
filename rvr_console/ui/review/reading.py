"""What is read of an open case beside its recording: checklist, CAD, forms, statements; and the approval of a form."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Protocol

from rvr_console.domain import events
from rvr_console.domain.access import Act, Relation, User, allows
from rvr_console.domain.cad import CadAction
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.signing import Ceremony
from rvr_console.errors import KnownError
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.forms import Forms
from rvr_console.services.safeguarding import Safeguarding
from rvr_console.services.signing_gates import SigningGates
from rvr_console.services.statements import Statements
from rvr_console.services.values import ChecklistItem
from rvr_console.ui.consultation.open_page import Subscribes
from rvr_console.ui.review import words
from rvr_console.ui.review.paper_lines import grade_label
from rvr_console.ui.review.state import CaseState
from rvr_console.ui.review.statement_saving import StatementCopies
from rvr_console.ui.statement_history import version_text


class Signings(Protocol):
    """The part of services.signing.Signing that is needed here."""

    gates: SigningGates

    async def of_consultation(self, consultation_id: str) -> list[Ceremony]: ...


@dataclass(frozen=True, slots=True)
class CasePapers:
    forms: Forms
    statements: Statements
    signings: Signings
    safeguarding: Safeguarding
    copies: StatementCopies


class ChecklistDoor(Protocol):
    async def checklist(self, consultation_id: str) -> list[ChecklistItem]: ...


class CadDoor(Protocol):
    async def for_incident(self, incident: str) -> list[CadAction]: ...


class ReadingDoors(Protocol):
    """The part of the presenter's services that is needed here."""

    @property
    def consultations(self) -> ChecklistDoor: ...

    @property
    def cad(self) -> CadDoor: ...

    @property
    def papers(self) -> CasePapers: ...


class ReadingView(Protocol):
    def show_done(self, fact: str, advice: str = "") -> None: ...

    def show_fault(self, what: str, advice: str) -> None: ...

    def show_disclosure(self, record_id: str, text: str) -> None: ...

    def show_statement(self, statement_id: str, number: int, text: str) -> None: ...


class CaseReading:
    """Whatever cannot be read is told; what was read before it stays shown."""

    def __init__(
        self,
        view: ReadingView,
        doors: ReadingDoors,
        open_case: Callable[[], CaseState | None],
        changed: Callable[[], None],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._view, self._doors, self._spawn = view, doors, spawn
        self._open_case, self._changed = open_case, changed
        self._stale = self._reading = False

    def follow(self, bridge: Subscribes) -> None:
        """What is written or done in the open case from now on is read again as it happens."""
        changed = self.papers_changed
        bridge.subscribe(events.FormChanged, lambda event: changed(event.form.consultation_id))
        bridge.subscribe(events.StatementChanged, lambda event: changed(event.statement.consultation_id))
        bridge.subscribe(events.SigningChanged, lambda event: changed(event.ceremony.consultation_id))
        bridge.subscribe(events.CadActionChanged, lambda event: self._cad_changed(event.action.incident))
        bridge.subscribe(
            events.ConsultationChanged, lambda event: self._consultation_changed(event.consultation)
        )

    def _cad_changed(self, incident: str) -> None:
        state = self._open_case()
        if state is not None and state.line.incident.reference == incident:
            self.papers_changed(state.line.key)

    def papers_changed(self, consultation_id: str) -> None:
        """Something of this case was written or done: if it is the open one its papers are read again, never twice at a time."""
        state = self._open_case()
        if state is None or state.line.key != consultation_id:
            return
        self._stale = True
        if not self._reading:
            self._reading = True
            self._spawn(self._read_again())

    async def _read_again(self) -> None:
        try:
            while self._stale:
                self._stale = False
                state = self._open_case()
                if state is not None:
                    await self.read(state, state.reader)
        finally:
            self._reading = False

    def _consultation_changed(self, consultation: Consultation) -> None:
        """Its notes and its state; a look that is logged or a purpose that was given stays as it is."""
        state = self._open_case()
        if state is not None and state.line.key == consultation.id:
            state.line = replace(state.line, consultation=consultation)
            self.papers_changed(consultation.id)

    async def read(self, state: CaseState, user: User | None) -> None:
        state.reader = user
        try:
            state.checklist = await self._doors.consultations.checklist(state.line.key)
            if user is not None and allows(user.role, Act.CONSULT, Relation.OWN):
                state.cad = await self._doors.cad.for_incident(state.line.incident.reference)
            state.statements = await self._doors.papers.statements.of_consultation(state.line.key)
            state.signings = await self._doors.papers.signings.of_consultation(state.line.key)
            state.gate = await self._doors.papers.signings.gates.gate(state.line.key)
            state.safeguarding = await self._doors.papers.safeguarding.read(state.line.key)
            state.forms = await self._doors.papers.forms.of_consultation(state.line.key)
        except KnownError as error:
            self._tell(error)
        if self._open_case() is state:
            self._changed()

    def show_disclosure(self, record_id: str, purpose: str) -> None:
        """Logged with its purpose, then shown for a moment; another case that was opened meanwhile never shows it."""
        state = self._open_case()
        if state is not None:
            self._spawn(self._show_disclosure(state, record_id, purpose))

    async def _show_disclosure(self, state: CaseState, record_id: str, purpose: str) -> None:
        try:
            text = await self._doors.papers.safeguarding.show_disclosure(state.line.key, record_id, purpose)
        except KnownError as error:
            self._tell(error)
            return
        if self._open_case() is state:
            self._view.show_disclosure(record_id, text)

    def read_version(self, statement_id: str, number: int, purpose: str) -> None:
        """As a disclosure: logged, then shown, and only in the case in which it was asked for."""
        state = self._open_case()
        if state is not None:
            self._spawn(self._read_version(state, (statement_id, number), purpose))

    async def _read_version(self, state: CaseState, which: tuple[str, int], purpose: str) -> None:
        try:
            version = await self._doors.papers.statements.read_version(*which, purpose)
        except KnownError as error:
            self._tell(error)
            return
        if self._open_case() is state:
            self._view.show_statement(*which, version_text(version))

    def approve(self, form_id: str) -> None:
        """The form as it is on the screen; a refusal is told and the form read anew."""
        state = self._open_case()
        opened = next((one for one in state.forms if one.form.id == form_id), None) if state else None
        if state is None or opened is None or state.approving:
            return
        state.approving = form_id
        self._changed()
        self._spawn(self._approve(state, opened))

    async def _approve(self, state: CaseState, opened: OpenForm) -> None:
        try:
            done = await self._doors.papers.forms.approve(opened.form.id, opened.form.version)
        except KnownError as error:
            self._tell(error)
        else:
            label = grade_label(done)
            grade = words.APPROVED_GRADE.format(grade=label) if label else ""
            self._view.show_done(words.APPROVED_DONE.format(title=done.pack.title, grade=grade))
        finally:
            state.approving = ""
        await self.read(state, state.reader)

    def open_gate(self, reason: str) -> None:
        """The sergeant decides that this person may sign by video all the same."""
        state = self._open_case()
        if state is not None and not state.deciding:
            state.deciding = True
            self._spawn(self._open_gate(state, reason))

    async def _open_gate(self, state: CaseState, reason: str) -> None:
        try:
            await self._doors.papers.signings.gates.override_gate(state.line.key, reason)
        except KnownError as error:
            self._tell(error)
        else:
            self._view.show_done(words.GATE_DONE, words.GATE_DONE_ADVICE)
        finally:
            state.deciding = False
        await self.read(state, state.reader)

    def _tell(self, error: KnownError) -> None:
        self._view.show_fault(error.what, " ".join(part for part in (error.kept, error.todo) if part))
