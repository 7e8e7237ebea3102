"""What the statement's tab shows. Pure values: no Qt."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from rvr_console.domain.counting import counted
from rvr_console.domain.exhibit import Exhibit
from rvr_console.domain.statement import Statement, StatementState
from rvr_console.domain.statement_content import DatesToAvoid, Missing, missing
from rvr_console.domain.statement_history import PastVersion
from rvr_console.errors import RefusedError
from rvr_console.services.values import CheckState
from rvr_console.ui.consultation.state import Standing
from rvr_console.ui.statement import words


class Step(StrEnum):
    """In order. READ to SEAL belong to the signing."""

    WRITE = "write"
    FREEZE = "freeze"
    READ = "read"
    DECLARE = "declare"
    SIGN = "sign"
    SEAL = "seal"


@dataclass(slots=True)
class PaperState:
    """The presenter is the only writer. shown: id of the statement on the screen. pages: PNG, of what `pages_of` names.

    history: versions of the shown one, as last asked for. known: (reference, description) of the consultation's exhibits. ceremony: how far the signing is, None before it began.
    """

    consultation_id: str
    statements: list[Statement] = field(default_factory=list)
    shown: str = ""
    known: tuple[tuple[str, str], ...] = ()
    pages: tuple[bytes, ...] = ()
    pages_words: str = ""
    pending: str = ""
    stored_at: datetime | None = None
    ceremony: Step | None = None
    history: tuple[PastVersion, ...] = ()

    @property
    def statement(self) -> Statement | None:
        return next((one for one in self.statements if one.id == self.shown), None)

    @property
    def missing(self) -> tuple[Missing, ...]:
        statement = self.statement
        if statement is None:
            return ()
        return missing(statement.kind, statement.content, tuple(reference for reference, _ in self.known))


def known_exhibits(exhibits: list[Exhibit]) -> tuple[tuple[str, str], ...]:
    return tuple((str(one.reference), one.description) for one in exhibits)


def step_of(state: PaperState) -> Step:
    """Where the statement on the screen stands."""
    statement = state.statement
    if statement is None or statement.state is StatementState.DRAFT:
        return Step.WRITE if statement is None or state.missing else Step.FREEZE
    return Step.SEAL if statement.state is StatementState.SIGNED else state.ceremony or Step.READ


def step_marks(state: PaperState) -> list[tuple[str, str]]:
    """(word, "done" | "now" | "later") for the six steps; all are done once it is signed and no longer waits for its seal."""
    order, now = list(Step), step_of(state)
    statement = state.statement
    signed = statement is not None and statement.state is StatementState.SIGNED
    over = signed and state.ceremony is not Step.SEAL
    at = order.index(now)
    marks = [
        "done" if over or place < at else "now" if place == at else "later" for place in range(len(order))
    ]
    return list(zip(words.STEPS, marks, strict=True))


def standing_of(statements: list[Statement]) -> Standing:
    """How far the statements of the case are, for tab and action slot."""
    if not statements:
        return Standing(CheckState.NOT_STARTED, words.STANDING_EMPTY)
    open_ones = [one for one in statements if one.state is not StatementState.SIGNED]
    if not open_ones:
        return Standing(CheckState.DONE, words.STANDING_SIGNED)
    last = open_ones[-1]
    if last.state is StatementState.FROZEN:
        said = words.STANDING_FROZEN.format(number=len(last.versions))
    else:
        said = words.STANDING_DRAFT.format(words=counted(last.content.words, "word"))
    return Standing(CheckState.UNDER_WAY, said, words.NEXT)


_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def dates_of(text: str) -> tuple[DatesToAvoid, ...]:
    """One stretch of days a line: one date, or two. Raises RefusedError, naming the line."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        wrong = RefusedError(words.DATES_WRONG.format(line=line.strip()))
        try:
            days = [date(int(y), int(m), int(d)) for d, m, y in _DATE.findall(line)]
        except ValueError:
            raise wrong from None
        rest = re.sub(r"to|and|until|[-–—.,\s]", "", _DATE.sub("", line))
        if len(days) not in {1, 2} or rest or days[-1] < days[0]:
            raise wrong
        found.append(DatesToAvoid(days[0], days[-1]))
    return tuple(found)


def dates_text(dates: tuple[DatesToAvoid, ...]) -> str:
    lines = []
    for one in dates:
        first, last = (day.strftime("%d/%m/%Y") for day in (one.first, one.last))
        lines.append(first if first == last else f"{first} to {last}")
    return "\n".join(lines)
