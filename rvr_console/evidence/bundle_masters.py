"""The sealed recordings of a bundle, as they lie in the vault: found, verified, and what verification said kept beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rvr_console.domain.bundle import BundleRecording
from rvr_console.errors import EvidenceError
from rvr_console.evidence.bundle_meter import Meter
from rvr_console.evidence.keys import KeyOpener
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.vault import Vault
from rvr_console.evidence.verification import (
    RecordingReport,
    VerificationStatus,
    tails_gone,
    verify_recording,
)

_WORST_FIRST = ("unreadable", "damaged", "open", "recovered", "intact")


@dataclass(slots=True)
class Master:
    """A recording as it lies in the vault. files: segments in order; state: the worst of their reports."""

    recording: BundleRecording
    files: list[Path]
    torn: list[Path]
    report: RecordingReport
    keys: dict[Path, bytes]
    closed_to_us: list[str]
    digest: str = ""
    paths: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        if self.report.broken_links:
            return str(VerificationStatus.DAMAGED)
        found = {str(segment.status) for segment in self.report.segments}
        return next((status for status in _WORST_FIRST if status in found), "missing")

    @property
    def playable(self) -> bool:
        return self.state in {"intact", "recovered", "open"} and len(self.keys) == len(self.files)

    @property
    def seconds(self) -> float:
        return sum(segment.duration_us for segment in self.report.segments) / 1e6

    @property
    def size(self) -> int:
        return sum(path.stat().st_size for path in (*self.files, *self.torn))

    @property
    def why(self) -> str:
        """What keeps it from being intact, in plain words."""
        reasons = [one.reason for one in self.report.segments if one.status is not VerificationStatus.INTACT]
        return " ".join([*self.report.broken_links, *reasons]) or "No file of it is in the vault."


class _Watched(list[Path]):
    """The files; says which one is taken next, and stops there when asked to."""

    def __init__(self, files: Sequence[Path], meter: Meter) -> None:
        super().__init__(files)
        self._meter = meter

    def __iter__(self) -> Iterator[Path]:
        for path in super().__iter__():
            self._meter.go(0, f"Checking {path.name}, {path.stat().st_size / 1e6:.1f} MB")
            yield path


def load_masters(
    recordings: Sequence[BundleRecording], vault: Vault, opener: KeyOpener, meter: Meter
) -> list[Master]:
    """Every recording verified with its keys and against the logged heads. Blocks. Raises OSError, StoppedError."""
    masters = []
    for recording in recordings:
        files = [segment.path for segment in vault.segments(recording.evidence_id)]
        torn = sorted(vault.folder.glob(f"{recording.evidence_id}_[0-9]*.rvrc.*.torn"))
        keys: dict[Path, bytes] = {}
        closed_to_us: list[str] = []
        for path in files:
            try:
                keys[path] = vault.data_key(scan_file(path, check_signatures=False), opener)
            except EvidenceError as error:
                closed_to_us.append(f"{path.name}: {error.what}")
        heads = {head.segment: head for head in recording.heads}
        report = verify_recording(_Watched(files, meter), data_keys=keys, expected_heads=heads)
        words = [*closed_to_us, *tails_gone(vault.folder, report)]
        if all(segment.content_checked for segment in report.segments):
            named = {tail.name for segment in report.segments for tail in segment.torn}
            words += [
                f"{path.name} was not set aside by recovery: left out."
                for path in torn
                if path.name not in named
            ]
            torn = [path for path in torn if path.name in named]
        masters.append(Master(recording, files, torn, report, keys, words))
    return masters
