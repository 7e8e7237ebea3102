"""A TURN server for the demo (coturn), on loopback only: `python -m rvr_console.demo.turn_server FOLDER` prints {"port", "username", "credential"}."""

import json
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from rvr_console.system.child_process import dying_with_parent

HOST = "127.0.0.1"
START_SECONDS = 10.0


def free_port() -> int:
    """A UDP port that is free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def configuration(port: int, username: str, credential: str, folder: Path) -> str:
    """Coturn's settings; in a file, because arguments can be read by every process of the machine."""
    lines = (
        f"listening-ip={HOST}",
        f"listening-port={port}",
        f"relay-ip={HOST}",
        "allow-loopback-peers",
        "lt-cred-mech",
        f"user={username}:{credential}",
        "realm=demo.invalid",
        "no-tls",
        "no-dtls",
        "no-cli",
        "no-multicast-peers",
        "log-file=stdout",
        f"pidfile={folder / 'turn.pid'}",
        f"userdb={folder / 'turn.db'}",
    )
    return "\n".join(lines) + "\n"


def wait_until_open(port: int, process: "subprocess.Popen[bytes]") -> bool:
    """True once the server takes connections; False if it ended or was too slow."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.05)
    return False


def main(folder: Path) -> int:
    program = shutil.which("turnserver")
    if program is None:
        sys.stderr.write("coturn is not installed (system package coturn)\n")
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    port, username, credential = free_port(), "demo", secrets.token_urlsafe(12)
    settings = folder / "turn.conf"
    settings.touch(mode=0o600)
    settings.write_text(configuration(port, username, credential, folder))
    process = subprocess.Popen(
        dying_with_parent([program, "-c", str(settings)]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if not wait_until_open(port, process):
        process.kill()
        sys.stderr.write("coturn did not start\n")
        return 1
    sys.stdout.write(json.dumps({"port": port, "username": username, "credential": credential}) + "\n")
    sys.stdout.flush()
    return process.wait()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
