"""The headless demo with a deliberate leak: encoded frames in a temporary file, as a careless cache would leave them, deleted at the end."""

import sys
import tempfile
from pathlib import Path

from rvr_console.demo import command, keyring_session
from rvr_console.domain.recording import EncodedFrame
from rvr_console.video.recorder import Recorder


def leak() -> None:
    cache = tempfile.NamedTemporaryFile(prefix="cache-")  # noqa: SIM115  # open for the life of the program
    keep = Recorder.submit

    def submit(self: Recorder, frame: EncodedFrame) -> None:
        cache.write(frame.data)
        keep(self, frame)

    Recorder.submit = submit


def main() -> int:
    arguments = sys.argv[1:]
    if not keyring_session.inside_session():
        out = Path(arguments[arguments.index("--out") + 1])
        again = [sys.executable, __file__, *arguments]
        return keyring_session.rerun_inside(again, keyring_session.keyring_folder(out / "data"))
    leak()
    return command.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
