"""Part of the custody log for others: each entry with the proof that it stands in the signed tree. Bytes: docs/evidence-format.md section 9."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rvr_console.domain.custody import CustodyAct, CustodyEntry
from rvr_console.domain.merkle import leaf_hash, verify_inclusion

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_HEADINGS = ("Entry", "Time (UTC)", "Act", "By", "About", "Purpose", "Details", "SHA-256 of the entry")


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """proof: audit path of the entry in the tree of the extract's checkpoint, lowest first, 32 bytes each."""

    entry: CustodyEntry
    proof: tuple[bytes, ...]

    def holds(self, size: int, root: bytes) -> bool:
        """Whether the entry is what its digest says, and stands in the tree of this size and root."""
        entry = self.entry
        leaf = leaf_hash(entry.digest)
        right = entry.computed_digest() == entry.digest
        return right and verify_inclusion(leaf, entry.sequence, size, self.proof, root)


@dataclass(frozen=True, slots=True)
class StampedCheckpoint:
    """An earlier (or the same) checkpoint that an authority stamped. proof: its consistency with the extract's checkpoint."""

    note: str
    size: int
    stamped_at: datetime
    authority: str
    response: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ExtractFile:
    """name: of the file, no folder. title: for people."""

    name: str
    title: str
    data: bytes


@dataclass(frozen=True, slots=True)
class CustodyExtract:
    """Entries about some subjects, oldest first, under one signed checkpoint. note: with the desk's signature."""

    subjects: tuple[str, ...]
    entries: tuple[ProvenEntry, ...]
    note: str
    size: int
    desk: str
    signed_at: datetime
    stamped: StampedCheckpoint | None = None

    @property
    def made_by(self) -> str:
        """Who asked for it. Its own entry is not always the last: the console may have logged something before the checkpoint."""
        own = (one.entry for one in reversed(self.entries) if one.entry.act is CustodyAct.CUSTODY_EXPORTED)
        return next((entry.actor for entry in own), "")

    def files(self) -> tuple[ExtractFile, ...]:
        """What goes into a bundle or a folder."""
        found = [
            ExtractFile("custody.csv", "Custody log as a table", self.as_csv()),
            ExtractFile("custody.jsonl", "Custody log with proofs", self.as_json_lines()),
            ExtractFile("checkpoint.txt", "Signed checkpoint of the custody log", self.note.encode()),
        ]
        if self.stamped is not None:
            facts = {
                "from": self.stamped.size,
                "proof": [step.hex() for step in self.stamped.proof],
                "to": self.size,
            }
            found += [
                ExtractFile("stamped.txt", "Time-stamped checkpoint", self.stamped.note.encode()),
                ExtractFile("stamped.tsr", "Its time stamp (RFC 3161)", self.stamped.response),
                ExtractFile(
                    "stamped.json", "Proof that the stamped log is the beginning of this one", _line(facts)
                ),
            ]
        return tuple(found)

    def as_json_lines(self) -> bytes:
        return b"".join(_line(_facts(proven)) for proven in self.entries)

    def as_csv(self) -> bytes:
        """For a spreadsheet: UTF-8 with a byte-order mark; no cell is taken for a formula."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        writer.writerow(_HEADINGS)
        for proven in self.entries:
            writer.writerow([_plain(cell) for cell in _cells(proven.entry)])
        return text.getvalue().encode("utf-8-sig")


def act_in_words(entry: CustodyEntry) -> str:
    return entry.act.value.replace("_", " ")


def details_in_words(entry: CustodyEntry) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in sorted(entry.details.items()))


def is_erased(entry: CustodyEntry) -> bool:
    return entry.version > 1 and not entry.salt


def _cells(entry: CustodyEntry) -> Sequence[str]:
    at = entry.at.astimezone(UTC).strftime("%d/%m/%Y %H:%M:%S")
    details = "(erased)" if is_erased(entry) else details_in_words(entry)
    return (
        str(entry.sequence),
        at,
        act_in_words(entry),
        entry.actor,
        entry.subject,
        entry.purpose,
        details,
        entry.digest.hex(),
    )


def _plain(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula is led by an apostrophe (OWASP, CSV injection)."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell.startswith(_FORMULA) else cell


def _facts(proven: ProvenEntry) -> dict[str, object]:
    entry = proven.entry
    payload = {
        "actor": entry.actor,
        "details": entry.details,
        "purpose": entry.purpose,
        "subject": entry.subject,
    }
    return {
        "act": entry.act.value,
        "at": entry.at.isoformat(),
        "commitment": entry.commitment.hex() or None,
        "digest": entry.digest.hex(),
        "payload": None if is_erased(entry) else payload,
        "previous": entry.previous.hex(),
        "proof": [step.hex() for step in proven.proof],
        "salt": entry.salt.hex() or None,
        "sequence": entry.sequence,
        "version": entry.version,
    }


def _line(facts: dict[str, object]) -> bytes:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
