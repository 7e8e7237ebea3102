"""A desk with a real sealed recording of the test clip: real vault, store, services, player; what review tests stand on."""

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))
sys.path.append(str(Path(__file__).resolve().parents[1] / "scripts"))
sys.path.append(str(Path(__file__).resolve().parent / "unit" / "services"))
sys.path.append(str(Path(__file__).resolve().parent / "unit" / "evidence"))

from clip_frames import Take, audio_frames, video_frames
from desk_parts import OFFICER, DeskWorld
from evidence_parts import make_bench, recipients, team_ring
from recorder_rig import MS, T0, HandClock, S, arriving

from rvr_console.app.desk_keys import DeskSecrets
from rvr_console.app.review_player import ReviewPlayer
from rvr_console.domain.consultation import Consent, Consultation, LinkState
from rvr_console.domain.recording import EventKind, GapCause, Party
from rvr_console.evidence.record_scan import scan_file
from rvr_console.video.recorder_commands import Note, Pause, RecorderTiming, Rejoin, Resume, Start, Stop
from rvr_console.video.recorder_core import RecorderCore
from rvr_console.video.recorder_segment import SegmentReports

PAUSE, REJOIN, END = (2.0, 3.0), 12.0, 14.0


def record_clip(folder: Path) -> None:
    """A recording of two segments in a vault: pause from 2 to 3 s, dropped from 5 s, back at 12 s; END long."""
    bench = make_bench(folder)
    clock, store = HandClock(), bench.vault.new_recording("session-1")
    reports = SegmentReports(lambda _n, _gap: None, lambda _head: None, lambda *_: None)
    core = RecorderCore(store, clock, reports, RecorderTiming())
    take = Take(start_ns=T0 + 20 * MS, seconds=5, keys=frozenset({0, 40, 80, 120}))
    again = replace(take, start_ns=T0 + round(REJOIN * S) + 20 * MS, seconds=2, first_number=300)
    again = replace(again, keys=frozenset({0, 300}))
    frames = [*video_frames(take), *audio_frames(take), *video_frames(replace(take, party=Party.OFFICER))]
    pause, resume, rejoin = (T0 + round(at * S) for at in (*PAUSE, REJOIN))
    items = [
        *arriving([*frames, *video_frames(again), *audio_frames(again)]),
        (T0 + S, Note(T0 + S, EventKind.MARKER, {"text": "injury"})),
        (pause, Pause(pause, Party.VICTIM)),
        (resume, Resume(resume, Party.VICTIM)),
        (rejoin, Rejoin(rejoin, GapCause.CONNECTION_DROPPED, "network")),
    ]
    core.handle(Start(T0))
    waiting = sorted(items, key=lambda item: item[0])
    while clock.ns < T0 + round(END * S):
        clock.ns += 100 * MS
        while waiting and waiting[0][0] <= clock.ns:
            core.handle(waiting.pop(0)[1])
        core.step(clock.ns)
    core.handle(Stop(clock.ns))
    assert not core.fault


class SoundHeard:
    """Takes the sound in the child's place."""

    def __init__(self) -> None:
        self.pcm = b""
        self.closed = False

    def play(self, pcm: bytes) -> None:
        self.pcm += pcm

    def close(self) -> None:
        self.closed = True


class ReviewRig:
    """folder: holds the console's data. Call `fill`, then act as whom you like (`world.act_as`)."""

    def __init__(self, folder: Path, recorded: Path) -> None:
        self.data = folder / "data"
        shutil.copytree(recorded, self.data / "vault")
        self.bench = make_bench(self.data / "vault")
        self.world = DeskWorld(self.data / "console.db")
        self.tasks: set[asyncio.Task[None]] = set()
        self.sounds: list[SoundHeard] = []
        self.each_turn: Callable[[], None] = lambda: None
        (self.evidence_id,) = self.bench.vault.recordings()
        signer = self.bench.vault._signer
        secrets = DeskSecrets("test-desk", signer, b"", recipients(), team_ring())
        self.playback = ReviewPlayer(self.bench.vault, secrets, self.data, self.spawn, self._sound)

    def _sound(self) -> SoundHeard:
        self.sounds.append(SoundHeard())
        return self.sounds[-1]

    def spawn(self, work) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def settle(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        """Let the loop run until the condition holds."""

        async def until() -> None:
            while not condition():
                turn = asyncio.get_running_loop().create_future()
                asyncio.get_running_loop().call_later(0.005, turn.set_result, None)
                await turn
                self.each_turn()

        await asyncio.wait_for(until(), seconds)

    async def fill(self, papers: Callable[[str], Awaitable[None]] | None = None) -> Consultation:
        """One submitted consultation of PC 2417 with the recording. papers: what is filled in during the call."""
        world = self.world
        await world.fill()
        taken = await world.taken(OFFICER)
        await world.consultations.send_link(taken.id)
        for state in (LinkState.WAITING, LinkState.LIVE):
            await world.consultations.link_state(taken.id, state)
        await world.recordings.announced(taken.id)
        await world.recordings.consent(taken.id, Consent.AGREED)
        await world.recordings.started(taken.id, self.evidence_id)
        for segment in self.bench.vault.segments(self.evidence_id):
            await world.recordings.segment_started(self.evidence_id, segment.number, segment.path.name)
            await world.recordings.segment_closed(scan_file(segment.path).head())
        await world.recordings.closed(self.evidence_id)
        await world.consultations.add_note(taken.id, "Front door damaged.", 1_500_000)
        if papers is not None:
            await papers(taken.id)
        await world.consultations.end(taken.id)
        await world.consultations.link_state(taken.id, LinkState.CLOSED)
        return await world.consultations.submit(taken.id, "18", ["RVR1"])

    def files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.data.rglob("*") if path.is_file()}

    async def end(self) -> None:
        """As the console ends: open work is cancelled and waited for."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.world.store.close()
