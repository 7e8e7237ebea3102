"""The demo's own network: a real TURN server, and a relay that really swallows."""

import os
import signal
import socket
import sys
import threading
import time
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
        while data := peer.recv(65536):
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


def relay_to(tcp_port: int, udp_port: int) -> ChildProcess:
    command = [sys.executable, "-m", "rvr_console.demo.network_relay"]
    return ChildProcess("relay", [*command, "--tcp", str(tcp_port), "--udp", str(udp_port)])


def test_relay_carries_then_swallows_then_carries(echo_ports):
    tcp_port, udp_port = echo_ports
    relay = relay_to(tcp_port, udp_port)
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


def sent(port: int, data: bytes) -> tuple[float, float]:
    """Seconds until the first byte was back from the echo, and until all were."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        began = time.monotonic()
        sender = threading.Thread(target=line.sendall, args=(data,))
        sender.start()
        back = line.recv(1 << 16)
        first = time.monotonic() - began
        while len(back) < len(data):
            back += line.recv(1 << 16)
        sender.join()
        assert back == data
        return first, time.monotonic() - began


@pytest.mark.parametrize(
    ("size", "rate", "least", "most"),
    [(4_000_000, 0, 0.4, 3.0), (1_000_000, 2_000_000, 0.9, 3.0)],
    ids=["no limit", "a rate"],
)
def test_a_delay_costs_time_and_a_rate_throughput(echo_ports, size, rate, least, most):
    """4 MB in 64 KiB pieces would take 25 s were each to wait for the one before it."""
    relay = relay_to(*echo_ports)
    try:
        port = relay.start()["tcp"]
        relay.order({"delay": 0.2, "rate": rate})
        relay.order({"swallow": 0})
        assert relay.answer() == {"swallowed": 0}
        first, whole = sent(port, os.urandom(size))
        assert first >= 0.4
        assert least <= whole <= most
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
