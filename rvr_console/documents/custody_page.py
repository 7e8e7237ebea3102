"""The custody page of an exhibit, a consultation or an incident as a PDF (PDF/A-2b), for people; the proofs are in the files beside it."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import typst

from rvr_console.documents.typesetting import TEMPLATES, fonts
from rvr_console.domain.checkpoint import parse_note
from rvr_console.domain.custody import CustodyEntry
from rvr_console.domain.custody_extract import (
    CustodyExtract,
    act_in_words,
    details_in_words,
    is_erased,
)
from rvr_console.errors import EvidenceError

_TIME = "%d/%m/%Y %H:%M:%S"


def custody_pdf(extract: CustodyExtract, title: str, made_by: str, made_at: datetime) -> bytes:
    """title: what the page is about, such as "Custody log of AB/1". Made in memory. Raises EvidenceError."""
    data = json.dumps(_page(extract, title, made_by, made_at), ensure_ascii=False)
    try:
        return typst.compile(
            TEMPLATES / "custody.typ",
            root=TEMPLATES,
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            format="pdf",
            pdf_standards="a-2b",
            timestamp=made_at.astimezone(UTC).replace(
                microsecond=0
            ),  # PDF dates know none (ISO 32000, 7.9.4)
        )
    except (RuntimeError, OSError) as error:
        raise EvidenceError(
            "The custody page could not be made.",
            kept="The custody log is not affected; the table and the proofs can be saved.",
            todo="Tell IT.",
        ) from error


def _page(extract: CustodyExtract, title: str, made_by: str, made_at: datetime) -> dict[str, Any]:
    made = made_at.astimezone(UTC).strftime(_TIME)
    signed = parse_note(extract.note).checkpoint
    facts = [
        ["Made", f"{made} UTC by {made_by}"],
        ["Desk", extract.desk],
        [
            "Signed",
            f"{extract.signed_at.astimezone(UTC).strftime(_TIME)} UTC, {extract.size} entries in the whole log",
        ],
    ]
    if extract.stamped is not None:
        at = extract.stamped.stamped_at.astimezone(UTC).strftime(_TIME)
        facts.append(
            ["Time stamp", f"{at} UTC by {extract.stamped.authority}, over {extract.stamped.size} entries"]
        )
    return {
        "desk": extract.desk,
        "facts": facts,
        "footer": f"{title} · {made} UTC · {extract.desk}",
        "notes": " ".join(
            [
                f"{len(extract.entries)} entries are shown.",
                "What makes them evidence is not this page but the files custody.jsonl and checkpoint.txt that go with it:",
                "from them each entry's place in the signed log can be recomputed. Root of the signed log (base64):",
            ]
        ),
        "root": base64.b64encode(signed.root).decode(),
        "rows": [_row(proven.entry) for proven in extract.entries],
        "title": title,
    }


def _row(entry: CustodyEntry) -> list[str]:
    said = "(erased)" if is_erased(entry) else details_in_words(entry)
    why = f"{entry.purpose}. {said}" if entry.purpose else said
    return [
        str(entry.sequence),
        entry.at.astimezone(UTC).strftime(_TIME),
        act_in_words(entry),
        entry.actor,
        _breakable(entry.subject),
        _breakable(why),
    ]


def _breakable(text: str) -> str:
    """Long identifiers and digests may break at any place, with nothing added to what is copied but a zero-width space."""
    return " ".join(
        word if len(word) <= 24 else "\u200b".join(word[at : at + 12] for at in range(0, len(word), 12))
        for word in text.split(" ")
    )
