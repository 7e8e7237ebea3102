"""Makes a hand-over bundle: a BagIt folder (RFC 8493), or the same encrypted to named recipients. docs/evidence-format.md, "Bundle".

Its files are made one after the other and pulled by the target, so that memory stays flat. Sealed masters go in as they
are; originals of exhibits are decrypted on the way; a play-anywhere copy is made in sealed scratch room first.
"""

import errno
import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from rvr_console.domain.bundle import (
    BundleExhibit,
    BundleFile,
    BundleMade,
    BundleOrder,
    BundleRecipient,
    Tell,
)
from rvr_console.errors import EvidenceError, RefusedError, StorageError
from rvr_console.evidence.bundle_masters import Master, load_masters
from rvr_console.evidence.bundle_meter import Meter, StoppedError
from rvr_console.evidence.bundle_pages import HARMLESS, Contents, Shelf, index, readme
from rvr_console.evidence.bundle_target import (
    AgeTarget,
    BundleItem,
    BundleTarget,
    FolderTarget,
    check_target,
)
from rvr_console.evidence.bundle_writing import BundleSigner, Ledger, tag_items
from rvr_console.evidence.keys import KeyOpener
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.evidence.sealed_scratch import SealedScratch
from rvr_console.evidence.vault import Vault

BLOCK = 1 << 20
_COPY_BYTES_PER_SECOND = (
    12_000_000  # a second of a copy takes as long as this many bytes: for the progress bar
)
_COPY_SIZE_PER_SECOND = 400_000  # room that a second of a copy may need
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class CopyWriter(Protocol):
    def __call__(
        self,
        readers: Sequence[SealedReader],
        master: tuple[str, str],
        out: BinaryIO,
        tell: Callable[[float], None],
        stopped: Callable[[], bool],
    ) -> bool:
        """Write a play-anywhere copy (MP4). master: evidence id, SHA-256 in hex; tell: 0 to 1. False when stopped.

        Raises EvidenceError when the recording cannot be played, OSError from `out`.
        """
        ...


@dataclass(frozen=True, slots=True)
class BundleSources:
    """Where everything comes from. verifier: rvr_verify.py; own_data: never a place for a bundle.

    free_bytes: room left on the disk of a folder.
    """

    vault: Vault
    opener: KeyOpener
    open_exhibit: Callable[[str], SealedReader]
    write_copy: CopyWriter
    verifier: Path
    own_data: Path
    free_bytes: Callable[[Path], int]


class BundleExport:
    """Implements domain.bundle.BundleMaker."""

    def __init__(self, sources: BundleSources, signer: BundleSigner) -> None:
        self._sources, self._signer = sources, signer

    def check_target(self, target: Path, recipients: Sequence[BundleRecipient]) -> None:
        if target.parent.resolve().is_relative_to(self._sources.own_data.resolve()):
            raise RefusedError(
                "A bundle is not kept among the console's own data.",
                kept="Nothing was written.",
                todo="Choose another folder.",
            )
        try:
            check_target(target, recipients)
        except OSError as error:
            raise _in_words(error) from error

    def make(self, order: BundleOrder, tell: Tell, stopped: Callable[[], bool]) -> BundleMade | None:
        self.check_target(order.target, order.recipients)
        target: BundleTarget = FolderTarget(order.target)
        if order.recipients:
            target = AgeTarget(order.target, order.recipients, order.made_at)
        job = _Job(order, self._sources, self._signer, Meter(tell, stopped))
        items = job.items()
        try:
            path = target.write(items)
        except StoppedError:
            return None
        except OSError as error:
            raise _in_words(error) from error
        finally:
            items.close()
        whole = sum(one.size for one in job.ledger.written.values())
        digest = job.ledger.written["bundle.json"].sha256
        return BundleMade(path, digest, len(job.ledger.written), whole, tuple(job.notes))


def _in_words(error: OSError) -> StorageError:
    full = error.errno in _FULL
    why = "there is no room left" if full else error.strerror or "a file could not be read or written"
    return StorageError(
        f"The bundle could not be made: {why}.",
        kept="Recordings and exhibits are unharmed; the incomplete bundle was removed.",
        todo="Choose a disk with more room." if full else "Check the disk, or choose another folder.",
    )


class _Job:
    """One bundle in the making."""

    def __init__(
        self, order: BundleOrder, sources: BundleSources, signer: BundleSigner, meter: Meter
    ) -> None:
        self.order, self._sources, self._signer, self._meter = order, sources, signer, meter
        self.ledger = Ledger()
        self.notes: list[str] = [f"Left out: {words}" for words in order.left_out]
        self._shelves: dict[str, list[Shelf]] = {}
        self._facts: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("copies", "custody", "documents", "exhibits", "recordings")
        }

    def items(self) -> Generator[BundleItem, None, None]:
        """Every file, in the order in which they are written."""
        masters = load_masters(self.order.recordings, self._sources.vault, self._sources.opener, self._meter)
        self._check_room(masters)
        for master in masters:
            yield from self._master(master)
        for number, master in enumerate(masters, 1):
            yield from self._copy(master, number)
        for exhibit in self.order.exhibits:
            yield from self._exhibit(exhibit)
        yield from self._files("documents", "Documents", self.order.documents)
        yield from self._files("custody", "Custody log", self.order.custody)
        contents = Contents(
            self.order, self._signer.force, self._signer.label, self._shelves, tuple(self.notes)
        )
        pages = {
            "README.txt": readme(contents),
            "index.html": index(contents),
            "rvr_verify.py": self._sources.verifier.read_bytes(),
        }
        yield from tag_items(self.ledger, self.order, pages, self._about(), self._signer)
        self._meter.go(0, "Making sure that everything is on the disk")

    def _about(self) -> dict[str, Any]:
        order = self.order
        return self._facts | {
            "incident": order.incident,
            "left_out": list(order.left_out),
            "made_at": order.made_at.isoformat(),
            "made_by": order.made_by,
            "purpose": order.purpose,
            "recipients": [one.name for one in order.recipients],
        }

    def _check_room(self, masters: Sequence[Master]) -> None:
        exact = sum(master.size for master in masters) + sum(one.size for one in self.order.exhibits)
        exact += sum(len(one.data) for one in (*self.order.documents, *self.order.custody))
        playing = sum(master.seconds for master in masters if master.playable)
        self._meter.whole = exact + int(playing * _COPY_BYTES_PER_SECOND)
        needed = exact + int(2 * playing * _COPY_SIZE_PER_SECOND)
        free = self._sources.free_bytes(self.order.target.parent)
        if free < needed:
            raise StorageError(
                f"The bundle needs about {needed / 1e6:.0f} MB; there are {free / 1e6:.0f} MB free.",
                kept="Nothing was written.",
                todo="Choose a disk with more room.",
            )

    def _shelf(self, heading: str, path: str, what: str, note: str = "", *, aside: str = "") -> None:
        """aside: why it is not to be opened by a click."""
        written = self.ledger.written[path]
        line = Shelf(what, path, written.size, written.sha256, note, "" if aside else path, aside)
        self._shelves.setdefault(heading, []).append(line)

    def _read(
        self, path: Path, size: int, words: str, digest: "hashlib._Hash | None" = None
    ) -> Iterator[bytes]:
        """The file as it was when its size was asked: a log line that is added meanwhile does not matter."""
        done = 0
        with path.open("rb") as file:
            while done < size and (block := file.read(min(BLOCK, size - done))):
                done += len(block)
                if digest is not None:
                    digest.update(block)
                self._meter.go(len(block), f"{words}: {done / 1e6:.1f} of {size / 1e6:.1f} MB")
                yield block

    def _master(self, master: Master) -> Iterator[BundleItem]:
        """The sealed files as they are."""
        evidence_id, digest = master.recording.evidence_id, hashlib.sha256()
        for file in (*master.files, *master.torn):
            path, size = f"data/recordings/{evidence_id}/{file.name}", file.stat().st_size
            sealed = file in master.files
            yield self.ledger.item(path, size, self._read(file, size, file.name, digest if sealed else None))
            master.paths += [path] if sealed else []
            what = "Sealed master" if sealed else "Set aside by recovery after a crash"
            self._shelf("Sealed masters", path, f"{what} of {evidence_id}", aside="sealed")
        master.digest = digest.hexdigest()
        self._facts["recordings"].append(
            {
                "evidence_id": evidence_id,
                "segments": master.paths,
                "started_at": master.recording.started_at.isoformat(),
                "state": master.state,
            }
        )
        self.notes += [f"Recording {evidence_id}: {words}" for words in master.closed_to_us]
        if master.state != "intact":
            self.notes.append(f"Recording {evidence_id} is {master.state}: {master.why}")

    def _copy(self, master: Master, number: int) -> Iterator[BundleItem]:
        evidence_id = master.recording.evidence_id
        if not master.playable:
            self.notes.append(f"Recording {evidence_id}: no play-anywhere copy could be made.")
            return
        weight = int(master.seconds * _COPY_BYTES_PER_SECOND)
        with SealedScratch(self.order.target.parent) as scratch:
            try:
                self._write_copy(master, scratch, number)
            except EvidenceError as error:
                self.notes.append(
                    f"Recording {evidence_id}: no play-anywhere copy could be made. {error.what}"
                )
                return
            path = f"data/copies/{number:02d}_{evidence_id}_copy.mp4"
            yield self.ledger.item(path, scratch.size, scratch.chunks())
        self._meter.go(max(0, weight), f"Copy {number} written")
        self._facts["copies"].append(
            {"evidence_id": evidence_id, "master_sha256": master.digest, "path": path}
        )
        note = f"Working copy for watching. The master is sealed; its segments together have SHA-256 {master.digest}."
        self._shelf("Play-anywhere copies", path, f"Recording {evidence_id}", note)

    def _write_copy(self, master: Master, scratch: SealedScratch, number: int) -> None:
        def told(part: float) -> None:
            self._meter.go(0, f"Copy {number}: {part * master.seconds:.0f} of {master.seconds:.0f} s")

        readers: list[SealedReader] = []
        try:
            readers.extend(SealedReader(path, master.keys[path]) for path in master.files)
            names = (master.recording.evidence_id, master.digest)
            out = cast("BinaryIO", scratch)
            if not self._sources.write_copy(readers, names, out, told, self._meter.stopped):
                raise StoppedError
        finally:
            for reader in readers:
                reader.close()

    def _exhibit(self, exhibit: BundleExhibit) -> Iterator[BundleItem]:
        """The original, decrypted on the way and held against the hash that was logged when it came."""
        ending = "bin" if exhibit.runs else HARMLESS.get(exhibit.media_type, "bin")
        path = f"data/exhibits/{exhibit.reference.replace('/', '_')}.{ending}"
        yield self.ledger.item(path, exhibit.size, self._original(exhibit))
        self._facts["exhibits"].append(
            {
                "description": _text(exhibit.description),
                "evidence_id": exhibit.evidence_id,
                "media_type": exhibit.media_type,
                "name": _text(exhibit.name),
                "path": path,
                "producer": _text(exhibit.producer),
                "received_at": exhibit.received_at.isoformat(),
                "reference": exhibit.reference,
                "sha256": exhibit.sha256,
            }
        )
        warned = f"WARNING: {', '.join(exhibit.warnings)}. " if exhibit.warnings else ""
        note = f"{warned}Came as “{exhibit.name}” from {exhibit.producer}. {exhibit.description}"
        aside = "may carry a program: for a specialist only" if ending == "bin" else ""
        self._shelf("Exhibits", path, f"{exhibit.reference} ({exhibit.media_type})", note, aside=aside)

    def _original(self, exhibit: BundleExhibit) -> Iterator[bytes]:
        digest, done = hashlib.sha256(), 0
        with self._sources.open_exhibit(exhibit.evidence_id) as reader:
            while block := reader.read(BLOCK):
                done += len(block)
                digest.update(block)
                if done <= exhibit.size:
                    self._meter.go(
                        len(block), f"{exhibit.reference}: {done / 1e6:.1f} of {exhibit.size / 1e6:.1f} MB"
                    )
                    yield block
        if (done, digest.hexdigest()) != (exhibit.size, exhibit.sha256):
            raise EvidenceError(
                f"Exhibit {exhibit.reference} is not what the custody log says it is.",
                kept="It was left as it is. No bundle was made.",
                todo="Verify the vault; make the bundle without this exhibit if you must go on.",
            )

    def _files(self, folder: str, heading: str, files: Sequence[BundleFile]) -> Iterator[BundleItem]:
        for file in files:
            path = f"data/{folder}/{file.name}"
            self._meter.go(len(file.data), file.title)
            yield self.ledger.small(path, file.data)
            self._facts[folder].append({"path": path, "title": _text(file.title)})
            self._shelf(heading, path, file.title)


def _text(untrusted: str) -> str:
    """What JSON can hold: half characters are written out."""
    return untrusted.encode("utf-8", "backslashreplace").decode()
