"""The real Secret Service: gnome-keyring in a session bus of its own, and no keyring at all."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

needs_keyring = pytest.mark.skipif(
    shutil.which("dbus-run-session") is None or shutil.which("gnome-keyring-daemon") is None,
    reason="gnome-keyring and dbus are not installed",
)
LOAD = """
import sys
from rvr_console.errors import KeyStoreError
from rvr_console.system.key_store import KeyringKeyStore, derive
try:
    keys = KeyringKeyStore().load(may_create=sys.argv[1] == "create")
except KeyStoreError as error:
    print("refused:", error.in_words())
    sys.exit(3)
print(derive(keys.device, "test").hex(), derive(keys.user, "test").hex())
"""
SESSION = """
printf 'a login password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
"$0" -c "$1" create && "$0" -c "$1" again
code=$?
exit $code
"""


def environment(home: Path) -> dict[str, str]:
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "PYTHONPATH"}}
    return {**kept, "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "XDG_DATA_HOME": str(home / "data")}


@needs_keyring
def test_a_real_keyring_keeps_both_keys(tmp_path: Path) -> None:
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", SESSION, sys.executable, LOAD],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = done.stdout.splitlines()
    assert first == second
    device, user = first.split()
    assert device != user
    stored = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert stored, "the keyring wrote its file here"


def test_without_a_keyring_it_fails_closed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOAD, "create"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert "no keyring that keeps keys safe" in done.stdout
    assert "passphrase file" in done.stdout
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
