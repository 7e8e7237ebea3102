"""How far the forms are, as lines of "Still to do"."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rvr_console.domain.consultation import Consultation
from rvr_console.domain.form import FormState, PackKind
from rvr_console.domain.form_structure import asked_items, is_settled
from rvr_console.domain.policy import Plan
from rvr_console.services.desk import Work
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.values import ChecklistItem, CheckState

LISTED = (PackKind.RISK, PackKind.NEEDS)  # kinds with a line of their own


def form_item(key: str, label: str, forms: Sequence[OpenForm]) -> ChecklistItem:
    """One line for the forms of one kind: done once every one of them is completed."""
    if not forms:
        return ChecklistItem(key, label, CheckState.NOT_STARTED, "Not started")
    if all(one.form.state is not FormState.OPEN for one in forms):
        grades = [one.pack.scoring.label(one.form_score.grade) for one in forms if one.pack.scoring]
        approved = all(one.form.state is FormState.APPROVED for one in forms)
        words = ", ".join([*filter(None, grades), "approved" if approved else "completed"])
        return ChecklistItem(key, label, CheckState.DONE, words[:1].upper() + words[1:])
    settled = asked = 0
    for one in forms:
        items = [item for item in asked_items(one.pack, one.form) if item.required]
        settled += sum(is_settled(item, one.form) for item in items)
        asked += len(items)
    return ChecklistItem(key, label, CheckState.UNDER_WAY, f"{settled} of {asked} answered")


def kind_item(
    read: Callable[[Work, Consultation], list[OpenForm]], kind: PackKind, label: str
) -> Callable[[Work, Consultation], ChecklistItem]:
    """For the checklist: how far the forms of this kind are. read: Forms.read_all."""

    def item(work: Work, consultation: Consultation) -> ChecklistItem:
        return form_item(
            kind.value, label, [one for one in read(work, consultation) if one.pack.kind is kind]
        )

    return item


def unfinished(
    read: Callable[[Work, Consultation], list[OpenForm]], title: Callable[[str], str]
) -> Callable[[Work, Consultation, Plan], list[str]]:
    """For the checklist: of the forms that the case's plan names and that have no line of their own, what is begun and not completed, or
    must be completed and is not begun, in words. title: of a kind or id of pack; "" where this desk has none, and none can be asked for.
    """

    def lines(work: Work, consultation: Consultation, plan: Plan) -> list[str]:
        begun = read(work, consultation)
        found = []
        for key in plan.forms:
            mine = [one for one in begun if key in (one.pack.kind.value, one.pack.id)]
            if key in LISTED or any(one.pack.kind in LISTED for one in mine):
                continue
            line = form_item(key, "", mine)
            called = mine[0].pack.title if mine else title(key) if key in plan.finish else ""
            if called and line.state is not CheckState.DONE:
                found.append(f"{called}: {line.words[:1].lower()}{line.words[1:]}")
        return found

    return lines


def other_forms_item(
    read: Callable[[Work, Consultation], list[OpenForm]], key: str, label: str
) -> Callable[[Work, Consultation], ChecklistItem | None]:
    """For a case that needs no risk assessment: how far the forms are that have no line of their own. None: none was begun."""

    def item(work: Work, consultation: Consultation) -> ChecklistItem | None:
        forms = [one for one in read(work, consultation) if one.pack.kind not in LISTED]
        if not forms:
            return None
        line = form_item(key, label, forms)
        said = forms[0].pack.title if len(forms) == 1 else "Other forms"
        return replace(line, words=f"{said}: {line.words[:1].lower()}{line.words[1:]}")

    return item
