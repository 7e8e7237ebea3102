"""`rvr-console pack`: check, preview and sign form packs and the layout of text for the records system. Exit code 0 well, 1 something is wrong with a pack, 2 wrongly called."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rvr_console.app.form_packs import pack_sources
from rvr_console.domain.form_structure import all_items
from rvr_console.errors import KnownError
from rvr_console.packs.pack_preview import preview_html, preview_text
from rvr_console.packs.pack_registry import PUBLISHERS, pack_files, read_limited, read_trusted
from rvr_console.packs.pack_schema import FORMS, parse_pack
from rvr_console.packs.pack_signature import load_key, new_key, public_hex, read_publishers, read_small, sign
from rvr_console.packs.pack_text import PackRefusedError, read_json
from rvr_console.packs.record_layouts import LAYOUT_FORMAT, parse_layout, preview_layout
from rvr_console.settings import load_settings
from rvr_console.system.app_paths import app_paths


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rvr-console pack", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    check = acts.add_parser(
        "check", help="is a pack, or every pack of a folder, well formed, sound and signed?"
    )
    check.add_argument("places", nargs="+", type=Path, metavar="FILE|FOLDER")
    check.add_argument("--publishers", type=Path, help="trusted publishers' keys beside the bundled ones")
    check.add_argument("--unsigned", action="store_true", help="look at the content only: a draft")
    preview = acts.add_parser("preview", help="show sections, items, branches and scoring")
    preview.add_argument("file", type=Path, metavar="FILE")
    preview.add_argument("--out", choices=("text", "html"), default="text")
    signing = acts.add_parser("sign", help="check packs and write FILE.sig beside each")
    signing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    signing.add_argument("--key", type=Path, required=True, help="file of the private key (PEM)")
    signing.add_argument("--passphrase-file", type=Path, help="file whose first line opens the key")
    making = acts.add_parser("new-key", help="make a publisher's key and print its public half")
    making.add_argument("file", type=Path, metavar="FILE", help="where the private key (PEM) is written")
    making.add_argument("--passphrase-file", type=Path, help="file whose first line locks the key")
    return parser


def _passphrase(path: Path | None) -> bytes:
    lines = read_small(path).splitlines() if path else [""]
    return lines[0].encode() if lines else b""


def _facts_of(untrusted: bytes) -> str:
    """A form, or a layout of text for the records system: what it is. Raises PackRefusedError."""
    found, _lines = read_json(untrusted)
    if found.get("format") == LAYOUT_FORMAT:
        layout = parse_layout(untrusted)
        return f"{layout.id} {layout.version} (text for the records system, {len(layout.blocks)} blocks)"
    pack = parse_pack(untrusted)
    return f"{pack.id} {pack.version} ({pack.title}, {sum(1 for _ in all_items(pack))} items)"


def _refused(file: Path, error: PackRefusedError) -> None:
    for problem in error.problems:
        sys.stdout.write(f"{file.name}: {problem.in_words()}\n")


def _check(options: argparse.Namespace) -> int:
    files: list[Path] = []
    for place in options.places:
        files += pack_files(place) if place.is_dir() else [place]
    publishers = options.publishers or pack_sources(load_settings(), app_paths()).publishers
    trusted = read_publishers(FORMS / PUBLISHERS) + (read_publishers(publishers) if publishers else ())
    wrong = 0
    for file in files:
        try:
            facts = _facts_of(read_limited(file))
            signed = (
                "content only" if options.unsigned else f"signed by {read_trusted(file, trusted)[2].name}"
            )
        except PackRefusedError as error:
            wrong += 1
            _refused(file, error)
        else:
            sys.stdout.write(f"{file.name}: well: {facts}, {signed}\n")
    if not files:
        sys.stdout.write("There is no pack in this folder.\n")
    return 1 if wrong or not files else 0


def _preview(options: argparse.Namespace) -> int:
    try:
        content = read_limited(options.file)
        if read_json(content)[0].get("format") == LAYOUT_FORMAT:
            sys.stdout.write(preview_layout(parse_layout(content)))
            return 0
        pack = parse_pack(content)
    except PackRefusedError as error:
        _refused(options.file, error)
        return 1
    sys.stdout.write(preview_html(pack) if options.out == "html" else preview_text(pack))
    return 0


def _sign(options: argparse.Namespace) -> int:
    """Nothing is signed that would be refused."""
    key = load_key(options.key, _passphrase(options.passphrase_file))
    wrong = 0
    for file in options.files:
        try:
            content = read_limited(file)
            facts = _facts_of(content)
        except PackRefusedError as error:
            wrong += 1
            _refused(file, error)
            continue
        beside = file.with_name(file.name + ".sig")
        try:
            beside.write_text(sign(content, key), encoding="ascii", newline="\n")
        except OSError as error:
            raise KnownError(f"{beside.name} cannot be written: {type(error).__name__}.") from error
        sys.stdout.write(f"{file.name}: signed: {facts}, key {public_hex(key)}\n")
    return 1 if wrong else 0


def _new_key(options: argparse.Namespace) -> int:
    sys.stdout.write(f"{new_key(options.file, _passphrase(options.passphrase_file))} NAME OF THE PUBLISHER\n")
    return 0


def main(arguments: Sequence[str]) -> int:
    """Exit code 0, 1 or 2. Raises KnownError: a key or a folder cannot be read."""
    options = _parser().parse_args(list(arguments))
    named: list[Path] = [*getattr(options, "places", []), *getattr(options, "files", [])]
    if options.act == "preview":
        named.append(options.file)
    missing = [str(path) for path in named if not path.exists()]
    if missing:
        sys.stderr.write(f"There is no file {', '.join(missing)}.\n")
        return 2
    acts = {"check": _check, "preview": _preview, "sign": _sign, "new-key": _new_key}
    return acts[options.act](options)
