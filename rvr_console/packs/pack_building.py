"""From the checked map of a pack to the value `Pack`, and the canonical text that a form keeps."""

import hashlib
import json
from datetime import date
from typing import Any

from rvr_console.domain.form import (
    AnswerKind,
    Band,
    Branch,
    Criterion,
    CriterionKind,
    Definition,
    FlagRule,
    Item,
    Option,
    Pack,
    PackKind,
    Scoring,
    Section,
    Trigger,
)

_Map = dict[str, Any]


def canonical_text(found: _Map) -> str:
    """The same meaning is the same text: sorted, no white space, no escapes that need not be."""
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def build(found: _Map) -> Pack:
    """`found` has passed schema and meaning."""
    text = canonical_text(found)
    sets = {name: _options(options) for name, options in found.get("option_sets", {}).items()}
    return Pack(
        id=found["id"],
        version=found["version"],
        title=found["title"],
        kind=PackKind(found["kind"]),
        sections=tuple(_section(s, sets) for s in found["sections"]),
        per_person=found.get("per_person", False),
        approval=found.get("approval", False),
        wording=found.get("wording", ""),
        scoring=_scoring(found["scoring"]) if "scoring" in found else None,
        valid_from=date.fromisoformat(found["valid_from"]) if "valid_from" in found else None,
        confirm=tuple(found.get("confirm", ())),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )


def _options(found: list[_Map]) -> tuple[Option, ...]:
    return tuple(Option(o["key"], o["label"], int(o.get("counts", 0))) for o in found)


def _section(found: _Map, sets: dict[str, tuple[Option, ...]]) -> Section:
    branches = (
        Branch(b["id"], b["label"], _triggers(b["when"]), tuple(_item(i, sets) for i in b["items"]))
        for b in found.get("branches", ())
    )
    items = tuple(_item(i, sets) for i in found["items"])
    return Section(found["id"], found["label"], items, tuple(branches), found.get("help", ""))


def _item(found: _Map, sets: dict[str, tuple[Option, ...]]) -> Item:
    options = found.get("options", [])
    flag = found.get("flag", {})
    return Item(
        id=found["id"],
        number=found.get("number", ""),
        label=found["label"],
        kind=AnswerKind(found["kind"]),
        required=found.get("required", True),
        help=found.get("help", ""),
        why=found.get("why", ""),
        options=sets[options] if isinstance(options, str) else _options(options),
        scored=found.get("scored", False),
        flag=flag.get("label", ""),
        flag_when=tuple(flag.get("when", ())),
        confirm=found.get("confirm", ""),
    )


def _triggers(found: list[_Map]) -> tuple[Trigger, ...]:
    return tuple(Trigger(t["item"], tuple(t["values"])) for t in found)


def _scoring(found: _Map) -> Scoring:
    return Scoring(
        counts=tuple(found["counts"]),
        bands=tuple(Band(b["grade"], int(b["at_least"])) for b in found["bands"]),
        grades=tuple(g["id"] for g in found["grades"]),
        criteria=tuple(_criterion(c) for c in found.get("criteria", ())),
        definitions=tuple(Definition(g["id"], g["label"], g.get("definition", "")) for g in found["grades"]),
        flags=tuple(FlagRule(f["id"], f["label"], _triggers(f["all_of"])) for f in found.get("flags", ())),
        referral=found.get("referral", ""),
        confirm=found.get("confirm", ""),
    )


def _criterion(found: _Map) -> Criterion:
    return Criterion(
        id=found["id"],
        label=found["label"],
        kind=CriterionKind(found["kind"]),
        threshold=int(found.get("threshold", 1)),
        months=int(found.get("months", 12)),
        grade=found.get("grade", ""),
        item=found.get("item", ""),
    )
