"""A PDF that was shown, signed and sealed: the signature, and what its seal is. documents/ implements the sealer."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from rvr_console.domain.statement import SignaturePlace, SignatureRole
from rvr_console.domain.strokes import Strokes


class SignatureKind(StrEnum):
    TYPED = "typed"
    DRAWN = "drawn"


@dataclass(frozen=True, slots=True)
class Signature:
    """What the person put under the pages. name: as typed, or the name that was on the pad's side for a drawing.

    drawn_points: of the drawing as it came; strokes holds fewer when it was thinned out.
    """

    kind: SignatureKind
    name: str = field(repr=False)
    strokes: Strokes = field(default=(), repr=False)
    drawn_points: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 of kind, name and lines as JSON, hex: what the custody log binds before the file is sealed."""
        text = json.dumps([self.kind.value, self.name, self.strokes], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


WITNESS_SIGNS = frozenset({SignatureRole.DECLARATION, SignatureRole.WITNESS, SignatureRole.READ_OVER})
OFFICER_SIGNS = frozenset({SignatureRole.WITNESSED_BY, SignatureRole.READER})
"""A box of any other role is for somebody who does not sign here: it stays empty, for no hand stands for another's."""


def signed_here(places: tuple[SignaturePlace, ...], reader: str, officer: str) -> tuple[SignaturePlace, ...]:
    """The boxes that witness and officer sign. reader: as named on the page; the officer signs as reader only when it is them."""
    surname = officer.split()[-1:]
    named = [word.strip(".,;:()").casefold() for word in reader.split()]
    is_reader = bool(surname) and surname[0].casefold() in named
    roles = WITNESS_SIGNS | (OFFICER_SIGNS if is_reader else {SignatureRole.WITNESSED_BY})
    return tuple(place for place in places if place.role in roles)


class SealLevel(StrEnum):
    """ETSI EN 319 142-1: B-B; B-T with a time stamp; B-LT with that and all that is needed to check it later."""

    B_B = "PAdES B-B"
    B_T = "PAdES B-T"
    B_LT = "PAdES B-LT"


@dataclass(frozen=True, slots=True)
class SealJob:
    """shown: the very bytes that were read. places: `signed_here`. witnessed_by: title of the officer. not_before: when the pages were shown."""

    shown: bytes = field(repr=False)
    places: tuple[SignaturePlace, ...]
    signature: Signature
    witnessed_by: str
    signed_at: datetime
    not_before: datetime


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """data begins with the shown bytes. words: why the level is not the highest, "" when it is."""

    data: bytes = field(repr=False)
    level: SealLevel
    sealed_at: datetime
    by: str
    words: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class DocumentSealer(Protocol):
    def prepare(self, job: SealJob) -> None:
        """Draw the signatures ahead, so that sealing this very job is quick. Blocking. Raises EvidenceError."""
        ...

    def seal(self, job: SealJob) -> SealedDocument:
        """Blocking: for a worker thread. Raises EvidenceError when it cannot be sealed now: the document is kept as it is."""
        ...


def begins_with_shown(sealed: bytes, size: int, sha256: str) -> bool:
    """Whether the first `size` bytes of a sealed document are those whose SHA-256 the person's page computed, with more behind."""
    return len(sealed) > size > 0 and hashlib.sha256(sealed[:size]).hexdigest() == sha256
