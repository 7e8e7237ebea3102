"""Walks through a pack: which items there are, which branches are triggered, what is still open."""

from collections.abc import Iterator

from rvr_console.domain.form import Branch, Form, Item, Pack, Trigger


def all_items(pack: Pack) -> Iterator[Item]:
    """Every item in order, each branch's after its section's."""
    for section in pack.sections:
        yield from section.items
        for branch in section.branches:
            yield from branch.items


def find_item(pack: Pack, item_id: str) -> Item | None:
    return next((item for item in all_items(pack) if item.id == item_id), None)


def is_met(trigger: Trigger, form: Form) -> bool:
    answer = form.answers.get(trigger.item)
    return answer is not None and answer.value in trigger.values


def is_triggered(branch: Branch, form: Form) -> bool:
    return any(is_met(trigger, form) for trigger in branch.when)


def is_shown(branch: Branch, form: Form) -> bool:
    """Triggered, or answered before its trigger was corrected: no answer is ever out of sight."""
    return is_triggered(branch, form) or any(_is_touched(item, form) for item in branch.items)


def _is_touched(item: Item, form: Form) -> bool:
    answer = form.answers.get(item.id)
    return answer is not None and bool(answer.value or answer.comment or answer.reason)


def shown_items(pack: Pack, form: Form) -> Iterator[Item]:
    """What the screen shows, in order."""
    for section in pack.sections:
        yield from section.items
        for branch in section.branches:
            if is_shown(branch, form):
                yield from branch.items


def asked_items(pack: Pack, form: Form) -> Iterator[Item]:
    """What has to be asked as the answers stand: the sections' items and those of triggered branches."""
    for section in pack.sections:
        yield from section.items
        for branch in section.branches:
            if is_triggered(branch, form):
                yield from branch.items


def is_settled(item: Item, form: Form) -> bool:
    """Answered, or left unanswered with a reason."""
    answer = form.answers.get(item.id)
    return answer is not None and bool(answer.value or answer.reason.strip())


def open_items(pack: Pack, form: Form) -> tuple[Item, ...]:
    """Required items that are asked and neither answered nor given a reason: they block completion."""
    return tuple(item for item in asked_items(pack, form) if item.required and not is_settled(item, form))


def next_unanswered(pack: Pack, form: Form, after: str = "") -> Item | None:
    """The next shown item that has to be answered, after that one and then from the top: never into a text nobody must write."""
    items = list(shown_items(pack, form))
    start = next((place + 1 for place, item in enumerate(items) if item.id == after), 0)
    ahead = items[start:] + items[:start]
    return next((item for item in ahead if item.required and not is_settled(item, form)), None)
