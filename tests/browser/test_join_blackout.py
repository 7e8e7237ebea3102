"""A dead radio link: every datagram and every byte between the phone and the rest stands still, and nobody is told."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rvr_console.wire.signals import IceServer

BACK_WITHIN_S = 5.0
FRAMES = "() => document.getElementById('remote').getVideoPlaybackQuality().totalVideoFrames"
CONNECTED = "() => document.getElementById('stage-message').hidden && document.getElementById('remote').videoWidth > 0"


@pytest.fixture
def network(tmp_path: Path, gateway):
    """The relay in front of the gateway and of a TURN server: {"tcp", "udp"} ports, the server's facts, the relay's process."""
    turn = subprocess.Popen(
        [sys.executable, "-m", "rvr_console.demo.turn_server", tmp_path], stdout=subprocess.PIPE, text=True
    )
    facts = json.loads(turn.stdout.readline())
    command = [sys.executable, "-m", "rvr_console.demo.network_relay"]
    ports = ["--tcp", str(gateway.port), "--udp", str(facts["port"])]
    relay = subprocess.Popen([*command, *ports], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield json.loads(relay.stdout.readline()), facts, relay
    for process in (relay, turn):
        process.terminate()
        process.wait(10)
        process.stdout.close()
    relay.stdin.close()


@pytest.mark.parametrize(
    ("blackout_s", "knocks"), [(2.0, 1), pytest.param(10.0, 2, marks=pytest.mark.slow)], ids=["short", "long"]
)
@pytest.mark.skipif(shutil.which("turnserver") is None, reason="needs the system package coturn")
def test_back_after_a_blackout_of_media_and_signalling(
    phone, desk, gateway, network, server_away, blackout_s, knocks
):
    """knocks: after a long one the page has made a new connection to the gateway; a short one it just outlives."""
    ports, facts, relay = network
    desk.ice_servers = [
        IceServer(
            urls=[f"turn:127.0.0.1:{ports['udp']}?transport=udp"],
            username=facts["username"],
            credential=facts["credential"],
        )
    ]
    phone.goto(desk.url.replace(f":{gateway.port}/", f":{ports['tcp']}/"))
    phone.click("#continue")
    desk.wait("confirmed")
    phone.wait_for_function(CONNECTED)
    phone.click("#mute")

    relay.stdin.write(json.dumps({"swallow": blackout_s}) + "\n")
    relay.stdin.flush()
    assert json.loads(relay.stdout.readline()) == {"swallowed": blackout_s}
    ended, seen = time.monotonic(), phone.evaluate(FRAMES)

    desk.wait("knock", knocks)
    phone.wait_for_function(CONNECTED)
    phone.wait_for_function(f"(seen) => ({FRAMES})() > seen + 5", arg=seen)
    took = time.monotonic() - ended
    assert took < BACK_WITHIN_S
    assert len(set(desk.device_keys)) == 1
    assert phone.locator("#mute").inner_text() == "Unmute"
