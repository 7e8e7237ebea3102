"""What may be done with a statement, and what must be there first."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from rvr_console.domain.statement import (
    MAX_PAGES,
    MAX_PDF_BYTES,
    MAX_WORDS,
    SetStatement,
    Statement,
    StatementState,
    correct,
    freeze,
    named,
    saved,
    showable,
    signed,
    start,
)
from rvr_console.domain.statement_content import (
    BackPage,
    DatesToAvoid,
    Interpreting,
    MedicalConsent,
    PersonalStatement,
    ReadOver,
    StatementContent,
    StatementKind,
    Witness,
    missing,
    named_references,
    paragraphs_of,
    produced,
)
from rvr_console.errors import RefusedError

AT = datetime(2026, 11, 21, 13, 58, tzinfo=UTC)
FULL = StatementContent(
    paragraphs=("I live alone.",),
    witness=Witness("Hannah Cole", "Nurse", over_18=True),
    unique_reference="46 NM 00155 26",
    taken_by="PC 2417 Bennett",
    back=BackPage(
        no_dates=True,
        will_attend=True,
        medical=MedicalConsent.NO,
        needs="None",
        personal_statement=PersonalStatement.DECLINED,
    ),
)
PAGES = SetStatement(b"p", b"b", "0" * 64, "1" * 64, 1, (), "1", "This is true.")


def draft(content: StatementContent = FULL, kind: StatementKind = StatementKind.WITNESS) -> Statement:
    return Statement("s1", "c1", kind, AT, "2417", content, saves=1)


def keys(content: StatementContent, kind: StatementKind = StatementKind.WITNESS) -> list[str]:
    return [one.key for one in missing(kind, content)]


def test_empty_draft_names_everything_that_is_missing() -> None:
    wanted = [
        "name",
        "age",
        "reference",
        "taken_by",
        "text",
        "dates",
        "attend",
        "medical",
        "needs",
        "personal_statement",
    ]
    assert keys(StatementContent()) == wanted
    assert keys(FULL) == []


def test_dates_to_avoid_need_days_or_an_explicit_none() -> None:
    undecided = replace(FULL, back=replace(FULL.back, no_dates=False))
    assert keys(undecided) == ["dates"]
    with pytest.raises(RefusedError, match="Dates to avoid"):
        freeze(draft(undecided), PAGES, AT, "2417")
    day = date(2027, 1, 4)
    assert keys(replace(FULL, back=replace(undecided.back, dates=(DatesToAvoid(day, day),)))) == []
    with pytest.raises(RefusedError):
        DatesToAvoid(day, date(2027, 1, 3))


@pytest.mark.parametrize(
    ("over", "age", "line"), [(True, None, "Over 18"), (False, 15, "15"), (None, None, "")]
)
def test_age_line(over: bool | None, age: int | None, line: str) -> None:
    assert Witness("A", over_18=over, age=age).age_line == line


@pytest.mark.parametrize("age", [None, 0, -3, 18, 40])
def test_a_witness_under_18_needs_an_age_under_18(age: int | None) -> None:
    assert keys(replace(FULL, witness=Witness("A", "", over_18=False, age=age))) == ["age"]


def test_reader_and_interpreter_are_named_when_they_are_needed() -> None:
    assert keys(replace(FULL, read_over=ReadOver(needed=True))) == ["reader"]
    assert keys(replace(FULL, interpreting=Interpreting("Anna", ""))) == ["interpreter"]
    assert keys(replace(FULL, interpreting=Interpreting("", "Polish"))) == ["interpreter"]


def test_exhibits_are_produced_in_the_text_and_on_the_list() -> None:
    sentence = produced("HC/1", "a photograph of the door.")
    assert sentence == "I produce a photograph of the door as HC/1."
    assert named_references((sentence, "HC/1 and AB/2/1, not 12/11 or ABC/12x")) == ("HC/1", "AB/2/1")
    content = replace(FULL, exhibits=("HC/1",))
    assert [one.key for one in missing(StatementKind.WITNESS, content, ("HC/1",))] == ["exhibits"]
    content = replace(content, paragraphs=(sentence,))
    assert missing(StatementKind.WITNESS, content, ("HC/1",)) == ()
    assert "no HC/1" in missing(StatementKind.WITNESS, content, ())[0].label


def test_paragraphs_of_an_editor_keep_every_other_character() -> None:
    assert paragraphs_of("One  two\t\n\n \n three\u2029four\r\nfive") == (
        "One  two\t",
        " three",
        "four",
        "five",
    )


def test_a_frozen_text_never_changes_and_a_correction_keeps_it() -> None:
    frozen = freeze(draft(), PAGES, AT, "2417")
    with pytest.raises(RefusedError, match="frozen"):
        saved(frozen, replace(FULL, paragraphs=("Other.",)), AT)
    with pytest.raises(RefusedError):
        freeze(frozen, PAGES, AT, "2417")
    with pytest.raises(RefusedError, match="reason"):
        correct(frozen, "  ")
    again = correct(frozen, "The door was green.")
    assert again.content == FULL
    changed = saved(again, replace(FULL, paragraphs=("The door was green.",)), AT)
    second = freeze(changed, PAGES, AT, "2417")
    assert [one.number for one in second.versions] == [1, 2]
    assert second.version(1) == frozen.version(1)
    with pytest.raises(RefusedError):
        correct(draft(), "why")


def test_only_the_newest_frozen_version_is_shown_and_signed() -> None:
    with pytest.raises(RefusedError):
        showable(draft(), 1)
    frozen = freeze(draft(), PAGES, AT, "2417")
    assert showable(frozen, 1) is frozen.newest
    reopened = correct(frozen, "why")
    with pytest.raises(RefusedError, match="corrected"):
        showable(reopened, 1)
    second = freeze(reopened, PAGES, AT, "2417")
    with pytest.raises(RefusedError, match="replaced"):
        signed(second, 1)
    done = signed(second, 2)
    assert (done.state, done.signed) == (StatementState.SIGNED, (2,))
    with pytest.raises(RefusedError, match="signed already"):
        signed(done, 2)
    assert correct(done, "Wrong day.").signed == (2,)


def test_one_statement_of_a_kind_and_witness_at_a_time() -> None:
    with pytest.raises(RefusedError, match="already"):
        start(draft(), (draft(replace(FULL, witness=Witness(" hannah  COLE"))),))
    start(draft(kind=StatementKind.VICTIM_PERSONAL), (draft(),))
    start(draft(), (signed(freeze(draft(), PAGES, AT, "2417"), 1),))


def test_text_beyond_the_limit_is_refused_and_said_to_be_kept() -> None:
    with pytest.raises(RefusedError) as refused:
        saved(draft(), replace(FULL, paragraphs=("a " * (MAX_WORDS + 1),)), AT)
    assert "still on this screen" in refused.value.kept
    with pytest.raises(RefusedError):
        saved(draft(), replace(FULL, witness=Witness("x" * 3000)), AT)


@pytest.mark.parametrize(
    "pages", [replace(PAGES, pages=MAX_PAGES + 1), replace(PAGES, pdf=b"p" * (MAX_PDF_BYTES + 1))]
)
def test_more_than_a_phone_is_sent_is_not_frozen_and_says_how_much_it_is(pages: SetStatement) -> None:
    most = replace(PAGES, pages=MAX_PAGES, pdf=b"p" * MAX_PDF_BYTES)
    assert freeze(draft(), most, AT, "2417").state is StatementState.FROZEN
    with pytest.raises(RefusedError) as refused:
        freeze(draft(), pages, AT, "2417")
    assert f"{pages.pages:,} pages" in refused.value.what
    assert "20 MB" in refused.value.what
    assert (refused.value.kept, bool(refused.value.todo)) == ("The draft is kept as it was typed.", True)


@pytest.mark.parametrize(
    ("kind", "name", "called"),
    [
        (StatementKind.WITNESS, "Hannah  Cole", "Witness statement of Hannah Cole, version 2"),
        (StatementKind.VICTIM_PERSONAL, "Hannah Cole", "Victim personal statement of Hannah Cole, version 2"),
        (StatementKind.INTERPRETER, "Anna Kowalska", "Interpreter's statement of Anna Kowalska, version 2"),
        (StatementKind.WITHDRAWAL, "", "Withdrawal statement, version 2"),
        (StatementKind.WITNESS, "x" * 500, f"Witness statement of {'x' * 120}, version 2"),
    ],
)
def test_a_version_is_called_by_kind_person_and_number(kind: StatementKind, name: str, called: str) -> None:
    assert named(kind, replace(FULL, witness=replace(FULL.witness, name=name)), 2) == called
