"""The signing ceremony: what must have happened, in which order, before a text may be sealed. Pure: acts in, ceremony out.

OFFERED -> SHOWN (the page computed the hash of what it rendered) -> READ (every page to its end) -> DECLARED -> SIGNED -> SEALED,
or VOID from anywhere before the signature. Each act of the page names the hash; another hash than that of the offered bytes voids.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.sealed_document import Signature, SignatureKind
from rvr_console.errors import RefusedError


class Stage(StrEnum):
    OFFERED = "offered"
    SHOWN = "shown"
    READ = "read"
    DECLARED = "declared"
    SIGNED = "signed"
    SEALED = "sealed"
    VOID = "void"


class VoidReason(StrEnum):
    CHANGE_WANTED = "change_wanted"  # the person wants something changed: a new version comes
    ALTERED = "altered"  # the page rendered other bytes than were sent
    STOPPED = "stopped"  # by the officer


_ORDER = (Stage.OFFERED, Stage.SHOWN, Stage.READ, Stage.DECLARED, Stage.SIGNED, Stage.SEALED)
OPEN = frozenset(_ORDER[:-1])
_UNCHANGED = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class PageProgress:
    """part: 0 to 1 of the page was on the screen. seconds: so long it was."""

    part: float = 0.0
    seconds: float = 0.0

    @property
    def read(self) -> bool:
        return self.part >= 1.0


@dataclass(frozen=True, slots=True)
class Ceremony:
    """One version of a statement on its way to being signed. sha256, size: of the offered bytes. device: fingerprint of the page's key.

    asked_at: the officer had the declaration shown. moments: stage -> where the recording stood. trouble: why it is not sealed yet.
    """

    id: str
    consultation_id: str
    statement_id: str
    version: int
    sha256: str
    size: int
    pages: tuple[PageProgress, ...]
    begun_at: datetime
    begun_by: str
    stage: Stage = Stage.OFFERED
    device: str = ""
    times: dict[Stage, datetime] = field(default_factory=dict)
    moments: dict[Stage, RecordingMoment] = field(default_factory=dict)
    asked_at: datetime | None = None
    signature: Signature | None = field(default=None, repr=False)
    void_reason: VoidReason | None = None
    words: str = field(default="", repr=False)
    evidence_id: str = ""
    sealed_sha256: str = ""
    level: str = ""
    seal_words: str = ""
    trouble: str = ""

    @property
    def all_read(self) -> bool:
        return all(page.read for page in self.pages)

    @property
    def reading(self) -> int | None:
        """The page being read, from 0: the first that is not read to its end."""
        return next((place for place, page in enumerate(self.pages) if not page.read), None)

    def past(self, stage: Stage) -> bool:
        """Whether this stage was reached. Of a void one: never."""
        return self.stage in _ORDER and _ORDER.index(self.stage) >= _ORDER.index(stage)


@dataclass(frozen=True, slots=True)
class Shown:
    """The page rendered bytes of this hash, on this device."""

    device: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Read:
    """page: from 0."""

    device: str
    page: int
    part: float
    seconds: float


@dataclass(frozen=True, slots=True)
class AskDeclaration:
    """The officer has the declaration shown."""


@dataclass(frozen=True, slots=True)
class Accepted:
    device: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Signed:
    device: str
    sha256: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Sealed:
    evidence_id: str
    sha256: str
    level: str
    words: str


@dataclass(frozen=True, slots=True)
class NotSealed:
    """It could not be sealed now. words: why."""

    words: str


@dataclass(frozen=True, slots=True)
class ChangeWanted:
    device: str
    words: str


@dataclass(frozen=True, slots=True)
class Stopped:
    words: str


PageAct = Shown | Read | Accepted | Signed | ChangeWanted
Act = PageAct | AskDeclaration | Sealed | NotSealed | Stopped


def take(ceremony: Ceremony, act: Act, at: datetime, moment: RecordingMoment | None = None) -> Ceremony:
    """The ceremony after this act; the very same object when the act came again and changes nothing.

    Raises RefusedError for an act that does not fit its stage. Another hash than the offered one gives a VOID ceremony.
    """
    if ceremony.stage is Stage.VOID:
        raise _refused("This showing has ended; show the pages again.")
    if isinstance(act, Shown | Accepted | Signed) and act.sha256 != ceremony.sha256:
        if ceremony.past(Stage.SIGNED):
            raise _refused("The phone shows other pages than those that were signed.")
        return _voided(ceremony, VoidReason.ALTERED, "", at)
    after = _ACTS[type(act)](ceremony, act, at)
    if moment is not None and after.stage is not ceremony.stage:
        after = replace(after, moments=after.moments | {after.stage: moment})
    return after


def _refused(what: str) -> RefusedError:
    return RefusedError(what, kept=_UNCHANGED)


def _reached(ceremony: Ceremony, stage: Stage, at: datetime) -> Ceremony:
    return replace(ceremony, stage=stage, times=ceremony.times | {stage: at})


def _voided(ceremony: Ceremony, reason: VoidReason, words: str, at: datetime) -> Ceremony:
    void = _reached(ceremony, Stage.VOID, at)
    return replace(void, void_reason=reason, words=words)


def _shown(ceremony: Ceremony, act: Shown, at: datetime) -> Ceremony:
    """The same device again resumes; another device has seen nothing yet and begins with the first page."""
    if ceremony.past(Stage.SIGNED):
        return ceremony
    if ceremony.device == act.device and ceremony.past(Stage.SHOWN):
        return ceremony
    fresh = tuple(PageProgress() for _ in ceremony.pages)
    begun = replace(ceremony, device=act.device, pages=fresh, asked_at=None, times={}, moments={})
    return _reached(begun, Stage.SHOWN, at)


def _same_device(ceremony: Ceremony, device: str) -> None:
    if ceremony.stage is Stage.OFFERED or device != ceremony.device:
        raise _refused("These pages were not shown on this phone.")


def _read(ceremony: Ceremony, act: Read, at: datetime) -> Ceremony:
    _same_device(ceremony, act.device)
    if not 0 <= act.page < len(ceremony.pages):
        raise _refused("There is no such page.")
    before = ceremony.pages[act.page]
    now = PageProgress(max(before.part, min(max(act.part, 0.0), 1.0)), max(before.seconds, act.seconds))
    if now == before or ceremony.stage is not Stage.SHOWN:
        return ceremony
    pages = (*ceremony.pages[: act.page], now, *ceremony.pages[act.page + 1 :])
    after = replace(ceremony, pages=pages)
    return _reached(after, Stage.READ, at) if after.all_read else after


def _ask(ceremony: Ceremony, _act: AskDeclaration, at: datetime) -> Ceremony:
    if not ceremony.past(Stage.READ):
        page = ceremony.reading
        last = "the pages are shown" if page is None else f"page {len(ceremony.pages)} is read"
        raise _refused(f"The declaration opens after {last}.")
    return ceremony if ceremony.asked_at is not None else replace(ceremony, asked_at=at)


def _accepted(ceremony: Ceremony, act: Accepted, at: datetime) -> Ceremony:
    _same_device(ceremony, act.device)
    if ceremony.past(Stage.DECLARED):
        return ceremony
    if ceremony.stage is not Stage.READ or ceremony.asked_at is None:
        raise _refused("The declaration was not shown yet.")
    return _reached(ceremony, Stage.DECLARED, at)


def _signed(ceremony: Ceremony, act: Signed, at: datetime) -> Ceremony:
    _same_device(ceremony, act.device)
    if ceremony.past(Stage.SIGNED):
        if act.signature == ceremony.signature:
            return ceremony
        raise _refused("It is signed already.")
    if ceremony.stage is not Stage.DECLARED:
        raise _refused("The declaration was not accepted yet.")
    _check_signature(act.signature)
    return replace(_reached(ceremony, Stage.SIGNED, at), signature=act.signature)


def _check_signature(signature: Signature) -> None:
    if signature.kind is SignatureKind.DRAWN:
        if not signature.strokes:
            raise _refused("Nothing was drawn.")
    elif not any(letter.isalnum() for letter in signature.name):
        raise _refused("No name was typed.")


def _sealed(ceremony: Ceremony, act: Sealed, at: datetime) -> Ceremony:
    if ceremony.stage is Stage.SEALED:
        return ceremony
    if ceremony.stage is not Stage.SIGNED:
        raise _refused("It is not signed yet.")
    return replace(
        _reached(ceremony, Stage.SEALED, at),
        evidence_id=act.evidence_id,
        sealed_sha256=act.sha256,
        level=act.level,
        seal_words=act.words,
        trouble="",
    )


def _not_sealed(ceremony: Ceremony, act: NotSealed, _at: datetime) -> Ceremony:
    if ceremony.stage is not Stage.SIGNED:
        raise _refused("It is not signed yet.")
    return ceremony if ceremony.trouble == act.words else replace(ceremony, trouble=act.words)


def _change(ceremony: Ceremony, act: ChangeWanted, at: datetime) -> Ceremony:
    """Before anything was shown too: a phone that cannot show the pages says so by this."""
    if ceremony.stage is not Stage.OFFERED:
        _same_device(ceremony, act.device)
    return _ended(ceremony, VoidReason.CHANGE_WANTED, act.words, at)


def _stopped(ceremony: Ceremony, act: Stopped, at: datetime) -> Ceremony:
    return _ended(ceremony, VoidReason.STOPPED, act.words, at)


def _ended(ceremony: Ceremony, reason: VoidReason, words: str, at: datetime) -> Ceremony:
    if ceremony.past(Stage.SIGNED):
        raise RefusedError(
            "It is signed already, so it is not taken back.",
            kept="The signed version is kept.",
            todo="Correct the text: that makes a new version to be signed.",
        )
    return _voided(ceremony, reason, words, at)


_ACTS: dict[type, Callable[..., Ceremony]] = {
    Shown: _shown,
    Read: _read,
    AskDeclaration: _ask,
    Accepted: _accepted,
    Signed: _signed,
    Sealed: _sealed,
    NotSealed: _not_sealed,
    ChangeWanted: _change,
    Stopped: _stopped,
}
