"""The vault seen from the check of all of it: lists the files, walks each one without any key to its content, says what still holds."""

import hashlib
import re
import stat
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from rvr_console.domain.ports import Disk
from rvr_console.domain.recording import RecordHead
from rvr_console.domain.vault_check import (
    EvidenceKind,
    FileState,
    FileVerdict,
    IntactPart,
    LoggedHead,
    VaultFile,
    Watch,
)
from rvr_console.errors import EvidenceError, StorageError
from rvr_console.evidence.keys import EnvelopeSet, EvidenceKeyRing, RecipientRole
from rvr_console.evidence.record_scan import FaultKind, Scan, ScannedRecord, scan_file
from rvr_console.evidence.segment_cipher import SegmentCipher
from rvr_console.evidence.vault import Vault, is_own_file
from rvr_console.evidence.verification import broken_link

_CHUNK = 1024 * 1024
_TORN_NAME = re.compile(r"(?P<of>.+\.rvrc)\.[0-9]{1,16}-(?P<hash>[0-9a-f]{16})\.torn")
# Files beside the evidence that belong there: the reserve, and what is half written while this runs.
_OURS = re.compile(r"reserve\.bin|\..+\.part")

_OUR_FOLDERS = {"envelopes", "exhibits", "custody"}

Writing = Callable[[], Collection[str]]


def nobody_writes() -> Collection[str]:
    return ()


class FolderVaultFiles:
    """Implements domain.vault_check.VaultFiles over the folder vault and, if there is one, its exhibits."""

    def __init__(
        self,
        recordings: Vault,
        exhibits: Vault | None,
        disk: Disk,
        trusted: Collection[bytes],
        writing: Writing = nobody_writes,
        ring: EvidenceKeyRing | None = None,
    ) -> None:
        """exhibits: in a folder within that of recordings. trusted: Ed25519 keys of the force's desks, 32 bytes each.

        writing: evidence ids that are being written now. ring: opens the key envelopes that are meant for it, and nothing else.
        """
        self._folder = recordings.folder
        self._vaults = {EvidenceKind.RECORDING: recordings}
        if exhibits is not None:
            self._vaults[EvidenceKind.EXHIBIT] = exhibits
        self._disk = disk
        self._trusted = frozenset(trusted)
        self._writing = writing
        self._envelopes = _Envelopes(ring)

    def listed(self) -> list[VaultFile]:
        try:
            found = [file for kind, vault in self._vaults.items() for file in self._list(kind, vault)]
        except OSError as error:
            raise StorageError(
                "The vault's folder cannot be read.", kept="Nothing was changed.", todo="Check the disk."
            ) from error
        return sorted(found, key=lambda file: (file.kind, file.evidence_id, file.segment, file.name))

    def _list(self, kind: EvidenceKind, vault: Vault) -> list[VaultFile]:
        sealed = {segment.path.name: segment for segment in vault.all_segments()}
        found = []
        for path in vault.folder.iterdir():
            segment, facts = sealed.get(path.name), path.lstat()
            ours = path.name in _OUR_FOLDERS if stat.S_ISDIR(facts.st_mode) else _OURS.fullmatch(path.name)
            if ours:
                continue
            name, size = path.relative_to(self._folder).as_posix(), facts.st_size
            if segment is not None:
                found.append(VaultFile(kind, name, segment.evidence_id, segment.number, size))
            else:
                found.append(VaultFile(EvidenceKind.STRAY, name, "", 0, size))
        return found

    def writing(self) -> frozenset[str]:
        return frozenset(self._writing())

    def free_bytes(self) -> int:
        try:
            return self._disk.free_bytes(self._folder)
        except OSError as error:
            raise StorageError(
                "The vault's disk cannot be reached.", kept="Nothing was changed.", todo="Check the disk."
            ) from error

    def path_of(self, file: VaultFile) -> Path:
        return self._folder / file.name

    def check(
        self, files: Sequence[VaultFile], heads: Sequence[LoggedHead], watch: Watch
    ) -> list[FileVerdict]:
        scans: dict[int, Scan] = {}
        verdicts = []
        for file in files:
            if file.kind is EvidenceKind.STRAY:
                verdicts.append(self._stray(file, watch))
                continue
            try:
                scan = scan_file(self.path_of(file), on_record=_Steps(watch).record)
            except OSError as error:
                words = f"The disk could not read it: {error.strerror or 'input/output error'}."
                verdicts.append(FileVerdict(file, FileState.UNREADABLE, words, "Somewhere in the file."))
                continue
            if scan.header is not None and file.kind is EvidenceKind.RECORDING:
                scans[file.segment] = scan
            verdicts.append(
                self._judge(file, scan, [h for h in heads if h.head.segment == file.segment], watch)
            )
        return [_torn_first_header(self._with_link(v, scans, heads, watch), verdicts) for v in verdicts]

    def _judge(self, file: VaultFile, scan: Scan, heads: Sequence[LoggedHead], watch: Watch) -> FileVerdict:
        state, reason, where = self._state(file, scan, heads)
        duration = max((record.header.pts_us for record in scan.records), default=0)
        found = FileVerdict(file, state, reason, where, duration)
        if state in {FileState.INTACT, FileState.RECOVERED}:
            return found
        return replace(found, intact=_intact_part(scan, heads, watch))

    def _state(self, file: VaultFile, scan: Scan, heads: Sequence[LoggedHead]) -> tuple[FileState, str, str]:
        fault = scan.fault
        where = "" if fault is None else _place(fault.record, fault.offset)
        if scan.header is None or (fault is not None and fault.kind == FaultKind.HEADER):
            return FileState.UNREADABLE, fault.reason if fault else "It cannot be read.", _place(None, 0)
        if fault is not None and fault.kind != FaultKind.TORN:
            return FileState.DAMAGED, fault.reason, where
        if (scan.header.evidence_id, scan.header.segment) != (file.evidence_id, file.segment):
            return FileState.DAMAGED, "It lies under the name of another file.", _place(None, 0)
        if scan.header.desk_key not in self._trusted:
            reason = f"It is signed by a stranger: “{scan.header.signer}”, with a key that is none of the force's desks."
            return FileState.STRANGER, reason, _place(None, 0)
        for logged in heads:
            if wrong := _against(scan, logged):
                return wrong
        if fault is not None or not scan.closed:
            reason = "It was never closed: whether its end was cut, only the custody log can tell."
            return FileState.OPEN, reason, where
        if missing := self._envelopes_missing(file, scan):
            return FileState.KEYS_MISSING, missing, "The file itself holds from beginning to end."
        return (FileState.RECOVERED if scan.recovered else FileState.INTACT), "", ""

    def _envelopes_missing(self, file: VaultFile, scan: Scan) -> str:
        """Whether the key envelopes are there, belong to this file and give its key: changing them would destroy it for good."""
        try:
            data_key = self._vaults[file.kind].data_key(scan, self._envelopes)
            if data_key and scan.header is not None:
                SegmentCipher(data_key, scan.header, scan.file_hash)
        except EvidenceError as error:
            return error.what
        except OSError:
            return "The disk could not read its key envelopes."
        return ""

    def _with_link(
        self, verdict: FileVerdict, scans: dict[int, Scan], heads: Sequence[LoggedHead], watch: Watch
    ) -> FileVerdict:
        """A segment that holds by itself may still follow another version of the one before it."""
        number = verdict.file.segment
        if (
            verdict.state not in {FileState.INTACT, FileState.RECOVERED, FileState.OPEN}
            or number not in scans
        ):
            return verdict
        broken = broken_link(scans, number)
        if not broken or "file is missing" in broken[0]:  # a missing file is a finding of its own
            return verdict
        mine = [h for h in heads if h.head.segment == number]
        part = _intact_part(scans[number], mine, watch)
        return replace(verdict, state=FileState.DAMAGED, reason=broken[0], where=_place(None, 0), intact=part)

    def _stray(self, file: VaultFile, watch: Watch) -> FileVerdict:
        """What recovery set aside says its own hash in its name; anything else does not belong here."""
        match = _TORN_NAME.fullmatch(Path(file.name).name)
        try:
            if not is_own_file(self.path_of(file)):
                words = "It is no file of its own (a link, a folder or a device) and does not belong here."
                return FileVerdict(file, FileState.UNKNOWN, words)
        except OSError:
            return FileVerdict(file, FileState.UNREADABLE, "The disk could not read it.")
        if match is None:
            return FileVerdict(file, FileState.UNKNOWN, "It is no sealed evidence and does not belong here.")
        try:
            hashed, _size = _hash_of(self.path_of(file), file.size, watch)
        except OSError:
            return FileVerdict(file, FileState.UNREADABLE, "The disk could not read it.")
        if not hashed.startswith(match["hash"]):
            reason = (
                "What recovery set aside was changed: it no longer has the SHA-256 that its name begins with."
            )
            return FileVerdict(file, FileState.DAMAGED, reason)
        return FileVerdict(file, FileState.INTACT)


def _torn_first_header(verdict: FileVerdict, beside: Sequence[FileVerdict]) -> FileVerdict:
    """A full disk may tear the header of an exhibit before its first byte; the exhibit is then in the next segment."""
    file = verdict.file
    later = [v for v in beside if v.file.segment > file.segment and v.state is not FileState.UNREADABLE]
    if file.kind is not EvidenceKind.EXHIBIT or verdict.state is not FileState.UNREADABLE or not later:
        return verdict
    return FileVerdict(file, FileState.RECOVERED, "The disk was full before its first byte.")


class _Envelopes:
    """A KeyOpener for the check: opens what is meant for this desk; of the others it is seen that they are there."""

    def __init__(self, ring: EvidenceKeyRing | None) -> None:
        self._ring = ring

    def open_data_key(self, envelopes: EnvelopeSet) -> bytes:
        """Empty when none is meant for this desk. Raises EvidenceError."""
        if {one.role for one in envelopes.envelopes} != set(RecipientRole):
            raise EvidenceError("Of its key envelopes one is missing.")
        if self._ring is None or not self._ring.may_open(envelopes):
            return b""
        try:
            return self._ring.open_data_key(envelopes)
        except EvidenceError as error:
            raise EvidenceError("Its key envelope was changed: it does not open any more.") from error


class _Steps:
    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def record(self, record: ScannedRecord, _body: bytes) -> None:
        self._watch.step(record.end - record.offset)


def _place(record: int | None, offset: int) -> str:
    what = "in the file header" if record is None else f"from record {record} on"
    return f"Fault {what}, byte {offset}."


def _against(scan: Scan, logged: LoggedHead) -> tuple[FileState, str, str] | None:
    """A file against one head of the custody log; None when it agrees."""
    head: RecordHead = logged.head
    chain = scan.chain_at(head.sequence)
    if chain == head.chain:
        return None
    last = len(scan.records) - 1
    if chain is None:
        reason = (
            f"It was cut: custody entry {logged.entry} knows record {head.sequence}, the file ends after record"
            f" {last}."
        )
        return FileState.SHORTER, reason, f"Cut at byte {scan.good_end}."
    reason = f"It is not the file that was recorded: record {head.sequence} differs from custody entry {logged.entry}."
    return FileState.DAMAGED, reason, f"Fault at or before record {head.sequence}."


def _intact_part(scan: Scan, heads: Sequence[LoggedHead], watch: Watch) -> IntactPart | None:
    """None when not even the header holds."""
    if not scan.good_end or (scan.fault is not None and scan.fault.kind == FaultKind.FORGED_HEADER):
        return None
    try:
        hashed, size = _hash_of(scan.path, scan.good_end, watch)
    except OSError:
        return None
    held = [h for h in heads if scan.chain_at(h.head.sequence) == h.head.chain]
    vouched = max(held, key=lambda h: h.head.sequence, default=None)
    duration = max((record.header.pts_us for record in scan.records), default=0)
    return IntactPart(len(scan.records), size, hashed, duration, vouched)


def _hash_of(path: Path, count: int, watch: Watch) -> tuple[str, int]:
    """SHA-256 of the first `count` bytes, and how many there were. Raises OSError."""
    digest, left = hashlib.sha256(), count
    with path.open("rb") as file:
        while left and (chunk := file.read(min(_CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
            watch.step(len(chunk))
    return digest.hexdigest(), count - left
