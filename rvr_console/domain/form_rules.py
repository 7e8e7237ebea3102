"""What may be done with a form. Every rule gives a new form: nothing is changed in place and no answer is ever dropped."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from rvr_console.domain.form import Answer, AnswerKind, Form, FormState, Item, Pack, Step
from rvr_console.domain.form_scoring import NOTHING_CHANGED, falls, grade_of, indicated, lowers, reached_by
from rvr_console.domain.form_structure import find_item, open_items
from rvr_console.errors import RefusedError

MAX_TEXT = 400_000  # characters: 50,000 words and room
MAX_PERSON = 300
TYPING = timedelta(minutes=5)  # text that grows within this is one answer being typed
_NAMED = 8  # open items that a refusal names


def answer(pack: Pack, form: Form, given: Answer) -> Form:
    """Store an answer, a correction, or (value "") a cleared one with or without the reason why it stays unanswered.

    What it takes the place of goes to `earlier`, unless the new one holds it whole: the same choice with a text that grew
    while the same person typed. Raises RefusedError: the form is closed, is of another pack, the value does not fit, or it
    takes a strong flag, a referral criterion or an indicated grade away without saying why the answer before it was wrong.
    """
    _check_open(pack, form)
    item = find_item(pack, given.item)
    if item is None:
        raise RefusedError("This form has no such item.", kept=NOTHING_CHANGED)
    _check_value(item, given)
    last = form.answers.get(given.item)
    if last is not None and _same(last, given):
        return form
    if last is None or not (last.value or last.reason):
        given = replace(given, correction="")  # there is nothing to be corrected
    earlier = form.earlier
    if last is not None and not _holds(item, given, last):
        earlier = (*earlier, last)
    after = replace(form, answers=form.answers | {given.item: given}, earlier=earlier)
    if lowers(pack, form, after):
        if not given.correction.strip():
            raise RefusedError(
                "A correction that takes away a flag or a referral, or lowers what is indicated, needs a reason.",
                kept="The answer before it is stored.",
                todo="Write why that answer was wrong.",
            )
        was = indicated(pack, form) if falls(pack, form, after) else ""
        after = replace(after, answers=after.answers | {given.item: replace(given, was=was)})
    return reached_by(pack, after)


def needs_correction(pack: Pack, form: Form, given: Answer) -> bool:
    """Whether this answer is stored only with a reason why the one before it was wrong."""
    after = replace(form, answers=form.answers | {given.item: given})
    return find_item(pack, given.item) is not None and lowers(pack, form, after)


def corrections_of(form: Form) -> tuple[Answer, ...]:
    """Answers that were given as corrections with a reason, oldest first."""
    given = [one for one in (*form.earlier, *form.answers.values()) if one.correction]
    return tuple(sorted(given, key=lambda one: one.at))


def before_of(form: Form, corrected: Answer) -> Answer | None:
    """The answer that this correction took the place of."""
    known = history_of(form, corrected.item)
    place = known.index(corrected) if corrected in known else 0
    return known[place - 1] if place else None


def history_of(form: Form, item: str) -> tuple[Answer, ...]:
    """Every answer of one item, oldest first, the one that stands last."""
    last = form.answers.get(item)
    return (*(a for a in form.earlier if a.item == item), *((last,) if last else ()))


def complete(pack: Pack, form: Form, by: str, at: datetime) -> Form:
    """Raises RefusedError, naming what is open."""
    _check_open(pack, form)
    missing = open_items(pack, form)
    if missing:
        named = ", ".join(item.number or item.label for item in missing[:_NAMED])
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise RefusedError(
            f"Not answered yet: {named}{more}.",
            kept="All answers are stored.",
            todo="Answer them, or write the reason why one stays unanswered.",
        )
    if pack.scoring is not None and not grade_of(pack, form):
        raise RefusedError(
            "Nothing that gives a grade was answered.",
            kept="All answers are stored.",
            todo="Set the grade by your judgement, with the reason.",
        )
    return _step(form, Step(FormState.COMPLETED, by, at))


def approve(pack: Pack, form: Form, by: str, at: datetime) -> Form:
    """By a second person (whose role the service checks). Raises RefusedError: not completed, or the person's own work."""
    _check_pack(pack, form)
    if form.state is not FormState.COMPLETED or form.completed is None:
        raise RefusedError(
            "Only a completed form can be approved.",
            kept=NOTHING_CHANGED,
            todo="It is approved already." if form.state is FormState.APPROVED else "Complete it first.",
        )
    answered = {given.by for given in (*form.earlier, *form.answers.values())}
    if by in {form.completed.by, *answered, *(one.by for one in form.judgements)}:
        raise RefusedError(
            "Nobody approves a form of their own.", kept=NOTHING_CHANGED, todo="Another sergeant does it."
        )
    return _step(form, Step(FormState.APPROVED, by, at))


def reopen(form: Form, reason: str, by: str, at: datetime) -> Form:
    """A closed form is opened again for a correction. Grade, answers and earlier approvals stay. Raises RefusedError."""
    if form.state is FormState.OPEN:
        raise RefusedError("The form is open.", kept=NOTHING_CHANGED)
    if not reason.strip():
        raise RefusedError(
            "Opening a form again needs a reason.", kept=NOTHING_CHANGED, todo="Write it down."
        )
    return _step(form, Step(FormState.OPEN, by, at, reason))


def _step(form: Form, step: Step) -> Form:
    return replace(form, state=step.state, steps=(*form.steps, step))


def _check_pack(pack: Pack, form: Form) -> None:
    if (pack.id, pack.version, pack.digest) != (form.pack_id, form.pack_version, form.pack_digest):
        raise RefusedError(
            "This form was begun with another version of its pack.",
            kept=NOTHING_CHANGED,
            todo="Go on with the version it was begun with.",
        )


def _check_open(pack: Pack, form: Form) -> None:
    _check_pack(pack, form)
    if form.state is not FormState.OPEN:
        raise RefusedError(
            f"The form is {form.state.value}.", kept=NOTHING_CHANGED, todo="Open it again, with a reason."
        )


def _same(one: Answer, other: Answer) -> bool:
    return (one.value, one.comment, one.reason, one.by) == (
        other.value,
        other.comment,
        other.reason,
        other.by,
    )


def _holds(item: Item, new: Answer, old: Answer) -> bool:
    """Nothing of the old one is gone: empty, or the same person typed on. A correction always stays as it was given."""
    if old.correction:
        return False
    if not (old.value or old.comment or old.reason):
        return True
    typed = item.kind in {AnswerKind.TEXT, AnswerKind.PERSON}
    value = new.value.startswith(old.value) if typed else new.value == old.value
    return (
        value
        and new.comment.startswith(old.comment)
        and new.reason.startswith(old.reason)
        and new.by == old.by
        and timedelta(0) <= new.at - old.at <= TYPING
    )


def _check_value(item: Item, given: Answer) -> None:
    for text in (given.value, given.comment, given.reason, given.correction):
        if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
            raise RefusedError(
                "The text holds a character that cannot be stored.",
                kept="The answer before it is stored.",
                todo="Remove it and try again.",
            )
    limit = MAX_PERSON if item.kind is AnswerKind.PERSON else MAX_TEXT
    if len(given.value) > limit or max(map(len, (given.comment, given.reason, given.correction))) > MAX_TEXT:
        raise RefusedError(
            f"The text is longer than {limit:,} characters.",
            kept="The answer before it is stored.",
            todo="Shorten it.",
        )
    if given.value and not _fits(item, given.value):
        raise RefusedError(f"This is no answer to “{item.label}”.", kept="The answer before it is stored.")


def _fits(item: Item, value: str) -> bool:
    if item.choices:
        return any(option.key == value for option in item.choices)
    if item.kind is AnswerKind.DATE:
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    return True
