import subprocess
import sys
from pathlib import Path

import pytest

from rvr_console.errors import RefusedError, StorageError
from rvr_console.system.app_paths import app_paths
from rvr_console.system.single_instance import FileLock, SingleInstance

HOME = Path("/home/officer")


def test_xdg_folders_and_their_defaults() -> None:
    paths = app_paths(None, {}, "linux", HOME)
    assert paths.data == HOME / ".local/share/rvr-console"
    assert paths.config == HOME / ".config/rvr-console"
    assert paths.state == HOME / ".local/state/rvr-console"
    chosen = app_paths(None, {"XDG_DATA_HOME": "/srv/data", "XDG_CONFIG_HOME": "relative"}, "linux", HOME)
    assert chosen.data == Path("/srv/data/rvr-console")
    assert chosen.config == HOME / ".config/rvr-console", "a relative path is to be ignored"


def test_windows_folders_and_one_chosen_folder(tmp_path: Path) -> None:
    paths = app_paths(None, {"LOCALAPPDATA": "L", "APPDATA": "R"}, "win32", HOME)
    assert (paths.data, paths.config) == (Path("L/rvr-console/data"), Path("R/rvr-console"))
    own = app_paths(tmp_path / "desk")
    assert own.database == tmp_path / "desk" / "console.db"
    own.make()
    assert own.vault.is_dir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be made"):
        app_paths(tmp_path / "file" / "desk").make()


HOLD = """
import sys
from pathlib import Path
from rvr_console.system.single_instance import SingleInstance
with SingleInstance(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_console_is_told_who_holds_the_folder_until_it_dies(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RefusedError) as told:
            SingleInstance(tmp_path).acquire()
        assert f"already running here (process {holder.pid})" in told.value.what
        holder.kill()
    with SingleInstance(tmp_path) as mine:
        mine.acquire()
        with pytest.raises(RefusedError):
            SingleInstance(tmp_path).acquire()
    mine.release()


def test_what_stands_in_the_lock_file_is_not_trusted(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock"):
        (tmp_path / "lock").write_bytes(b"\xff<b>rm -rf</b>")
        with pytest.raises(RefusedError) as told:
            FileLock(tmp_path / "lock").acquire()
    assert told.value.what == "The console is already running here."
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError):
        FileLock(tmp_path / "file" / "lock").acquire()
