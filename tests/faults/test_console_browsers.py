"""The victim's browser is killed and started again; another device asks to join on the same link."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rvr_console.domain import events
from rvr_console.evidence.verification import VerificationStatus
from tests.faults.console_officer import recorded, secured
from tests.faults.console_town import talk, town

pytestmark = pytest.mark.timeout(400)
DESCRIPTIONS = (
    "() => window.__peers.map(peer => [peer.localDescription, peer.remoteDescription].filter(Boolean).length)"
)


@pytest.mark.slow
async def test_killed_browser_is_known_again_and_another_one_is_not_let_in(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with town(tmp_path) as place, place.desk() as desk:
        phone = await place.phone()
        case, url = await talk(desk, phone)
        evidence = (await desk.officer.recordings(case))[0].evidence_id

        since = desk.told.now
        phone.kill()
        killed = time.monotonic()
        phone = await place.phone()  # the same profile
        await phone.knock(url)
        await desk.told.wait(secured, since=since)
        record_property("seconds_back", round(time.monotonic() - killed, 1))
        await desk.told.wait(recorded(0, segment=2), since=since)
        assert not desk.told.all(events.DeviceWaiting, since), "known again: the officer is not asked"
        assert not desk.told.all(events.Fault, since), desk.told.all(events.Fault, since)

        since = desk.told.now
        other = await place.phone("other-phone")
        await other.knock(url)
        alarm = await desk.told.wait(lambda e: isinstance(e, events.DeviceWaiting), since=since)
        assert alarm.second
        await desk.officer.call("refuse_second_device", case, alarm.device)
        at = desk.told.got[-1]
        await desk.told.wait(recorded(latest(desk) + 1_500_000, segment=2), since=desk.told.got.index(at))
        assert await other.do(do="eval", script=DESCRIPTIONS) == [], (
            "no session description for the second device"
        )
        assert not [e for e in desk.told.all(events.CallStateChanged, since) if not e.secure], (
            "the first stays live"
        )
        assert len(desk.told.all(events.DeviceWaiting, since)) == 1
        await other.do(
            do="open", url="about:blank"
        )  # a refused device that comes again raises no second alarm
        await other.knock(url)
        await other.view("wait")
        await desk.officer.call("end_for_both", case)
        await other.view("closed")
        await phone.view("closed")
        assert len(desk.told.all(events.DeviceWaiting, since)) == 1
        report = await desk.officer.verify(evidence)
        assert [s.status for s in report.segments] == [VerificationStatus.INTACT] * 2
        entries = await desk.officer.custody(case)
        assert [details["device"] for act, details in entries if act == "second_device_refused"] == [
            alarm.device
        ]


def latest(desk: object) -> int:
    statuses = desk.told.all(events.RecorderStatusChanged)  # type: ignore[attr-defined]
    return int(statuses[-1].status.recorded_us)
