"""Where the console keeps its things: XDG folders on Linux (XDG Base Directory 0.8), known folders on Windows."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rvr_console.errors import StorageError

_NAME = "rvr-console"


@dataclass(frozen=True, slots=True)
class AppPaths:
    """data: all that must be kept. config: settings. state: logs."""

    data: Path
    config: Path
    state: Path

    @property
    def database(self) -> Path:
        return self.data / "console.db"

    @property
    def vault(self) -> Path:
        """Sealed recordings."""
        return self.data / "vault"

    @property
    def passphrase_file(self) -> Path:
        return self.data / "desk.keys"

    @property
    def children(self) -> Path:
        """Data of programs that the demo starts: gateway, control room."""
        return self.data / "children"

    def make(self) -> None:
        """Create the folders, for their owner only. Raises StorageError."""
        for folder in (self.data, self.vault, self.children, self.config, self.state):
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise StorageError(
                    f"The folder {folder} cannot be made: {error.strerror}.",
                    kept="Nothing was changed.",
                    todo="Check the disk and the folder's rights, or choose another data folder.",
                ) from error


def app_paths(
    data_dir: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    home: Path | None = None,
) -> AppPaths:
    """data_dir: everything below this one folder, as chosen in the settings or by `--data-dir`."""
    if data_dir is not None:
        base = data_dir.expanduser().absolute()
        return AppPaths(base, base / "config", base / "state")
    home = home or Path.home()
    if platform == "win32":
        local = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / _NAME
        roaming = Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / _NAME
        return AppPaths(local / "data", roaming, local / "state")
    return AppPaths(
        _xdg(environment, "XDG_DATA_HOME", home / ".local" / "share"),
        _xdg(environment, "XDG_CONFIG_HOME", home / ".config"),
        _xdg(environment, "XDG_STATE_HOME", home / ".local" / "state"),
    )


def _xdg(environment: Mapping[str, str], name: str, otherwise: Path) -> Path:
    """A relative path in the variable is to be ignored, says the specification."""
    chosen = Path(environment.get(name, ""))
    return (chosen if chosen.is_absolute() else otherwise) / _NAME
