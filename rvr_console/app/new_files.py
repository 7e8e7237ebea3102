"""Papers written into a folder that a person chose: under names that are not there yet, all of them or none."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from rvr_console.errors import StorageError

_TRIES = 100
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def write_new(
    folder: Path, stem: str, files: Sequence[tuple[str, bytes]], *, what: str, kept: str
) -> list[Path]:
    """Each file as `stem` and its ending, or all with a number between; the paths as they are now. Blocking: for a worker thread.

    what: begins the sentence of a refusal ("The form"). kept: what is safe all the same. Raises StorageError: nothing half
    written stays, and nobody's file is written over.
    """
    try:
        for number in range(_TRIES):
            name = stem if not number else f"{stem}-{number}"
            targets = [(folder / f"{name}{ending}", content) for ending, content in files]
            if not any(os.path.lexists(target) for target, _ in targets):
                _write_all(targets)
                return [target for target, _ in targets]
    except OSError as error:
        raise StorageError(
            f"{what} could not be written: {error.strerror or 'the disk refused'}.",
            kept=kept,
            todo="Choose another folder, or free some space.",
        ) from error
    raise StorageError(
        "There are too many files of this name in the folder.", kept=kept, todo="Choose another folder."
    )


def _write_all(targets: Sequence[tuple[Path, bytes]]) -> None:
    """For this person only, durable, never over another file. Raises OSError, with what was made here removed."""
    made: list[Path] = []
    try:
        for target, content in targets:
            descriptor = os.open(target, _FLAGS, 0o600)
            made.append(target)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    except OSError:
        for target in made:  # only what was made here: another's file of that name stays
            with contextlib.suppress(OSError):  # a drive that was pulled out: the reason is told, not this
                target.unlink(missing_ok=True)
        raise
