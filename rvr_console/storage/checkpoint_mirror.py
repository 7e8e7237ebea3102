"""The signed checkpoints once more, outside the database: a file that only grows, one JSON object a line, synced.

With it an earlier copy of the database is found, even when the tip beside it was put back too.
"""

import json
from pathlib import Path

from rvr_console.domain.custody_witness import MirrorCopy
from rvr_console.domain.ports import AppendFile, Disk
from rvr_console.errors import StorageError

_LINE_LIMIT = 64 * 1024


class CheckpointMirror:
    """Not thread-safe: one call at a time, on any thread."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk

    def read(self) -> MirrorCopy:
        """Raises StorageError when the file is there but cannot be read. A torn last line is no note and is not counted."""
        notes: list[str] = []
        strange, before = 0, b""
        try:
            with self._path.open("rb") as lines:
                while untrusted_line := lines.readline(_LINE_LIMIT):
                    note = _note_in(untrusted_line)
                    if note is not None:
                        notes.append(note)
                        # Torn by a crash and written again: no sign of a stranger.
                        strange -= bool(before) and untrusted_line.startswith(before)
                        before = b""
                    elif untrusted_line.endswith(b"\n") and untrusted_line.strip():
                        before = untrusted_line.removesuffix(b"\n")
                        strange += 1
        except FileNotFoundError:
            return MirrorCopy(there=False)
        except OSError as error:
            raise StorageError(
                f"The copy of the signed checkpoints cannot be read: {error.strerror}.",
                kept="The custody log itself is not affected.",
                todo="Check the disk with the vault's folder.",
            ) from error
        return MirrorCopy(there=True, notes=tuple(notes), strange=strange)

    def append(self, notes: list[str]) -> None:
        """Durable on return. Raises StorageError; what was there stays, and the same notes may be given again."""
        if not notes:
            return
        # A line end first: the last line may be torn, and an empty line means nothing.
        data = b"\n" + b"".join(json.dumps({"note": note}).encode() + b"\n" for note in notes)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = self._open()
            try:
                view = memoryview(data)
                while view:
                    view = view[file.write(bytes(view)) :]
                file.sync()
            finally:
                file.close()
        except OSError as error:
            raise StorageError(
                f"The signed checkpoint could not be copied to the vault's folder: {error.strerror}.",
                kept="It is in the database; the copy is tried again.",
                todo="Check the disk with the vault's folder.",
            ) from error

    def _open(self) -> AppendFile:
        try:
            return self._disk.create(self._path)
        except FileExistsError:
            return self._disk.append(self._path)


def _note_in(untrusted_line: bytes) -> str | None:
    """The note of one whole line, None when it is none."""
    if not untrusted_line.endswith(b"\n"):
        return None
    try:
        value = json.loads(untrusted_line)
    except (ValueError, RecursionError):
        return None
    note = value.get("note") if isinstance(value, dict) else None
    return note if isinstance(note, str) else None
