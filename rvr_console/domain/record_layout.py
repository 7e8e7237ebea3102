"""How text blocks for the records system are laid out: a force's own data, checked before it is used."""

from dataclasses import dataclass
from string import Template

from rvr_console.errors import UntrustedInputError

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


def check_layout(layout: BlockLayout) -> BlockLayout:
    """Raises UntrustedInputError: an unknown field, or a template that cannot be filled in."""
    for known, templates in ((FIELDS, layout.lines), (LINE_FIELDS, (layout.each,))):
        for text in templates:
            template = Template(text)
            if len(text) > MAX_TEMPLATE or not template.is_valid() or set(template.get_identifiers()) - known:
                raise UntrustedInputError(f"The layout of the text block “{layout.id}” is not valid.")
    return layout
