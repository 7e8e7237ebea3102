"""Previews of hostile files: each is looked at by a program of its own in a closed sandbox, which then is thrown away.

The file goes in piece by piece through a socket (decrypted in memory, never on a disk), pixels and a few facts come out;
what comes out is untrusted and checked. A program that hangs, dies or talks nonsense costs its preview and nothing else.
"""

import contextlib
import io
import logging

from rvr_console.domain.exhibit import Inspection, Look, Preview
from rvr_console.domain.plain_text import safe_lines
from rvr_console.errors import EvidenceError
from rvr_console.evidence.sandboxed_program import (
    SECONDS,
    CommandFor,
    ProgramFailedError,
    SandboxedProgram,
    inspection_program,
)
from rvr_console.wire.inspection_messages import MAX_PIXELS, Facts, Order

log = logging.getLogger(__name__)


class Inspector:
    """Looks at files, one after the other on the calling thread; keeps one program started ahead, so that a look is quick.

    Make, use and close it on one thread: programs die with the thread that started them.
    """

    def __init__(
        self,
        command_for: CommandFor = inspection_program,
        seconds: float = SECONDS,
    ) -> None:
        self._command_for = command_for
        self._seconds = seconds
        self._warm: SandboxedProgram | None = None

    def warm(self) -> None:
        """Start a program ahead. Without a sandbox nothing happens."""
        if self._warm is None:
            with contextlib.suppress(EvidenceError, OSError):
                self._warm = SandboxedProgram(self._command_for)

    def inspect(self, file: io.RawIOBase, content_type: str, size: int, look: Look) -> Inspection:
        """Never raises for what the file or the program does; raises EvidenceError when the sealed file cannot be read."""
        order = Order(
            content_type=content_type,
            size=size,
            max_side=look.max_side,
            at_seconds=look.at_seconds,
            page=look.page,
        )
        try:
            program, self._warm = self._warm or SandboxedProgram(self._command_for), None
        except EvidenceError as error:
            return Inspection(error.what)
        except OSError as error:
            log.warning("the inspection program did not start: %s", error.strerror)
            return Inspection("The preview program did not start; the file itself is kept.")
        try:
            facts, pixels = program.look(file, order, self._seconds)
        except ProgramFailedError as failed:
            log.info("an inspection gave no preview: %s", failed)
            words = f"There is no preview: the program that looked at it was stopped, {failed}."
            return Inspection(words, {"stopped": "yes"})
        finally:
            program.end()
            self.warm()
        return inspection_of(facts, pixels)

    def close(self) -> None:
        program, self._warm = self._warm, None
        if program is not None:
            program.end()


def inspection_of(facts: Facts, pixels: bytes) -> Inspection:
    """Checked facts, and pixels or text, as the domain has them."""
    preview = text = None
    if facts.outcome == "shown":
        preview = Preview(facts.preview_width, facts.preview_height, pixels)
    elif facts.outcome == "text":
        text = safe_lines(pixels.decode(errors="replace"))
    too_large = facts.outcome == "refused" and facts.width * facts.height > MAX_PIXELS
    found = {
        "width": str(facts.width or ""),
        "height": str(facts.height or ""),
        "frames": str(facts.frames) if facts.frames > 1 else "",
        "seconds": f"{facts.seconds:.3f}" if facts.seconds else "",
        "codecs": facts.codecs,
        "truncated": "yes" if facts.truncated else "",
        "too_large": "yes" if too_large else "",
        "unreadable": "yes" if facts.outcome == "refused" and not (too_large or facts.locked) else "",
        "pages": str(facts.pages or ""),
        "locked": "yes" if facts.locked else "",
        "active": "yes" if facts.scripts else "",
        "attachments": "yes" if facts.attachments else "",
        "made_at": facts.made_at,
        "camera": facts.camera,
        "latitude": _degrees(facts.latitude),
        "longitude": _degrees(facts.longitude),
        **{f"exif.{name}": value for name, value in facts.tags},
    }
    return Inspection(facts.reason, {name: value for name, value in found.items() if value}, preview, text)


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"
