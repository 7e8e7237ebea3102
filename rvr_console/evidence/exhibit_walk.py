"""The check of one exhibit's whole file, on a thread of its own; what it has passed can be read while it goes on.

A record can be opened only with the chain value before it, so a file is read in the order of its records: what lies further on
is waited for. Each record's signature is checked when it is passed and its tag when it is read. Before the head at the end has
been compared with the log, only this desk's own signature counts: a file signed by anybody else is given out when all of it holds.
"""

import contextlib
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from rvr_console.domain.exhibit import Exhibit
from rvr_console.domain.file_check import HOLDS, SHOWN_IN_PART, CheckEnd, CheckStatus, CheckStoppedError
from rvr_console.errors import EvidenceError
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.keys import KeyOpener
from rvr_console.evidence.record_format import TAG_BYTES, RecordType
from rvr_console.evidence.record_scan import Scan, ScannedRecord
from rvr_console.evidence.sealed_reader import SealedReader

_CONTENT = {RecordType.INIT, RecordType.MEDIA}
_NO_DISK = CheckEnd(CheckStatus.STOPPED, "The evidence disk does not give the whole file.")
_BROKEN_OFF = CheckEnd(
    CheckStatus.STOPPED, "The check of the file broke off: something went wrong in this program."
)
_STOPPED = EvidenceError("The check of the file was stopped.", kept="The file is left as it is.")


def not_as_sealed(exhibit: Exhibit, scan: Scan) -> EvidenceError | None:
    """Why a file that was walked over is not that which was sealed and logged; None when it is."""
    held = sum(one.header.length - TAG_BYTES for one in scan.records if one.header.kind in _CONTENT)
    if held != exhibit.content.size:
        return EvidenceError(
            f"The sealed file of {exhibit.reference} holds {held:,} of {exhibit.content.size:,} bytes.",
            kept="What it holds is unchanged; its records prove themselves.",
            todo="Verify the vault, and tell IT and your supervisor.",
        )
    head = exhibit.head
    if scan.fault is None and (head is None or scan.head().chain == head.chain):
        return None
    reason = scan.fault.reason if scan.fault is not None else "its records are not those of the log"
    return EvidenceError(
        f"The sealed file of {exhibit.reference} is not as it was sealed: {reason}.",
        kept="It is left as it is; its records prove themselves.",
        todo="Verify the vault, and tell IT and your supervisor.",
    )


class FileWalk:
    """ended: told once, on its thread, how it ended. Any thread may ask, stop and read."""

    def __init__(
        self, vault: ExhibitVault, exhibit: Exhibit, ended: Callable[[CheckEnd], None] = lambda _end: None
    ) -> None:
        self._vault, self._exhibit, self._tell = vault, exhibit, ended
        self._moved = threading.Condition()
        self._scan: Scan | None = None
        self._path: Path | None = None
        self._passed: list[ScannedRecord] = []
        self._covered = 0
        self._own = False  # this desk signed the header
        self._stopping = False
        self._end: CheckEnd | None = None
        self.part = 0.0
        self._thread = threading.Thread(target=self._run, name="exhibit-check", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._moved:
            self._stopping = True
            self._moved.notify_all()

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    @contextlib.contextmanager
    def going(self) -> Iterator[None]:
        """It goes on within and is ended behind."""
        self.start()
        try:
            yield
        finally:
            self.stop()
            self._thread.join()

    def must_hold(self) -> None:
        """Wait for its end. Raises EvidenceError when the file is not as it was sealed, or nobody knows."""
        with self._moved:
            self._moved.wait_for(lambda: self._end is not None)
            if self._end is None or self._end.status is not CheckStatus.INTACT:
                raise self._fault()

    def open(self, opener: KeyOpener) -> io.RawIOBase:
        """The original bytes; reading waits for the walk. Raises EvidenceError."""
        with self._moved:
            self._moved.wait_for(lambda: self._scan is not None or self._end is not None or self._stopping)
            scan, path = self._scan, self._path
        if scan is None or path is None or scan.header is None:
            raise self._fault()
        shown = Scan(path, scan.size, scan.header, scan.file_hash, scan.header_signature, scan.start_chain)
        return _WalkedReader(path, self._vault.vault.data_key(shown, opener), shown, self)

    def passed(self, start: int, end: int) -> list[ScannedRecord]:
        """Records from number `start` on, as soon as they hold the content up to byte `end`. Raises EvidenceError."""
        end = min(end, self._exhibit.content.size)
        with self._moved:
            self._moved.wait_for(lambda: self._may_give(end) or self._end is not None or self._stopping)
            damaged = self._end is not None and self._end.status is CheckStatus.DAMAGED
            if damaged or not self._may_give(end):
                raise self._fault()
            return self._passed[start:]

    def _may_give(self, end: int) -> bool:
        whole = self._end is not None and self._end.status is CheckStatus.INTACT
        return self._covered >= end and (self._own or whole)

    def _fault(self) -> EvidenceError:
        end = self._end
        if end is None or end is SHOWN_IN_PART:
            return _STOPPED
        return EvidenceError(end.words, kept="The file is left as it is.")

    # --- on its own thread ---
    def _run(self) -> None:
        end = _BROKEN_OFF  # stays so only for a mistake of ours, which the thread's hook tells: nobody waits for ever
        try:
            end = self._walk()
        except CheckStoppedError:
            end = SHOWN_IN_PART
        except EvidenceError as error:
            end = CheckEnd(CheckStatus.DAMAGED, error.what)
        except OSError:
            end = _NO_DISK
        finally:
            with self._moved:
                self._end = end
                self._moved.notify_all()
            self._tell(end)

    def _walk(self) -> CheckEnd:
        path = self._vault.path_of(self._exhibit.evidence_id)
        known = self._vault.known_scan(path)
        if known is not None:
            self._begin(known)
            for record in known.records:
                self._pass(record)
        else:
            known = self._vault.walk(path, self._begin, lambda record, _body: self._pass(record))
        wrong = not_as_sealed(self._exhibit, known)
        if wrong is not None:
            raise wrong
        return HOLDS

    def _begin(self, scan: Scan) -> None:
        header = scan.header
        if header is None:
            return
        with self._moved:
            self._own = (
                header.desk_key == self._vault.desk_key and header.evidence_id == self._exhibit.evidence_id
            )
            self._scan, self._path = scan, scan.path
            self._moved.notify_all()

    def _pass(self, record: ScannedRecord) -> None:
        with self._moved:
            if self._stopping:
                raise CheckStoppedError
            if record.header.kind in _CONTENT:
                self._passed.append(record)
                self._covered += record.header.length - TAG_BYTES
            self.part = record.end / max(1, self._scan.size if self._scan is not None else 1)
            self._moved.notify_all()


class _WalkedReader(SealedReader):
    """Its size is that of what has been passed."""

    def __init__(self, path: Path, data_key: bytes, scan: Scan, walk: FileWalk) -> None:
        super().__init__(path, data_key, scan)
        self._walk, self._taken = walk, 0

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # as the class above has it
        wanted = self._position + len(buffer)
        if wanted > self.size:
            for record in self._walk.passed(self._taken, wanted):
                self._add(record)
                self._taken += 1
        return super().readinto(buffer)
