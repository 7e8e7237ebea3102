"""The signing ceremony of a statement: shown, read, declared and signed on the victim's page, sealed by the desk.

Each stage is kept in one transaction with its custody entry. What breaks in between resumes: the page is offered the same pages again, and what was signed
and could not be sealed waits and is sealed later.
"""

import logging
import uuid
from collections.abc import Callable

from rvr_console.domain import events, signing
from rvr_console.domain.access import Act, User
from rvr_console.domain.call import DocumentSaid, ShownDocument
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.signing import Ceremony, PageProgress, Stage, VoidReason
from rvr_console.domain.statement import StatementVersion, showable
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk, Work, check_may_read
from rvr_console.services.open_calls import OpenCalls
from rvr_console.services.signing_gates import SigningGates
from rvr_console.services.signing_progress import ReadingProgress
from rvr_console.services.signing_sealing import SigningSealing
from rvr_console.services.signing_steps import frozen, keep_offer, known_statement, name_of, page_stage, step

log = logging.getLogger(__name__)
_ENDS = {VoidReason.ALTERED: "altered", VoidReason.CHANGE_WANTED: "change", VoidReason.STOPPED: "stopped"}
ALTERED = events.Fault(
    "The phone shows other pages than were sent to it: somebody or something on the way changed them.",
    "Nothing was signed, and nothing that was shown there will be sealed.",
    "Show the pages again. If it happens again, tell your supervisor and IT.",
)


class Signing:
    """Implements services.open_calls.Documents."""

    def __init__(
        self,
        desk: Desk,
        calls: OpenCalls,
        gates: SigningGates,
        sealing: SigningSealing,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._desk, self._calls, self._new_id = desk, calls, new_id
        self.gates, self.sealing = gates, sealing
        self._progress = ReadingProgress(desk)

    # --- the officer's acts ---
    async def begin(self, statement_id: str, number: int) -> Ceremony:
        """Show this frozen version on the page. Raises RefusedError: not the newest, no call, gate closed, another one is under way."""
        consultation_id = await self._consultation_of(statement_id)
        if not self._calls.is_open(consultation_id):
            raise RefusedError(
                "This call is not open.", kept="The frozen text is kept.", todo="Send the link first."
            )

        def offer(work: Work, user: User, consultation: Consultation) -> Ceremony:
            gate = self.gates.must_be_open(work, consultation)
            for one in work.tx.signings.of_consultation(consultation.id):
                same = (one.statement_id, one.version) == (statement_id, number)
                if one.stage in signing.OPEN and one.stage is not Stage.SIGNED:
                    if same:
                        return one
                    raise RefusedError(
                        "Other pages are being read.",
                        kept="They stay as they are.",
                        todo="End that showing first.",
                    )
            statement = known_statement(work, statement_id)
            version = showable(statement, number)
            pdf = work.tx.statements.pdf(statement_id, version)
            made = Ceremony(
                self._new_id(),
                consultation.id,
                statement_id,
                number,
                version.sha256,
                len(pdf),
                (PageProgress(),) * version.pages,
                work.at,
                user.collar,
            )
            keep_offer(work, made, gate)
            return made

        ceremony = await self._desk.on_case(Act.CONSULT, consultation_id, offer)
        await self._show(ceremony)
        return ceremony

    async def show_declaration(self, ceremony_id: str) -> Ceremony:
        """Raises RefusedError before every page is read, and when the gate closed meanwhile: CAD may have added a flag."""
        return await self._officer(ceremony_id, signing.AskDeclaration())

    async def stop(self, ceremony_id: str, words: str = "") -> Ceremony:
        """End the showing; nothing is signed. Raises RefusedError once it is signed."""
        return await self._officer(ceremony_id, signing.Stopped(words))

    async def _officer(self, ceremony_id: str, act: signing.Act) -> Ceremony:
        consultation_id = (await self._known(ceremony_id)).consultation_id
        moment = self._calls.recording_moment(consultation_id)

        def run(work: Work, _user: User, case: Consultation) -> tuple[Ceremony, Ceremony]:
            if isinstance(act, signing.AskDeclaration):
                self.gates.must_be_open(work, case)
            return step(work, ceremony_id, act, moment)

        before, after = await self._desk.on_case(Act.CONSULT, consultation_id, run)
        await self._follow(before, after)
        return after

    async def seal(self, ceremony_id: str) -> Ceremony:
        """Seal what was signed. What cannot be sealed now stays signed, marked with why, and is sealed later.

        Raises RefusedError before it is signed, StorageError (nothing is lost: again).
        """
        ceremony = await self._known(ceremony_id)
        await self._desk.on_case(Act.CONSULT, ceremony.consultation_id, lambda *_: None)
        return await self.sealing.seal(ceremony)

    # --- reading ---
    async def of_consultation(self, consultation_id: str) -> list[Ceremony]:
        """Oldest first; for everyone who may read the case."""

        def read(work: Work, user: User) -> list[Ceremony]:
            check_may_read(work, user, work.consultation(consultation_id))
            return work.tx.signings.of_consultation(consultation_id)

        found = await self._desk.act(Act.VIEW_RECORDING, consultation_id, read)
        return [self._progress.added(one) for one in found]

    async def sealed_of(self, consultation_id: str) -> list[tuple[Ceremony, str]]:
        """With what each is called. For the bundle, whose own acts are checked and logged by who makes it."""

        def read(work: Work) -> list[tuple[Ceremony, str]]:
            found = work.tx.signings.of_consultation(consultation_id)
            return [(one, name_of(work, one)) for one in found if one.stage is Stage.SEALED]

        return await self._desk.note(read)

    # --- what the page says ---
    async def said(self, consultation_id: str, said: DocumentSaid, moment: RecordingMoment | None) -> None:
        """Kept as it comes. What does not fit is refused and noted; the page is told the true stage by its next offer."""
        ceremony = await self._known(said.id)
        if ceremony.consultation_id != consultation_id:
            raise RefusedError("Pages of another case were named.", kept="Nothing was changed.")
        act = self._progress.bounded(ceremony, said.act)
        if self._progress.took(ceremony, act):
            return

        def run(work: Work) -> tuple[Ceremony, Ceremony]:
            return step(work, said.id, act, moment)

        try:
            before, after = await self._desk.note(run)
        except RefusedError as refused:
            if ceremony.stage is not Stage.VOID:
                log.warning("the page's word was not taken: %s", refused.what)
            return
        await self._follow(before, after)

    async def resume(self, consultation_id: str) -> None:
        """The page is connected anew, perhaps to a console that was started anew: go on where it was."""
        found = await self._desk.note(lambda work: work.tx.signings.of_consultation(consultation_id))
        if found and found[-1].stage in signing.OPEN:
            await self._show(found[-1])
        elif found:  # it may have ended while the page was away
            self._end(found[-1])

    # --- steps ---
    async def _follow(self, before: Ceremony, after: Ceremony) -> None:
        """What the page and the officer are told once a step is kept."""
        if after is before:
            return
        if before.device != after.device:
            self._progress.forget(after.id)
        if after.stage is Stage.VOID:
            self._end(after)
            if after.void_reason is VoidReason.ALTERED:
                self._desk.publish([ALTERED])
        elif page_stage(after) != page_stage(before):
            await self._show(after)
        if after.stage is Stage.SIGNED and before.stage is not Stage.SIGNED:
            await self.sealing.prepare(after)

    def _end(self, ceremony: Ceremony) -> None:
        how = "sealed" if ceremony.void_reason is None else _ENDS[ceremony.void_reason]
        self._calls.end_document(ceremony.consultation_id, ceremony.id, how)

    async def _show(self, ceremony: Ceremony) -> None:
        """Nothing is shown in a call that is not open; it resumes when it is."""
        if not self._calls.is_open(ceremony.consultation_id):
            return

        def read(work: Work) -> tuple[StatementVersion, bytes]:
            return frozen(work, ceremony)

        version, pdf = await self._desk.note(read)
        self._calls.show_document(
            ceremony.consultation_id,
            ShownDocument(
                ceremony.id,
                ceremony.version,
                pdf,
                ceremony.sha256,
                len(ceremony.pages),
                page_stage(ceremony),
                tuple(place for place, page in enumerate(ceremony.pages) if page.read),
                ceremony.device,
                version.declaration if ceremony.asked_at is not None else "",
            ),
        )

    async def _known(self, ceremony_id: str) -> Ceremony:
        found = await self._desk.note(lambda work: work.tx.signings.get(ceremony_id))
        if found is None:
            raise RefusedError("There is no such showing.", kept="Nothing was changed.")
        return found

    async def _consultation_of(self, statement_id: str) -> str:
        return await self._desk.note(lambda work: known_statement(work, statement_id).consultation_id)
