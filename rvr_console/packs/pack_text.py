"""The text of a pack, as bytes from outside: limits first, then JSON, and on which line each value stands."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rvr_console.errors import UntrustedInputError

MAX_BYTES = 1 << 20
MAX_DEPTH = 12
MAX_PIECES = 100_000  # names, values and marks of JSON
MAX_TOLD = 50  # problems that are listed

Path = tuple[str | int, ...]
Lines = dict[Path, int]
# possessive: a text without its closing quote is read once, not once for each quote in it
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},:]|[^\s\[\]{},:"]+|\n', re.DOTALL)
_MAP, _NEW_LINE = "{", "\n"
_OPENING, _CLOSING = {"{", "["}, {"}", "]"}


@dataclass(frozen=True, slots=True)
class PackProblem:
    """What is wrong, and where. line: from 1; 0 when it concerns the file. where: "sections/0/items/3"."""

    line: int
    where: str
    reason: str

    def in_words(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.where + ': ' if self.where else ''}{self.reason}"


class PackRefusedError(UntrustedInputError):
    """The pack is not taken. problems: at least one, in the order of the file."""

    def __init__(self, problems: tuple[PackProblem, ...]) -> None:
        first = problems[0].in_words()
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(
            f"The pack is refused: {first}{more}.",
            kept="The version in use stays.",
            todo="Correct the file, check it with `rvr-console pack check`, sign it again.",
        )
        self.problems = problems


def refuse(line: int, reason: str) -> PackRefusedError:
    return PackRefusedError((PackProblem(line, "", reason),))


def read_json(untrusted: bytes) -> tuple[dict[str, Any], Lines]:
    """The map and the line of each value. Raises PackRefusedError: too large, not UTF-8, too deep, not JSON, not one map."""
    if len(untrusted) > MAX_BYTES:
        raise refuse(0, f"the file is larger than {MAX_BYTES >> 10} KiB")
    try:
        text = untrusted.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refuse(untrusted[: error.start].count(b"\n") + 1, "this is not UTF-8 text") from None
    if "\x00" in text:
        raise refuse(text[: text.index("\x00")].count("\n") + 1, "there is a NUL character")
    _check_depth(text)
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise refuse(error.lineno, f"this is not JSON: {error.msg}, column {error.colno}") from None
    except _TwiceError as error:
        raise refuse(_line_of_second(text, error.key), f"the field “{error.key[:60]}” stands twice") from None
    except ValueError as error:  # a constant that JSON does not have, a number of thousands of digits
        raise refuse(0, f"this is not JSON: {str(error)[:80]}") from None
    if not isinstance(found, dict):
        raise refuse(1, "a pack is one JSON object")
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise refuse(0, "there is half a character (a lone surrogate)") from None
    return found, lines_of(text)


class _TwiceError(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _line_of_second(text: str, key: str) -> int:
    """The line of the first map that holds the key twice: what was met when it was refused may stand further up."""
    seen: set[Path] = set()
    for path, line in _walk(text):
        if path and path[-1] == key and path in seen:
            return line
        seen.add(path)
    return 0


def _check_depth(text: str) -> None:
    depth, line = 0, 1
    for count, match in enumerate(_TOKEN.finditer(text)):
        piece = match[0]
        line += piece.count(_NEW_LINE)
        depth += (piece in _OPENING) - (piece in _CLOSING)
        if depth > MAX_DEPTH:
            raise refuse(line, f"nested more than {MAX_DEPTH} deep")
        if count > MAX_PIECES:
            raise refuse(line, f"more than {MAX_PIECES:,} names and values")


def lines_of(text: str) -> Lines:
    """Path of each value -> its line. The text must be JSON."""
    return dict(_walk(text))


def _walk(text: str) -> Iterator[tuple[Path, int]]:
    """Path and line of each value, in order; of a field the line of its name."""
    steps: list[str | int] = []  # the field or the index in each open map or list
    line, name_next = 1, False
    yield (), line
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in _CLOSING:
            steps.pop()
            name_next = False
        elif piece == ",":
            name_next = isinstance(steps[-1], str)
            if not name_next:
                steps[-1] = int(steps[-1]) + 1
        elif piece == _NEW_LINE:
            line += 1
        elif piece != ":":
            if name_next:
                steps[-1] = json.loads(piece)
            if name_next or (steps and isinstance(steps[-1], int)):
                yield tuple(steps), line
            if piece in _OPENING:
                steps.append("" if piece == _MAP else 0)
            name_next = piece == _MAP
