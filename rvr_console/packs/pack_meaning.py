"""What a schema cannot say of a pack: ids that stand twice, unknown references, branches in a circle, bands out of order."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from rvr_console.domain.consultation import SAFETY_QUESTIONS
from rvr_console.domain.form import NO, NOT_KNOWN, YES
from rvr_console.packs.pack_text import Lines, PackProblem, Path

MAX_ITEMS = 500
_CHOSEN = {"choice", "frequency"}
_Map = dict[str, Any]


def problems_of_meaning(found: _Map, lines: Lines) -> tuple[PackProblem, ...]:
    """Empty: well. `found` has passed the schema."""
    return tuple(_Meaning(found, lines).problems())


class _Meaning:
    """One pack under examination. values: item id -> the values that it can have; empty for free text."""

    def __init__(self, found: _Map, lines: Lines) -> None:
        self._pack = found
        self._lines = lines
        self._sets: dict[str, list[_Map]] = dict(found.get("option_sets", {}))
        self._items = list(_items(found))
        self._values = {item["id"]: self._values_of(item) for _, _, item in self._items}

    def problems(self) -> Iterator[PackProblem]:
        if len(self._items) > MAX_ITEMS:
            yield self._at(("sections",), f"more than {MAX_ITEMS} items")
            return
        yield from self._ids()
        yield from self._options()
        yield from self._triggers()
        yield from self._circles()
        yield from self._scoring()
        yield from self._dates_and_kind()

    def _at(self, path: Path, reason: str) -> PackProblem:
        return problem_at(path, self._lines, reason)

    def _values_of(self, item: _Map) -> set[str]:
        if item["kind"] == "yes_no":
            return {YES, NO, NOT_KNOWN}
        named: str | list[_Map] = item.get("options", [])
        known = self._sets.get(named, []) if isinstance(named, str) else named
        return {o["key"] for o in known}

    def _ids(self) -> Iterator[PackProblem]:
        sections = [(("sections", n), s) for n, s in enumerate(self._pack["sections"])]
        yield from self._twice("item", ((path, item) for path, _, item in self._items))
        yield from self._twice("section", sections)
        yield from self._twice("branch", _branches(self._pack))

    def _twice(self, what: str, named: Iterable[tuple[Path, _Map]]) -> Iterator[PackProblem]:
        seen: dict[str, int] = {}
        for path, one in named:
            if one["id"] in seen:
                yield self._at(
                    (*path, "id"), f"the {what} id “{one['id']}” stands on line {seen[one['id']]} too"
                )
            seen.setdefault(one["id"], self._lines.get((*path, "id"), 0))

    def _options(self) -> Iterator[PackProblem]:
        for name, shared in self._sets.items():
            yield from self._option_keys(("option_sets", name), shared)
        for path, _, item in self._items:
            options: str | list[_Map] | None = item.get("options")
            if item["kind"] not in _CHOSEN:
                if options is not None:
                    yield self._at((*path, "options"), f"an item of kind {item['kind']} has no options")
            elif isinstance(options, str):
                if options not in self._sets:
                    yield self._at((*path, "options"), f"there is no option set “{options}”")
            elif options is None:
                yield self._at(path, f"an item of kind {item['kind']} needs options")
            else:
                yield from self._option_keys((*path, "options"), options)

    def _option_keys(self, path: Path, options: list[_Map]) -> Iterator[PackProblem]:
        keys = [o["key"] for o in options]
        for n, key in enumerate(keys):
            if key in keys[:n]:
                yield self._at((*path, n, "key"), f"the option “{key}” stands twice")

    def _triggers(self) -> Iterator[PackProblem]:
        for path, branch in _branches(self._pack):
            for n, trigger in enumerate(branch["when"]):
                yield from self._trigger((*path, "when", n), trigger)
        for path, _, item in self._items:
            for value in item.get("flag", {}).get("when", ()):
                if value not in self._values[item["id"]]:
                    yield self._at((*path, "flag", "when"), f"the item has no answer “{value}”")

    def _trigger(self, path: Path, trigger: _Map) -> Iterator[PackProblem]:
        known = self._values.get(trigger["item"])
        if known is None:
            yield self._at((*path, "item"), f"there is no item “{trigger['item']}”")
            return
        for value in trigger["values"]:
            if value not in known:
                yield self._at((*path, "values"), f"the item “{trigger['item']}” has no answer “{value}”")

    def _circles(self) -> Iterator[PackProblem]:
        """A branch whose trigger stands in itself, or in a branch that hangs on it, would never be asked."""
        home = {item["id"]: branch for _, branch, item in self._items}
        needs = {
            branch["id"]: {home.get(t["item"], "") for t in branch["when"]} - {""}
            for _, branch in _branches(self._pack)
        }
        for path, branch in _branches(self._pack):
            reached: set[str] = set()
            ahead = set(needs[branch["id"]])
            while ahead:
                one = ahead.pop()
                reached.add(one)
                ahead |= needs.get(one, set()) - reached
            if branch["id"] in reached:
                yield self._at((*path, "when"), f"the branch “{branch['id']}” hangs on itself")

    def _scoring(self) -> Iterator[PackProblem]:
        scoring = self._pack.get("scoring")
        if scoring is None:
            for path, _, item in self._items:
                if item.get("scored"):
                    yield self._at((*path, "scored"), "an item is scored and the pack has no scoring")
            if self._pack["kind"] == "risk":
                yield self._at(("kind",), "a risk assessment needs scoring")
            return
        grades = [g["id"] for g in scoring["grades"]]
        yield from self._twice(
            "grade", ((("scoring", "grades", n), g) for n, g in enumerate(scoring["grades"]))
        )
        yield from self._bands(scoring["bands"], grades)
        criteria = [(("scoring", "criteria", n), c) for n, c in enumerate(scoring.get("criteria", ()))]
        yield from self._twice("criterion", criteria)
        for path, criterion in criteria:
            yield from self._criterion(path, criterion, grades)
        flags = [(("scoring", "flags", n), f) for n, f in enumerate(scoring.get("flags", ()))]
        yield from self._twice("flag", flags)
        for path, flag in flags:
            for n, trigger in enumerate(flag["all_of"]):
                yield from self._trigger((*path, "all_of", n), trigger)

    def _bands(self, bands: list[_Map], grades: list[str]) -> Iterator[PackProblem]:
        last, rank = -1, -1
        for n, band in enumerate(bands):
            path: Path = ("scoring", "bands", n)
            if band["grade"] not in grades:
                yield self._at((*path, "grade"), f"there is no grade “{band['grade']}”")
                continue
            if band["at_least"] <= last or grades.index(band["grade"]) <= rank:
                yield self._at(path, "bands must ascend, in figures and in grades")
            last, rank = band["at_least"], grades.index(band["grade"])

    def _criterion(self, path: Path, criterion: _Map, grades: list[str]) -> Iterator[PackProblem]:
        grade, item = criterion.get("grade"), criterion.get("item")
        if criterion["kind"] == "judgement" and grade is None:
            yield self._at(path, "a judgement needs its grade")
        if grade is not None and grade not in grades:
            yield self._at((*path, "grade"), f"there is no grade “{grade}”")
        if item is not None and not self._values.get(item):
            yield self._at((*path, "item"), f"there is no item “{item}” with answers to choose from")

    def _dates_and_kind(self) -> Iterator[PackProblem]:
        try:
            date.fromisoformat(self._pack.get("valid_from", "2000-01-01"))
        except ValueError:
            yield self._at(("valid_from",), "there is no such day")
        if self._pack["kind"] == "safety":
            for question in SAFETY_QUESTIONS:
                if question not in self._values:
                    yield self._at(("sections",), f"the safety question “{question}” is missing")


def problem_at(path: Path, lines: Lines, reason: str) -> PackProblem:
    """With the line of that value, or of the nearest one around it."""
    around = path
    while around and around not in lines:
        around = around[:-1]
    return PackProblem(lines.get(around, 1), "/".join(str(p) for p in path), reason)


def _items(found: _Map) -> Iterator[tuple[Path, str, _Map]]:
    """Path, id of the branch ("" for none) and map of each item."""
    for s, section in enumerate(found["sections"]):
        for n, item in enumerate(section["items"]):
            yield ("sections", s, "items", n), "", item
        for b, branch in enumerate(section.get("branches", ())):
            for n, item in enumerate(branch["items"]):
                yield ("sections", s, "branches", b, "items", n), branch["id"], item


def _branches(found: _Map) -> Iterator[tuple[Path, _Map]]:
    for s, section in enumerate(found["sections"]):
        for b, branch in enumerate(section.get("branches", ())):
            yield ("sections", s, "branches", b), branch
