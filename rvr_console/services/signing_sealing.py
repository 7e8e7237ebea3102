"""Sealing what was signed: at once, or later when it could not be sealed at once. Nothing that was signed is ever lost or sealed twice."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from rvr_console.domain import events, signing
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import Exhibit, ExhibitOrigin, ExhibitSource
from rvr_console.domain.sealed_document import (
    DocumentSealer,
    SealedDocument,
    SealJob,
    Signature,
    begins_with_shown,
    signed_here,
)
from rvr_console.domain.signing import Ceremony, Stage
from rvr_console.domain.statement import SignaturePlace, SignatureRole
from rvr_console.errors import EvidenceError, RefusedError, StorageError
from rvr_console.services.desk import Desk, Work
from rvr_console.services.exhibit_intake import ExhibitIntake
from rvr_console.services.open_calls import OpenCalls
from rvr_console.services.signing_steps import frozen, name_of, step

log = logging.getLogger(__name__)
PDF = "application/pdf"
OVERDUE = timedelta(minutes=10)  # the officer seals by hand; later the console does
_OTHERS = {SignatureRole.READER: "reader", SignatureRole.INTERPRETER: "interpreter"}
_NOT_A_PREFIX = EvidenceError(
    "The sealed file did not begin with the pages as they were shown.",
    kept="The signed statement is kept, not yet sealed.",
    todo="Tell IT.",
)


class SigningSealing:
    """One sealing at a time."""

    def __init__(self, desk: Desk, calls: OpenCalls, intake: ExhibitIntake, sealer: DocumentSealer) -> None:
        self._desk, self._calls, self._intake, self._sealer = desk, calls, intake, sealer
        self._sealing = asyncio.Lock()

    async def seal_waiting(self) -> int:
        """Seal all that was signed and is not sealed yet; how many were. For the start of the console."""
        return await self._seal_each(await self._desk.note(lambda work: work.tx.signings.unsealed()))

    async def seal_overdue(self) -> int:
        """Those that could not be sealed before, and those that nobody sealed for OVERDUE; how many were. For a console that runs.

        What was told already is not told again.
        """

        def read(work: Work) -> list[Ceremony]:
            late = work.at - OVERDUE
            return [
                one for one in work.tx.signings.unsealed() if one.trouble or one.times[Stage.SIGNED] < late
            ]

        return await self._seal_each(await self._desk.note(read), again=True)

    async def _seal_each(self, waiting: list[Ceremony], *, again: bool = False) -> int:
        done = 0
        for ceremony in waiting:
            try:
                done += (await self.seal(ceremony, again=again)).stage is Stage.SEALED
            except (StorageError, EvidenceError, RefusedError) as error:
                log.warning("a signed statement was not sealed: %s", error.what)
        return done

    async def _now(self, ceremony_id: str) -> Ceremony:
        found = await self._desk.note(lambda work: work.tx.signings.get(ceremony_id))
        if found is None:
            raise RefusedError("There is no such showing.", kept="Nothing was changed.")
        return found

    async def _job(self, ceremony: Ceremony) -> tuple[SealJob, str, str]:
        """The job, the officer's name, and what is to be said of boxes that stay empty.

        Raises RefusedError before it is signed, EvidenceError when the store has another signature or other pages than the custody log.
        """
        if ceremony.signature is None:
            raise RefusedError("It is not signed yet.", kept="Nothing was changed.")
        signature = ceremony.signature

        def read(work: Work) -> tuple[SealJob, str, str]:
            _check_logged(work, ceremony, signature)
            version, pdf = frozen(work, ceremony)
            account = work.tx.users.get(ceremony.begun_by)
            title, name = (account.user.title, account.user.name) if account else (ceremony.begun_by, "")
            named = signature if signature.name else replace(signature, name=version.content.witness.name)
            signed_at, shown_at = ceremony.times[Stage.SIGNED], ceremony.times[Stage.SHOWN]
            places = signed_here(version.places, version.content.read_over.reader, name)
            words = _left_empty(set(version.places) - set(places))
            return SealJob(pdf, places, named, title, signed_at, shown_at), name, words

        return await self._desk.note(read)

    async def prepare(self, ceremony: Ceremony) -> None:
        """While the officer reaches for the button. What fails here fails again at the sealing, and is told there."""
        try:
            job, _, _ = await self._job(ceremony)
            await asyncio.to_thread(self._sealer.prepare, job)
        except EvidenceError as error:
            log.warning("signatures not drawn ahead: %s", error.what)

    async def seal(self, ceremony: Ceremony, *, again: bool = False) -> Ceremony:
        """again: tried by itself, so the same trouble as before is not told again. Raises RefusedError, StorageError."""
        async with self._sealing:
            now = await self._now(ceremony.id)
            if now.stage is Stage.SEALED:
                return self._ended(now)  # the page may not know it yet, when the file's closing record failed
            try:
                job, officer, empty = await self._job(now)
                made = await asyncio.to_thread(self._sealer.seal, job)
            except EvidenceError as error:
                return await self._not_sealed(now, error, again=again)
            if not begins_with_shown(made.data, now.size, now.sha256):
                return await self._not_sealed(now, _NOT_A_PREFIX, again=again)
            words = " ".join(one for one in (made.words, empty) if one)
            return await self._keep(now, replace(made, words=words), officer)

    async def _keep(self, ceremony: Ceremony, made: SealedDocument, officer: str) -> Ceremony:
        origin = ExhibitOrigin(
            ceremony.consultation_id,
            ExhibitSource.STATEMENT,
            officer,
            f"statement-version-{ceremony.version}.pdf",
            PDF,
            _upload_id(ceremony),
            ceremony.moments.get(Stage.SIGNED),
        )
        called = await self._desk.note(lambda work: name_of(work, ceremony))
        description = f"{called}, signed, {made.level.value}"

        def seal(work: Work, exhibit: Exhibit) -> None:
            """With the exhibit or not at all: between the two a crash would lose how it was sealed."""
            sha256 = exhibit.content.sha256
            act = signing.Sealed(exhibit.evidence_id, sha256, made.level.value, made.words)
            step(work, ceremony.id, act, None)

        await self._intake.keep(origin, made.data, description=description, with_it=seal)
        return self._ended(await self._now(ceremony.id))

    def _ended(self, ceremony: Ceremony) -> Ceremony:
        self._calls.end_document(ceremony.consultation_id, ceremony.id, "sealed")
        return ceremony

    async def _not_sealed(self, ceremony: Ceremony, error: EvidenceError, *, again: bool) -> Ceremony:
        act = signing.NotSealed(error.what)
        _, after = await self._desk.note(lambda work: step(work, ceremony.id, act, None))
        if not again or ceremony.trouble != error.what:
            self._desk.publish([events.Fault(error.what, error.kept, error.todo)])
        return after


def _upload_id(ceremony: Ceremony) -> str:
    """Of the sealed file in the vault. A page knows the ceremony's id and names its own uploads (32 hex digits): never this."""
    return f"signing-{ceremony.id}"


def _check_logged(work: Work, ceremony: Ceremony, signature: Signature) -> None:
    """Between signature and seal the store alone holds what was drawn; the log has its digest. Erased details prove nothing."""
    signed = [e for e in work.tx.custody.about([ceremony.consultation_id]) if e.act is CustodyAct.SIGNED]
    mine = [entry.details for entry in signed if entry.details.get("signing") == ceremony.id]
    if not mine and all(entry.details for entry in signed):
        raise _not_logged("The custody log knows of no signature under these pages.")
    for details in mine:
        said = details.get("signature_sha256", signature.digest), details.get("shown_sha256")
        if said != (signature.digest, ceremony.sha256):
            raise _not_logged("The signature in the store is not the one that the custody log knows.")


def _not_logged(what: str) -> EvidenceError:
    kept = "Nothing was sealed; the store and the log are kept as they are."
    return EvidenceError(what, kept=kept, todo="Do not use it. Tell IT.")


def _left_empty(places: set[SignaturePlace]) -> str:
    roles = {place.role for place in places}
    who = [word for role, word in _OTHERS.items() if role in roles]
    return f"Not signed here: the box of the {' and of the '.join(who)}." if who else ""
