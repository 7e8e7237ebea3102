"""The statement's header, declarations and form numbers: data that a force replaces, checked when it is read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rvr_console.domain.statement_content import StatementKind
from rvr_console.errors import UntrustedInputError

BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "policy" / "statement.json"
_MAX_BYTES = 256 * 1024
_MAX_TEXT = 4000


@dataclass(frozen=True, slots=True)
class KindPolicy:
    """legal: lines under the title. declaration: holds "{pages}" once."""

    form: str
    title: str
    legal: tuple[str, ...]
    declaration: str


@dataclass(frozen=True, slots=True)
class StatementPolicy:
    """read_over_*: with {name} and {reader}; interpreter: with {interpreter}, {language} and {name}. confirm: for the force."""

    version: str
    kinds: dict[StatementKind, KindPolicy]
    read_over_heading: str
    read_over_witness: str
    read_over_reader: str
    interpreter_heading: str
    interpreter: str
    back_title: str
    back_notice: str
    confirm: tuple[str, ...]


def read_policy(path: Path = BUNDLED) -> StatementPolicy:
    """Raises UntrustedInputError, naming the field, for a file that is not such a pack; OSError when it cannot be read."""
    with path.open("rb") as file:
        untrusted_bytes = file.read(_MAX_BYTES + 1)
    if len(untrusted_bytes) > _MAX_BYTES:
        raise _refused("it is too large")
    try:
        untrusted = json.loads(untrusted_bytes)
    except (ValueError, RecursionError) as error:
        raise _refused("it is not JSON") from error
    said = _Reader(untrusted, "pack")
    declarations = said.inner("declarations")
    over, by = declarations.inner("read_over"), declarations.inner("interpreter")
    kinds, back = said.inner("kinds"), said.inner("back_page")
    return StatementPolicy(
        version=said.text("version"),
        kinds={kind: _kind(kinds.inner(kind.value)) for kind in StatementKind},
        read_over_heading=over.text("heading"),
        read_over_witness=over.text("witness", "{name}", "{reader}"),
        read_over_reader=over.text("reader", "{name}", "{reader}"),
        interpreter_heading=by.text("heading"),
        interpreter=by.text("interpreter", "{interpreter}", "{language}", "{name}"),
        back_title=back.text("title"),
        back_notice=back.text("notice"),
        confirm=said.texts("confirm"),
    )


def _kind(said: "_Reader") -> KindPolicy:
    return KindPolicy(
        said.text("form"), said.text("title"), said.texts("legal"), said.text("declaration", "{pages}")
    )


def _refused(why: str) -> UntrustedInputError:
    return UntrustedInputError(
        f"The pack of the statement's wording was refused: {why}.",
        kept="No statement was changed.",
        todo="Tell IT.",
    )


class _Reader:
    """One object of the pack; each access is checked."""

    def __init__(self, untrusted: Any, place: str) -> None:
        if not isinstance(untrusted, dict):
            raise _refused(f"{place} is not an object")
        self._untrusted, self._place = untrusted, place

    def inner(self, name: str) -> "_Reader":
        return _Reader(self._untrusted.get(name), f"{self._place}.{name}")

    def text(self, name: str, *holes: str) -> str:
        return self._checked(self._untrusted.get(name), name, holes)

    def texts(self, name: str) -> tuple[str, ...]:
        found = self._untrusted.get(name)
        if not isinstance(found, list):
            raise _refused(f"{self._place}.{name} is not a list")
        return tuple(self._checked(one, name, ()) for one in found)

    def _checked(self, untrusted: Any, name: str, holes: tuple[str, ...]) -> str:
        if not isinstance(untrusted, str) or not untrusted.strip() or len(untrusted) > _MAX_TEXT:
            raise _refused(f"{self._place}.{name} is not a text of 1 to {_MAX_TEXT} characters")
        lacks = [hole for hole in holes if hole not in untrusted]
        if lacks:
            raise _refused(f"{self._place}.{name} lacks {', '.join(lacks)}")
        return untrusted
