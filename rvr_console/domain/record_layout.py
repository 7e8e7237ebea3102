"""How text blocks for the records system are laid out: a force's own data, checked before it is used."""

from dataclasses import dataclass
from string import Template

FIELDS = frozenset(
    {
        "title",
        "pack",
        "version",
        "person",
        "yes",
        "no",
        "unknown",
        "grade",
        "indicative",
        "judgement",
        "corrections",
        "flags",
        "criteria",
        "completed",
        "by",
        "state",
    }
)
LINE_FIELDS = frozenset({"number", "label", "answer", "comment", "at", "by"})
MAX_TEMPLATE = 2_000


@dataclass(frozen=True, slots=True)
class BlockLayout:
    """One block. kinds: of the packs it is made from, all if empty. lines: templates with $fields. each: for every answer."""

    id: str
    label: str
    kinds: tuple[str, ...]
    lines: tuple[str, ...]
    each: str = ""


def fault_of(template: str, known: frozenset[str]) -> str:
    """Why a template cannot be filled in from these fields; "": it can."""
    made = Template(template)
    if len(template) > MAX_TEMPLATE:
        return f"this is longer than {MAX_TEMPLATE}"
    if not made.is_valid():
        return "a $ stands before no field; a $ itself is written $$"
    unknown = sorted(set(made.get_identifiers()) - known)
    return f"there is no field ${unknown[0][:40]}: {', '.join(sorted(known))}" if unknown else ""
