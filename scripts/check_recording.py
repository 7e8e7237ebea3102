"""Decode a sealed recording of the counted test clip and compare it with the victim's browser's own figures.

    python scripts/check_recording.py DATA_DIR/recordings/*.rvrc --data-dir DATA_DIR --browser figures.json

Plain English; exit code 0 if all is right, 1 if something is wrong or nothing was recorded, 2 if wrongly called. The keys come
from the console's own key store, as for `rvr-console verify`; `--key-protection demo` opens what a headless run left.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from clip_check import BrowserFigures, Findings, OpenSegment, check

from rvr_console.app.key_choice import PROTECTIONS
from rvr_console.app.verify_command import ask_desk
from rvr_console.demo import keyring_session
from rvr_console.errors import KnownError
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.video.playback_timeline import SegmentFacts


def open_segments(files: Sequence[Path], data_dir: Path, protection: str) -> list[OpenSegment]:
    """Raises KnownError, OSError."""
    known = ask_desk(data_dir, protection, files)
    opened = []
    for path in sorted(files):
        if path not in known.data_keys:
            raise KnownError(f"{path.name} does not open with this desk's keys.")
        with SealedReader(path, known.data_keys[path]) as reader:
            opened.append(OpenSegment(reader.read(), SegmentFacts(tuple(reader.events), reader.duration_us)))
    return opened


def tell(findings: Findings) -> int:
    for sentence in findings.right:
        print(f"right  {sentence}")
    for sentence in findings.wrong:
        print(f"WRONG  {sentence}")
    print(
        "The recording holds what the browser sent." if not findings.wrong else "The recording does not hold."
    )
    return 1 if findings.wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="sealed segments of one recording"
    )
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--key-protection", choices=PROTECTIONS, default="keyring")
    parser.add_argument("--browser", type=Path, help="figures collected in the victim's browser (JSON)")
    arguments = parser.parse_args()
    browser = None
    if arguments.browser is not None:
        browser = BrowserFigures.from_json(json.loads(arguments.browser.read_text(encoding="utf-8")))
    if arguments.key_protection == "demo" and not keyring_session.inside_session():
        folder = keyring_session.keyring_folder(arguments.data_dir)
        return keyring_session.rerun_inside([sys.executable, *sys.argv], folder)
    if arguments.key_protection == "demo":
        keyring_session.unlock()
    if not arguments.files:
        print("WRONG  There is no recording.")
        return 1
    if not any(path.exists() for path in arguments.files):
        print(f"WRONG  There is no recording: {arguments.files[0]} is not there.")
        return 1
    try:
        segments = open_segments(arguments.files, arguments.data_dir, arguments.key_protection)
    except (KnownError, OSError) as error:
        print(f"WRONG  {error.in_words() if isinstance(error, KnownError) else error}")
        return 1
    return tell(check(segments, browser))


if __name__ == "__main__":
    sys.exit(main())
