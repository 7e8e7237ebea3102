"""The evidence disk stalls, then is full, and the clock is set by hand, all in one call: nothing is lost silently."""

import errno
import os
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rvr_console.domain import events
from rvr_console.domain.ports import AppendFile
from rvr_console.domain.recording import EventKind, GapCause, RecorderState
from rvr_console.evidence.verification import VerificationStatus
from rvr_console.system.clock import SystemClock
from rvr_console.system.durable_file import DurableDisk
from tests.faults.console_officer import fault, recorded, recorder_is
from tests.faults.console_town import Desk, Phone, talk, town

pytestmark = pytest.mark.timeout(400)


class SteppedClock:
    """The machine's clock; its wall time can be set by hand."""

    def __init__(self) -> None:
        self._own = SystemClock()
        self.step = timedelta()

    def now(self) -> datetime:
        return self._own.now() + self.step

    def monotonic_ns(self) -> int:
        return self._own.monotonic_ns()


class BadFile:
    def __init__(self, file: AppendFile, disk: "BadDisk") -> None:
        self._file = file
        self._disk = disk

    def write(self, data: bytes) -> int:
        if self._disk.full and self._disk.reserve.exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._file.write(data)

    def sync(self) -> None:
        if self._disk.stalled.is_set():
            self._disk.caught.set()
            self._disk.go_on.wait(60)
        self._file.sync()

    def close(self) -> None:
        self._file.close()


class BadDisk(DurableDisk):
    """A real disk that can be made to stall, and to be full until the reserve is given up."""

    def __init__(self, vault: Path) -> None:
        self.reserve = vault / "reserve.bin"
        self.full = False
        self.stalled, self.caught, self.go_on = threading.Event(), threading.Event(), threading.Event()

    def create(self, path: Path) -> BadFile:  # type: ignore[override]  # the port asks for an AppendFile
        return BadFile(super().create(path), self)


@pytest.mark.slow
async def test_stalled_then_full_and_the_clock_set(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        disk, clock = BadDisk(place.paths.vault), SteppedClock()
        async with place.desk(clock=clock, disk=disk) as desk:
            phone = await place.phone()
            case, _url = await talk(desk, phone)
            evidence = (await desk.officer.recordings(case))[0].evidence_id
            await stall(desk, disk)
            await set_clock(desk, clock)
            await fill(desk, disk, phone)
            await desk.officer.call("end_for_both", case)
            await phone.view("closed")
            await check(desk, evidence)


async def stall(desk: Desk, disk: BadDisk) -> None:
    """More than the 4 s that the queue holds: what is lost is told, and stated."""
    since = desk.told.now
    disk.stalled.set()
    told = await desk.told.wait(
        lambda e: isinstance(e, events.RecorderStatusChanged) and "too slow" in e.status.fault, since=since
    )
    assert disk.caught.is_set()
    assert told.status.state is RecorderState.RECORDING
    disk.stalled.clear()
    disk.go_on.set()
    await desk.told.wait(
        lambda e: isinstance(e, events.GapStated) and e.gap.cause is GapCause.RECORDER_OVERFLOW, since=since
    )
    assert not [e for e in desk.told.all(events.CallStateChanged, since) if not e.secure], "the call goes on"


async def set_clock(desk: Desk, clock: SteppedClock) -> None:
    since = desk.told.now
    clock.step = timedelta(hours=-1)
    before = desk.told.all(events.RecorderStatusChanged)[-1].status.recorded_us
    await desk.told.wait(recorded(before + 1_500_000), since=since)


async def fill(desk: Desk, disk: BadDisk, phone: Phone) -> None:
    since = desk.told.now
    disk.full = True
    await desk.told.wait(recorder_is(RecorderState.FAULT), since=since)
    told = await desk.told.wait(fault("The recording has stopped"), since=since)
    assert "disk is full" in told.what
    assert not disk.reserve.exists(), "the reserve was given up to close the file"
    await phone.do(
        do="wait",
        script="() => document.getElementById('recording').dataset.state === 'off'",
        seconds=30,
    )  # the victim is not told that it records when it does not
    await desk.told.wait(lambda e: isinstance(e, events.CallQuality) and e.bit_rate > 0, since=desk.told.now)
    assert not [e for e in desk.told.all(events.CallStateChanged, since) if not e.secure], "the call goes on"


async def check(desk: Desk, evidence: str) -> None:
    report = await desk.officer.verify(evidence)
    assert [s.status for s in report.segments] == [VerificationStatus.INTACT], report.segments[0].in_words()
    (segment,) = await desk.officer.segments(evidence)
    times = [event.pts_us for event in segment.events]
    assert all(0 <= at <= segment.duration_us for at in times), "an hour back moved nothing"
    step = segment.first(EventKind.CLOCK_STEP)
    assert abs(int(step.detail["step_ms"]) + 3_600_000) < 1000
    assert segment.duration_us < 120_000_000
    causes = {event.detail["cause"] for event in segment.events if event.kind is EventKind.GAP}
    assert GapCause.RECORDER_OVERFLOW.value in causes
    assert segment.first(EventKind.CLOSED).detail["reason"] == "fault"
    entries = [act for act, _ in await desk.officer.custody(evidence)]
    assert entries.count("recording_fault") == 1
    assert "recording_closed" not in entries
    assert not await desk.officer.custody_faults()
    stopped = [e for e in desk.told.all(events.Fault) if "recording" in e.what.lower()]
    assert len(stopped) == 1, stopped
