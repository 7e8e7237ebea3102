"""Verification of a whole recording before it is watched: signatures, order, content, the custody log's last heads."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import overload

from rvr_console.app.desk_keys import DeskSecrets
from rvr_console.errors import EvidenceError
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.vault import Vault
from rvr_console.evidence.verification import (
    RecordingReport,
    VerificationReport,
    VerificationStatus,
    tails_gone,
    verify_recording,
)
from rvr_console.services.values import ViewPermit
from rvr_console.ui.review.playback import Seal, Verification, WorkProgress

Tell = Callable[[WorkProgress], None]
_WORST_FIRST = (
    VerificationStatus.UNREADABLE,
    VerificationStatus.DAMAGED,
    VerificationStatus.OPEN,
    VerificationStatus.RECOVERED,
    VerificationStatus.INTACT,
)
_HEADLINES = {
    VerificationStatus.UNREADABLE: "it cannot be read",
    VerificationStatus.DAMAGED: "it was changed or is incomplete",
    VerificationStatus.OPEN: "Sealed playback, its end is not verified",
    VerificationStatus.RECOVERED: "Sealed playback, verified up to where it broke off",
    VerificationStatus.INTACT: "Sealed playback, verified",
}


class StoppedError(Exception):
    """The work was called off by the person who started it."""


class _Told(Sequence[Path]):
    """The files, in order; tells how far the work is whenever the next one is taken, and stops there when asked to."""

    def __init__(self, paths: Sequence[Path], tell: Tell, stop: threading.Event) -> None:
        self._paths, self._tell, self._stop = list(paths), tell, stop
        self._sizes = [path.stat().st_size for path in self._paths]

    def __len__(self) -> int:
        return len(self._paths)

    @overload
    def __getitem__(self, index: int) -> Path: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Path]: ...
    def __getitem__(self, index: int | slice) -> Path | Sequence[Path]:
        return self._paths[index]

    def __iter__(self) -> Iterator[Path]:
        done, whole = 0, sum(self._sizes)
        for path, size in zip(self._paths, self._sizes, strict=True):
            if self._stop.is_set():
                raise StoppedError
            self._tell(WorkProgress(done / max(1, whole), _megabytes(done, whole)))
            yield path
            done += size
        self._tell(WorkProgress(1.0, _megabytes(done, whole)))


def _megabytes(done: int, whole: int) -> str:
    return f"{done / 1e6:.1f} of {whole / 1e6:.1f} MB checked"


def segment_paths(vault: Vault, permit: ViewPermit) -> list[Path]:
    return [segment.path for segment in vault.segments(permit.recording.evidence_id)]


def verify_for_viewing(
    vault: Vault, secrets: DeskSecrets, permit: ViewPermit, tell: Tell, stop: threading.Event
) -> Verification:
    """Blocking: for a worker thread. Raises OSError, StoppedError."""
    paths = segment_paths(vault, permit)
    if not paths:
        return Verification(
            Seal.REFUSED, "missing", "its files are missing", ("No file of this recording is in the vault.",)
        )
    keys: dict[Path, bytes] = {}
    closed_to_us: list[str] = []
    for path in paths:
        try:
            keys[path] = vault.data_key(scan_file(path, check_signatures=False), secrets.key_ring)
        except EvidenceError as error:
            closed_to_us.append(f"{path.name}: {error.what}")
    heads = {head.segment: head for head in permit.last_heads}
    report = verify_recording(
        _Told(paths, tell, stop),
        data_keys=keys,
        expected_heads=heads,
        trusted_desk_keys={secrets.identity.public_key},
    )
    found = judge(report, closed_to_us)
    return replace(found, details=(*tails_gone(vault.folder, report), *found.details))


def judge(report: RecordingReport, closed_to_us: Sequence[str] = ()) -> Verification:
    """What the report means for watching: damaged or not openable is refused, never closed or recovered is marked."""
    statuses = {segment.status for segment in report.segments}
    worst = next((s for s in _WORST_FIRST if s in statuses), VerificationStatus.UNREADABLE)
    if report.broken_links and worst is not VerificationStatus.UNREADABLE:
        worst = VerificationStatus.DAMAGED
    details = [*report.broken_links, *closed_to_us]
    for segment in sorted(report.segments, key=lambda one: (one.ok, one.segment)):
        details += _sentences(segment)
    if closed_to_us and worst not in (VerificationStatus.UNREADABLE, VerificationStatus.DAMAGED):
        return Verification(Seal.REFUSED, worst.value, "its key is not here", tuple(details))
    seal = {
        VerificationStatus.INTACT: Seal.VERIFIED,
        VerificationStatus.RECOVERED: Seal.MARKED,
        VerificationStatus.OPEN: Seal.MARKED,
    }.get(worst, Seal.REFUSED)
    return Verification(seal, worst.value, _HEADLINES[worst], tuple(details))


def _sentences(report: VerificationReport) -> list[str]:
    name = f"Segment {report.segment}" if report.segment else report.file
    place = ""
    if report.where is not None:
        record = "file header" if report.where.record is None else f"record {report.where.record}"
        place = f" At {record}, byte {report.where.offset}."
    said = [f"{name}: {report.reason}{place}"]
    said += [f"{name}, set aside after a crash: {tail.name}, {tail.size} bytes." for tail in report.torn]
    said += [f"{name}, not proved: {sentence}" for sentence in report.not_proved]
    return said
