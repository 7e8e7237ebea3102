"""Sealing one exhibit: the container of recordings, one segment, MEDIA records of 1 MiB, memory flat whatever the size."""

import hashlib
import threading
from collections.abc import Callable
from typing import Protocol

from rvr_console.domain.exhibit import ExhibitContent, ExhibitLabel, ExhibitOrigin
from rvr_console.domain.ports import Clock
from rvr_console.domain.recording import EventKind, RecordHead, RecordingEvent
from rvr_console.errors import BugError, EvidenceError, StorageError
from rvr_console.evidence.content_probe import ContentProbe
from rvr_console.evidence.exhibit_label import label_detail, origin_detail
from rvr_console.evidence.record_format import MAX_PAYLOAD
from rvr_console.evidence.sealed_stream import SealedWriter

_KEPT = "What was received of the file is kept; nothing is lost."


class Place(Protocol):
    """Where the bytes go."""

    def check_room(self, more: int) -> None:
        """Raises StorageError when the disk has not got room for so many bytes beside what recordings need."""
        ...

    def open(self, content_type: str) -> SealedWriter:
        """Raises StorageError, EvidenceError."""
        ...

    def holds(self, head: RecordHead) -> bool:
        """Read back: does the file on the disk verify up to its end, and is that this head? Raises OSError."""
        ...


def waits(what: str) -> StorageError:
    """The disk does not take it now; nothing is lost, and it goes on."""
    return StorageError(what, kept=_KEPT, todo="Free some space; the transfer goes on by itself.")


class ExhibitWriter:
    """Implements domain.exhibit.OpenExhibit. One thread at a time.

    A piece that the full disk did not take waits here, sealed; the next call says so before it takes anything more.
    """

    def __init__(
        self,
        evidence_id: str,
        origin: ExhibitOrigin,
        place: Place,
        clock: Clock,
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        """on_end: told once the file is closed or let go."""
        self._evidence_id = evidence_id
        self._origin = origin
        self._place = place
        self._clock = clock
        self._on_end = on_end
        self._writer: SealedWriter | None = None
        self._probe = ContentProbe(origin.original_name, origin.declared_type)
        self._hash = hashlib.sha256()
        self._buffer = bytearray()
        self._began_ns = clock.monotonic_ns()
        self._stuck = False
        self._doubted = False
        self._content: ExhibitContent | None = None
        self._labelled = False
        self._lock = threading.Lock()

    @property
    def evidence_id(self) -> str:
        return self._evidence_id

    def write(self, chunk: bytes) -> None:
        """The next bytes. Raises StorageError: nothing of this chunk was taken, bring the very same again."""
        with self._lock:
            if self._content is not None:
                raise BugError("the exhibit's content has ended")
            if not chunk:
                return
            self._place.check_room(len(chunk))
            self._go_on()
            self._opened(chunk)
            self._hash.update(chunk)
            self._probe.feed(chunk)
            if not self._buffer and len(chunk) == MAX_PAYLOAD:  # as they come from a page: no copy
                self._seal_piece(chunk)
                return
            self._buffer += chunk
            self._seal_pieces(MAX_PAYLOAD)

    @property
    def sha256(self) -> str:
        """Over what write() has taken so far."""
        return self._hash.hexdigest()

    def end_content(self) -> ExhibitContent:
        """No more bytes: every one is durable on return. Raises StorageError: call again."""
        with self._lock:
            self._go_on()
            writer = self._opened(b"")
            self._seal_pieces(1)
            self._go_on()
            try:
                writer.sync()
            except StorageError as error:
                raise self._waits(error) from error
            if self._content is None:
                found = self._probe.end()
                self._content = ExhibitContent(
                    self._probe.size, self._hash.hexdigest(), found.content_type, found.flags
                )
            return self._content

    def seal(self, label: ExhibitLabel) -> RecordHead:
        """Label, INDEX and FINAL, durable on return. Raises StorageError: call again; EvidenceError: it does not read back."""
        with self._lock:
            if self._writer is None or self._content is None:
                raise BugError("the exhibit's content has not ended")
            return self._close(self._writer, EventKind.EXHIBIT, label_detail(label))

    def abandon(self, reason: str) -> RecordHead | None:
        """Close what came, as incomplete; None when nothing was written yet. On a full disk recovery closes it later."""
        with self._lock:
            writer = self._writer
            if writer is None:
                self._on_end()
                return None
            if writer.finished:
                return writer.head
            try:
                if not self._labelled:
                    self._seal_pieces(1)
                return self._close(writer, EventKind.CLOSED, {"reason": reason})
            except StorageError:
                writer.abandon()
                self._on_end()
                return writer.head

    def _opened(self, first: bytes) -> SealedWriter:
        if self._writer is None:
            try:
                self._writer = self._place.open(self._probe.first_guess(first))
                detail = origin_detail(self._origin)
                self._writer.append_event(RecordingEvent(EventKind.STARTED, 0, detail))
            except StorageError as error:
                if self._writer is not None:
                    self._stuck = True
                raise self._waits(error) from error
        return self._writer

    def _seal_pieces(self, least: int) -> None:
        """Hand on what is gathered, in pieces of 1 MiB, as long as at least so many bytes are there."""
        while len(self._buffer) >= least and not self._stuck and self._writer is not None:
            piece = bytes(memoryview(self._buffer)[:MAX_PAYLOAD])
            del self._buffer[:MAX_PAYLOAD]
            self._seal_piece(piece)

    def _seal_piece(self, piece: bytes) -> None:
        if self._writer is None:
            raise BugError("there is no file to write to")
        try:
            self._writer.append_media(piece, self._now_us())
        except StorageError:  # it is sealed and waits in the writer
            self._stuck = True
            self._doubted |= not self._writer.disk_full

    def _go_on(self) -> None:
        """Write what waited for room. Raises StorageError while there is none."""
        while self._stuck and self._writer is not None:
            try:
                self._writer.go_on()
            except StorageError as error:
                raise self._waits(error) from error
            self._stuck = False
            self._seal_pieces(MAX_PAYLOAD if self._content is None else 1)

    def _close(self, writer: SealedWriter, kind: EventKind, detail: dict[str, str]) -> RecordHead:
        if not writer.finished:
            try:
                if not self._labelled:
                    self._labelled = True  # once: a record that cannot be written now waits in the writer
                    writer.append_event(RecordingEvent(kind, self._now_us(), detail))
                writer.finish()
            except StorageError as error:
                raise self._waits(error) from error
            self._on_end()
        if self._doubted and not self._place.holds(writer.head):
            raise EvidenceError(
                "The disk did not keep an exhibit as it was written.",
                kept="What it kept stays as it is; the file is still on its way here.",
                todo="Check the evidence disk, then ask for the file again.",
            )
        return writer.head

    def _waits(self, error: StorageError) -> StorageError:
        self._doubted |= self._writer is not None and not self._writer.disk_full
        return waits(error.what.replace("recording", "exhibit"))

    def _now_us(self) -> int:
        return max(0, (self._clock.monotonic_ns() - self._began_ns) // 1000)
