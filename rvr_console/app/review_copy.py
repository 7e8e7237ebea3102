"""Writes a play-anywhere copy into a folder: never over another file, and complete or not at all."""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from rvr_console.errors import RefusedError, StorageError
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.ui.review.playback import WorkProgress
from rvr_console.video.play_anywhere import CopyProgress, PlayAnywhereCopy
from rvr_console.video.play_anywhere_frame import CopyMark

Tell = Callable[[WorkProgress], None]
_BLOCK = 1 << 20
_MOST_NAMES = 1000


def safe_name(reference: str, evidence_id: str) -> str:
    """Such as "155-of-21-11-2026_1f0c…_copy": letters, digits and dashes only, whatever the reference holds."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in reference).split()
    return f"{'-'.join(words)[:60] or 'recording'}_{evidence_id}_copy"


def check_folder(folder: Path, own_data: Path) -> Path:
    """The real folder. Raises RefusedError when it is none, or lies among the console's own data."""
    real = folder.resolve()
    if not folder.is_absolute() or not real.is_dir():
        raise RefusedError(
            "There is no such folder.", kept="No copy was made.", todo="Name a folder that is there."
        )
    if real.is_relative_to(own_data.resolve()):
        raise RefusedError(
            "A copy is not kept among the console's own data.",
            kept="No copy was made.",
            todo="Choose another folder.",
        )
    return real


def hash_of(paths: Sequence[Path], stop: threading.Event) -> str:
    """SHA-256 of the master: its segment files one after the other, as `cat` gives them. Hexadecimal."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while not stop.is_set() and (block := file.read(_BLOCK)):
                digest.update(block)
    return digest.hexdigest()


def write_copy(
    readers: Sequence[SealedReader],
    mark: CopyMark,
    target: tuple[Path, str],
    tell: Tell,
    stop: threading.Event,
) -> Path | None:
    """target: (folder, name without suffix). None when stopped. Blocking: for a worker thread.

    Raises EvidenceError when the master cannot be read, StorageError when the copy cannot be written; nothing is left then.
    """
    folder, name = target
    part = folder / f".{name}.part"
    try:
        whole = _write_part(readers, mark, part, tell, stop)
        if not whole:
            return None
        return publish(part, folder, name, ".mp4")
    except OSError as error:
        raise StorageError(
            f"The copy could not be written: {error.strerror or 'the folder refused it'}.",
            kept="The recording is unharmed; the incomplete copy was removed.",
            todo="Make room there, or choose another folder.",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _write_part(
    readers: Sequence[SealedReader], mark: CopyMark, part: Path, tell: Tell, stop: threading.Event
) -> bool:
    copy = PlayAnywhereCopy(readers, mark)

    def told(progress: CopyProgress) -> None:
        if stop.is_set():
            copy.cancel()
        minutes, total = progress.done_us / 60e6, progress.total_us / 60e6
        words = f"{minutes:.1f} of {total:.1f} min saved"
        tell(WorkProgress(progress.done_us / max(1, progress.total_us), words))

    part.unlink(missing_ok=True)  # left by a copy that a crash cut short
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(part, flags, 0o600), "w+b") as file:
        if not copy.write(file, told) or stop.is_set():
            return False
        file.flush()
        os.fsync(file.fileno())
    return True


def publish(part: Path, folder: Path, name: str, suffix: str) -> Path:
    """Under the first free name; the name is claimed first, so that nobody's file is written over."""
    for number in range(1, _MOST_NAMES):
        final = folder / (f"{name}{suffix}" if number == 1 else f"{name}-{number}{suffix}")
        try:
            final.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            continue
        try:
            part.replace(final)
        except OSError:
            final.unlink(missing_ok=True)
            raise
        return final
    raise StorageError(
        "There are too many copies in this folder.", kept="No copy was made.", todo="Choose another folder."
    )
