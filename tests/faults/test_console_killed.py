"""The console is killed in mid-call and started again: same link, the phone is back by itself, nothing recorded is lost."""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rvr_console.domain import events
from rvr_console.domain.recording import EventKind, GapCause, Party, RecorderState, TrackKind
from rvr_console.evidence.verification import VerificationStatus
from tests.faults.console_officer import recorded, recorder_is, secured
from tests.faults.console_peer import killable_desk
from tests.faults.console_town import descendants, talk, town

BACK_WITHIN = 30.0
pytestmark = pytest.mark.timeout(400)


async def gone(pids: list[int], seconds: float = 10.0) -> None:
    """Wait until none of these processes runs any more."""
    async with asyncio.timeout(seconds):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                descriptor = os.pidfd_open(pid)
                ended = asyncio.Event()
                asyncio.get_running_loop().add_reader(descriptor, ended.set)
                await ended.wait()
                asyncio.get_running_loop().remove_reader(descriptor)
                os.close(descriptor)


@pytest.mark.slow
async def test_killed_twice_in_mid_call_once_while_paused(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with town(tmp_path) as place, killable_desk(place) as desk:
        phone = await place.phone()
        case, _url = await talk(desk, phone)
        evidence = (await desk.officer.recordings(case))[0].evidence_id
        children = descendants(desk.pid)
        assert children, "the media process"

        await desk.kill()
        killed = time.monotonic()
        await gone(children)  # no child of the dead console goes on with camera and microphone
        await desk.start()
        record_property("seconds_to_signed_in", round(time.monotonic() - killed, 1))
        assert desk.back == [case]
        await desk.told.wait(secured, BACK_WITHIN)
        record_property("seconds_to_secure", round(time.monotonic() - killed, 1))
        await desk.told.wait(recorded(1_000_000, segment=2))
        record_property("seconds_recorded_again", round(time.monotonic() - killed, 1))
        assert time.monotonic() - killed < BACK_WITHIN
        assert not desk.told.all(events.DeviceWaiting), "let in again without the officer"
        gaps = [e for e in desk.told.all(events.GapStated) if e.gap.cause is GapCause.CONSOLE_RESTARTED]
        assert {(e.gap.party, e.gap.kind) for e in gaps} == {
            (p, k) for p in Party for k in (TrackKind.VIDEO, TrackKind.AUDIO)
        }
        assert {e.segment for e in gaps} == {1}

        await desk.officer.call("pause", case)
        await desk.told.wait(recorder_is(RecorderState.PAUSED))
        await desk.kill()
        await desk.start()
        await desk.told.wait(secured, BACK_WITHIN)
        await desk.told.wait(recorder_is(RecorderState.PAUSED))
        assert desk.told.all(events.CallStateChanged)[-1].state == "paused"
        await phone.do(do="wait", script="() => document.body.innerText.includes('Paused by Amara')")
        await desk.officer.call("resume", case)
        place_of_resume = desk.told.now
        await desk.told.wait(recorder_is(RecorderState.RECORDING), since=place_of_resume)
        await desk.told.wait(recorded(1_000_000, segment=3))
        await desk.officer.call("end_for_both", case)
        await phone.view("closed")
        assert not desk.told.all(events.ConsentAnswered), "announced and asked once only"

        await check_recording(desk.officer, evidence, case)
        assert desk.told.all(events.Fault) == []


async def check_recording(officer: object, evidence: str, case: str) -> None:
    """Three segments, whole, compared with the custody log; both gaps stated and signed; the log itself whole."""
    report = await officer.verify(evidence)  # type: ignore[attr-defined]
    statuses = [segment.status for segment in report.segments]
    assert statuses == [
        VerificationStatus.RECOVERED,
        VerificationStatus.RECOVERED,
        VerificationStatus.INTACT,
    ], [segment.in_words() for segment in report.segments]
    assert not report.broken_links
    assert all(segment.content_checked for segment in report.segments)
    assert not await officer.custody_faults()  # type: ignore[attr-defined]
    assert [r.evidence_id for r in await officer.recordings(case)] == [evidence]  # type: ignore[attr-defined]
    segments = await officer.segments(evidence)  # type: ignore[attr-defined]
    for segment in segments[1:]:
        rejoin = segment.first(EventKind.REJOIN)
        assert rejoin.detail["cause"] == GapCause.CONSOLE_RESTARTED.value
        assert int(rejoin.detail["to_us"]) > int(rejoin.detail["from_us"]) > 0
    assert segments[2].first(EventKind.PAUSE).pts_us < 100_000, "it went on paused"
    announced = [e for segment in segments for e in segment.events if e.kind is EventKind.ANNOUNCED]
    assert len(announced) == 1
    stated = [detail["cause"] for _, detail, start, end in await officer.gaps(evidence) if end > start]  # type: ignore[attr-defined]
    assert stated.count(GapCause.CONSOLE_RESTARTED.value) == 8
