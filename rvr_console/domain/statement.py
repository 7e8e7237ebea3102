"""A statement: the text as it is written, the versions that were frozen, and what may be done with each.

A draft is changed at will; freezing makes a version whose text, pages and bytes never change again. A correction makes the text a
draft once more and leaves every version where it is. Only the newest version of a frozen statement may be shown and signed.
Criminal Procedure Rules, r. 16.2; Criminal Justice Act 1967, s. 9.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from rvr_console.domain.statement_content import StatementContent, StatementKind, missing
from rvr_console.errors import RefusedError

MAX_WORDS = 60_000  # of one statement: longer than any ever taken, and set in seconds
MAX_CHARACTERS = 1_000_000
MAX_PAGES = (
    1_000  # of one version, and bytes of its PDF: what goes to a phone (docs/signalling.md, section 9)
)
MAX_PDF_BYTES = 20_000_000
MAX_FIELD = 2_000  # characters of one field beside the text
_UNCHANGED = "Nothing was changed."


class StatementState(StrEnum):
    """DRAFT: text may change. FROZEN: the newest version stands and waits for its signature. SIGNED: that version is signed."""

    DRAFT = "draft"
    FROZEN = "frozen"
    SIGNED = "signed"


class SignatureRole(StrEnum):
    """Whose signature a box is for."""

    DECLARATION = "declaration"  # the witness, under the declaration of the front page
    WITNESS = "witness"  # the witness, at the foot of each page
    WITNESSED_BY = "witnessed_by"  # the officer, at the foot of each page
    READER = "reader"  # who read it over, under the read-over declaration
    READ_OVER = "read_over"  # the witness, that it was read over
    INTERPRETER = "interpreter"


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """An empty box on a page. page: from 0. left, bottom, right, top: PDF points from the page's lower left corner."""

    role: SignatureRole
    page: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def field_name(self) -> str:
        """Unique in its document: `witness_1` is on the first page."""
        return f"{self.role.value}_{self.page + 1}"

    @property
    def box(self) -> tuple[float, float, float, float]:
        return (self.left, self.bottom, self.right, self.top)


@dataclass(frozen=True, slots=True)
class SetStatement:
    """A statement set in pages. sha256: of pdf, 64 hex digits. back_pdf: the back page, a document of its own.

    policy: version of the pack whose header and declaration it carries.
    """

    pdf: bytes = field(repr=False)
    back_pdf: bytes = field(repr=False)
    sha256: str
    back_sha256: str
    pages: int
    places: tuple[SignaturePlace, ...]
    policy: str
    declaration: str


@dataclass(frozen=True, slots=True)
class StatementVersion:
    """A frozen text; number from 1. The bytes of its PDFs are kept beside it under these digests."""

    number: int
    content: StatementContent
    frozen_at: datetime
    frozen_by: str
    sha256: str
    back_sha256: str
    pages: int
    places: tuple[SignaturePlace, ...]
    policy: str
    declaration: str
    last_save: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of a version. signed: or else it was reopened for a correction, with this reason."""

    number: int
    signed: bool
    at: datetime
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """saves: how often the draft was stored, which numbers its saves. correction: why the newest version was reopened, "" if not."""

    id: str
    consultation_id: str
    kind: StatementKind
    started_at: datetime
    started_by: str
    content: StatementContent
    state: StatementState = StatementState.DRAFT
    versions: tuple[StatementVersion, ...] = ()
    signed: tuple[int, ...] = ()
    correction: str = ""
    saves: int = 0
    saved_at: datetime | None = None
    turns: tuple[Turn, ...] = ()

    @property
    def newest(self) -> StatementVersion | None:
        return self.versions[-1] if self.versions else None

    def version(self, number: int) -> StatementVersion:
        """Raises RefusedError for one that was never frozen."""
        for one in self.versions:
            if one.number == number:
                return one
        raise RefusedError(f"There is no version {number} of this statement.", kept=_UNCHANGED)


_KINDS = {
    StatementKind.WITNESS: "Witness statement",
    StatementKind.VICTIM_PERSONAL: "Victim personal statement",
    StatementKind.INTERPRETER: "Interpreter's statement",
    StatementKind.WITHDRAWAL: "Withdrawal statement",
}
_NAME_SHOWN = 120  # characters of a name in the line of a list


def named(kind: StatementKind, content: StatementContent, number: int) -> str:
    """What a version is called in lists and bundles: "Witness statement of Hannah Cole, version 2". For the desk: no page shows it."""
    name = " ".join(content.witness.name.split())[:_NAME_SHOWN]
    return f"{_KINDS[kind]}{f' of {name}' if name else ''}, version {number}"


def start(statement: Statement, others: tuple[Statement, ...]) -> Statement:
    """A new draft. Raises RefusedError when one of its kind by the same witness is still being written."""
    name = " ".join(statement.content.witness.name.casefold().split())
    for other in others:
        same = " ".join(other.content.witness.name.casefold().split()) == name
        if other.kind is statement.kind and other.state is not StatementState.SIGNED and same:
            raise RefusedError(
                "This statement is already being written.",
                kept="Both its text and its versions are kept.",
                todo="Open it, or finish it first.",
            )
    return statement


def saved(statement: Statement, content: StatementContent, at: datetime) -> Statement:
    """The draft with this content. Raises RefusedError once it is frozen: a frozen text never changes."""
    if statement.state is not StatementState.DRAFT:
        raise RefusedError(
            "The text is frozen.",
            kept="The frozen version was not changed; what you typed is still on this screen.",
            todo="Choose Correct the text: that makes a new version.",
        )
    _check_size(content)
    return replace(statement, content=content, saves=statement.saves + 1, saved_at=at)


def _check_size(content: StatementContent) -> None:
    if content.words > MAX_WORDS or sum(map(len, content.paragraphs)) > MAX_CHARACTERS:
        raise RefusedError(
            f"The text is longer than {MAX_WORDS:,} words.",
            kept="What was stored before is kept; the rest is still on this screen.",
            todo="Split it into two statements.",
        )
    witness, back = content.witness, content.back
    beside = (witness.name, witness.occupation, back.contact, back.contact_method, back.needs)
    if any(len(one) > MAX_FIELD for one in beside):
        raise RefusedError(
            f"A field beside the text is longer than {MAX_FIELD:,} characters.", kept=_UNCHANGED
        )


def check_freezable(statement: Statement, known: tuple[str, ...] = ()) -> None:
    """Raises RefusedError, with all that is missing, unless the draft may be frozen."""
    if statement.state is not StatementState.DRAFT:
        raise RefusedError("The text is frozen already.", kept="The frozen version was not changed.")
    lacks = missing(statement.kind, statement.content, known)
    if lacks:
        raise RefusedError(
            f"The text cannot be frozen yet. Missing: {'; '.join(one.label for one in lacks)}.",
            kept="The draft is kept.",
            todo="Fill in what is missing.",
        )


def freeze(
    statement: Statement, pages: SetStatement, at: datetime, by: str, known: tuple[str, ...] = ()
) -> Statement:
    """The statement with one version more, made of the draft as it is. Raises RefusedError as `check_freezable`, or for too many pages."""
    check_freezable(statement, known)
    _check_pages(pages)
    version = StatementVersion(
        number=len(statement.versions) + 1,
        content=statement.content,
        frozen_at=at,
        frozen_by=by,
        sha256=pages.sha256,
        back_sha256=pages.back_sha256,
        pages=pages.pages,
        places=pages.places,
        policy=pages.policy,
        declaration=pages.declaration,
        last_save=statement.saves,
    )
    return replace(
        statement, state=StatementState.FROZEN, versions=(*statement.versions, version), correction=""
    )


def _check_pages(pages: SetStatement) -> None:
    if pages.pages > MAX_PAGES or len(pages.pdf) > MAX_PDF_BYTES:
        raise RefusedError(
            f"The text fills {pages.pages:,} pages and {len(pages.pdf) / 1_000_000:.1f} MB; a phone is sent at most "
            f"{MAX_PAGES:,} pages and {MAX_PDF_BYTES // 1_000_000} MB.",
            kept="The draft is kept as it was typed.",
            todo="Join short paragraphs, or split it into two statements.",
        )


def correct(statement: Statement, reason: str) -> Statement:
    """A draft again, with the newest version's text to start from. Raises RefusedError for a draft, or without a reason."""
    newest = statement.newest
    if statement.state is StatementState.DRAFT or newest is None:
        raise RefusedError("The text is not frozen: change it as it is.", kept=_UNCHANGED)
    if not reason.strip():
        raise RefusedError("A correction needs a reason.", kept=_UNCHANGED, todo="Say what is to be changed.")
    return replace(statement, state=StatementState.DRAFT, content=newest.content, correction=reason.strip())


def showable(statement: Statement, number: int) -> StatementVersion:
    """The version, when it may be shown to the witness and signed: the newest of a frozen statement. Raises RefusedError."""
    version = statement.version(number)
    if statement.state is StatementState.DRAFT:
        raise RefusedError(
            "The text is being corrected.", kept="Earlier versions are kept.", todo="Freeze it first."
        )
    if version is not statement.newest:
        raise RefusedError(f"Version {number} was replaced by a later one.", kept=_UNCHANGED)
    if number in statement.signed:
        raise RefusedError(f"Version {number} is signed already.", kept=_UNCHANGED)
    return version


def signed(statement: Statement, number: int) -> Statement:
    """The newest version is signed. Raises RefusedError as `showable`."""
    showable(statement, number)
    return replace(statement, state=StatementState.SIGNED, signed=(*statement.signed, number))
