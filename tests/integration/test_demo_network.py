"""The demo's own network: a real TURN server, and a relay that really swallows."""

import os
import signal
import socket
import sys
import threading
import urllib.request
from datetime import UTC, datetime

import pytest

from rvr_console.demo.embedded import ChildWatch, start_embedded
from rvr_console.domain.events import ServiceStateChanged
from rvr_console.evidence.desk_identity import TestAuthority
from rvr_console.system.child_process import ChildProcess


@pytest.fixture
def echo_ports():
    """A TCP and a UDP echo on loopback."""
    tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))

    def echo_tcp():
        peer, _ = tcp.accept()
        while data := peer.recv(100):
            peer.sendall(data)
        peer.close()

    def echo_udp():
        while True:
            data, addr = udp.recvfrom(100)
            if data == b"end":
                return
            udp.sendto(data, addr)

    threads = [threading.Thread(target=t) for t in (echo_tcp, echo_udp)]
    for thread in threads:
        thread.start()
    yield tcp.getsockname()[1], udp.getsockname()[1]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
        last.sendto(b"end", udp.getsockname())
    for thread in threads:
        thread.join()
    tcp.close()
    udp.close()


def test_relay_carries_then_swallows_then_carries(echo_ports):
    tcp_port, udp_port = echo_ports
    relay = ChildProcess(
        "relay",
        [
            sys.executable,
            "-m",
            "rvr_console.demo.network_relay",
            "--tcp",
            str(tcp_port),
            "--udp",
            str(udp_port),
        ],
    )
    ports = relay.start()
    try:
        with (
            socket.create_connection(("127.0.0.1", ports["tcp"])) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            udp.connect(("127.0.0.1", ports["udp"]))
            udp.settimeout(5)
            tcp.settimeout(5)
            tcp.sendall(b"one")
            udp.send(b"one")
            assert (tcp.recv(10), udp.recv(10)) == (b"one", b"one")
            relay.order({"swallow": 0.6})
            udp.settimeout(0.4)
            with pytest.raises(TimeoutError):
                while True:  # what was on its way when the order came may still arrive
                    udp.send(b"lost")
                    udp.recv(10)
            tcp.sendall(b"late")
            assert relay.answer() == {"swallowed": 0.6}
            assert tcp.recv(10) == b"late"
            udp.settimeout(5)
            udp.send(b"two")
            assert udp.recv(10) in (b"two", b"lost")
    finally:
        relay.stop()


def test_turn_server_starts_on_loopback_and_ends(tmp_path):
    turn = ChildProcess("turn", [sys.executable, "-m", "rvr_console.demo.turn_server", str(tmp_path)])
    ready = turn.start()
    try:
        assert (tmp_path / "turn.conf").stat().st_mode & 0o077 == 0
        with socket.create_connection(("127.0.0.1", ready["port"]), timeout=5):
            pass
    finally:
        turn.stop()


class Told:
    """An event sink that remembers and wakes who waits."""

    def __init__(self):
        self.got = []
        self.changed = threading.Condition()

    def publish(self, event):
        with self.changed:
            self.got.append(event)
            self.changed.notify_all()

    def wait(self, condition):
        with self.changed:
            assert self.changed.wait_for(lambda: any(condition(e) for e in self.got), 40)


def test_a_gateway_that_dies_is_told_and_is_back_on_the_same_port(tmp_path, caplog):
    authority = tmp_path / "authority.pem"
    authority.write_bytes(TestAuthority.create("TEST", datetime.now(UTC)).certificate_pem)
    watch = ChildWatch()
    watch.events = told = Told()
    watch.programs = programs = start_embedded(tmp_path, authority, 1, watch.ended)
    try:
        os.kill(programs.child("gateway").pid, signal.SIGKILL)
        told.wait(lambda e: isinstance(e, ServiceStateChanged) and e.name == "gateway" and not e.up)
        told.wait(lambda e: isinstance(e, ServiceStateChanged) and e.name == "gateway" and e.up)
        with urllib.request.urlopen(programs.gateway_url, timeout=5) as page:
            assert page.status == 200
    finally:
        programs.stop()
    caplog.clear()
