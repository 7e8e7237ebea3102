"""Copies and court bundles: logged first, then written in the background; what came of it is told wherever the person is."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from rvr_console.domain.bundle import BundleMade, BundleProgress, BundleRecipient
from rvr_console.errors import KnownError
from rvr_console.services.bundles import BundleRequest, Bundles
from rvr_console.services.custody_lists import CustodyLists
from rvr_console.services.evidence_list import EvidenceItem
from rvr_console.services.exhibit_views import ExhibitViews
from rvr_console.ui.bundle_target import bundle_name, free_target
from rvr_console.ui.evidence import words
from rvr_console.ui.evidence.rows import reference_of
from rvr_console.ui.evidence.state import Chosen, EvidenceState
from rvr_console.ui.widgets.figures import data_size


class HandingView(Protocol):
    def show_copy_progress(self, part: float, words: str) -> None: ...

    def show_bundle_progress(self, part: float, words: str) -> None: ...

    def show_done(self, fact: str, advice: str = "", *, well: bool = True) -> None: ...

    def show_fault(self, what: str, advice: str) -> None: ...


def recipients_of(text: str) -> tuple[BundleRecipient, ...] | None:
    """From "Crown Court age1abc, Defence age1def"; empty for none, None when one lacks name or key."""
    found = []
    for part in (piece.strip() for piece in text.split(",")):
        if not part:
            continue
        name, _, key = part.rpartition(" ")
        if not name.strip() or not key.startswith("age1"):
            return None
        found.append(BundleRecipient(name.strip(), key))
    return tuple(found)


class HandingOver:
    """One copy and one bundle at a time. They go on when another page is shown, and end when the person signs out."""

    def __init__(
        self,
        view: HandingView,
        views: ExhibitViews,
        bundles: Bundles,
        lists: CustodyLists,
        changed: Callable[[], None],
    ) -> None:
        self._view, self._views, self._bundles, self._changed = view, views, bundles, changed
        self._lists = lists
        self._cancelled = self._copy_cancelled = False

    def cancel(self) -> None:
        """The bundle."""
        self._cancelled = True

    def cancel_copy(self) -> None:
        self._copy_cancelled = True

    async def save_copy(self, state: EvidenceState, item: EvidenceItem, purpose: str, folder: Path) -> None:
        if state.copying:
            self._view.show_fault(words.BUSY_COPY, words.BUSY_COPY_ADVICE)
            return
        size = item.exhibit.content.size if item.exhibit is not None else 0

        def tell(done: int) -> None:
            said = words.COPY_OF.format(done=data_size(done), size=data_size(size))
            self._view.show_copy_progress(done / max(1, size), said)

        self._copy_cancelled, state.copying = False, True
        self._changed()
        try:
            made = await self._views.save_copy(
                item.evidence_id, purpose, folder, tell, lambda: self._copy_cancelled
            )
            if made is None:
                self._view.show_done(words.COPY_STOPPED, words.COPY_STOPPED_ADVICE)
            else:
                self._view.show_done(words.COPY_DONE, str(made))
        except KnownError as error:
            self._fault(error)
        finally:
            state.copying = False
            self._changed()

    async def save_list(self, state: EvidenceState, chosen: Chosen, purpose: str, folder: Path) -> None:
        """The custody entries that are shown of the chosen one."""
        if state.listing:
            return
        state.listing = True
        self._changed()
        of = chosen.item.incident.reference if chosen.whole_incident else reference_of(chosen.item)
        try:
            made = await self._lists.save(chosen.subject, words.LIST_TITLE.format(of=of), purpose, folder)
            self._view.show_done(words.LIST_DONE, str(made))
        except KnownError as error:
            self._fault(error)
        finally:
            state.listing = False
            self._changed()

    async def make_bundle(
        self, state: EvidenceState, item: EvidenceItem, wanted: tuple[str, Path, str]
    ) -> None:
        """wanted: purpose, folder, recipients as they were written."""
        purpose, folder, written = wanted
        recipients = recipients_of(written)
        if recipients is None:
            self._view.show_fault(words.RECIPIENTS_WRONG, "")
            return
        suffix = ".tar.age" if recipients else ""
        target = free_target(folder, bundle_name(item.incident.reference), suffix)
        self._cancelled, state.bundling = False, True
        self._changed()
        self._view.show_bundle_progress(0, "")
        request = BundleRequest(item.consultation.id, purpose, target, recipients)
        try:
            made = await self._bundles.make(request, self._tell, lambda: self._cancelled)
            self._outcome(made)
        except KnownError as error:
            self._fault(error)
        finally:
            state.bundling = False
            self._changed()

    def _outcome(self, made: BundleMade | None) -> None:
        if made is None:
            self._view.show_done(words.BUNDLE_STOPPED, words.BUNDLE_STOPPED_ADVICE)
            return
        said = words.BUNDLE_DONE_ADVICE.format(
            path=made.path, files=f"{made.files:,}", size=data_size(made.size), digest=made.digest
        )
        if made.notes:
            self._view.show_done(words.BUNDLE_NOTES, " ".join((*made.notes, said)), well=False)
        else:
            self._view.show_done(words.BUNDLE_DONE, said)

    def _tell(self, progress: BundleProgress) -> None:
        self._view.show_bundle_progress(progress.part, progress.words)

    def _fault(self, error: KnownError) -> None:
        self._view.show_fault(error.what, " ".join(part for part in (error.kept, error.todo) if part))
