"""Turns acts on the review page into service calls: nothing opens before its purpose is logged and its seal verified."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from rvr_console.domain.access import Act, Relation, User, allows
from rvr_console.domain.repositories import ReviewOutcome
from rvr_console.errors import KnownError
from rvr_console.services.cad_actions import CadActions
from rvr_console.services.consultations import Consultations
from rvr_console.services.evidential_review import EvidentialReview
from rvr_console.services.recordings import Recordings
from rvr_console.ui.review import words
from rvr_console.ui.review.control import PlayerControl
from rvr_console.ui.review.copying import CopySaver
from rvr_console.ui.review.handing_over import BundleDoor, HandingOver
from rvr_console.ui.review.playback import (
    Opened,
    OpenRecording,
    ReviewPlayback,
    ReviewTimeline,
    WorkProgress,
)
from rvr_console.ui.review.reading import CasePapers, CaseReading
from rvr_console.ui.review.state import CaseLine, CaseState, Stage, case_of, merge_lines, slot_of
from rvr_console.ui.review.statement_saving import StatementSaver

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class ReviewView(Protocol):
    def show_list(self, lines: Sequence[CaseLine], user: User, now: datetime) -> None: ...

    def show_case(self, state: CaseState, now: datetime) -> None: ...

    def show_slot(self, word: str, reason: str, pending: str) -> None: ...

    def show_progress(self, progress: WorkProgress) -> None: ...

    def show_copy_progress(self, progress: WorkProgress) -> None: ...

    def show_bundle_progress(self, progress: WorkProgress) -> None: ...

    def show_disclosure_officers(self, people: Sequence[User]) -> None: ...

    def show_recording(self, timeline: ReviewTimeline | None) -> None:
        """A recording is open for watching (its timeline), or none is any more."""
        ...

    def show_done(self, fact: str, advice: str = "") -> None: ...

    def show_disclosure(self, record_id: str, text: str) -> None: ...

    def show_statement(self, statement_id: str, number: int, text: str) -> None: ...

    def show_fault(self, what: str, advice: str) -> None: ...


@dataclass(frozen=True, slots=True)
class ReviewServices:
    recordings: Recordings
    review: EvidentialReview
    consultations: Consultations
    cad: CadActions
    playback: ReviewPlayback
    bundles: BundleDoor
    papers: CasePapers
    now: Callable[[], datetime]


class ReviewPresenter:
    """One case at a time. Leaving it closes its recording."""

    def __init__(self, view: ReviewView, services: ReviewServices, spawn: Spawn) -> None:
        self._view, self._services, self._spawn = view, services, spawn
        self._user: User | None = None
        self.lines: list[CaseLine] = []
        self.state: CaseState | None = None
        self.player = PlayerControl()
        self._minute = -1
        self.copying = CopySaver(view, services.recordings, services.playback)
        self.handing = HandingOver(view, services.bundles, lambda: self.state, self._redraw, spawn)
        self.reading = CaseReading(view, services, lambda: self.state, self._redraw, spawn)
        copies = services.papers.copies
        self.pages = StatementSaver(view, copies, lambda: self.state, self._redraw, spawn)
        self._opening: asyncio.Task[None] | None = None

    def set_user(self, user: User | None) -> None:
        """Somebody signed in, changed duty, or left: on leaving, whatever is open closes."""
        before, self._user = self._user, user
        if before is not None and (user is None or before.collar != user.collar):
            self.copying.cancel()
            self.handing.cancel()
            self.lines = []
            self.leave()
            self._view.show_list([], before, self._services.now())
        if user is not None:
            self.refresh()
            self._show_slot()

    def refresh(self) -> None:
        user = self._user
        if user is not None and any(allows(user.role, Act.VIEW_RECORDING, stands) for stands in Relation):
            self._spawn(self._load())

    def tick(self, now: datetime) -> None:
        """Once a second from the window; what counts in minutes is drawn once a minute."""
        minute = int(now.timestamp()) // 60
        if self._user is None or minute == self._minute:
            return
        self._minute = minute
        if self.state is not None:
            self._view.show_case(self.state, now)
        else:
            self._view.show_list(self.lines, self._user, now)

    async def _load(self) -> None:
        user = self._user
        if user is None:
            return
        try:
            waiting = []
            if allows(user.role, Act.REVIEW, Relation.TEAM):
                waiting = await self._services.review.list_waiting()
            recordings = await self._services.recordings.list_for_review()
        except KnownError as error:
            self._fault(error)
            return
        if self._user is user:
            self.lines = merge_lines(waiting, recordings)
            if self.state is None:
                self._view.show_list(self.lines, user, self._services.now())

    # --- one case ---
    def open_case(self, consultation_id: str) -> None:
        line = next((line for line in self.lines if line.key == consultation_id), None)
        if line is None:
            return
        self.state = self.handing.with_rights(case_of(line, self.lines), self._user)
        self._redraw()
        self._spawn(self.reading.read(self.state, self._user))

    def leave(self) -> None:
        """Back to the list; the recording is closed."""
        recording, self.player.recording, self.state = self.player.recording, None, None
        if self._opening is not None:
            self._opening.cancel()
        self._view.show_recording(None)
        if recording is not None:
            self._spawn(recording.close())
        if self._user is not None:
            self._view.show_list(self.lines, self._user, self._services.now())
            self.refresh()

    def choose_recording(self, evidence_id: str) -> None:
        if self.state is not None and self.state.stage is Stage.PURPOSE:
            for summary in self.state.line.recordings:
                if summary.recording.evidence_id == evidence_id:
                    self.state.recording = summary.recording

    def open_recording(self, purpose: str) -> None:
        """Log the purpose, verify, open. Without a purpose nothing happens (the page says so)."""
        state = self.state
        if (
            state is None
            or state.recording is None
            or state.stage is not Stage.PURPOSE
            or not purpose.strip()
        ):
            return
        state.purpose, state.stage = purpose.strip(), Stage.VERIFYING
        self._redraw()
        self._opening = self._spawn(self._open(state, state.recording.evidence_id))

    async def _open(self, state: CaseState, evidence_id: str) -> None:
        recording: OpenRecording | None = None
        try:
            permit = await self._services.recordings.view(evidence_id, state.purpose)
            opened = await self._services.playback.open(permit, self._view.show_progress)
            recording = opened.recording
            await self._services.recordings.verified(evidence_id, opened.verification.status)
            if self.state is state:
                self._show_opened(state, opened)
                recording = None
        except KnownError as error:
            state.stage = Stage.PURPOSE
            self._fault(error)
            self._redraw()
        finally:
            if recording is not None:  # left meanwhile, or the log could not be written
                self._spawn(recording.close())

    def _show_opened(self, state: CaseState, opened: Opened) -> None:
        state.verification, self.player.recording = opened.verification, opened.recording
        state.stage = Stage.PLAYING if opened.recording is not None else Stage.REFUSED
        self._redraw()
        self._view.show_recording(opened.recording.timeline if opened.recording else None)

    # --- the outcome ---
    def set_outcome(self, outcome: ReviewOutcome) -> None:
        if self.state is not None:
            self.state.outcome = outcome
            self._show_slot()

    def set_plan(self, plan: str) -> None:
        if self.state is not None:
            self.state.plan = plan
            self._show_slot()

    def set_feedback(self, feedback: str) -> None:
        if self.state is not None:
            self.state.feedback = feedback

    def act(self) -> None:
        """The action slot of a case under review: record the outcome, if its needs are met."""
        state = self.state
        if state is None or state.pending or state.outcome is None or slot_of(state, self._user)[1]:
            return
        state.pending = words.RECORDING_OUTCOME
        self._show_slot()
        self._spawn(self._record(state, state.outcome))

    async def _record(self, state: CaseState, outcome: ReviewOutcome) -> None:
        try:
            await self._services.review.record(state.line.key, outcome, state.plan, state.feedback)
        except KnownError as error:
            self._fault(error)
            return
        finally:
            state.pending = ""
            self._show_slot()
        self._view.show_done(
            words.RECORDED.format(outcome=outcome.value, log=state.line.incident.short_reference)
        )
        if self.state is state:
            self.lines = [line for line in self.lines if line.key != state.line.key]
            self.leave()

    # --- a play-anywhere copy ---
    def save_copy(self, purpose: str, folder: str) -> None:
        state = self.state
        if state is None or state.recording is None or state.copying:
            return
        state.copying = True
        self._redraw()
        wanted = state.recording.evidence_id, purpose, Path(folder)
        self._spawn(self.copying.save(state, wanted, self._redraw))

    # --- inside ---
    def _redraw(self) -> None:
        if self.state is not None:
            self._view.show_case(self.state, self._services.now())
            self._show_slot()

    def _show_slot(self) -> None:
        if self.state is not None:
            word, reason = slot_of(self.state, self._user)
            self._view.show_slot(word, reason, self.state.pending)

    def _fault(self, error: KnownError) -> None:
        self._view.show_fault(error.what, " ".join(part for part in (error.kept, error.todo) if part))
