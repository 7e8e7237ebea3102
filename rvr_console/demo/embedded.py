"""The programs that the embedded default brings along: gateway and control-room simulator; for the headless run also a network that can fail."""

import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rvr_console.domain.events import Fault, ServiceStateChanged
from rvr_console.domain.ports import EventSink
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
    again: dict[str, Callable[[], ChildProcess]] = field(default_factory=dict, repr=False)

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

    def start_again(self, name: str) -> None:
        """A new process of the same program on the port it had. Raises ServiceDownError."""
        process = self.again[name]()
        process.start()
        place = next(n for n, child in enumerate(self.children) if child.name == name)
        self.children[place].stop()
        self.children[place] = process

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


def _remembered(kept: Path) -> int:
    """The gateway's port of last time, so that a link that is open leads back to the same page; 0: any that is free."""
    try:
        port = int(kept.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
    return port if 1024 <= port <= 65535 else 0


class ChildWatch:
    """A child that ends by itself is told on the screens and started again on the same port, with its own data."""

    def __init__(self) -> None:
        self.events: EventSink | None = None
        self.programs: Embedded | None = None

    def ended(self, name: str, code: int) -> None:
        """Called on the child's watch thread."""
        service = {"gateway": "gateway", "cad-simulator": "cad"}.get(name)
        if service is None or self.programs is None:
            return
        self._tell(ServiceStateChanged(service, up=False, words=f"The {name} program ended, code {code}."))
        try:
            self.programs.start_again(name)
        except ServiceDownError as error:
            self._tell(
                Fault(
                    error.what,
                    "What is recorded and stored is safe.",
                    "Close the console and start it again.",
                )
            )
        else:
            self._tell(ServiceStateChanged(service, up=True))

    def _tell(self, event: object) -> None:
        if self.events is not None:
            self.events.publish(event)


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
    def make(name: str, command: list[str], env: dict[str, str] | None = None) -> ChildProcess:
        return ChildProcess(name, command, env=env, on_exit=lambda code: on_exit(name, code))

    def simulator(port: int) -> ChildProcess:
        options = ("--port", str(port), "--data", str(folder / "cad"), "--seed", str(seed))
        env = {**os.environ, "RVR_CAD_TOKEN": programs.cad_token}
        return make("cad-simulator", _program("rvr_console.cad_simulator", *options), env)

    def gateway(port: int) -> ChildProcess:
        options = ("--port", str(port), "--data", str(folder / "gateway"), "--authority", str(authority))
        return make("gateway", _program("rvr_console.gateway", *options, "--pages", str(PAGES)))

    def begin(child: ChildProcess, name: str) -> int:
        programs.children.append(child)
        return _port(child.start(), name)

    programs.cad_port = begin(simulator(0), "CAD")
    kept = folder / "gateway.port"
    try:
        port = begin(gateway(_remembered(kept)), "gateway")
    except ServiceDownError:  # taken by another program meanwhile
        programs.children.pop()
        port = begin(gateway(0), "gateway")
    kept.write_text(str(port), encoding="ascii")
    programs.gateway_port = programs.page_port = port
    programs.again = {
        "cad-simulator": lambda: simulator(programs.cad_port),
        "gateway": lambda: gateway(programs.gateway_port),
    }


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
