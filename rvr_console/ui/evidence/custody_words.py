"""Custody entries of one piece of evidence as a line of shapes: when, what, by whom, why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rvr_console.domain.custody import CustodyAct, CustodyEntry
from rvr_console.ui.evidence import words
from rvr_console.ui.widgets.figures import clock, day
from rvr_console.ui.widgets.shapes import Shape

A = CustodyAct
ACTS: dict[CustodyAct, tuple[Shape, str]] = {
    A.EXHIBIT_RECEIVED: (Shape.RECEIVED, "Received"),
    A.EXHIBIT_SEALED: (Shape.DONE, "Sealed"),
    A.EXHIBIT_BROKEN_OFF: (Shape.SOON, "Broken off"),
    A.EXHIBIT_RECOVERED: (Shape.DONE, "Sealed after a crash"),
    A.EXHIBIT_LISTED_AGAIN: (Shape.DISC, "Listed again from its file"),
    A.EXHIBIT_DESCRIBED: (Shape.DISC, "Described"),
    A.EXHIBIT_MARKED: (Shape.DISC, "Marked"),
    A.EXHIBIT_INSPECTED: (Shape.DISC, "Inspected"),
    A.EXHIBIT_VIEWED: (Shape.ATTENTION, "Viewed"),
    A.EXHIBIT_COPIED: (Shape.GIVEN, "Copied"),
    A.EXHIBIT_VERIFIED: (Shape.DONE, "Verified"),
    A.STILL_TAKEN: (Shape.MADE, "Still taken"),
    A.HANDED_OVER: (Shape.GIVEN, "Handed over"),
    A.VAULT_DAMAGED: (Shape.OVER, "Found damaged"),
    A.VAULT_VERIFIED: (Shape.DONE, "Verified"),
    A.RECORDING_STARTED: (Shape.RECORDING, "Recording started"),
    A.SEGMENT_STARTED: (Shape.DISC, "Sealed part begun"),
    A.RECORDING_GAP: (Shape.SOON, "Gap"),
    A.RECORDING_PAUSED: (Shape.PAUSED, "Paused"),
    A.RECORDING_RESUMED: (Shape.DISC, "Resumed"),
    A.RECORDING_MARKER: (Shape.ATTENTION, "Marker"),
    A.RECORDING_CLOSED: (Shape.DONE, "Recording closed"),
    A.RECORDING_RECOVERED: (Shape.DONE, "Sealed after a crash"),
    A.RECORDING_FAULT: (Shape.OVER, "Recording fault"),
    A.RECORDING_VERIFIED: (Shape.DONE, "Verified"),
    A.RECORDING_VIEWED: (Shape.ATTENTION, "Viewed"),
    A.COPY_SAVED: (Shape.GIVEN, "Copied"),
    A.COPY_NOT_MADE: (Shape.SOON, "No copy was made"),
    A.CAD_ACT: (Shape.DISC, "CAD act"),
    A.CUSTODY_EXPORTED: (Shape.GIVEN, "Log given out"),
    A.ACCESS_DENIED: (Shape.OVER, "Refused"),
}
# How a check of a whole file ended, where it did not end well.
CHECKED = {"damaged": (Shape.OVER, "Found damaged"), "stopped": (Shape.SOON, "Check stopped")}
# Which of an entry's details says most; the others stand in the log itself.
_TELLING = ("words", "description", "why", "status", "cause", "text", "folder", "target")


@dataclass(frozen=True, slots=True)
class CustodyLine:
    """when: date and time. act: in bold; rest: by whom and why."""

    when: str
    shape: Shape
    act: str
    rest: str

    @property
    def spoken(self) -> str:
        return " ".join(part for part in (self.when, self.act, self.rest) if part)


def custody_lines(
    entries: Sequence[CustodyEntry], names: Mapping[str, str] | None = None
) -> list[CustodyLine]:
    """Oldest first. names: of what each entry is about, by subject, where it is about several. The heads of a recording, one every ten seconds, are counted in one line where they end."""
    lines: list[CustodyLine] = []
    heads: list[CustodyEntry] = []
    for entry in entries:
        if entry.act is CustodyAct.RECORDING_HEAD:
            heads.append(entry)
            continue
        lines += _heads(heads)
        heads = []
        lines.append(_line(entry, (names or {}).get(entry.subject, "")))
    return lines + _heads(heads)


def _heads(entries: Sequence[CustodyEntry]) -> list[CustodyLine]:
    if not entries:
        return []
    said = words.HEADS.format(count=len(entries))
    return [CustodyLine(_when(entries[-1]), Shape.DISC, "Logged", said)]


def _when(entry: CustodyEntry) -> str:
    return f"{day(entry.at)[:5]} {clock(entry.at)}"


def _line(entry: CustodyEntry, name: str) -> CustodyLine:
    checked = CHECKED.get(entry.details.get("status", "")) if entry.act is A.EXHIBIT_VERIFIED else None
    shape, act = checked or (
        ACTS.get(entry.act, (Shape.DISC, entry.act.value.replace("_", " ").capitalize()))
    )
    who = "" if entry.actor == words.CONSOLE else words.BY.format(who=entry.actor)
    why = entry.purpose or next((entry.details[key] for key in _TELLING if entry.details.get(key)), "")
    if entry.act is CustodyAct.EXHIBIT_RECEIVED:
        size = entry.details.get("size", "")
        why = why or (f"{int(size):,} bytes" if size.isdigit() else "")
    return CustodyLine(_when(entry), shape, act, " · ".join(part for part in (name, who, why) if part))
