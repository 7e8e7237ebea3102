"""An exhibit: one file that came from the victim's hand or was taken by the officer, and what is known of it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from rvr_console.domain.file_check import CheckEnd, CheckWatch
from rvr_console.domain.film import OpenFilm
from rvr_console.domain.recording import RecordHead
from rvr_console.errors import UntrustedInputError

MAX_NAME = 1024  # characters of an original name or a description that are kept
_NO_LETTERS = "XX"
_REFERENCE = re.compile(r"(?P<initials>[A-Z]{1,4})/(?P<number>[1-9][0-9]{0,5})(?:/(?P<sub>[1-9][0-9]{0,5}))?")


class ExhibitSource(StrEnum):
    UPLOAD = "upload"
    STILL = "still"  # from the received picture
    HIGH_RES_STILL = "hi_res_still"  # by the device's own camera, at the officer's request
    SCREEN_SHARE = "screen_share"
    STATEMENT = "statement"  # signed in the call and sealed by the desk


class ExhibitFlag(StrEnum):
    """What was found when the file came, or when it was inspected. A flag never stops a file from being kept."""

    EMPTY = "empty"  # 0 bytes
    TRUNCATED = "truncated"  # its own format says that its end is missing
    MISMATCH = "mismatch"  # the content is not what name or declared type say
    POLYGLOT = "polyglot"  # signatures of a second type of file inside
    EICAR = "eicar"  # the anti-virus test string
    ACTIVE = "active"  # a program, a script, or a document that can carry one (SVG, HTML): never run, never rendered
    ARCHIVE = "archive"  # never opened
    DECEPTIVE_NAME = "deceptive_name"  # control characters, reversed text, two endings, a path
    HASH_DIFFERS = "hash_differs"  # the browser declared another SHA-256
    TOO_LARGE = "too_large"  # a small file that claims more pixels than are opened: found by the inspection
    UNREADABLE = "unreadable"  # it does not decode as what it is: found by the inspection
    LOCKED = "locked"  # a document that opens with a password only: found by the inspection
    ATTACHMENTS = (
        "attachments"  # a document that carries files inside; they are not opened: found by the inspection
    )
    STOPPED = "stopped"  # the program that inspected it took too long or too much, and was ended


INSPECTED_FLAGS = (
    ExhibitFlag.TOO_LARGE,
    ExhibitFlag.UNREADABLE,
    ExhibitFlag.TRUNCATED,
    ExhibitFlag.ACTIVE,
    ExhibitFlag.LOCKED,
    ExhibitFlag.ATTACHMENTS,
    ExhibitFlag.STOPPED,
)
"""An inspection states them as facts of the same name, "yes"."""


class ExhibitState(StrEnum):
    """RECEIVED: every byte is durable, the closing record not yet written. RECOVERED: closed after a crash."""

    RECEIVED = "received"
    SEALED = "sealed"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, order=True)
class ExhibitReference:
    """`AB/1`, or `AB/1/1` for what was made of AB/1. initials: of the producer, 1 to 4 capital letters."""

    initials: str
    number: int
    sub: int = 0

    def __str__(self) -> str:
        return "/".join(str(part) for part in (self.initials, self.number, self.sub) if part)

    @property
    def file_name(self) -> str:
        """`AB_1`: a slash may not stand in a file name."""
        return str(self).replace("/", "_")

    @classmethod
    def parse(cls, text: str) -> "ExhibitReference":
        """Raises UntrustedInputError."""
        match = _REFERENCE.fullmatch(text)
        if match is None:
            raise UntrustedInputError("This is not an exhibit reference such as AB/1.")
        return cls(match["initials"], int(match["number"]), int(match["sub"] or 0))


def initials_of(name: str) -> str:
    """First letters of the first and the last word: "Hannah Cole" gives HC. XX when there are no Latin letters."""
    plain = unicodedata.normalize("NFKD", name)
    words = [w for w in (re.sub(r"[^A-Za-z]", "", word) for word in plain.split()) if w]
    ends = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in ends).upper() or _NO_LETTERS


def kept_text(untrusted: str) -> str:
    """Text from outside as it is kept: half characters and control characters written out as escapes, at most MAX_NAME long."""
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in {"Cc", "Cs"}
        else character
        for character in untrusted[:MAX_NAME]
    )[:MAX_NAME]


def shown_text(kept: str) -> str:
    """As `kept_text`, with everything else that reorders or hides text written out too: safe to put on a screen."""
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        else character
        for character in kept
    )


@dataclass(frozen=True, slots=True)
class RecordingMoment:
    """A place in a recording. offset_us: µs from the segment's start."""

    evidence_id: str
    segment: int
    offset_us: int


@dataclass(frozen=True, slots=True)
class ExhibitContent:
    """What the bytes are, found while they were sealed. sha256: of the original, 64 hex digits. found_type: by content."""

    size: int
    sha256: str
    found_type: str
    flags: frozenset[ExhibitFlag] = frozenset()


@dataclass(frozen=True, slots=True)
class ExhibitOrigin:
    """Where a file comes from. Names and types are what the outside says, kept as text (`kept_text`), never used as a path.

    upload_id: the transport's, of a sealed statement the desk's own, "" for what else was made here.
    """

    consultation_id: str
    source: ExhibitSource
    producer: str
    original_name: str = field(default="", repr=False)
    declared_type: str = ""
    upload_id: str = ""
    moment: RecordingMoment | None = None


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One exhibit as the store knows it; the bytes are the vault's. declared_sha256: the browser's, "" if it gave none.

    head: of the closing record once that is durable.
    """

    evidence_id: str
    reference: ExhibitReference
    origin: ExhibitOrigin
    content: ExhibitContent
    received_at: datetime
    declared_sha256: str = ""
    description: str = field(default="", repr=False)
    distressing: bool = False
    state: ExhibitState = ExhibitState.RECEIVED
    head: RecordHead | None = None
    facts: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def flags(self) -> frozenset[ExhibitFlag]:
        """What was found when it came and by its inspection."""
        return self.content.flags | {flag for flag in INSPECTED_FLAGS if self.facts.get(flag.value) == "yes"}

    @property
    def consultation_id(self) -> str:
        return self.origin.consultation_id

    @property
    def hashes_agree(self) -> bool | None:
        """Whether browser and console computed the same SHA-256; None when the browser declared none."""
        return self.declared_sha256 == self.content.sha256 if self.declared_sha256 else None


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture from the sandbox. pixels: RGBA, 8 bit, top row first, width * 4 bytes a row."""

    width: int
    height: int
    pixels: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the sandbox made of a file. words: why there is no preview, "" when there is one.

    facts: flat text, only what the file has: width, height (of the original), frames, seconds, pages, codecs, each of INSPECTED_FLAGS ("yes"), made_at,
    camera, latitude, longitude (degrees), and `exif.<name>`. All of it is what the file says, which anybody may have written.
    text: of a text file, one page of it as `safe_lines` makes it.
    """

    words: str = ""
    facts: dict[str, str] = field(default_factory=dict, repr=False)
    preview: Preview | None = None
    text: str | None = field(default=None, repr=False)

    @property
    def pages(self) -> int:
        """Of a document or text; 0 for everything else."""
        said = self.facts.get("pages", "")
        return int(said) if said.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Look:
    """How to look at a file. max_side: of the picture that comes of it, pixels. at_seconds: which moment of a film; page: of a document, from 0."""

    max_side: int
    at_seconds: float = 0.0
    page: int = 0


class ExhibitChange(StrEnum):
    """What can be added to an exhibit after it came; the newest of a kind holds, the older ones stay."""

    DESCRIPTION = "description"
    DISTRESSING = "distressing"  # "yes" or "no"
    SEAL = "seal"  # state, sequence and chain of the closing record
    FACTS = "facts"  # what the inspection read from the original: EXIF, position, length


@dataclass(frozen=True, slots=True)
class ExhibitLabel:
    """What is written into the sealed file beside the bytes, so that the vault alone can list its exhibits again."""

    origin: ExhibitOrigin
    reference: str
    content: ExhibitContent
    received_at: str
    declared_sha256: str = ""
    description: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ListedExhibit:
    """An exhibit as its sealed file alone tells it. label: None when it broke off before its end was written.

    origin: None when not even the first record is there. words: what is wrong with it, "" when it was closed properly.
    """

    evidence_id: str
    file: str
    origin: ExhibitOrigin | None
    label: ExhibitLabel | None
    size: int
    words: str = ""
    consultation_id: str = ""  # as the file's header says; "" when that is torn
    head: RecordHead | None = None  # of the last record that holds


class OpenExhibit(Protocol):
    """One exhibit while it is written into the vault. Not thread-safe; every method blocks on the disk."""

    @property
    def evidence_id(self) -> str: ...

    def write(self, chunk: bytes) -> None:
        """The next bytes, any number. Raises StorageError: nothing of this chunk was taken, bring the very same again."""
        ...

    @property
    def sha256(self) -> str:
        """Over what was taken so far."""
        ...

    def end_content(self) -> ExhibitContent:
        """No more bytes: every one is durable on return. Raises StorageError: call again."""
        ...

    def seal(self, label: ExhibitLabel) -> RecordHead:
        """Write the label and the closing records, durable on return. Raises StorageError: call again."""
        ...

    def abandon(self, reason: str) -> RecordHead | None:
        """Close what came as incomplete; None when nothing had been written yet. Raises StorageError: call again."""
        ...


class ExhibitStore(Protocol):
    """Where exhibits are sealed. Every method blocks on the disk."""

    def begin(self, origin: ExhibitOrigin, size: int | None) -> OpenExhibit:
        """size: as announced. Raises StorageError when there is no room for it, EvidenceError without recipients."""
        ...


class ExhibitInspector(Protocol):
    """Looks at exhibits inside a sandbox."""

    def warm(self) -> None:
        """A look is to be expected: make ready. Returns at once."""
        ...

    async def inspect(self, exhibit: Exhibit, look: Look, watch: CheckWatch | None = None) -> Inspection:
        """After its whole sealed file was checked; a hostile file costs its preview only.

        Raises EvidenceError or StorageError when the sealed file cannot be read, CheckStoppedError by the watch.
        """
        ...

    def play(self, exhibit: Exhibit, checked: Callable[[CheckEnd], None]) -> OpenFilm:
        """A film or sound, from its sealed form. Returns at once; what goes wrong is said by its status.

        It plays as far as its own records were checked, while the whole file is checked on. checked: told once, on another
        thread, how that ended.
        """
        ...


class ExhibitCopier(Protocol):
    """Writes the original bytes into a folder that a person chose."""

    def check(self, folder: Path) -> None:
        """Raises RefusedError when nothing may be written there."""
        ...

    async def copy(
        self, exhibit: Exhibit, folder: Path, tell: Callable[[int], None], stopped: Callable[[], bool]
    ) -> Path | None:
        """The copy's path, None when stopped. tell: bytes written; it and stopped are called on another thread.

        Raises EvidenceError, StorageError. Nothing is left of what was not finished.
        """
        ...
