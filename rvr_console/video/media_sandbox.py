"""How the media process is started: its sandbox (bubblewrap where there is one) and the memory for its pictures."""

import fcntl
import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from rvr_console.wire import picture_memory
from rvr_console.wire.media_messages import PICTURES

_PACKAGE = Path(__file__).resolve().parents[1]
_PROBE_SECONDS = 5


def make_picture_memories() -> dict[str, int]:
    """A nameless memory for each picture, such as ``victim.video``: file descriptors. Nothing is left behind whoever dies.

    Its size is sealed, so that the media process cannot pull it away under the console's feet.
    """
    memories: dict[str, int] = {}
    for party, track in PICTURES:
        name = f"{party}.{track}"
        descriptor = os.memfd_create(f"rvr-{name}", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        memories[name] = descriptor
        os.pwrite(descriptor, b"\0", picture_memory.CAPACITY - 1)
        fcntl.fcntl(
            descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
        )
    return memories


def close_picture_memories(memories: dict[str, int]) -> None:
    for descriptor in memories.values():
        os.close(descriptor)
    memories.clear()


def child_command(
    link_fd: int, memories: dict[str, int], *, confine: bool, allow_loopback: bool, sound: bool = False
) -> tuple[list[str], dict[str, str], bool]:
    """(command, environment, confined). The environment holds nothing of ours: no session bus, no home, no secrets."""
    command = [sys.executable, "-P", "-m", "rvr_console.media", "--link-fd", str(link_fd)]
    for name, descriptor in memories.items():
        command += ["--picture", f"{name}:{descriptor}:memfd:{descriptor}"]
    if allow_loopback:
        command.append("--allow-loopback")
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_PACKAGE.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        # one core is enough for the little arithmetic there is; the call needs the others
        "OPENBLAS_NUM_THREADS": "1",
    }
    if sound:
        command.append("--sound")
    sandbox = _sandbox() if confine else None
    if sandbox is None:
        return command, environment, False
    if sound:
        sandbox = (*sandbox, *_sound_devices(environment))
    return [*sandbox, "--", *command, "--confined"], environment, True


def _sound_devices(environment: dict[str, str]) -> list[str]:
    """What the sandbox needs to reach the sound server or the card, and nothing else of the session."""
    arguments = ["--dev-bind-try", "/dev/snd", "/dev/snd"]
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime:
        server = f"{runtime}/pulse/native"
        arguments += ["--ro-bind-try", server, server]
        environment["PULSE_SERVER"] = f"unix:{server}"
    return arguments


@functools.cache
def _sandbox() -> tuple[str, ...] | None:
    """Bubblewrap's arguments if it works here: system and program read-only, no home, own processes, the network stays."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        return None
    arguments = [
        bubblewrap,
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        "--die-with-parent",
        "--new-session",
    ]
    for folder in ("/usr", "/etc", "/run/systemd/resolve"):
        arguments += ["--ro-bind-try", folder, folder]
    for folder in ("/bin", "/lib", "/lib64"):
        path = Path(folder)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), folder]
        else:
            arguments += ["--ro-bind-try", folder, folder]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108  # its own, empty
    for program in dict.fromkeys((sys.base_prefix, sys.prefix, str(_PACKAGE))):
        if not program.startswith("/usr/"):
            arguments += ["--ro-bind", program, program]
    probe = subprocess.run(
        [*arguments, "--", sys.executable, "-c", ""],
        check=False,
        timeout=_PROBE_SECONDS,
        capture_output=True,
        env={},
    )
    return tuple(arguments) if probe.returncode == 0 else None
