"""`rvr-console verify FILE...`: is a sealed recording complete, unchanged and in order? Plain English, exit code 0, 1 or 2."""

import argparse
import asyncio
import contextlib
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rvr_console.app.desk_keys import DeskSecrets, load_or_make
from rvr_console.app.key_choice import PROTECTIONS, choose_key_store
from rvr_console.domain.recording import RecordHead
from rvr_console.errors import EvidenceError, KnownError
from rvr_console.evidence.envelope_store import FolderEnvelopes
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.verification import VerificationReport, verify_file, verify_recording
from rvr_console.storage.store import Store
from rvr_console.system.app_paths import AppPaths, app_paths
from rvr_console.system.clock import SystemClock, SystemRandomness
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.key_store import derive

NOT_COMPARED = "Not compared with the custody log: no --data-dir was given. A file cut at a record boundary before it was closed is found only so."


@dataclass
class DeskKnowledge:
    """What this desk knows beyond the files: the heads in its custody log, its own signing key, keys to the content."""

    heads: dict[str, dict[int, RecordHead]] = field(default_factory=dict)
    desk_keys: set[bytes] | None = None
    data_keys: dict[Path, bytes] = field(default_factory=dict)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rvr-console verify", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="sealed segments (.rvrc)")
    parser.add_argument(
        "--data-dir", type=Path, help="also compare with this desk's custody log and open the content"
    )
    parser.add_argument("--key-protection", choices=PROTECTIONS, default="keyring")
    parser.add_argument("--json", action="store_true", help="one JSON object a file")
    return parser


def ask_desk(data_dir: Path, protection: str, files: Sequence[Path]) -> DeskKnowledge:
    """Raises KnownError: a desk that was named must answer."""
    paths = app_paths(data_dir)
    if not paths.database.exists():
        raise KnownError(
            f"There is no console database in {data_dir}.",
            kept="Nothing was changed.",
            todo="Check --data-dir.",
        )
    keys = choose_key_store(protection, paths).load(may_create=False)
    secrets = load_or_make(
        paths.data / "keys", "", "", keys, DurableDisk(), SystemClock(), SystemRandomness()
    )
    store = Store(paths.database, derive(keys.device, "rvr/db1"))
    try:
        recordings = _recordings(store)
    finally:
        store.close()
    known = DeskKnowledge(recordings, {secrets.identity.public_key})
    _open_keys(known, paths, secrets, files)
    return known


def _recordings(store: Store) -> dict[str, dict[int, RecordHead]]:
    async def read() -> dict[str, dict[int, RecordHead]]:
        found = await store.run(lambda tx: tx.recordings.all())
        return {r.evidence_id: {s.number: s.head for s in r.segments if s.head is not None} for r in found}

    return asyncio.run(read())


def _open_keys(known: DeskKnowledge, paths: AppPaths, secrets: DeskSecrets, files: Sequence[Path]) -> None:
    """Envelopes lie in the vault, or, for a copy of a vault, in the folder “envelopes” beside the file."""
    for file in files:
        scan = scan_file(file, check_signatures=False)
        if scan.header is None:
            continue
        for folder in (file.parent / "envelopes", paths.vault / "envelopes"):
            found = FolderEnvelopes(folder, DurableDisk()).find(
                scan.header.evidence_id, scan.header.segment, scan.file_hash
            )
            if found is None:
                continue
            with contextlib.suppress(EvidenceError):  # the report says that the content was not opened
                known.data_keys[file] = secrets.key_ring.open_data_key(found)


def _report(report: VerificationReport, *, as_json: bool) -> str:
    if not as_json:
        return report.in_words()
    facts = {
        "file": report.file,
        "status": report.status.value,
        "reason": report.reason,
        "evidence_id": report.evidence_id,
        "segment": report.segment,
        "records": report.records,
        "seconds": report.duration_us / 1e6,
        "content_checked": report.content_checked,
        "not_proved": list(report.not_proved),
    }
    return json.dumps(facts, ensure_ascii=False)


def _verify_groups(files: Sequence[Path], known: DeskKnowledge) -> tuple[list[VerificationReport], list[str]]:
    """Files of one recording are checked together, so that a missing or swapped segment is found."""
    groups: dict[str, list[Path]] = defaultdict(list)
    reports: list[VerificationReport] = []
    for file in files:
        single = verify_file(file)
        if single.evidence_id:
            groups[single.evidence_id].append(file)
        else:
            reports.append(single)
    broken: list[str] = []
    for evidence_id, members in groups.items():
        together = verify_recording(
            members,
            data_keys=known.data_keys,
            expected_heads=known.heads.get(evidence_id),
            trusted_desk_keys=known.desk_keys,
        )
        reports += together.segments
        broken += together.broken_links
    return reports, broken


def main(arguments: Sequence[str]) -> int:
    """Exit code 0: all intact or recovered; 1: something is wrong; 2: wrongly called."""
    options = _parser().parse_args(list(arguments))
    missing = [str(file) for file in options.files if not file.is_file()]
    if missing:
        sys.stderr.write(f"There is no file {', '.join(missing)}.\n")
        return 2
    known = (
        ask_desk(options.data_dir, options.key_protection, options.files)
        if options.data_dir
        else DeskKnowledge()
    )
    reports, broken = _verify_groups(options.files, known)
    for report in reports:
        sys.stdout.write(_report(report, as_json=options.json) + "\n")
    for sentence in broken:
        sys.stdout.write((json.dumps({"broken": sentence}) if options.json else sentence) + "\n")
    if not options.data_dir and not options.json:
        sys.stdout.write(NOT_COMPARED + "\n")
    return 0 if reports and not broken and all(report.ok for report in reports) else 1
