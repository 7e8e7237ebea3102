"""The programs that the embedded default brings along: gateway and control-room simulator; for the headless run also a network that can fail."""

import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rvr_console.errors import ServiceDownError
from rvr_console.system.child_process import ChildProcess

HOST = "127.0.0.1"
PAGES = Path(__file__).resolve().parents[2] / "resources" / "join"


def _program(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


@dataclass
class Embedded:
    """Running children. gateway_port and cad_port are where they really listen; page_port is what the victim's browser is given."""

    gateway_port: int = 0
    cad_port: int = 0
    page_port: int = 0
    cad_token: str = field(default="", repr=False)
    turn: dict[str, str] = field(default_factory=dict, repr=False)
    children: list[ChildProcess] = field(default_factory=list)

    @property
    def gateway_url(self) -> str:
        return f"http://{HOST}:{self.gateway_port}"

    @property
    def page_url(self) -> str:
        return f"http://{HOST}:{self.page_port}"

    @property
    def cad_url(self) -> str:
        return f"http://{HOST}:{self.cad_port}"

    def child(self, name: str) -> ChildProcess:
        return next(child for child in self.children if child.name == name)

    def stop(self) -> None:
        """In reverse order of their start."""
        for child in reversed(self.children):
            child.stop()
        self.children.clear()


def _port(ready: dict[str, object], name: str, key: str = "port") -> int:
    port = ready.get(key)
    if not isinstance(port, int):
        raise ServiceDownError(
            f"The {name} program did not say where it listens.", kept="Nothing was changed."
        )
    return port


def start_embedded(
    folder: Path,
    authority: Path,
    seed: int,
    on_exit: Callable[[str, int], None],
    *,
    failing_network: bool = False,
) -> Embedded:
    """Start them all; what was started is ended again when one does not. Raises ServiceDownError in the child's own words."""
    programs = Embedded(cad_token=secrets.token_urlsafe(24))
    try:
        _start(programs, folder, authority, seed, on_exit)
        if failing_network:
            _start_network(programs, folder)
    except ServiceDownError:
        programs.stop()
        raise
    return programs


def _start(
    programs: Embedded, folder: Path, authority: Path, seed: int, on_exit: Callable[[str, int], None]
) -> None:
    def child(name: str, command: list[str], env: dict[str, str] | None = None) -> dict[str, object]:
        process = ChildProcess(name, command, env=env, on_exit=lambda code: on_exit(name, code))
        programs.children.append(process)
        return process.start()

    simulator = _program(
        "rvr_console.cad_simulator", "--port", "0", "--data", str(folder / "cad"), "--seed", str(seed)
    )
    programs.cad_port = _port(
        child("cad-simulator", simulator, {**os.environ, "RVR_CAD_TOKEN": programs.cad_token}), "CAD"
    )
    gateway = _program(
        "rvr_console.gateway",
        "--port",
        "0",
        "--data",
        str(folder / "gateway"),
        "--authority",
        str(authority),
        "--pages",
        str(PAGES),
    )
    programs.gateway_port = programs.page_port = _port(child("gateway", gateway), "gateway")


def _start_network(programs: Embedded, folder: Path) -> None:
    turn = ChildProcess("turn", _program("rvr_console.demo.turn_server", str(folder / "turn")))
    programs.children.append(turn)
    ready = turn.start()
    relay_command = _program(
        "rvr_console.demo.network_relay",
        "--tcp",
        str(programs.gateway_port),
        "--udp",
        str(_port(ready, "TURN")),
    )
    relay = ChildProcess("relay", relay_command)
    programs.children.append(relay)
    ports = relay.start()
    programs.page_port = _port(ports, "relay", "tcp")
    programs.turn = {
        "url": f"turn:{HOST}:{_port(ports, 'relay', 'udp')}?transport=udp",
        "username": str(ready["username"]),
        "credential": str(ready["credential"]),
    }
