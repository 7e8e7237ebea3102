"""Rows of the custody log as entries: all of them or none, or what can be read of them."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.engine import RowMapping

from rvr_console.domain.custody import CustodyAct, CustodyEntry
from rvr_console.domain.custody_store import FoundEntries, UnreadableEntry
from rvr_console.errors import EvidenceError
from rvr_console.storage import tables as t

# Times and details as their text: what cannot be read in one row must not end the reading of the others.
_AS_TEXT = {"at", "details"}
SELECT = select(*(type_coerce(c, Text).label(c.name) if c.name in _AS_TEXT else c for c in t.custody.c))


def entries(rows: Iterable[RowMapping]) -> list[CustodyEntry]:
    """Raises EvidenceError where one cannot be read."""
    try:
        return [_entry(row) for row in rows]
    except (TypeError, ValueError) as error:
        raise EvidenceError(
            "An entry of the custody log cannot be read: it was changed.",
            kept="Nothing was changed now.",
            todo="Verify the log and tell your supervisor.",
        ) from error


def found(rows: Iterable[RowMapping]) -> FoundEntries:
    made = FoundEntries([], [])
    for row in rows:
        try:
            made.entries.append(_entry(row))
        except (TypeError, ValueError):
            made.unreadable.append(UnreadableEntry(row["sequence"], str(row["act"]), str(row["subject"])))
    return made


def _entry(row: RowMapping) -> CustodyEntry:
    """Raises TypeError, ValueError: a time, an act or details that no console writes."""
    values = dict(row)
    values["at"] = datetime.fromisoformat(row["at"])
    values["act"] = CustodyAct(row["act"])
    values["details"] = details = json.loads(row["details"])
    if not isinstance(details, dict) or not all(isinstance(value, str) for value in details.values()):
        raise ValueError("details are a map of texts")
    for name in ("salt", "commitment"):
        values[name] = row[name] or b""
    return CustodyEntry(**values)
