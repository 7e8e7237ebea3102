"""The folder vault as the cold copy sees it: what is closed and will never change again."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from rvr_console.domain.replica import ReplicaItem
from rvr_console.errors import StorageError
from rvr_console.evidence.record_scan import looks_closed
from rvr_console.evidence.vault import Vault, is_own_file

_NAME = re.compile(
    r"(?P<evidence>[A-Za-z0-9][A-Za-z0-9_.-]{0,63})_[0-9]{4}(\.rvrc(?P<torn>\..+\.torn)?|_[0-9a-f]{16}\.json)"
)


class FolderReplicaSource:
    """Implements domain.replica.ReplicaSource."""

    def __init__(self, recordings: Vault, exhibits: Vault | None) -> None:
        """exhibits: in a folder within that of recordings."""
        self._folder = recordings.folder
        self._vaults = [vault for vault in (recordings, exhibits) if vault is not None]

    def ready(self, known: Callable[[str], bool]) -> list[ReplicaItem]:
        try:
            return sorted(self._ready(known), key=lambda item: (not item.name.endswith(".json"), item.name))
        except OSError as error:
            raise StorageError(
                "The vault's folder cannot be read.", kept="Nothing was changed.", todo="Check the disk."
            ) from error

    def path_of(self, name: str) -> Path:
        return self._folder / name

    def _ready(self, known: Callable[[str], bool]) -> Iterator[ReplicaItem]:
        for vault in self._vaults:
            for folder in (vault.folder, vault.folder / "envelopes"):
                for path in folder.iterdir():
                    match = _NAME.fullmatch(path.name)
                    name = path.relative_to(self._folder).as_posix()
                    if match is None or known(name) or not is_own_file(path):
                        continue
                    if path.suffix != ".rvrc" or looks_closed(path):
                        yield ReplicaItem(name, match["evidence"])
