"""A desk whose officer has one long, full case: for what opens it. Real services, vault and store; frames from the test clip's coder."""

import asyncio
import contextlib
import io
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import numpy as np
from clip_frames import VIDEO_STEP, Vp8Source
from PIL import Image

from rvr_console.app.console import Addresses, Console, ConsoleOptions
from rvr_console.domain.access import Role, User
from rvr_console.domain.cad import CadAction, DeliveryState
from rvr_console.domain.consultation import Consent, LinkState
from rvr_console.domain.exhibit import ExhibitOrigin, ExhibitSource
from rvr_console.domain.incident import Flag, Incident, Person, Triage
from rvr_console.domain.ports import SegmentStore
from rvr_console.domain.recording import EncodedFrame, EventKind, Party, TrackKind
from rvr_console.domain.repositories import Delivery
from rvr_console.domain.statement_content import (
    BackPage,
    DatesToAvoid,
    MedicalConsent,
    PersonalStatement,
    StatementContent,
    StatementKind,
    Witness,
)
from rvr_console.errors import RefusedError
from rvr_console.evidence.record_scan import scan_file
from rvr_console.services.dispatch import Dispatch
from rvr_console.system.app_paths import app_paths
from rvr_console.video.call_session import CallSettings
from rvr_console.video.media_link import MediaSettings
from rvr_console.video.recorder_commands import Note, RecorderTiming, Start, Stop
from rvr_console.video.recorder_core import RecorderCore
from rvr_console.video.recorder_segment import SegmentReports

NOWHERE = "http://127.0.0.1:9"
PASSWORD, PASSPHRASE = "correct horse battery", "a passphrase of the benchmark"
OFFICER = User("2417", "A. Bennett", "PC", Role.OFFICER)
SERGEANT = User("1186", "T. Ridley", "Sgt", Role.SERGEANT)
DISCLOSURE = User("7041", "D. Okafor", "", Role.DISCLOSURE)
SECOND = 1_000_000_000
EXHIBITS, OTHER_EXHIBITS, NOTES = 40, 160, 60
CALL_SECONDS, PICTURE_EVERY, MARK_EVERY = 1500, 5, 15
SENTENCE = "On Saturday 21 November 2026 I came home at about 13:10 and saw that the door was broken. "


def options(folder: Path) -> ConsoleOptions:
    """A desk whose gateway and control room are down."""
    addresses = Addresses(NOWHERE, NOWHERE, NOWHERE, "no token")
    call = CallSettings(NOWHERE, MediaSettings(allow_loopback=True), "OFFICER")
    return ConsoleOptions(app_paths(folder), "Northmoor Constabulary", "D1", addresses, call)


def incidents(count: int, first: int = 0) -> list[Incident]:
    reported = datetime.now(UTC) - timedelta(hours=40)
    place, caller = ("Haverbrook", "14 Alder Court"), Person("Hannah Cole")
    one = Incident("", "Damage", 3, reported, *place, caller, triage=Triage.SUITABLE)
    return [
        replace(
            one,
            reference=f"{n:03} of {reported:%d/%m/%Y}",
            reported_at=reported + timedelta(minutes=n),
            version=1,
        )
        for n in range(first, first + count)
    ]


class YesTaker:
    """The control room, which lets the officer have every incident."""

    async def take(self, _action: CadAction) -> Delivery:
        return Delivery(DeliveryState.DONE, datetime.now(UTC))


class _Clock:
    """Monotonic time moved by hand."""

    def __init__(self) -> None:
        self.ns = 5_000 * SECOND

    def monotonic_ns(self) -> int:
        return self.ns

    def now(self) -> datetime:
        return datetime.now(UTC)


def record_long_call(store: SegmentStore) -> None:
    """25 minutes of the recorder's clock as of a very bad line: 300 gaps, and 100 markers."""
    clock = _Clock()
    reports = SegmentReports(lambda _n, _gap: None, lambda _head: None, lambda *_: None)
    core = RecorderCore(store, clock, reports, RecorderTiming())
    data, _key = Vp8Source().encode(0, key=True)
    began = clock.ns
    core.handle(Start(began))
    for second in range(0, CALL_SECONDS, PICTURE_EVERY):
        clock.ns = began + second * SECOND + 20_000_000
        frame = EncodedFrame(
            Party.VICTIM,
            TrackKind.VIDEO,
            second,
            1000 + second * 30 * VIDEO_STEP,
            clock.ns,
            True,
            data,
            320,
            240,
        )
        core.handle(frame)
        if second % MARK_EVERY == 0:
            core.handle(Note(clock.ns, EventKind.MARKER, {"text": f"damage {second}"}))
        core.step(clock.ns + 500_000_000)
    core.handle(Stop(clock.ns + SECOND))
    if core.fault:
        raise RuntimeError(core.fault)


async def fill(console: Console) -> str:
    """Accounts, a submitted full case and a second one with many exhibits; the full case's id. Nobody is signed in after."""
    accounts = [(user, "West", PASSWORD) for user in (OFFICER, SERGEANT, DISCLOSURE)]
    await console.sign_in.create_first_accounts(accounts)
    day = [replace(one, flags=frozenset({Flag.DOMESTIC_ABUSE})) for one in incidents(8)]
    await console.dispatch.refresh_from_cad(day)
    await console.sign_in.sign_in(OFFICER.collar, PASSWORD)
    dispatch = Dispatch(console.desk, YesTaker())
    full = (await dispatch.take(day[0].reference)).id
    other = (await dispatch.take(day[1].reference)).id
    await _call(console, full, recorded=True)
    await _papers(console, full)
    await _exhibits(console, full, EXHIBITS)
    await _hand_in(console, full)
    await _call(console, other, recorded=False)
    await _exhibits(console, other, OTHER_EXHIBITS)
    await _hand_in(console, other)
    await console.sign_in.sign_out()
    await console.sign_in.sign_in(SERGEANT.collar, PASSWORD)
    for case in (full, other):
        await console.bundles.assign(case, DISCLOSURE.collar)
    await console.sign_in.sign_out()
    return full


async def _call(console: Console, case: str, *, recorded: bool) -> None:
    await console.consultations.send_link(case, "For the benchmark")
    for state in (LinkState.WAITING, LinkState.LIVE):
        await console.consultations.link_state(case, state)
    if not recorded:
        return
    store = console.vault.new_recording(case)
    await asyncio.to_thread(record_long_call, store)
    (evidence_id,) = console.vault.recordings()
    await console.recordings.announced(case)
    await console.recordings.consent(case, Consent.AGREED)
    await console.recordings.started(case, evidence_id)
    for segment in console.vault.segments(evidence_id):
        await console.recordings.segment_started(evidence_id, segment.number, segment.path.name)
        await console.recordings.segment_closed(scan_file(segment.path).head())
    await console.recordings.closed(evidence_id)


async def _papers(console: Console, case: str) -> None:
    papers = console.paperwork
    for number in range(NOTES):
        await console.consultations.add_note(case, f"Note {number}: {SENTENCE}", number * 20_000_000)
    for pack in papers.forms.offered():
        opened = await papers.forms.start(case, pack.kind.value, "Hannah Cole" if pack.per_person else "")
        for item in [one for section in opened.pack.sections for one in section.items][:40]:
            said = item.choices[0].key if item.choices else "Said in words"
            with contextlib.suppress(RefusedError):  # a date, or what only a branch asks
                await papers.forms.answer(opened.form.id, item.id, said)
    for kind in (StatementKind.WITNESS, StatementKind.VICTIM_PERSONAL):
        statement = await papers.statements.start(case, kind)
        await papers.statements.save(statement.id, content(120))
        await papers.statements.freeze(statement.id)
    for number in range(10):
        await papers.safeguarding.give_advice(case, "own", f"Advice {number}: {SENTENCE}")
        await papers.safeguarding.take_measure(case, "own", f"Measure {number}: {SENTENCE}")


def content(paragraphs: int) -> StatementContent:
    """Everything that may be frozen."""
    return StatementContent(
        paragraphs=(SENTENCE * 3,) * paragraphs,
        witness=Witness("Hannah Cole", "Nurse", over_18=True),
        unique_reference="46 NM 00155 26",
        taken_by="PC 2417 A. Bennett",
        back=BackPage(
            contact="07700 900371",
            dates=(DatesToAvoid(date(2027, 1, 4), date(2027, 1, 8)),),
            will_attend=True,
            medical=MedicalConsent.YES,
            needs="None",
            personal_statement=PersonalStatement.LATER,
        ),
    )


async def _exhibits(console: Console, case: str, count: int) -> None:
    for number in range(count):
        colours = np.full((300, 400, 3), (number * 40 % 256, number * 7 % 256, 120), np.uint8)
        data = io.BytesIO()
        Image.fromarray(colours).save(data, "JPEG")
        origin = ExhibitOrigin(case, ExhibitSource.STILL, "A. Bennett", f"door-{number}.jpg", "image/jpeg")
        await console.exhibit_intake.keep(
            origin, data.getvalue(), description=f"Photograph {number} of the door"
        )


async def _hand_in(console: Console, case: str) -> None:
    await console.consultations.end(case)
    await console.consultations.link_state(case, LinkState.CLOSED)
    reasons = {item.key: "For the benchmark" for item in await console.consultations.checklist(case)}
    await console.consultations.submit(case, "18", ["RVR1"], reasons)
