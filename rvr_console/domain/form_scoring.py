"""Scoring of a form by its pack: count, band, strong flags, referral criteria. A grade is never lowered.

The figures are the pack's. An answer counts wherever it stands, in a branch that is no longer triggered too: it is a fact.
"""

from dataclasses import replace
from datetime import datetime

from rvr_console.domain.form import (
    NO,
    NOT_KNOWN,
    YES,
    AnswerKind,
    Criterion,
    CriterionKind,
    Form,
    FormState,
    History,
    Item,
    Judgement,
    MetCriterion,
    Pack,
    PastEvent,
    RaisedFlag,
    Score,
    Scoring,
)
from rvr_console.domain.form_structure import all_items, find_item, is_met, open_items
from rvr_console.errors import RefusedError

_MONTHS = 12
NOTHING_CHANGED = "Nothing was changed."


def points(scoring: Scoring, item: Item, value: str) -> int:
    """What this answer adds: 1 for a counting yes/no value, an option's own figure otherwise."""
    if not item.scored or not value:
        return 0
    if item.kind is AnswerKind.YES_NO:
        return int(value in scoring.counts)
    return next((option.counts for option in item.options if option.key == value), 0)


def indicated(pack: Pack, form: Form) -> str:
    """The grade of the band of the answers as they stand; "" before the first scored answer, or when the pack has no bands."""
    scoring = pack.scoring
    if scoring is None or not scoring.bands:
        return ""
    scored = [(i, a.value) for i in all_items(pack) if i.scored and (a := form.answers.get(i.id)) and a.value]
    if not scored:
        return ""
    counted = sum(points(scoring, item, value) for item, value in scored)
    reached = [band.grade for band in scoring.bands if counted >= band.at_least]
    return reached[-1] if reached else scoring.grades[0]


def grade_of(pack: Pack, form: Form) -> str:
    """The form's grade: the highest that the answers ever gave or a person judged."""
    if pack.scoring is None:
        return ""
    return max((form.reached, *(j.grade for j in form.judgements)), key=pack.scoring.rank)


def raised_flags(pack: Pack, form: Form) -> tuple[RaisedFlag, ...]:
    """Strong flags in the pack's order, those of one item first."""
    single = [
        RaisedFlag(item.flag, (item.id,))
        for item in all_items(pack)
        if item.flag and (a := form.answers.get(item.id)) and a.value in item.flag_when
    ]
    rules = pack.scoring.flags if pack.scoring else ()
    return (
        *single,
        *(
            RaisedFlag(rule.label, tuple(t.item for t in rule.all_of))
            for rule in rules
            if all(is_met(t, form) for t in rule.all_of)
        ),
    )


def lowers(pack: Pack, before: Form, after: Form) -> bool:
    """Whether a strong flag or a referral criterion goes, or the answers indicate a lower grade: by a correction with a reason only."""
    return bool(_raised(pack, before) - _raised(pack, after)) or falls(pack, before, after)


def _raised(pack: Pack, form: Form) -> set[str]:
    flags = {f"flag {flag.label} {flag.items}" for flag in raised_flags(pack, form)}
    met = _criteria(pack, pack.scoring, form, None) if pack.scoring else ()
    return flags | {f"criterion {one.id}" for one in met}


def falls(pack: Pack, before: Form, after: Form) -> bool:
    """Whether the answers indicate a lower grade than they did; the lowest grade and none are the same here."""
    if pack.scoring is None:
        return False
    rank = pack.scoring.rank
    return rank(indicated(pack, before)) > max(0, rank(indicated(pack, after)))


def months_before(at: datetime, months: int) -> datetime:
    """The same day so many months ago, the last of the month where that day does not exist."""
    whole = at.year * _MONTHS + at.month - 1 - months
    year, month = divmod(whole, _MONTHS)
    for day in range(at.day, 0, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:  # the 29th to 31st of a shorter month
            continue
    return at


def score(pack: Pack, form: Form, history: History | None = None) -> Score:
    """Everything the screen shows live. history: what the system knows of earlier events; None: nothing."""
    scoring = pack.scoring
    missing = tuple(item.id for item in open_items(pack, form))
    shown = [(i, a) for i in all_items(pack) if (a := form.answers.get(i.id)) is not None]
    plain = [(i, a.value) for i, a in shown if i.kind is AnswerKind.YES_NO]
    all_scored = any(i.scored and i.kind is AnswerKind.YES_NO for i in all_items(pack))
    tally = [value for i, value in plain if i.scored or not all_scored]
    return Score(
        counted=sum(points(scoring, i, a.value) for i, a in shown) if scoring else 0,
        yes=tally.count(YES),
        no=tally.count(NO),
        unknown=tally.count(NOT_KNOWN),
        indicative=indicated(pack, form),
        grade=grade_of(pack, form),
        flags=raised_flags(pack, form),
        criteria=_criteria(pack, scoring, form, history) if scoring else (),
        missing=missing,
    )


def _criteria(pack: Pack, scoring: Scoring, form: Form, history: History | None) -> tuple[MetCriterion, ...]:
    met = ((c, _facts(pack, scoring, c, form, history)) for c in scoring.criteria)
    return tuple(MetCriterion(c.id, c.label, facts) for c, facts in met if facts)


def _facts(
    pack: Pack, scoring: Scoring, criterion: Criterion, form: Form, history: History | None
) -> tuple[str, ...]:
    """What triggered it, in words; empty: it is not met."""
    match criterion.kind:
        case CriterionKind.COUNT:
            return _count_facts(pack, scoring, criterion, form)
        case CriterionKind.JUDGEMENT:
            return _judgement_facts(scoring, criterion, form)
        case CriterionKind.EVENTS:
            return _past_facts(pack, criterion, form, history.events if history else (), history)
        case CriterionKind.REPEAT:
            sent = history.referrals if history else ()
            to = scoring.referral.casefold()  # "" where the pack does not say: any referral counts then
            there = tuple(one for one in sent if to in one.words.casefold())
            return _past_facts(pack, criterion, form, there, history)


def _count_facts(pack: Pack, scoring: Scoring, criterion: Criterion, form: Form) -> tuple[str, ...]:
    counting = [
        (item, n)
        for item in all_items(pack)
        if (a := form.answers.get(item.id)) and (n := points(scoring, item, a.value))
    ]
    total = sum(n for _, n in counting)
    if total < criterion.threshold:
        return ()
    named = ", ".join(item.number or item.label for item, _ in counting)
    return (f"{total} counted, threshold {criterion.threshold}", f"Items {named}")


def _judgement_facts(scoring: Scoring, criterion: Criterion, form: Form) -> tuple[str, ...]:
    needed = scoring.rank(criterion.grade or scoring.grades[-1])
    return tuple(
        f"{scoring.label(j.grade)} by {j.by}, {j.at:%d/%m/%Y %H:%M} UTC: {j.reason}"
        for j in form.judgements
        if scoring.rank(j.grade) >= needed
    )


def _past_facts(
    pack: Pack, criterion: Criterion, form: Form, past: tuple[PastEvent, ...], history: History | None
) -> tuple[str, ...]:
    """What the system knows within the months, or what the officer answered, whichever is more."""
    recent: list[PastEvent] = []
    if history is not None:
        since = months_before(history.at, criterion.months)
        recent = sorted((e for e in past if since <= e.at <= history.at), key=lambda e: e.at)
    facts: tuple[str, ...] = ()
    if len(recent) >= criterion.threshold:
        facts = tuple(" ".join(p for p in (f"{e.at:%d/%m/%Y}", e.reference, e.words) if p) for e in recent)
    item = find_item(pack, criterion.item) if criterion.item else None
    answer = form.answers.get(item.id) if item else None
    if item is None or answer is None:
        return facts
    chosen = next((o for o in item.choices if o.key == answer.value), None)
    number = int(answer.value == YES) if item.kind is AnswerKind.YES_NO else chosen.counts if chosen else 0
    if chosen is not None and number >= criterion.threshold:
        said = f"{item.label}: {chosen.label}" + (f" ({answer.comment})" if answer.comment else "")
        return (*facts, said)
    return facts


def raise_grade(pack: Pack, form: Form, grade: str, reason: str, by: str, at: datetime) -> Form:
    """Professional judgement: keep the grade or raise it, with a written reason.

    Raises RefusedError: it would lower the grade, no reason, an unknown grade, no grades in this form, already approved.
    """
    scoring = pack.scoring
    if scoring is None or grade not in scoring.grades:
        raise RefusedError("This form has no such grade.", kept=NOTHING_CHANGED)
    if form.state is FormState.APPROVED:
        raise RefusedError("The grade is approved.", kept=NOTHING_CHANGED, todo="Open the form again first.")
    now = grade_of(pack, form)
    if scoring.rank(grade) < scoring.rank(now):
        raise RefusedError(
            f"A grade is never lowered: it is {scoring.label(now)}.",
            kept="The grade stays as it is, and so do all answers.",
            todo="Write what you think speaks for a lower one as a comment; the sergeant reads it.",
        )
    if not reason.strip():
        raise RefusedError("A judgement needs a written reason.", kept=NOTHING_CHANGED, todo="Write it down.")
    return replace(form, judgements=(*form.judgements, Judgement(grade, reason, by, at)))


def reached_by(pack: Pack, form: Form) -> Form:
    """The form with its high-water mark kept: `reached` rises with the answers and never falls with them."""
    if pack.scoring is None:
        return form
    return replace(form, reached=max(form.reached, indicated(pack, form), key=pack.scoring.rank))
