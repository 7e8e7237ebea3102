"""A case on its way out of the team: given to a disclosure officer, who makes the court bundle in the background."""

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Protocol

from rvr_console.domain.access import Act, Relation, User, allows
from rvr_console.domain.bundle import BundleMade, BundleProgress, Tell
from rvr_console.errors import KnownError
from rvr_console.services.bundles import BundleRequest
from rvr_console.ui.bundle_target import bundle_name, free_target
from rvr_console.ui.review import words
from rvr_console.ui.review.playback import WorkProgress
from rvr_console.ui.review.state import CaseState


class BundleDoor(Protocol):
    """The part of services.bundles.Bundles that is needed here."""

    async def disclosure_officers(self) -> list[User]: ...

    async def assign(self, consultation_id: str, collar: str) -> None: ...

    async def make(
        self, request: BundleRequest, tell: Tell, cancelled: Callable[[], bool]
    ) -> BundleMade | None: ...


class HandingView(Protocol):
    def show_bundle_progress(self, progress: WorkProgress) -> None: ...

    def show_disclosure_officers(self, people: Sequence[User]) -> None: ...

    def show_done(self, fact: str, advice: str = "") -> None: ...

    def show_fault(self, what: str, advice: str) -> None: ...


class HandingOver:
    """One bundle at a time; it goes on when the case is left, and ends when it is cancelled or the person signs out."""

    def __init__(
        self,
        view: HandingView,
        bundles: BundleDoor,
        open_case: Callable[[], CaseState | None],
        changed: Callable[[], None],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._view, self._bundles, self._spawn = view, bundles, spawn
        self._open_case, self._changed = open_case, changed
        self._cancelled = False

    def with_rights(self, state: CaseState, user: User | None) -> CaseState:
        """Says which of its buttons are shown; the service checks again."""
        role = user.role if user is not None else None
        state.may_make_bundle = role is not None and allows(role, Act.MAKE_BUNDLE, Relation.ASSIGNED)
        state.may_assign = role is not None and allows(role, Act.MANAGE_TEAM, Relation.TEAM)
        return state

    def cancel(self) -> None:
        self._cancelled = True

    def ask_whom(self) -> None:
        async def ask() -> None:
            self._view.show_disclosure_officers(await self._bundles.disclosure_officers())

        self._spawn(self._told(ask()))

    def assign(self, person: User) -> None:
        state = self._open_case()

        async def give(consultation_id: str) -> None:
            await self._bundles.assign(consultation_id, person.collar)
            self._view.show_done(words.ASSIGNED.format(name=person.title))

        if state is not None:
            self._spawn(self._told(give(state.line.key)))

    def make_bundle(self, purpose: str, folder: str) -> None:
        """Into a new folder in `folder`, named after the incident; one made earlier stays beside it."""
        state = self._open_case()
        if state is None or state.bundling:
            return
        state.bundling, self._cancelled = True, False
        self._changed()
        target = free_target(Path(folder), bundle_name(state.line.incident.reference))
        self._spawn(self._make(state, BundleRequest(state.line.key, purpose, target)))

    async def _make(self, state: CaseState, request: BundleRequest) -> None:
        def tell(progress: BundleProgress) -> None:
            self._view.show_bundle_progress(WorkProgress(progress.part, progress.words))

        async def make() -> None:
            made = await self._bundles.make(request, tell, lambda: self._cancelled)
            if made is None:
                self._view.show_done(words.BUNDLE_STOPPED, words.COPY_STOPPED_ADVICE)
                return
            said = words.BUNDLE_DONE_ADVICE.format(path=made.path, files=made.files)
            if made.notes:  # damaged or missing evidence: stays until it is read
                self._view.show_fault(words.BUNDLE_NOTES, " ".join((*made.notes, said)))
            else:
                self._view.show_done(words.BUNDLE_DONE, said)

        try:
            await self._told(make())
        finally:
            state.bundling = False
            self._changed()

    async def _told(self, act: Coroutine[Any, Any, None]) -> None:
        try:
            await act
        except KnownError as error:
            self._view.show_fault(error.what, " ".join(part for part in (error.kept, error.todo) if part))
