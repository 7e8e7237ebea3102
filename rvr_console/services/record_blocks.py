"""Text blocks to copy for the records system, so that nothing is keyed twice. Their layout is the force's, as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import Template

from rvr_console.domain.form import Answer, FormState, Item
from rvr_console.domain.form_rules import before_of, corrections_of
from rvr_console.domain.form_structure import find_item, shown_items
from rvr_console.domain.record_layout import BlockLayout
from rvr_console.services.form_reading import OpenForm

_NONE = "none"


@dataclass(frozen=True, slots=True)
class TextBlock:
    id: str
    label: str
    text: str


def blocks_of(layouts: Sequence[BlockLayout], opened: OpenForm) -> list[TextBlock]:
    """The blocks for this kind of form, in the order of the layout."""
    kind = opened.pack.kind.value
    return [_block(one, opened) for one in layouts if not one.kinds or kind in one.kinds]


def _block(layout: BlockLayout, opened: OpenForm) -> TextBlock:
    values = _values(opened)
    lines = [Template(line).substitute(values) for line in layout.lines]
    if layout.each:
        each = Template(layout.each)
        for item in shown_items(opened.pack, opened.form):
            answer = opened.form.answers.get(item.id)
            if answer is not None and (answer.value or answer.reason):
                lines.append(each.substitute(_line(item, answer)).rstrip())
    return TextBlock(layout.id, layout.label, "\n".join(lines))


def _line(item: Item, answer: Answer) -> dict[str, str]:
    said = next((one.label for one in item.choices if one.key == answer.value), answer.value)
    return {
        "number": item.number,
        "label": item.label,
        "answer": said or f"not answered: {answer.reason}",
        "comment": answer.comment,
        "at": answer.at.astimezone().strftime("%d/%m/%Y %H:%M"),
        "by": answer.by,
    }


def _values(opened: OpenForm) -> dict[str, str]:
    form, pack, score, scoring = opened.form, opened.pack, opened.form_score, opened.pack.scoring
    done = form.completed
    judged = form.judgement
    grade, indicative = score.grade, score.indicative
    if scoring is not None:
        grade, indicative = scoring.label(grade), scoring.label(indicative)
    names = {item.id: item for item in shown_items(pack, form)}

    def number(item_id: str) -> str:
        item = names.get(item_id) or find_item(pack, item_id)
        return (item.number or item.label) if item else item_id

    def corrected(one: Answer) -> str:
        item, before = find_item(pack, one.item), before_of(form, one)
        said = [_line(item, answer)["answer"] for answer in (before, one) if item is not None and answer]
        at = one.at.astimezone().strftime("%d/%m/%Y %H:%M")
        return f"item {number(one.item)} from {' to '.join(said)}, {at} {one.by}: {one.correction}"

    flags = [f"{flag.label} (item {', '.join(map(number, flag.items))})" for flag in score.flags]
    return {
        "title": pack.title,
        "pack": pack.id,
        "version": pack.version,
        "person": form.person,
        "yes": str(score.yes),
        "no": str(score.no),
        "unknown": str(score.unknown),
        "grade": grade or _NONE,
        "indicative": indicative or _NONE,
        "judgement": f"{judged.reason} ({judged.by})" if judged else _NONE,
        "corrections": "; ".join(map(corrected, corrections_of(form))) or _NONE,
        "flags": "; ".join(flags) or _NONE,
        "criteria": "; ".join(f"{met.label}: {', '.join(met.facts)}" for met in score.criteria) or _NONE,
        "completed": done.at.astimezone().strftime("%d/%m/%Y %H:%M") if done else "not completed",
        "by": done.by if done else "",
        "state": {FormState.OPEN: "open", FormState.COMPLETED: "completed", FormState.APPROVED: "approved"}[
            form.state
        ],
    }
