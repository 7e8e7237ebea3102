"""The whole way of a shared screen: real page, real gateway, the desk's call session, media process and recorder."""

import asyncio
import io
import secrets
import sys
import threading
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

sys.path.append(str(Path(__file__).resolve().parents[1]))

from recorder_rig import MemoryStore

from rvr_console.domain import call
from rvr_console.domain.recording import EventKind, GapCause, Party, TrackKind
from rvr_console.system.clock import SystemClock
from rvr_console.video.call_session import CallSettings, VideoCallSession
from rvr_console.video.matroska_reader import MatroskaReader
from rvr_console.video.media_link import MediaSettings
from rvr_console.video.playback_segment import PictureDecoder
from rvr_console.wire import link_secret

VICTIM, CAMERA, SCREEN = Party.VICTIM, TrackKind.VIDEO, TrackKind.SCREEN
LOST = {
    GapCause.NETWORK_LOSS,
    GapCause.RECORDER_OVERFLOW,
    GapCause.MEDIA_RESTARTED,
    GapCause.CONNECTION_DROPPED,
}


class Side:
    """The desk's side of one call, on a loop in a thread of its own; the recording is kept in memory."""

    def __init__(self, gateway) -> None:
        self.secret = link_secret.new(secrets.token_bytes)
        self.url = f"{gateway.url}#{self.secret.reveal()}"
        self.store = MemoryStore()
        self.reports: list[object] = []
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test-side")
        self._thread.start()
        self.session = self.do(self._open(gateway))

    async def _open(self, gateway) -> VideoCallSession:
        settings = CallSettings(gateway.url, MediaSettings(allow_loopback=True), "PC 1234")
        session = VideoCallSession(
            self._report, settings, gateway.signer, lambda _evidence_id: self.store, SystemClock()
        )
        await session.open_room(call.RoomKey("c-1", self.secret.reveal(), 1, time.time() + 600))
        return session

    def do(self, work, seconds: float = 15.0):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def call(self, act, *given) -> None:
        async def run() -> None:
            act(*given)

        self.do(run())

    def _report(self, report: object) -> None:
        with self._changed:
            self.reports.append(report)
            self._changed.notify_all()

    def until(self, check, seconds: float = 20.0):
        """Looks again at each report; the recorder makes two a second."""
        with self._changed:
            assert self._changed.wait_for(check, seconds), [type(r).__name__ for r in self.reports[-8:]]
            return check()

    def first(self, kind, check=lambda _report: True):
        return self.until(lambda: next((r for r in self.reports if isinstance(r, kind) and check(r)), None))

    def recorded(self) -> int:
        told = [r.status.frames_recorded for r in self.reports if isinstance(r, call.RecorderReport)]
        return told[-1] if told else 0

    def close(self) -> None:
        self.do(self.session.leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def side(gateway):
    made = Side(gateway)
    yield made
    made.close()


@pytest.fixture
def recorded(phone, side):
    """In the call, and recording."""
    phone.goto(side.url)
    expect(phone.locator('[data-check="microphone"] .state')).to_have_text("Works")
    phone.click("#continue")
    knocked = side.first(call.Knocked)
    side.do(side.session.admit(knocked.device, "Amara"))
    side.first(call.Secured)
    side.do(side.session.start_recording(None))
    side.call(side.session.set_view_size, VICTIM, 320, 180, SCREEN)
    side.until(lambda: side.recorded() > 40)
    return phone


def share(phone, side, pictures: int) -> None:
    side.call(side.session.ask, call.Asked.SHARE)
    phone.click("#asked-yes")
    side.first(call.VictimShare, lambda report: report.on)

    def seen() -> bool:
        picture = side.session.picture(VICTIM, 0, SCREEN)
        return picture is not None and picture.sequence >= pictures

    side.until(seen)


def blocks(side, kind):
    """(µs, key, data) of the victim's frames of a kind, over all segments."""
    found = []
    for segment in side.store.segments:
        reader = MatroskaReader(io.BytesIO(segment.stream))
        track = reader.tracks.index((VICTIM, kind))
        found += [b for _, cluster in reader.clusters(0) for b in cluster if b.track == track]
    return found


def test_a_share_is_in_the_recording_as_its_own_track(recorded, side):
    share(recorded, side, 8)
    recorded.click("#stop-share")
    side.first(call.VictimShare, lambda report: not report.on)
    so_far = side.recorded()
    side.until(lambda: side.recorded() > so_far + 60)
    side.do(side.session.stop_recording())
    (segment,) = side.store.segments
    screen, camera = blocks(side, SCREEN), blocks(side, CAMERA)
    assert screen[0].key
    decoder = PictureDecoder()
    assert sum(decoder.decode(block) for block in screen) == len(screen) >= 8
    assert decoder.frame.width > decoder.frame.height
    states = [e for e in segment.of(EventKind.TRACK) if e.detail["kind"] == "screen" and "source" in e.detail]
    assert [event.detail["source"] for event in states] == ["on", "off"]
    assert camera[0].time_us < screen[0].time_us
    assert camera[-1].time_us > screen[-1].time_us
    stated = [r.gap for r in side.reports if isinstance(r, call.GapReport)]
    assert not [gap for gap in stated if gap.kind is SCREEN]
    assert not [gap for gap in stated if gap.party is VICTIM and gap.cause in LOST]
    asked = [event.detail["text"] for event in segment.of(EventKind.DEVICE)]
    assert asked == ["The officer asked for a shared screen"]


@pytest.mark.slow
def test_a_share_in_a_pause_and_over_a_new_connection(recorded, side):
    share(recorded, side, 5)
    side.do(side.session.pause(Party.OFFICER))
    expect(recorded.locator("#sharing")).to_contain_text("Sharing is paused")
    before = blocks(side, SCREEN)[-1].time_us
    side.do(side.session.resume(Party.OFFICER))
    expect(recorded.locator("#sharing")).to_contain_text("You are sharing.")
    side.until(lambda: blocks(side, SCREEN)[-1].time_us > before + 1_000_000)
    # The phone's connection is made anew: the share goes on, the time between is stated.
    side.call(side.session._insecure, "a new connection, for the test")
    side.until(lambda: len(side.store.segments) == 2)
    side.until(lambda: MatroskaReader(io.BytesIO(side.store.segments[1].stream)).tracks)
    side.until(lambda: len(blocks(side, SCREEN)) and blocks_of_second(side))
    side.do(side.session.stop_recording())
    pause, resume = (
        side.store.segments[0].of(kind)[0].pts_us for kind in (EventKind.PAUSE, EventKind.RESUME)
    )
    first = MatroskaReader(io.BytesIO(side.store.segments[0].stream))
    times = [b.time_us for _, cluster in first.clusters(0) for b in cluster if b.track == 4]
    assert not [at for at in times if pause < at < resume]
    gaps = [r.gap for r in side.reports if isinstance(r, call.GapReport) and r.gap.kind is SCREEN]
    assert {gap.cause for gap in gaps} == {GapCause.CONNECTION_DROPPED}


def blocks_of_second(side) -> int:
    reader = MatroskaReader(io.BytesIO(side.store.segments[1].stream))
    return sum(b.track == 4 for _, cluster in reader.clusters(0) for b in cluster)
