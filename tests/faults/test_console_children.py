"""The media process or the gateway is killed in mid-call: the call heals by itself, a closed link stays closed."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from rvr_console.domain import events
from rvr_console.domain.consultation import LinkState
from rvr_console.domain.recording import EventKind, GapCause, RecorderState
from rvr_console.evidence.verification import VerificationStatus
from rvr_console.wire import link_secret
from rvr_console.wire.encoding import b64u
from rvr_console.wire.gateway_messages import Hello, encode
from tests.faults.console_officer import Told, fault, recorded, recorder_is, secured
from tests.faults.console_peer import killable_desk
from tests.faults.console_town import Desk, Phone, Town, descendants, talk, town

pytestmark = pytest.mark.timeout(400)


def media_process() -> int:
    """The engine itself, not its sandbox."""
    for pid in reversed(descendants(os.getpid())):
        if b"rvr_console.media" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    raise AssertionError("no media process")


def gateway(*, up: bool) -> Callable[[object], bool]:
    return lambda e: isinstance(e, events.ServiceStateChanged) and e.name == "gateway" and e.up is up


def link_is(state: LinkState) -> Callable[[object], bool]:
    return lambda e: isinstance(e, events.ConsultationChanged) and e.consultation.link is state


async def socket_refuses(place: Town, url: str) -> None:
    """Also for somebody with the right secret."""
    secret = link_secret.parse(url.partition("#")[2])
    address = f"ws://127.0.0.1:{place.ports['gateway']}/ws/page"
    async with connect(address, origin=Origin(place.url("gateway"))) as socket:
        await socket.send(encode(Hello(room=secret.room_text, auth=b64u(secret.auth))))
        async with asyncio.timeout(10):
            answer = str(await socket.recv())
    assert "unavailable" in answer


async def page_and_socket_refuse(place: Town, phone: Phone, url: str) -> None:
    await phone.do(do="open", url="about:blank")
    await phone.do(do="open", url=url)
    await phone.do(do="tap", name="Continue", seconds=60)
    await phone.view("closed")
    await socket_refuses(place, url)


@pytest.mark.slow
async def test_media_process_then_gateway_killed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with town(tmp_path) as place, place.desk() as desk:
        phone = await place.phone()
        case, url = await talk(desk, phone)
        record_property("media_back_s", await kill_media(desk))
        record_property("gateway_back_s", await kill_gateway_in_call(place, desk, phone, case))
        await close_while_gateway_is_down(place, desk, phone, case, url)


async def kill_media(desk: Desk) -> float:
    since, killed = desk.told.now, time.monotonic()
    os.kill(media_process(), signal.SIGKILL)
    await desk.told.wait(lambda e: isinstance(e, events.CallStateChanged) and not e.secure, since=since)
    await desk.told.wait(secured, 30, since=since)
    seconds = time.monotonic() - killed
    await desk.told.wait(
        lambda e: isinstance(e, events.RecorderStatusChanged) and e.status.segment == 2, since=since
    )
    now = desk.told.now
    await desk.told.wait(recorded(0, 2), since=now)
    stated = [e.gap.cause for e in desk.told.all(events.GapStated, since)]
    assert GapCause.MEDIA_RESTARTED in stated
    return round(seconds, 1)


async def kill_gateway_in_call(place: Town, desk: Desk, phone: Phone, case: str) -> float:
    since = desk.told.now
    place.kill("gateway")
    await desk.told.wait(gateway(up=False), since=since)
    before = last_recorded(desk.told)
    await desk.told.wait(recorded(before + 2_000_000, 2), since=since)
    assert not [e for e in desk.told.all(events.CallStateChanged, since) if not e.secure], "the call goes on"
    began = time.monotonic()
    await place.start("gateway")
    await desk.told.wait(gateway(up=True), since=since)
    seconds = time.monotonic() - began
    now = desk.told.now
    await desk.officer.call("send_chat", case, "Can you hear me?")
    await phone.do(
        do="wait", script="() => document.body.textContent.includes('Can you hear me?')", seconds=30
    )
    await phone.do(do="tap", name="Pause")  # the phone's own wish comes through again
    await desk.told.wait(recorder_is(RecorderState.PAUSED), since=now)
    await phone.do(do="tap", name="Resume")
    await desk.told.wait(recorder_is(RecorderState.RECORDING), since=desk.told.now)
    assert {e.status.segment for e in desk.told.all(events.RecorderStatusChanged, since)} == {2}
    return round(seconds, 1)


def last_recorded(told: Told) -> int:
    return int(told.all(events.RecorderStatusChanged)[-1].status.recorded_us)


async def close_while_gateway_is_down(place: Town, desk: Desk, phone: Phone, case: str, url: str) -> None:
    place.kill("gateway")
    evidence = (await desk.officer.recordings(case))[0].evidence_id
    await desk.officer.call("end_for_both", case)
    await desk.told.wait(fault("could not be told to close the link"))
    report = await desk.officer.verify(evidence)
    assert [s.status for s in report.segments] == [VerificationStatus.INTACT] * 2
    assert not report.broken_links
    segments = await desk.officer.segments(evidence)
    assert segments[1].first(EventKind.REJOIN).detail["cause"] == GapCause.MEDIA_RESTARTED.value
    await desk.officer.submit(case)
    assert (await desk.officer.case("get", case)).link is not LinkState.CLOSED, (
        "only what is acknowledged is told"
    )
    await place.start("gateway")
    await desk.told.wait(link_is(LinkState.CLOSED))
    await phone.view("closed")
    await page_and_socket_refuse(place, phone, url)


async def test_admitted_while_the_phone_was_away(tmp_path: Path) -> None:
    """The officer's click and a break of the line cross: the phone is let in when it is back, nobody clicks again."""
    async with town(tmp_path) as place, place.desk() as desk:
        phone = await place.phone()
        await desk.told.wait(lambda event: isinstance(event, events.QueueChanged))
        case = (await desk.officer.take()).id
        await phone.knock(await desk.officer.send_link(case))
        knock = await desk.told.wait(lambda event: isinstance(event, events.DeviceWaiting))
        place.kill("gateway")
        await desk.told.wait(gateway(up=False))
        await desk.officer.call("admit", case, knock.device)
        await place.start("gateway")
        await desk.told.wait(secured)
        await phone.agree()
        await desk.told.wait(recorder_is(RecorderState.RECORDING))
        assert desk.told.all(events.Fault) == []


@pytest.mark.slow
async def test_closed_while_the_gateway_was_down_and_the_console_restarted(tmp_path: Path) -> None:
    async with town(tmp_path) as place, killable_desk(place) as desk:
        await desk.told.wait(lambda event: isinstance(event, events.QueueChanged))
        case = (await desk.officer.take()).id
        url = await desk.officer.send_link(case)
        await desk.told.wait(gateway(up=True))
        place.kill("gateway")
        await desk.officer.call("end_for_both", case)
        await desk.kill()
        await desk.start()
        assert desk.back == [], "an ended consultation does not go on"
        await place.start("gateway")
        await desk.told.wait(link_is(LinkState.CLOSED))
        place.kill("gateway")
        await place.start("gateway")  # closed for ever, also for a gateway that was started again
        await socket_refuses(place, url)
