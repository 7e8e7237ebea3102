"""Runs the headless job and looks for its plaintext in every file that our programs wrote, deleted ones too.

    python scripts/plaintext_hunt.py --out DIR [--program FILE.py]

Root only (it watches what is written). Looked for: every 32-byte window of 100 encoded frames of the recording and of each exhibit (of a
large one: 1 MiB from its middle). Left out: what a person meant to save (copy.mp4, the bundle, forms, copies of exhibits), the simulated victim's own files and the
browser's profile. Not seen: memory, swap, and what was overwritten in the same file before it was closed.
--program runs another program in the demo's place. Exit code 0: nothing found; 1: plaintext found, or the run failed; 2: wrongly called.
"""

import argparse
import io
import os
import re
import secrets
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
from needles import Needles
from written_files import Written, WrittenFiles

from rvr_console.app.verify_command import ask_desk
from rvr_console.demo import keyring_session
from rvr_console.evidence.sealed_reader import SealedReader

FRAMES, LEAST_BYTES = 100, 200
MIDDLE = 1 << 20
# What a person saved by a logged act into the folder that they chose: the recording's copy, the bundle, a form, an exhibit's copy.
MEANT = re.compile(r"copy|bundle|^risk|^statement|^\.?[A-Z]{2}_\d+(_\d+)?_[0-9a-f-]{36}\.")
_PIECE = struct.Struct(">IQ")
OTHERS = ("/rvr-phone-", "/phone-files/", "/test-clip/")  # the phone, and what its camera and owner have


def frames_of(stream: bytes) -> list[bytes]:
    """Encoded frames of a Matroska stream, sound and picture, without tiny ones."""
    with av.open(io.BytesIO(stream), "r", format="matroska") as container:
        packets = [bytes(packet) for packet in container.demux() if packet.size]
    return [packet for packet in packets if len(packet) >= LEAST_BYTES]


def pieces_of(sealed: Sequence[Path], data_dir: Path) -> Iterator[tuple[str, bytes]]:
    """What must be nowhere in clear. Raises KnownError, OSError."""
    known = ask_desk(data_dir, "demo", sealed)
    for path in sealed:
        with SealedReader(path, known.data_keys[path]) as reader:
            if path.parent.name == "exhibits":
                size = reader.seek(0, os.SEEK_END)
                reader.seek(max(0, size // 2 - MIDDLE // 2) if size > 4 * MIDDLE else 0)
                yield f"exhibit {path.name}", reader.read(MIDDLE if size > 4 * MIDDLE else -1)
            else:
                frames = frames_of(reader.read())
                step = max(1, len(frames) // FRAMES)
                for number, frame in list(enumerate(frames))[::step][:FRAMES]:
                    yield f"frame {number} of {path.name}", frame


def left_out(path: str, out: Path) -> bool:
    """A copy that a person asked for, or the victim's own."""
    if any(name in path for name in OTHERS):
        return True
    inside = Path(path.removesuffix(" (deleted)"))
    if not inside.is_relative_to(out):
        return False
    first = inside.relative_to(out).parts[0]
    return MEANT.search(first) is not None


def send_pieces(out: Path) -> int:
    """To standard output, so that no plaintext touches a disk: inside the keyring session of the run."""
    if not keyring_session.inside_session():
        again = [sys.executable, *sys.argv]
        return keyring_session.rerun_inside(again, keyring_session.keyring_folder(out / "data"))
    keyring_session.unlock()
    for name, data in pieces_of(sealed_files(out), out / "data"):
        text = name.encode()
        sys.stdout.buffer.write(_PIECE.pack(len(text), len(data)) + text + data)
    return 0


def fetch_pieces(out: Path) -> list[tuple[str, bytes]]:
    """Raises CalledProcessError when the run's keys do not open what it sealed."""
    command = [sys.executable, __file__, "--out", str(out), "--pieces"]
    told = io.BytesIO(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    pieces = []
    while head := told.read(_PIECE.size):
        name, size = _PIECE.unpack(head)
        pieces.append((told.read(name).decode(), told.read(size)))
    return pieces


def sealed_files(out: Path) -> list[Path]:
    return sorted((out / "recordings").rglob("*.rvrc"))


def look(
    needles: Needles, written: Sequence[Written], out: Path
) -> tuple[int, int, Counter[tuple[str, str]]]:
    """(files searched, bytes, windows found by file and piece)."""
    found: Counter[tuple[str, str]] = Counter()
    files = size = 0
    for one in written:
        if left_out(one.path, out):
            continue
        with open(one.descriptor, "rb", closefd=False) as hay:
            hay.seek(0)
            files += 1
            size += os.fstat(one.descriptor).st_size
            for hit in needles.search(hay):
                found[one.path, hit.source] += 1
    return files, size, found


def run(program: Sequence[str], out: Path) -> tuple[int, list[Written]]:
    marker = f"RVR_HUNT={secrets.token_hex(8)}"
    watch = WrittenFiles(marker)
    watch.start()
    name, value = marker.split("=")
    command = [*program, "--headless", "--out", str(out)]
    try:
        code = subprocess.run(command, env={**os.environ, name: value}, check=False).returncode
    finally:
        written = watch.stop()
    return code, written


def hunt(out: Path, program: Sequence[str]) -> int:
    code, written = run(program, out)
    if code:
        print(f"The run failed (exit code {code}).")
        return 1
    needles = Needles(fetch_pieces(out))
    files, size, found = look(needles, written, out)
    print(
        f"{len(needles)} windows of {len(sealed_files(out))} sealed files, searched in {files} files ({size / 1e6:.0f} MB)."
    )
    for (path, source), count in sorted(found.items()):
        print(f"FOUND  {count} windows of {source} in {path}")
    if not needles or not files:
        print("Nothing could be compared.")
        return 1
    print("Plaintext was found." if found else "No plaintext was found.")
    return 1 if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--program", type=Path, help="run this file in place of the demo")
    parser.add_argument("--pieces", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    out = arguments.out.absolute()
    if os.geteuid() != 0:
        print("Only root can watch what is written.")
        return 2
    if arguments.pieces:
        return send_pieces(out)
    program = (
        [sys.executable, str(arguments.program)]
        if arguments.program
        else [sys.executable, "-m", "rvr_console", "demo"]
    )
    return hunt(out, program)


if __name__ == "__main__":
    sys.exit(main())
