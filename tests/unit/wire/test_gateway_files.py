"""Where the desk's fetching of files connects to: the computer's proxy for a gateway elsewhere, none for one on this machine."""

import socket
import threading

import pytest

from rvr_console.errors import BugError, ServiceDownError
from rvr_console.intake.gateway_files import GatewayFiles
from rvr_console.wire import link_secret

SECRET = link_secret.new(bytes)


def first_line(door: socket.socket, heard: list[bytes]) -> None:
    line, _ = door.accept()
    with line:
        heard.append(line.recv(4096).partition(b"\r\n")[0])


@pytest.mark.parametrize(
    ("gateway", "through"),
    [
        ("https://gateway.example", b"CONNECT gateway.example:443 "),
        ("http://127.0.0.1:{port}", b"GET /files/"),
    ],
)
def test_a_proxy_is_used_for_a_gateway_elsewhere_alone(monkeypatch, gateway, through):
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        listening = threading.Thread(target=first_line, args=(door, heard))
        listening.start()
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        unused = "http://127.0.0.1:9" if b"GET" in through else f"http://127.0.0.1:{port}"
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, unused)
        files = GatewayFiles(gateway.format(port=port))
        with pytest.raises(ServiceDownError):
            list(files.fetch(SECRET, "0" * 32, 0))
        listening.join()
        files.close()
    assert heard[0].startswith(through)


def test_plain_http_is_for_this_machine_alone():
    with pytest.raises(BugError):
        GatewayFiles("http://gateway.example")
