"""Forms as values: a pack (what is asked, from a versioned and signed file) and a form (what was answered).

The rules are in `form_rules` (answer, complete, approve) and `form_scoring` (score, raise a grade). Times are aware, UTC.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

YES = "yes"
NO = "no"
NOT_KNOWN = "not_known"


class AnswerKind(StrEnum):
    """YES_NO: values yes, no, not_known. FREQUENCY, CHOICE: the key of one option. DATE: YYYY-MM-DD. PERSON: a name as text."""

    YES_NO = "yes_no"
    FREQUENCY = "frequency"
    CHOICE = "choice"
    TEXT = "text"
    DATE = "date"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Option:
    """counts: what the answer adds to the score of a scored item."""

    key: str
    label: str
    counts: int = 0


YES_NO_OPTIONS = (Option(YES, "Yes"), Option(NO, "No"), Option(NOT_KNOWN, "Not known"))


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is asked.

    number: as people say it ("8", "S3"), may be empty. scored: it adds to the count. flag: words of a strong flag, "" for
    none, shown when the answer is one of flag_when. confirm: what a force must confirm before live use.
    """

    id: str
    number: str
    label: str
    kind: AnswerKind
    required: bool = True
    help: str = ""
    why: str = ""
    options: tuple[Option, ...] = ()
    scored: bool = False
    flag: str = ""
    flag_when: tuple[str, ...] = ()
    confirm: str = ""

    @property
    def choices(self) -> tuple[Option, ...]:
        """What can be chosen, in order; empty for text, date and person."""
        return YES_NO_OPTIONS if self.kind is AnswerKind.YES_NO else self.options


@dataclass(frozen=True, slots=True)
class Trigger:
    """Met when the answer of the item is one of the values."""

    item: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """Further items, asked when any of the triggers is met. Once answered they stay shown, whatever the trigger becomes."""

    id: str
    label: str
    when: tuple[Trigger, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    label: str
    items: tuple[Item, ...]
    branches: tuple[Branch, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """From this count on the grade is indicated."""

    grade: str
    at_least: int


@dataclass(frozen=True, slots=True)
class Definition:
    """What a grade means, shown beside it. label: as people say it ("Medium")."""

    grade: str
    label: str
    words: str = ""


class CriterionKind(StrEnum):
    """COUNT: the score is at least the threshold. JUDGEMENT: raised with a reason to `grade` or above. EVENTS: that many
    events within `months`. REPEAT: that many earlier referrals within `months`.
    """

    COUNT = "count"
    JUDGEMENT = "judgement"
    EVENTS = "events"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Criterion:
    """When to refer (MARAC). item: for EVENTS and REPEAT, the item whose answer counts beside what the system knows ("" none)."""

    id: str
    label: str
    kind: CriterionKind
    threshold: int = 1
    months: int = 12
    grade: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class FlagRule:
    """A strong flag from several answers together (separation with control). all_of: every one must be met."""

    id: str
    label: str
    all_of: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class Scoring:
    """counts: the values of a yes/no item that count 1. bands ascending. grades: lowest first. referral: to whom criteria refer."""

    counts: tuple[str, ...]
    bands: tuple[Band, ...]
    grades: tuple[str, ...]
    criteria: tuple[Criterion, ...] = ()
    definitions: tuple[Definition, ...] = ()
    flags: tuple[FlagRule, ...] = ()
    referral: str = ""
    confirm: str = ""

    def rank(self, grade: str) -> int:
        """0 for the lowest grade, -1 for none ("")."""
        return self.grades.index(grade) if grade in self.grades else -1

    def label(self, grade: str) -> str:
        return next((d.label for d in self.definitions if d.grade == grade), grade)


class PackKind(StrEnum):
    RISK = "risk"
    NEEDS = "needs"
    NOTICE = "notice"
    SAFETY = "safety"
    THRIVE = "thrive"
    REFERRAL = "referral"
    INVESTIGATION = "investigation"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of one form. digest: SHA-256 of `text`, 64 hex digits. text: the canonical JSON that is kept with each form.

    wording: a notice shown with the form ("supply your licensed pack"). per_person: one form for each person.
    approval: a sergeant must approve it. valid_from: first day on which it is offered. confirm: what a force must confirm.
    """

    id: str
    version: str
    title: str
    kind: PackKind
    sections: tuple[Section, ...]
    per_person: bool = False
    approval: bool = False
    wording: str = ""
    scoring: Scoring | None = None
    valid_from: date | None = None
    confirm: tuple[str, ...] = ()
    digest: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """value "": nothing chosen; reason: why an item stays unanswered. offset_us: µs into that segment of the recording.

    correction: why the answer before it was wrong. was: the grade that the answers indicated before this correction lowered it.
    """

    item: str
    value: str
    at: datetime
    by: str
    comment: str = ""
    offset_us: int | None = None
    segment: int | None = None
    reason: str = ""
    correction: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A professional judgement: the grade that a person set, never below the grade of that moment, and why."""

    grade: str
    reason: str
    by: str
    at: datetime


class FormState(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Step:
    """One change of state. reason: why it was opened again."""

    state: FormState
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One answered form. id: UUID text. person: whom it is about (per-person packs). answers: the latest of each item.

    earlier: answers that a later one took the place of, oldest first. reached: the highest grade that the answers ever
    gave; it never falls. version grows with each store.
    """

    id: str
    consultation_id: str
    pack_id: str
    pack_version: str
    pack_digest: str
    started_at: datetime
    person: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    earlier: tuple[Answer, ...] = ()
    reached: str = ""
    judgements: tuple[Judgement, ...] = ()
    state: FormState = FormState.OPEN
    steps: tuple[Step, ...] = ()
    version: int = 0

    @property
    def judgement(self) -> Judgement | None:
        return self.judgements[-1] if self.judgements else None

    @property
    def completed(self) -> Step | None:
        """The last completion; None before the first and after it was opened again."""
        return None if self.state is FormState.OPEN else self._last(FormState.COMPLETED)

    @property
    def approved(self) -> Step | None:
        return self._last(FormState.APPROVED) if self.state is FormState.APPROVED else None

    def _last(self, state: FormState) -> Step | None:
        return next((step for step in reversed(self.steps) if step.state is state), None)


@dataclass(frozen=True, slots=True)
class PastEvent:
    """Something the system or the officer knows of: an earlier incident or an earlier referral. words: for the screen."""

    at: datetime
    reference: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What counts for the criteria beside the answers. at: the moment of judging; events: the present one included."""

    at: datetime
    events: tuple[PastEvent, ...] = ()
    referrals: tuple[PastEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A strong flag and the items whose answers raised it."""

    label: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MetCriterion:
    """facts: in words, what triggered it."""

    id: str
    label: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """counted: sum that the bands are held against. yes, no, unknown: of the scored yes/no items, of all if none is scored. indicative: the band of the answers as they stand, "" before the first.
    grade: the form's grade: the highest of what the answers ever gave and what was judged. missing: open item ids.
    """

    counted: int
    yes: int
    no: int
    unknown: int
    indicative: str
    grade: str
    flags: tuple[RaisedFlag, ...] = ()
    criteria: tuple[MetCriterion, ...] = ()
    missing: tuple[str, ...] = ()


def new_form(pack: Pack, form_id: str, consultation_id: str, at: datetime, person: str = "") -> Form:
    """An empty form that keeps this pack's version for ever."""
    return Form(
        id=form_id,
        consultation_id=consultation_id,
        pack_id=pack.id,
        pack_version=pack.version,
        pack_digest=pack.digest,
        started_at=at,
        person=person,
    )
