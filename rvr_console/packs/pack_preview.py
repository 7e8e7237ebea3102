"""A pack as a person reads it: plain text, or one page of HTML without scripts or anything from elsewhere."""

import html
from collections.abc import Iterator

from rvr_console.domain.form import Branch, Item, Pack, Scoring, Trigger
from rvr_console.domain.form_structure import all_items

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:52em;margin:2em auto;padding:0 1em;color:#0b1a2b}"
    "h2{border-bottom:1px solid #98a6b5;margin-top:2em}h3{margin:1.2em 0 .3em 1.5em}"
    "p{margin:.3em 0}.item{padding-left:1.5em}.deep{padding-left:3em}.small{color:#44566b;font-size:.9em}"
)


def preview_text(pack: Pack) -> str:
    """Lines for a terminal or a file."""
    return "\n".join("    " * depth + words for depth, _, words in _lines(pack)).rstrip() + "\n"


def preview_html(pack: Pack) -> str:
    """One HTML document; every word of the pack is escaped."""
    body = "\n".join(_element(depth, kind, words) for depth, kind, words in _lines(pack) if words)
    title = html.escape(f"{pack.title} {pack.version}")
    head = f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>'
    return f"{head}<style>{_STYLE}</style></head><body>\n{body}\n</body></html>\n"


def _element(depth: int, kind: str, words: str) -> str:
    safe = html.escape(words)
    if kind in {"h1", "h2", "h3"}:
        return f"<{kind}>{safe}</{kind}>"
    place = ("", "item", "deep", "deep")[min(depth, 3)]
    return f'<p class="{place} {kind}">{safe}</p>'


_Line = tuple[int, str, str]  # depth, kind of line, words


def _lines(pack: Pack) -> Iterator[_Line]:
    yield 0, "h1", f"{pack.title}, version {pack.version}"
    yield 0, "small", f"{pack.id} · {pack.kind.value} · SHA-256 {pack.digest}"
    facts = [
        words
        for given, words in (
            (pack.per_person, "one form for each person"),
            (pack.approval, "a sergeant approves it"),
            (pack.valid_from, f"offered from {pack.valid_from:%d/%m/%Y}" if pack.valid_from else ""),
        )
        if given
    ]
    if facts:
        yield 0, "", "; ".join(facts)
    if pack.wording:
        yield 0, "", pack.wording
    for words in pack.confirm:
        yield 0, "small", f"Confirm before live use: {words}"
    names = {item.id: item.number or item.label for item in all_items(pack)}
    for section in pack.sections:
        yield 0, "", ""
        yield 0, "h2", section.label
        if section.help:
            yield 0, "small", section.help
        for item in section.items:
            yield from _item(item, 1)
        for branch in section.branches:
            yield from _branch(branch, names)
    if pack.scoring is not None:
        yield from _scoring(pack.scoring, names)


def _branch(branch: Branch, names: dict[str, str]) -> Iterator[_Line]:
    yield 1, "h3", f"{branch.label} (asked when {_met(branch.when, names, ' or ')})"
    for item in branch.items:
        yield from _item(item, 2)


def _met(triggers: tuple[Trigger, ...], names: dict[str, str], between: str) -> str:
    return between.join(f"{names.get(t.item, t.item)} is {' or '.join(t.values)}" for t in triggers)


def _item(item: Item, depth: int) -> Iterator[_Line]:
    options = " / ".join(o.label + (f" [{o.counts}]" if o.counts else "") for o in item.choices)
    marks = [options or item.kind.value]
    if not item.required:
        marks.append("may stay empty")
    if item.scored:
        marks.append("counts")
    yield depth, "", f"{item.number + '. ' if item.number else ''}{item.label}  ({'; '.join(marks)})"
    if item.flag:
        yield depth + 1, "small", f"Strong flag “{item.flag}” when {' or '.join(item.flag_when)}"
    for name, words in (("Help", item.help), ("Why we ask", item.why), ("Confirm", item.confirm)):
        if words:
            yield depth + 1, "small", f"{name}: {words}"


def _scoring(scoring: Scoring, names: dict[str, str]) -> Iterator[_Line]:
    yield 0, "", ""
    yield 0, "h2", "Scoring"
    if scoring.counts:
        yield 1, "", f"Counts 1: {', '.join(scoring.counts)}"
    if not scoring.bands:
        yield 1, "", "No bands: the grade is a person's judgement, with the reason."
    for band in scoring.bands:
        yield 1, "", f"{scoring.label(band.grade)} from {band.at_least}"
    for definition in scoring.definitions:
        yield 1, "small", f"{definition.label}: {definition.words or 'no definition'}"
    for flag in scoring.flags:
        yield 1, "", f"Strong flag “{flag.label}” when {_met(flag.all_of, names, ' and ')}"
    for criterion in scoring.criteria:
        yield 1, "", f"Refer{' to ' + scoring.referral if scoring.referral else ''}: {criterion.label}"
    if scoring.confirm:
        yield 1, "small", f"Confirm before live use: {scoring.confirm}"
