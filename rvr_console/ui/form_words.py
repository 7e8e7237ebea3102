"""What a filled-in form says, in words: for the officer who fills it in and the sergeant who approves it. No Qt."""

from rvr_console.domain.form import Answer, Form, FormState, Item, Pack, Score
from rvr_console.domain.form_rules import before_of, corrections_of
from rvr_console.domain.form_structure import find_item
from rvr_console.services.form_reading import OpenForm
from rvr_console.ui.widgets.figures import clock

TALLY = "{yes} yes · {no} no · {unknown} not known"
JUDGED = "Raised to {grade} by {by}, {time}: {reason}"
CORRECTED = "Item {item} corrected from {before} to {after} by {by}, {time}: {reason}"
CORRECTED_GRADE = (
    "Answers indicated {grade} until {time}: item {item} corrected from {before} to {after} by {by}: {reason}"
)
GRADE_STAYS = "The form's grade stays {grade}."
FLAGS = "Always surfaced: {flags}"
FLAG, FLAG_ITEMS = "{label}", "{label} (item {items})"
CRITERION = "{referral}: {label} – {facts}"
REFERRAL = "Referral"
COMPLETED = "Completed {time} by {by}"
APPROVED = "Approved {time} by {by}"
WAITS_APPROVAL = "a sergeant approves it"
UNANSWERED = "–"


def tally(score: Score) -> str:
    return TALLY.format(yes=score.yes, no=score.no, unknown=score.unknown)


def flag_words(pack: Pack, score: Score) -> str:
    def of(item_id: str) -> str:
        item = find_item(pack, item_id)
        return item.number or item.label if item else item_id

    flags = [
        # A label that names its items already, as the bundled packs' do, is enough.
        (FLAG if flag.label.endswith(")") else FLAG_ITEMS).format(
            label=flag.label, items=", ".join(map(of, flag.items))
        )
        for flag in score.flags
    ]
    return FLAGS.format(flags=", ".join(flags)) if flags else ""


def criteria_words(pack: Pack, score: Score) -> list[str]:
    referral = (pack.scoring.referral if pack.scoring else "") or REFERRAL
    return [
        CRITERION.format(referral=referral, label=met.label, facts="; ".join(met.facts))
        for met in score.criteria
    ]


def judgement_words(opened: OpenForm) -> str:
    judged, scoring = opened.form.judgement, opened.pack.scoring
    if judged is None or scoring is None:
        return ""
    return JUDGED.format(
        grade=scoring.label(judged.grade), by=judged.by, time=clock(judged.at), reason=judged.reason
    )


def correction_words(opened: OpenForm) -> list[str]:
    """What was corrected with a reason, newest first; last, where it is so, that the form's grade stays above what is indicated now."""
    form, pack, score = opened.form, opened.pack, opened.form_score
    said = [_correction(pack, form, one) for one in reversed(corrections_of(form))]
    if said and pack.scoring is not None and score.grade != score.indicative:
        said.append(GRADE_STAYS.format(grade=pack.scoring.label(score.grade)))
    return said


def _correction(pack: Pack, form: Form, one: Answer) -> str:
    item, before = find_item(pack, one.item), before_of(form, one)
    if item is None:
        return one.correction
    pattern = CORRECTED_GRADE if one.was else CORRECTED
    return pattern.format(
        item=item.number or item.label,
        before=answer_words(item, before),
        after=answer_words(item, one),
        by=one.by,
        time=clock(one.at),
        reason=one.correction,
        grade=pack.scoring.label(one.was) if pack.scoring else one.was,
    )


def closed_words(opened: OpenForm) -> str:
    form = opened.form
    parts = []
    if form.state is not FormState.OPEN:
        done = next(step for step in reversed(form.steps) if step.state is FormState.COMPLETED)
        parts.append(COMPLETED.format(time=clock(done.at), by=done.by))
        if form.approved is not None:
            parts.append(APPROVED.format(time=clock(form.approved.at), by=form.approved.by))
        elif opened.pack.approval:
            parts.append(WAITS_APPROVAL)
    return ", ".join(parts)


def answer_words(item: Item, answer: Answer | None) -> str:
    if answer is None or not answer.value:
        return answer.reason if answer is not None and answer.reason else UNANSWERED
    return next((option.label for option in item.choices if option.key == answer.value), answer.value)
