"""Packs that are malformed, huge, cyclic or sly: refused with the line and the reason."""

import copy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).resolve().parents[2]))

from pack_desk import as_bytes, bundled, tiny

from rvr_console.packs.pack_schema import parse_pack
from rvr_console.packs.pack_text import MAX_BYTES, PackRefusedError, lines_of


def refusal(content: bytes) -> PackRefusedError:
    with pytest.raises(PackRefusedError) as caught:
        parse_pack(content)
    assert len(caught.value.in_words()) < 1500
    return caught.value


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "not JSON"),
        (b'{\n "id": "x",\n "version" 1\n}', 3, "not JSON"),
        (b'{"a": 1,\n\n "a": 2}', 3, "stands twice"),
        (b'{"a": [\n{"b": 1,\n "b": 2}]}', 3, "stands twice"),
        (b"[]", 1, "one JSON object"),
        (b'"x"', 1, "one JSON object"),
        (b"{\n\n\xff}", 3, "UTF-8"),
        (b'{"a":\n"\x00"}', 2, "NUL"),
        (b'{"a": NaN}', 0, "not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", 0, "not JSON"),
        (b'{"a": "\\ud83d"}', 0, "half a character"),
        (b'{\n"a": ' + b"[" * 50_000, 2, "nested"),
        (b'{"a":' * 50_000, 1, "nested"),
        (b'{"a": [' + b"0," * 200_000 + b"0]}", 1, "names and values"),
        (b'"' + b'\\"' * (MAX_BYTES // 2 - 9), 1, "not JSON"),
        (b" " * (MAX_BYTES + 1), 0, "larger than"),
    ],
)
def test_what_is_no_pack_at_all(content: bytes, line: int, words: str) -> None:
    begun = time.thread_time()
    problem = refusal(content).problems[0]
    assert time.thread_time() - begun < 1
    assert problem.line == line
    assert words in problem.reason


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "../../etc/passwd"},
        {"id": "dash/../x"},
        {"id": "dash\n"},
        {"id": "dash\u2028x"},
        {"id": "DASH"},
        {"id": "d" * 200},
        {"version": "2\n"},
        {"version": "-1"},
        {"version": "1..2"},
        {"version": "9" * 100},
        {"version": "١.٢"},
        {"version": 2},
    ],
)
def test_a_name_or_version_that_is_none_is_refused_on_its_line(wrong: dict[str, Any]) -> None:
    content = as_bytes(tiny() | wrong)
    field = next(iter(wrong))
    (problem,) = refusal(content).problems
    assert problem.where == field
    assert f'"{field}"' in content.decode().splitlines()[problem.line - 1]


def test_options_by_the_hundred_thousand_are_refused_at_once() -> None:
    many = [{"key": f"k{n}", "label": "L"} for n in range(20_000)]
    found = tiny(option_sets={"many": many})
    begun = time.thread_time()
    problem = refusal(as_bytes(found)).problems[0]
    assert time.thread_time() - begun < 1
    assert "names and values" in problem.reason or "larger than" in problem.reason
    shared = [{"key": f"k{n}", "label": "L"} for n in range(2000)]
    assert "longer than" in refusal(as_bytes(tiny(option_sets={"many": shared}))).problems[0].reason


def spoilt(
    change: Callable[[dict[str, Any]], None], name: str = "dash"
) -> tuple[PackRefusedError, list[str]]:
    found = copy.deepcopy(bundled(name))
    change(found)
    content = as_bytes(found)
    return refusal(content), content.decode().splitlines()


def section(found: dict[str, Any], number: int) -> dict[str, Any]:
    return found["sections"][number]


@pytest.mark.parametrize(
    ("change", "on_line", "words"),
    [
        (lambda p: p.update(surprise=1), '"surprise"', "not known"),
        (lambda p: section(p, 0)["items"][2].update(script="x"), '"script"', "not known"),
        (lambda p: p.pop("title"), "{", "title is missing"),
        (lambda p: p.update(version="1.x"), '"version"', "match"),
        (lambda p: p.update(kind="poll"), '"kind": "poll"', "one of risk"),
        (lambda p: p.update(format="rvr-form-pack/2"), '"format"', "must be rvr-form-pack/1"),
        (lambda p: p.update(title="x" * 301), '"title"', "longer than 300"),
        (lambda p: p.update(title="a\u202eb"), '"title"', "match"),
        (lambda p: p.update(sections=[]), '"sections"', "shorter"),
        (lambda p: p.update(per_person="yes"), '"per_person"', "type boolean"),
        (lambda p: p.update(valid_from="2026-02-30"), '"valid_from"', "no such day"),
        (lambda p: section(p, 1)["items"][0].update(id="8"), '"id": "8"', "stands on line"),
        (lambda p: section(p, 1).update(id="current"), '"id": "current"', "section id"),
        (lambda p: section(p, 2)["branches"][0].update(id="stalking"), '"id": "stalking"', "branch id"),
        (lambda p: section(p, 0)["branches"][0]["when"][0].update(item="99"), '"item": "99"', "no item “99”"),
        (lambda p: section(p, 0)["branches"][0]["when"][0].update(values=["often"]), '"values"', "no answer “often”"),
        (lambda p: section(p, 0)["branches"][0]["when"].append({"item": "s1", "values": ["yes"]}), '"when"', "hangs on itself"),
        (lambda p: section(p, 0)["items"][1]["flag"].update(when=["perhaps"]), '"when"', "no answer “perhaps”"),
        (lambda p: section(p, 0)["items"][1].update(options="none"), '"options"', "has no options"),
        (lambda p: section(p, 4)["items"][1].update(options="none"), '"options"', "no option set"),
        (lambda p: section(p, 4)["items"][1].pop("options"), "{", "needs options"),
        (lambda p: section(p, 4)["items"][1]["options"][0].update(key="two"), '"key": "two"', "stands twice"),
        (lambda p: p["scoring"]["bands"].reverse(), "{", "must ascend"),
        (lambda p: p["scoring"]["bands"][2].update(at_least=10), "{", "must ascend"),
        (lambda p: p["scoring"]["bands"][0].update(grade="none"), '"grade": "none"', "no grade"),
        (lambda p: p["scoring"]["counts"].append("maybe"), '"maybe"', "one of yes"),
        (lambda p: p["scoring"]["criteria"][1].pop("grade"), "{", "needs its grade"),
        (lambda p: p["scoring"]["criteria"][2].update(item="99"), '"item": "99"', "no item"),
        (lambda p: p["scoring"]["criteria"][2].update(item="other"), '"item": "other"', "choose from"),
        (lambda p: p["scoring"]["flags"][0]["all_of"][1].update(item="99"), '"item": "99"', "no item"),
        (lambda p: p.pop("scoring"), '"kind": "risk"', "needs scoring"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_pack_is_told_with_its_line(
    change: Callable[[dict[str, Any]], None], on_line: str, words: str
) -> None:
    error, lines = spoilt(change)
    told = [p for p in error.problems if words in p.reason]
    assert told, [p.in_words() for p in error.problems]
    assert any(on_line in lines[p.line - 1] for p in told), [(p.in_words(), lines[p.line - 1]) for p in told]


def test_branches_in_a_circle() -> None:
    found = bundled("dash")
    section(found, 0)["branches"][0]["when"] = [{"item": "h1", "values": ["yes"]}]
    section(found, 2)["branches"][0]["when"] = [{"item": "s1", "values": ["yes"]}]
    told = [p.reason for p in refusal(as_bytes(found)).problems]
    assert told == ["the branch “stalking” hangs on itself", "the branch “honour” hangs on itself"]


def test_too_many_items_and_too_many_problems() -> None:
    item = {"label": "A", "kind": "yes_no"}
    sections = [
        {"id": f"s{s}", "label": "S", "items": [item | {"id": f"i{s}.{n}"} for n in range(150)]}
        for s in range(4)
    ]
    assert "500" in refusal(as_bytes(tiny(sections=sections))).problems[0].reason
    for one in sections:
        for each in one["items"]:
            each["extra"] = 1
    assert len(refusal(as_bytes(tiny(sections=sections))).problems) == 50


def test_a_safety_pack_asks_every_safety_question() -> None:
    error, _ = spoilt(lambda p: section(p, 0)["items"].pop(0), "safety")
    assert error.problems[0].reason == "the safety question “alone” is missing"


def test_an_item_scored_without_scoring() -> None:
    found = tiny()
    found["sections"][0]["items"][0]["scored"] = True
    assert "no scoring" in refusal(as_bytes(found)).problems[0].reason


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),  # without half characters
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(value=_JSON, data=st.data())
def test_any_value_in_any_place_is_taken_or_refused_and_nothing_else(value: Any, data: st.DataObject) -> None:
    """A value of a good pack is put in the place of another: the reader either builds a pack or says what is wrong."""
    found = bundled("needs")
    places = [p for p in lines_of(as_bytes(found).decode()) if p]
    path = data.draw(st.sampled_from(places))
    inside: Any = found
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    try:
        pack = parse_pack(as_bytes(found))
    except PackRefusedError:
        return
    assert parse_pack(pack.text.encode()) == pack


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused(content: bytes) -> None:
    assert refusal(content).problems
