"""An officer at a console without screens, and what the console tells: for tests that take something away from it."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rvr_console.app.console import Console
from rvr_console.domain import events
from rvr_console.domain.access import Role, User
from rvr_console.domain.consultation import SAFETY_QUESTIONS, Consultation
from rvr_console.domain.custody import CustodyFault
from rvr_console.domain.recording import EventKind, RecorderState, RecordingEvent
from rvr_console.domain.repositories import Recording
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.verification import RecordingReport, verify_recording
from rvr_console.system.app_paths import AppPaths
from rvr_console.system.key_store import PassphraseKeyStore

ROOT = Path(__file__).resolve().parents[2]
FORCE, NAME = "Northmoor Constabulary", "D1"
OFFICER, PASSWORD = User("2417", "Amara Bennett", "PC", Role.OFFICER), "correct horse battery"
PASSPHRASE = "a passphrase of the tests"
PATIENCE = 60.0  # seconds; the machine may be busy


def key_store(paths: AppPaths, passphrase: str = PASSPHRASE) -> PassphraseKeyStore:
    return PassphraseKeyStore(paths.passphrase_file, passphrase, memory_kib=1024)


class Told:
    """Everything the console published, in order; an EventSink."""

    def __init__(self) -> None:
        self.got: list[object] = []
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[Callable[[Any], bool], asyncio.Future[Any]]] = []

    def publish(self, event: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._take, event)

    def _take(self, event: object) -> None:
        self.got.append(event)
        for wanted, found in self._waiting:
            if not found.done() and wanted(event):
                found.set_result(event)

    @property
    def now(self) -> int:
        """A place to look from."""
        return len(self.got)

    def all(self, kind: type, since: int = 0) -> list[Any]:
        return [event for event in self.got[since:] if isinstance(event, kind)]

    async def wait(self, wanted: Callable[[Any], bool], seconds: float = PATIENCE, *, since: int = 0) -> Any:
        """The first event that is wanted, also one from before (from place `since` on)."""
        for event in self.got[since:]:
            if wanted(event):
                return event
        entry = (wanted, self._loop.create_future())
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(seconds):
                return await entry[1]
        except TimeoutError:
            last = [str(e)[:160] for e in self.got if not isinstance(e, QUIET)][-12:]
            raise AssertionError(f"not told within {seconds} s; last:\n" + "\n".join(last)) from None
        finally:
            self._waiting.remove(entry)


QUIET = (events.RecorderStatusChanged, events.CallQuality, events.QueueChanged, events.ConsultationChanged)


def secured(event: object) -> bool:
    return isinstance(event, events.CallStateChanged) and event.secure and event.state in {"live", "paused"}


def fault(words: str) -> Callable[[object], bool]:
    return lambda event: isinstance(event, events.Fault) and words in event.what


def recorded(microseconds: int, segment: int = 1) -> Callable[[object], bool]:
    return lambda event: (
        isinstance(event, events.RecorderStatusChanged)
        and event.status.segment >= segment
        and event.status.recorded_us >= microseconds
    )


def recorder_is(state: RecorderState) -> Callable[[object], bool]:
    return lambda event: isinstance(event, events.RecorderStatusChanged) and event.status.state is state


@dataclass(frozen=True)
class SegmentFacts:
    """One segment, opened with the desk's keys."""

    number: int
    events: list[RecordingEvent]
    duration_us: int

    def first(self, kind: EventKind) -> RecordingEvent:
        return next(event for event in self.events if event.kind is kind)


class Officer:
    """What an officer does at a console, and what a test asks of it afterwards. Runs in the console's process."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def sign_in(self) -> list[str]:
        """Consultations that go on by themselves."""
        if not await self._console.sign_in.has_accounts():
            await self._console.sign_in.create_first_accounts([(OFFICER, "team", PASSWORD)])
        await self._console.sign_in.sign_in(OFFICER.collar, PASSWORD)
        return await self._console.calls.come_back()

    async def take(self) -> Consultation:
        return await self._console.dispatch.take_next()

    async def send_link(self, consultation_id: str) -> str:
        """After the safety questions. The address for the phone."""
        for question in SAFETY_QUESTIONS:
            await self._console.consultations.answer_safety(consultation_id, question, "Yes")
        details = await self._console.calls.send_link(consultation_id)
        return details.url(self._console.options.addresses.page)

    async def call(self, act: str, *given: Any) -> Any:
        """An act of the service of calls."""
        return await getattr(self._console.calls, act)(*given)

    async def case(self, act: str, *given: Any) -> Any:
        """An act of the service of consultations."""
        return await getattr(self._console.consultations, act)(*given)

    async def submit(self, consultation_id: str) -> None:
        """Hand it in; each thing that was not done is left out for a stated reason."""
        items = await self._console.consultations.checklist(consultation_id)
        reasons = {item.key: "Not part of this test" for item in items}
        await self._console.consultations.submit(consultation_id, "Statement taken", ["14"], reasons)

    async def recordings(self, consultation_id: str) -> list[Recording]:
        return await self._console.recordings.of_consultation(consultation_id)

    async def cad_acts(self, reference: str) -> list[Any]:
        return await self._console.cad_actions.for_incident(reference)

    async def log_line(self, consultation_id: str, text: str) -> None:
        await self._console.cad_actions.log_update(consultation_id, text)

    async def custody(self, subject: str) -> list[tuple[str, dict[str, str]]]:
        entries = await self._console.custody.for_subject(subject)
        return [(entry.act.value, dict(entry.details)) for entry in entries]

    async def custody_faults(self) -> list[CustodyFault]:
        return await self._console.custody.verify_at_start()

    async def verify(self, evidence_id: str) -> RecordingReport:
        """All segments, content and heads compared with the custody log."""
        vault, ring = self._console.vault, self._console.secrets.key_ring
        paths = [segment.path for segment in vault.segments(evidence_id)]
        heads = {
            s.number: await self._console.recordings.last_head(evidence_id, s.number)
            for s in vault.segments(evidence_id)
        }
        assert all(heads.values()), "every segment has a head in the custody log"
        return verify_recording(
            paths,
            data_keys={path: vault.data_key(scan_file(path), ring) for path in paths},
            expected_heads={number: head for number, head in heads.items() if head is not None},
            trusted_desk_keys={self._console.secrets.identity.public_key},
        )

    async def segments(self, evidence_id: str) -> list[SegmentFacts]:
        found = []
        for segment in self._console.vault.segments(evidence_id):
            reader = self._console.vault.open(segment.path, self._console.secrets.key_ring)
            found.append(SegmentFacts(segment.number, reader.events, reader.duration_us))
            reader.close()
        return found

    async def gaps(self, evidence_id: str) -> list[tuple[int, dict[str, str], int, int]]:
        """As the store tells them: (segment, detail, start, end)."""
        listed = [summary.recording for summary in await self._console.recordings.list_for_review()]
        recording = next(found for found in listed if found.evidence_id == evidence_id)
        return [
            (m.segment, dict(m.detail), m.start_us, m.end_us)
            for m in recording.marks
            if m.kind is EventKind.GAP
        ]
