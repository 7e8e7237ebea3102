"""A keyring where the machine has none running: a private D-Bus session with a gnome-keyring of its own, for the demo and tests.

The keys are as real as on a desk; they live in the demo's folder and are opened with a passphrase made for that folder.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from rvr_console.errors import KeyStoreError
from rvr_console.system.child_process import dying_with_parent

INSIDE = "RVR_KEYRING_SESSION"


def inside_session() -> bool:
    return os.environ.get(INSIDE) == "1"


def keyring_folder(data_dir: Path) -> Path:
    """Where a demo keeps its private keyring."""
    return data_dir / "keyring"


def rerun_inside(program: Sequence[str], folder: Path) -> int:
    """Run this program again inside such a session; its exit code. Raises KeyStoreError when the tools are missing."""
    missing = [tool for tool in ("dbus-run-session", "gnome-keyring-daemon") if shutil.which(tool) is None]
    if missing:
        raise KeyStoreError(
            f"No keyring can be started here: {', '.join(missing)} is missing.",
            kept="Nothing was opened.",
            todo="Install the system packages dbus and gnome-keyring.",
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = {
        **os.environ,
        INSIDE: "1",
        "XDG_DATA_HOME": str(folder / "share"),
        "XDG_RUNTIME_DIR": str(folder / "run"),
    }
    (folder / "run").mkdir(exist_ok=True, mode=0o700)
    command = dying_with_parent(["dbus-run-session", "--", *dying_with_parent(program)])
    return subprocess.run(command, env=environment, check=False).returncode


def unlock() -> None:
    """Start the keyring daemon of this session, unlocked. The passphrase goes by standard input, never as an argument."""
    folder = Path(os.environ["XDG_DATA_HOME"])
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    words = folder / "demo-keyring.passphrase"
    if not words.exists():
        words.touch(mode=0o600)
        words.write_text(secrets.token_urlsafe(24))
    done = subprocess.run(
        ["gnome-keyring-daemon", "--unlock", "--components=secrets"],
        input=words.read_bytes(),
        capture_output=True,
        check=False,
        timeout=20,
    )
    if done.returncode != 0:
        raise KeyStoreError(
            "The demo's keyring did not open.", kept="Nothing was opened.", todo="Start it again."
        )
