"""What is written in a statement: text, witness, and what belongs on its back page; and what of it is still missing."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rvr_console.errors import RefusedError


class StatementKind(StrEnum):
    WITNESS = "witness"  # MG11
    VICTIM_PERSONAL = "victim_personal"  # apart from the witness statement, and optional
    INTERPRETER = "interpreter"  # by the interpreter, of what was interpreted
    WITHDRAWAL = "withdrawal"


class MedicalConsent(StrEnum):
    """May medical records be asked for and disclosed. NOT_NEEDED: no injury, no treatment."""

    NOT_ASKED = ""
    YES = "yes"
    NO = "no"
    NOT_NEEDED = "not_needed"


class PersonalStatement(StrEnum):
    """The victim personal statement: was it offered, and what was said."""

    NOT_ASKED = ""
    WANTED = "wanted"
    LATER = "later"
    DECLINED = "declined"
    NOT_A_VICTIM = "not_a_victim"


@dataclass(frozen=True, slots=True, order=True)
class DatesToAvoid:
    """Days on which the witness cannot come to court, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise RefusedError("The last of these days is before the first.", kept="Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Witness:
    """What stands on the front page. over_18: None until asked; age in years when not over 18."""

    name: str = field(default="", repr=False)
    occupation: str = field(default="", repr=False)
    over_18: bool | None = None
    age: int | None = None

    @property
    def age_line(self) -> str:
        """“Over 18”, or the age in years; empty until it is known."""
        if self.over_18:
            return "Over 18"
        return "" if self.age is None else str(self.age)


@dataclass(frozen=True, slots=True)
class ReadOver:
    """Whether the witness cannot read it, and who reads it to them then (r. 16.2: the reader signs too)."""

    needed: bool = False
    reader: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Interpreting:
    """Interpreter and language, both "" when nobody interprets."""

    interpreter: str = field(default="", repr=False)
    language: str = ""


@dataclass(frozen=True, slots=True)
class BackPage:
    """What is never served on the defence. no_dates: said in so many words that there are none."""

    contact: str = field(default="", repr=False)
    contact_method: str = field(default="", repr=False)
    dates: tuple[DatesToAvoid, ...] = ()
    no_dates: bool = False
    will_attend: bool | None = None
    medical: MedicalConsent = MedicalConsent.NOT_ASKED
    needs: str = field(default="", repr=False)  # particular needs and special measures; "none" is an answer
    personal_statement: PersonalStatement = PersonalStatement.NOT_ASKED


@dataclass(frozen=True, slots=True)
class StatementContent:
    """All that is written by hand. paragraphs: first person, in order, without line breaks; unique_reference: the case's URN.

    exhibits: references (`AB/1`) that the officer put in from the list, set in bold where the text names them.
    """

    paragraphs: tuple[str, ...] = field(default=(), repr=False)
    witness: Witness = Witness()
    unique_reference: str = ""
    taken_by: str = ""
    visually_recorded: bool = True
    exhibits: tuple[str, ...] = ()
    read_over: ReadOver = ReadOver()
    interpreting: Interpreting = Interpreting()
    back: BackPage = BackPage()

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def words(self) -> int:
        return sum(len(one.split()) for one in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something without which the text cannot be frozen. key: of the field it belongs to; label: in plain words."""

    key: str
    label: str


_REFERENCE = re.compile(r"(?<![A-Za-z0-9/])[A-Z]{1,4}/[1-9][0-9]{0,5}(?:/[1-9][0-9]{0,5})?(?![A-Za-z0-9/])")


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of an editor's text: one a line, empty lines left out, no other character touched."""
    return tuple(line for line in re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", text) if line.strip())


def produced(reference: str, description: str) -> str:
    """The sentence by which a witness produces an exhibit."""
    what = " ".join(description.split()).rstrip(".") or "this item"
    return f"I produce {what} as {reference}."


def named_references(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """Everything in the text that reads like an exhibit reference, in order, each once."""
    likely = (
        one for one in paragraphs if "/" in one
    )  # asked at each redraw, of up to thousands of paragraphs
    return tuple(dict.fromkeys(match[0] for one in likely for match in _REFERENCE.finditer(one)))


def missing(
    kind: StatementKind, content: StatementContent, known: tuple[str, ...] = ()
) -> tuple[Missing, ...]:
    """What stands between this text and freezing. known: references of the consultation's exhibits."""
    return (*_missing_front(content), *_missing_text(content, known), *_missing_back(kind, content))


def _missing_front(content: StatementContent) -> list[Missing]:
    witness, found = content.witness, []
    if not witness.name.strip():
        found.append(Missing("name", "The witness's name"))
    if witness.over_18 is None:
        found.append(Missing("age", "Whether the witness is over 18"))
    elif not witness.over_18 and (witness.age is None or not 0 < witness.age < 18):
        found.append(Missing("age", "The age of a witness under 18, in years"))
    if not content.unique_reference.strip():
        found.append(Missing("reference", "The unique reference number"))
    if not content.taken_by.strip():
        found.append(Missing("taken_by", "Who takes the statement"))
    return found


def _missing_text(content: StatementContent, known: tuple[str, ...]) -> list[Missing]:
    found = []
    if not any(one.strip() for one in content.paragraphs):
        found.append(Missing("text", "The text of the statement"))
    named = set(named_references(content.paragraphs))
    unnamed = [one for one in content.exhibits if one not in named]
    if unnamed:
        found.append(
            Missing("exhibits", f"The sentence that produces {', '.join(unnamed)}, or take it off the list")
        )
    strange = [one for one in content.exhibits if one not in known]
    if strange:
        found.append(Missing("exhibits", f"The list of exhibits has no {', '.join(strange)}"))
    if content.read_over.needed and not content.read_over.reader.strip():
        found.append(Missing("reader", "Who reads it over to the witness"))
    if bool(content.interpreting.interpreter.strip()) is not bool(content.interpreting.language.strip()):
        found.append(Missing("interpreter", "Both the interpreter's name and the language"))
    return found


def _missing_back(kind: StatementKind, content: StatementContent) -> list[Missing]:
    back, found = content.back, []
    if not back.dates and not back.no_dates:
        found.append(Missing("dates", "Dates to avoid, or that there are none"))
    if back.will_attend is None:
        found.append(Missing("attend", "Whether the witness is willing to attend court"))
    if kind in {StatementKind.INTERPRETER, StatementKind.VICTIM_PERSONAL}:
        return found
    if back.medical is MedicalConsent.NOT_ASKED:
        found.append(Missing("medical", "Consent to medical records, or that none is needed"))
    if not back.needs.strip():
        found.append(Missing("needs", "Particular needs and special measures, or “none”"))
    if back.personal_statement is PersonalStatement.NOT_ASKED:
        found.append(Missing("personal_statement", "Whether a victim personal statement was offered"))
    return found
