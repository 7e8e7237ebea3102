"""Forms and statements of a case as lines to read, for the reviewing sergeant."""

from collections.abc import Iterator

from rvr_console.domain.access import Act, Relation, allows
from rvr_console.domain.counting import counted
from rvr_console.domain.form import Form, FormState, Item
from rvr_console.domain.form_rules import history_of
from rvr_console.domain.form_structure import is_shown
from rvr_console.domain.signing import Ceremony, Stage
from rvr_console.domain.statement import Statement, StatementState
from rvr_console.domain.statement_history import PastVersion, past_versions
from rvr_console.services.form_reading import OpenForm
from rvr_console.ui.form_words import (
    answer_words,
    closed_words,
    correction_words,
    criteria_words,
    flag_words,
    judgement_words,
    tally,
)
from rvr_console.ui.review import words
from rvr_console.ui.review.state import CaseState
from rvr_console.ui.statement_history import VERSION, reopened_words, version_tag, version_words
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.plain_table import Row
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone


def form_title(opened: OpenForm) -> str:
    return " · ".join(part for part in (opened.pack.title, opened.form.person) if part)


def form_tag(opened: OpenForm) -> Tag:
    match opened.form.state:
        case FormState.APPROVED:
            return Tag(Shape.DONE, words.FORM_APPROVED, Tone.OK)
        case FormState.COMPLETED if opened.pack.approval:
            return Tag(Shape.SOON, words.FORM_WAITS, Tone.WARN)
        case FormState.COMPLETED:
            return Tag(Shape.DONE, words.FORM_COMPLETED, Tone.OK)
        case FormState.OPEN:
            return Tag(Shape.HALF, words.FORM_OPEN, Tone.ACCENT)


def form_rows(state: CaseState) -> list[Row]:
    return [Row(one.form.id, (form_title(one), form_tag(one))) for one in state.forms]


def grade_label(opened: OpenForm) -> str:
    scoring = opened.pack.scoring
    return scoring.label(opened.form_score.grade) if scoring and opened.form_score.grade else ""


def grade_tag(opened: OpenForm) -> Tag | None:
    """The highest grade as danger, the lowest plain; None for a form without grades."""
    scoring = opened.pack.scoring
    if scoring is None:
        return None
    place = scoring.rank(opened.form_score.grade)
    if place < 0:
        return Tag(Shape.RING, words.GRADE_NONE)
    if place == len(scoring.grades) - 1:
        return Tag(Shape.OVER, grade_label(opened), Tone.DANGER)
    return Tag(Shape.SOON, grade_label(opened), Tone.WARN) if place else Tag(Shape.RING, grade_label(opened))


def state_words(opened: OpenForm) -> str:
    """Like "Completed 13:52:31 by 2417, a sergeant approves it"."""
    return closed_words(opened) or words.NOT_COMPLETED.format(n=len(opened.form_score.missing))


def may_approve(opened: OpenForm, state: CaseState) -> bool:
    """Whether the button is there; the service checks again."""
    user = state.reader
    waits = opened.form.state is FormState.COMPLETED and opened.pack.approval
    return waits and user is not None and allows(user.role, Act.REVIEW, Relation.TEAM)


def is_own(form: Form, state: CaseState) -> bool:
    """The reader took the call, answered or judged in the form, or completed it."""
    if state.reader is None:
        return False
    answers = (*form.earlier, *form.answers.values())
    people = {
        state.line.consultation.officer,
        *(one.by for one in answers),
        *(one.by for one in form.judgements),
    }
    if form.completed is not None:
        people.add(form.completed.by)
    return state.reader.collar in people


def form_text(opened: OpenForm) -> str:
    """Flags, criteria and judgement first, then every answer under its section."""
    pack, form, score = opened.pack, opened.form, opened.form_score
    first = [
        flag_words(pack, score),
        *criteria_words(pack, score),
        judgement_words(opened),
        *correction_words(opened),
    ]
    if pack.scoring is not None:
        first.append(tally(score))
    blocks = ["\n".join(line for line in first if line)]
    for section in pack.sections:
        lines = [section.label, *(_answer_line(item, form) for item in section.items)]
        for branch in section.branches:
            if is_shown(branch, form):
                lines += [branch.label, *(_answer_line(item, form) for item in branch.items)]
        blocks.append("\n".join(lines))
    return "\n\n".join(block for block in blocks if block)


def _answer_line(item: Item, form: Form) -> str:
    """With the comment, and with what was answered before a correction."""
    asked = " ".join(part for part in (item.number, item.label) if part)
    answer = form.answers.get(item.id)
    said = [answer_words(item, answer), answer.comment if answer else ""]
    before = [one for one in history_of(form, item.id)[:-1] if one.value]
    if before:
        changed = ", ".join(f"{answer_words(item, one)} {clock(one.at)}" for one in before)
        said.append(words.BEFORE.format(answers=changed))
    return f"{asked}: {' · '.join(part for part in said if part)}"


def statement_rows(state: CaseState) -> list[Row]:
    """One row for each statement's text as it stands, and one for each version that it had."""
    return [row for statement in state.statements for row in _rows_of(statement, state.signings)]


def _rows_of(statement: Statement, signings: list[Ceremony]) -> Iterator[Row]:
    kind = words.STATEMENT_KINDS[statement.kind]
    name = statement.content.witness.name
    title = words.STATEMENT_OF.format(kind=kind, name=name) if name else kind
    newest = statement.newest
    if statement.state is StatementState.DRAFT or newest is None:
        said = words.DRAFT_WORDS.format(words=counted(statement.content.words, "word"))
        if statement.correction and newest is not None:
            said = words.DRAFT_CORRECTION.format(number=newest.number, reason=statement.correction)
        yield Row(statement.id, (Tag(Shape.HALF, words.STATEMENT_DRAFT, Tone.ACCENT), title, said))
    for past in past_versions(statement, signings):
        version = past.version
        key, signed = f"{statement.id}:{version.number}", _signing(past)
        if signed is not None:
            tag, title, said = _signed_cells(signed, title)
            yield Row(key, (tag, title, "; ".join((said, *reopened_words(past)))))
            continue
        waits = version is newest and statement.state is StatementState.FROZEN
        tag = Tag(Shape.SOON, words.STATEMENT_FROZEN, Tone.WARN) if waits else version_tag(past)
        said = f"{VERSION.format(number=version.number)}: {version_words(past)}"
        yield Row(key, (tag, title, said))


def _signing(past: PastVersion) -> Ceremony | None:
    return next((one for one in reversed(past.showings) if one.past(Stage.SIGNED)), None)


def _signed_cells(one: Ceremony, title: str) -> tuple[Tag, str, str]:
    signed = clock(one.times[Stage.SIGNED])
    if one.stage is Stage.SEALED:
        said = words.SEALED_AS.format(number=one.version, time=signed, level=one.level or words.A_FILE)
        return Tag(Shape.DONE, words.STATEMENT_SEALED, Tone.OK), title, said
    said = words.SIGNED_NOW.format(number=one.version, time=signed)
    said = f"{said}: {one.trouble}" if one.trouble else said
    return Tag(Shape.SOON, words.STATEMENT_SIGNED, Tone.WARN), title, said
