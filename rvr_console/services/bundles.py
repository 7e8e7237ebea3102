"""Hand-over bundles: who may make one, of what, why; logged before a byte is written, and what became of it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from rvr_console.domain.access import Act, Role, User, check
from rvr_console.domain.bundle import (
    BundleExhibit,
    BundleFile,
    BundleMade,
    BundleMaker,
    BundleOrder,
    BundleProgress,
    BundleRecipient,
    BundleRecording,
    Tell,
)
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import Exhibit, ExhibitFlag
from rvr_console.domain.repositories import Recording, RecordingStatus
from rvr_console.errors import KnownError, RefusedError
from rvr_console.services.desk import Desk, Work, needs_words, relation

_RUNS = {
    ExhibitFlag.ACTIVE,
    ExhibitFlag.ARCHIVE,
    ExhibitFlag.EICAR,
    ExhibitFlag.POLYGLOT,
}


class CustodyFiles(Protocol):
    async def __call__(self, consultation_id: str, purpose: str) -> Sequence[BundleFile]:
        """The log's entries about a case, with proofs and a checkpoint that covers them. Raises KnownError."""
        ...


@dataclass(frozen=True, slots=True)
class BundleRequest:
    """What a person asks for. target: the folder (or, with recipients, the file) to be made.

    leave_out: exhibit's evidence id -> why it stays out; the bundle says so.
    """

    consultation_id: str
    purpose: str
    target: Path
    recipients: tuple[BundleRecipient, ...] = ()
    leave_out: tuple[tuple[str, str], ...] = ()


class Bundles:
    """One bundle at a time."""

    def __init__(
        self,
        desk: Desk,
        maker: BundleMaker,
        custody: CustodyFiles,
        documents: Callable[[str], Awaitable[Sequence[BundleFile]]],
    ) -> None:
        """documents: the finished PDFs of a consultation."""
        self._desk, self._maker, self._custody, self._documents = desk, maker, custody, documents
        self._making = asyncio.Lock()

    async def assign(self, consultation_id: str, collar: str) -> None:
        """Give a disclosure officer a case. By a sergeant who may see it."""

        def give(work: Work, user: User) -> None:
            consultation = work.consultation(consultation_id)
            check(user, Act.MANAGE_TEAM)
            check(user, Act.VIEW_RECORDING, relation(work, user, consultation))
            account = work.tx.users.get(collar)
            if account is None or account.user.role is not Role.DISCLOSURE:
                raise RefusedError(f"{collar} is not a disclosure officer.", kept="Nothing was changed.")
            work.tx.consultations.assign(consultation_id, collar)
            work.log(CustodyAct.CASE_ASSIGNED, consultation_id, to=collar)

        await self._desk.act(Act.MANAGE_TEAM, consultation_id, give)

    async def disclosure_officers(self) -> list[User]:
        """To whom a case can be given."""

        def read(work: Work, user: User) -> list[User]:
            check(user, Act.MANAGE_TEAM)
            return [one.user for one in work.tx.users.all() if one.user.role is Role.DISCLOSURE]

        return await self._desk.act(Act.MANAGE_TEAM, "disclosure officers", read)

    async def make(
        self,
        request: BundleRequest,
        tell: Tell = lambda _told: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> BundleMade | None:
        """Make it, in the background; tell and cancelled are called on the event loop. None when cancelled: nothing is left.

        Raises AccessDeniedError, RefusedError (nothing was logged or written), StorageError, EvidenceError (logged).
        """
        if self._making.locked():
            raise RefusedError(
                "Another bundle is being made.", kept="It goes on.", todo="Wait until it is done."
            )
        async with self._making:
            await self._desk.on_case(Act.MAKE_BUNDLE, request.consultation_id, lambda *_: None)
            # Not in a transaction: a drive that hangs must not keep the store's thread from a running recording.
            await asyncio.to_thread(self._maker.check_target, request.target, request.recipients)
            order = await self._desk.on_case(
                Act.MAKE_BUNDLE,
                request.consultation_id,
                lambda work, user, consultation: self._order(work, user, consultation, request),
            )
            why, made = "it was broken off", None
            try:
                made = await self._write(request, order, tell, cancelled)
                why = "it was cancelled"
            except KnownError as error:
                why = error.what
                raise
            finally:
                await asyncio.shield(self._ended(request, order, made, why))
            return made

    def _order(
        self, work: Work, user: User, consultation: Consultation, request: BundleRequest
    ) -> BundleOrder:
        """What goes in, decided and logged in one transaction."""
        purpose = needs_words(request.purpose, "Say what the bundle is for.")
        recordings = work.tx.recordings.of_consultation(consultation.id)
        if any(recording.status is RecordingStatus.OPEN for recording in recordings):
            raise RefusedError(
                "A recording of this case is still running.",
                kept="Nothing was written.",
                todo="Make the bundle when the call has ended.",
            )
        left, reasons = dict(request.leave_out), []
        exhibits = []
        for exhibit in work.tx.exhibits.of_consultation(consultation.id):
            if exhibit.evidence_id in left:
                reason = needs_words(left[exhibit.evidence_id], "Say why an exhibit is left out.")
                reasons.append(f"{exhibit.reference}: {reason}")
            else:
                exhibits.append(exhibit)
        order = BundleOrder(
            incident=consultation.incident,
            made_by=user.title,
            made_at=work.at,
            purpose=purpose,
            target=request.target,
            recipients=request.recipients,
            recordings=tuple(_recording(one) for one in recordings),
            exhibits=tuple(_exhibit(one) for one in exhibits),
            left_out=tuple(reasons),
        )
        _log(work, consultation, order)
        return order

    async def _write(
        self, request: BundleRequest, order: BundleOrder, tell: Tell, cancelled: Callable[[], bool]
    ) -> BundleMade | None:
        """Documents and custody log are asked for now, in this order: the log's extract tells of this bundle, and of what was set for it."""
        documents = await self._documents(request.consultation_id)
        custody = await self._custody(request.consultation_id, order.purpose)
        await self._desk.note(lambda work: _nothing_came(work, request, order))
        whole = replace(order, custody=tuple(custody), documents=tuple(documents))
        stop, loop = threading.Event(), asyncio.get_running_loop()

        def on_loop(told: BundleProgress) -> None:
            if cancelled():
                stop.set()
            tell(told)

        def on_thread(told: BundleProgress) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(on_loop, told)

        running = asyncio.ensure_future(asyncio.to_thread(self._maker.make, whole, on_thread, stop.is_set))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait([running])
            raise

    async def _ended(
        self, request: BundleRequest, order: BundleOrder, made: BundleMade | None, why: str
    ) -> None:
        def note(work: Work) -> None:
            if made is None:
                work.log(CustodyAct.BUNDLE_NOT_MADE, request.consultation_id, by=order.made_by, why=why)
                return
            work.log(
                CustodyAct.BUNDLE_MADE,
                request.consultation_id,
                by=order.made_by,
                path=str(made.path),
                bundle_sha256=made.digest,
                files=str(made.files),
                size=str(made.size),
                notes=" ".join(made.notes),
            )

        await self._desk.note(note)


def _recording(recording: Recording) -> BundleRecording:
    heads = tuple(segment.head for segment in recording.segments if segment.head is not None)
    return BundleRecording(recording.evidence_id, recording.started_at, heads)


def _exhibit(exhibit: Exhibit) -> BundleExhibit:
    words = ["marked as distressing"] if exhibit.distressing else []
    words += [flag.value.replace("_", " ") for flag in sorted(exhibit.flags)]
    return BundleExhibit(
        exhibit.evidence_id,
        str(exhibit.reference),
        exhibit.content.size,
        exhibit.content.sha256,
        exhibit.content.found_type,
        exhibit.received_at,
        exhibit.origin.producer,
        name=exhibit.origin.original_name,
        description=exhibit.description,
        warnings=tuple(words),
        runs=bool(exhibit.flags & _RUNS),
    )


def _log(work: Work, consultation: Consultation, order: BundleOrder) -> None:
    """Before a byte is written: the bundle, and each thing that leaves in it."""
    recipients = ", ".join(f"{one.name} ({one.age_key})" for one in order.recipients)
    to = {"recipients": recipients} if recipients else {}
    exhibits = ", ".join(one.reference for one in order.exhibits)
    work.log(
        CustodyAct.BUNDLE_STARTED,
        consultation.id,
        purpose=order.purpose,
        target=str(order.target),
        exhibits=exhibits,
        left_out="; ".join(order.left_out),
        **to,
    )
    for evidence_id in _evidence(order):
        work.log(CustodyAct.HANDED_OVER, evidence_id, purpose=order.purpose, target=str(order.target), **to)


def _nothing_came(work: Work, request: BundleRequest, order: BundleOrder) -> None:
    """The log's extract must not name what the bundle has not got: to a court that is evidence withheld."""
    there = {one.evidence_id for one in work.tx.exhibits.of_consultation(request.consultation_id)}
    there |= {one.evidence_id for one in work.tx.recordings.of_consultation(request.consultation_id)}
    if there - set(_evidence(order)) - set(dict(request.leave_out)):
        raise RefusedError(
            "A file of this case came while the bundle was being prepared.",
            kept="Nothing was written.",
            todo="Make the bundle again: the file goes in too.",
        )


def _evidence(order: BundleOrder) -> list[str]:
    return [*(one.evidence_id for one in order.recordings), *(one.evidence_id for one in order.exhibits)]
