"""What a person sees first in a bundle: README.txt and index.html. No script, nothing loaded, every text escaped."""

from dataclasses import dataclass
from datetime import UTC
from html import escape

from rvr_console.domain.bundle import BundleOrder

# Opened by a double click, these show a picture, play or print, and run nothing. All else is kept as ".bin".
HARMLESS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/avif": "avif",
    "image/bmp": "bmp",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "video/x-m4v": "m4v",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/mp4": "m4a",
    "audio/x-m4a": "m4a",
    "audio/webm": "webm",
    "audio/vnd.wave": "wav",
    "audio/x-wav": "wav",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "text/plain": "txt",
}
SHELVES = ("Play-anywhere copies", "Exhibits", "Documents", "Custody log", "Sealed masters")
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#13202b;background:#fff}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}pre{white-space:pre-wrap}"
    "th:first-child{width:20%}thead th:last-child{width:35%}th,td{border:1px solid #76848f;padding:.4em;text-align:left;"
    "vertical-align:top;overflow-wrap:anywhere}code{font-size:.85em;overflow-wrap:anywhere}"
    ".warn{border:3px solid #ad1f1b;padding:.6em 1em;font-weight:bold}"
    "@media print{body{margin:0;max-width:none}a{color:inherit}tr{break-inside:avoid}}"
)
_CHECK = (
    "1. Install Python 3.11 or newer and its package cryptography (pip install cryptography).\n"
    "2. In this folder: python rvr_verify.py .\n"
    "   It needs no network and no key. It says in plain English what holds, what is wrong and what it cannot prove.\n"
    "3. If you do not want to trust the program in this bundle, get the same file from the force or the publisher:\n"
    "   it has the same SHA-256 as rvr_verify.py in manifest and bundle.json. Pass the force's own authority\n"
    "   certificate with --authority FILE.pem.\n"
    "4. PDF documents carry signatures of their own: pdfsig FILE.pdf (package poppler-utils) checks them.\n"
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One line of the index. link: path to open, "" when it is not to be opened by a click; aside says why then."""

    what: str
    path: str
    size: int
    sha256: str
    note: str = ""
    link: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the two pages tell. shelves: heading -> its lines."""

    order: BundleOrder
    force: str
    signer: str
    shelves: dict[str, list[Shelf]]
    notes: tuple[str, ...]

    @property
    def is_test(self) -> bool:
        return self.signer.startswith("TEST")


def _size(count: int) -> str:
    return f"{count:,} bytes".replace(",", " ")


def _warning(contents: Contents) -> str:
    if not contents.is_test:
        return ""
    return f"SIGNED BY A TEST DESK ({contents.signer}). Sample material: it proves nothing to a court."


def _facts(contents: Contents) -> list[tuple[str, str]]:
    order = contents.order
    named = ", ".join(one.name for one in order.recipients)
    return [
        ("Incident", order.incident),
        ("Force", contents.force),
        ("Made by", order.made_by),
        ("Made at", order.made_at.astimezone(UTC).strftime("%d/%m/%Y %H:%M:%S UTC")),
        ("Purpose", order.purpose),
        ("Signed by", contents.signer),
        *([("Encrypted to", named)] if named else []),
    ]


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def readme(contents: Contents) -> bytes:
    lines = ["HAND-OVER BUNDLE", ""]
    if contents.is_test:
        lines += ["*** " + _warning(contents) + " ***", ""]
    lines += [f"{name}: {_one_line(text)}" for name, text in _facts(contents)]
    lines += ["", "Open index.html in a browser to see what is here. It needs no network.", ""]
    lines += ["HOW TO CHECK THIS BUNDLE", _CHECK]
    lines += [
        "WHAT IS WHAT",
        "data/copies       play-anywhere copies (MP4) of the recordings. Each names its master in every picture.",
        "data/recordings   the sealed masters. They do not open without the force's key and need not be opened:",
        "                  their order, completeness and signatures can be checked as they are.",
        "data/exhibits     originals, bit for bit as they came. Treat them as files from a stranger: what may",
        "                  carry a program ends in .bin and should be opened by a specialist only.",
        "data/documents    signed statements (PDF); completed forms (PDF, and JSON for programs).",
        "data/custody      who did what to all this, when and why, with proofs.",
        "",
    ]
    lines += ["TAKE NOTE", *(f"- {_one_line(note)}" for note in contents.notes), ""] if contents.notes else []
    return "\n".join(lines).encode("utf-8", "replace")


def index(contents: Contents) -> bytes:
    parts = [
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">',
        f"<title>Hand-over bundle, {escape(contents.order.incident)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Hand-over bundle, {escape(contents.order.incident)}</h1>",
    ]
    if contents.is_test:
        parts.append(f'<p class="warn">{escape(_warning(contents))}</p>')
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(_one_line(text))}</td></tr>'
        for name, text in _facts(contents)
    )
    parts.append(f"<table>{rows}</table>")
    if contents.notes:
        notes = "".join(f"<li>{escape(_one_line(note))}</li>" for note in contents.notes)
        parts.append(f"<h2>Take note</h2><ul>{notes}</ul>")
    parts.append(f"<h2>How to check this bundle</h2><pre>{escape(_CHECK)}</pre>")
    parts += [
        _table(heading, contents.shelves[heading]) for heading in SHELVES if heading in contents.shelves
    ]
    parts.append("</body></html>\n")
    return "\n".join(parts).encode("utf-8", "replace")


def _table(heading: str, lines: list[Shelf]) -> str:
    rows = []
    for line in lines:
        place = escape(line.path)
        place = (
            f'<a href="{escape(line.link)}">{place}</a>' if line.link else f"{place} ({escape(line.aside)})"
        )
        rows.append(
            f"<tr><td>{escape(_one_line(line.what))}</td><td>{place}<br>{_size(line.size)}<br>"
            f"SHA-256 <code>{escape(line.sha256)}</code></td><td>{escape(_one_line(line.note))}</td></tr>"
        )
    head = '<tr><th scope="col">What</th><th scope="col">File</th><th scope="col">Notes</th></tr>'
    return f"<h2>{escape(heading)}</h2><table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
