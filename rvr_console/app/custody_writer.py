"""Writes a list of the custody log into a folder: table, page and proofs in a folder of their own, complete or not at all."""

import asyncio
import os
import shutil
from pathlib import Path

from rvr_console.app.review_copy import check_folder
from rvr_console.domain.custody_extract import CustodyExtract
from rvr_console.errors import StorageError

_MOST_NAMES = 1000


class CustodyWriter:
    """Implements services.custody_lists.ListWriter."""

    def __init__(self, own_data: Path) -> None:
        self._own_data = own_data

    def check(self, folder: Path) -> None:
        check_folder(folder, self._own_data)

    async def write(self, extract: CustodyExtract, title: str, folder: Path) -> Path:
        return await asyncio.to_thread(self._write, extract, title, folder)

    def _write(self, extract: CustodyExtract, title: str, chosen: Path) -> Path:
        from rvr_console.documents.custody_page import custody_pdf  # a large library, needed here only

        folder = check_folder(chosen, self._own_data)
        part = folder / f".{_name(title)}.part"
        page = custody_pdf(extract, title, extract.made_by, extract.signed_at)
        files = [("custody.pdf", page), *((file.name, file.data) for file in extract.files())]
        try:
            shutil.rmtree(part, ignore_errors=True)  # left by a crash
            part.mkdir(mode=0o700)
            for name, data in files:
                _put(part / name, data)
            return _publish(part, folder, _name(title))
        except OSError as error:
            raise StorageError(
                f"The list could not be written: {error.strerror or 'the folder refused it'}.",
                kept="The log is unharmed; what was incomplete was removed.",
                todo="Make room there, or choose another folder.",
            ) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _put(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _name(title: str) -> str:
    """Letters, digits and dashes only, whatever the title holds."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in title).split()
    return "-".join(words)[:80] or "custody"


def _publish(part: Path, folder: Path, name: str) -> Path:
    """Under the first free name: a folder of that name that is there is never written into."""
    for number in range(1, _MOST_NAMES):
        final = folder / (name if number == 1 else f"{name}-{number}")
        if not final.exists():
            part.rename(final)
            return final
    raise StorageError(
        "There are too many lists in this folder.", kept="Nothing was written.", todo="Choose another folder."
    )
