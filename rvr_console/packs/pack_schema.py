"""The published JSON Schema of packs (draft 2020-12), and a pack's whole check: limits, JSON, schema, meaning."""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from rvr_console.domain.form import Pack
from rvr_console.packs.pack_building import build
from rvr_console.packs.pack_meaning import problem_at, problems_of_meaning
from rvr_console.packs.pack_text import (
    MAX_TOLD,
    Lines,
    PackProblem,
    PackRefusedError,
    Path,
    read_json,
    refuse,
)

FORMS = FilePath(__file__).resolve().parents[2] / "resources" / "forms"
SCHEMA = FORMS / "pack.schema.json"


def strict_validator(schema: FilePath) -> Validator:
    """Of a schema whose patterns hold for the whole value: Python's `$` lets a line feed at the end pass, ECMA's does not."""
    return _Strict(json.loads(schema.read_text(encoding="utf-8")))


def _whole(validator: Validator, pattern: str, value: object, schema: object) -> Iterator[ValidationError]:
    found = Draft202012Validator.VALIDATORS["pattern"](validator, pattern, value, schema)
    yield from found or ()
    if isinstance(value, str) and pattern.endswith("$") and value.endswith("\n"):
        yield ValidationError(f"this does not match {pattern}", validator="pattern", validator_value=pattern)


_Strict = extend(Draft202012Validator, {"pattern": _whole})


@lru_cache(maxsize=1)
def _validator() -> Validator:
    return strict_validator(SCHEMA)


def parse_pack(untrusted: bytes) -> Pack:
    """The pack, if nothing is wrong with it. Its signature is another matter. Raises PackRefusedError."""
    found, lines = read_json(untrusted)
    wrong = problems_of_shape(found, lines, _validator()) or problems_of_meaning(found, lines)
    if wrong:
        raise PackRefusedError(tuple(sorted(wrong, key=lambda p: p.line))[:MAX_TOLD])
    return build(found)


def parse_kept(text: str) -> Pack:
    """The pack of an answered form, from the text that was kept with it. Its meaning was checked when it was taken, by the
    rules of then: rules that came later must not hide an old form. Raises PackRefusedError: the text is spoilt.
    """
    found, lines = read_json(text.encode("utf-8", "replace"))
    wrong = problems_of_shape(found, lines, _validator())
    if wrong:
        raise PackRefusedError(wrong)
    try:
        return build(found)
    except (KeyError, ValueError):
        raise refuse(0, "the kept text is spoilt") from None


def problems_of_shape(found: dict[str, Any], lines: Lines, validator: Validator) -> tuple[PackProblem, ...]:
    """What a schema finds wrong, each with its line."""
    wrong: list[PackProblem] = []
    for error in validator.iter_errors(found):
        wrong += _told(error, lines)
        if len(wrong) >= MAX_TOLD:
            break
    return tuple(wrong)


def _told(error: ValidationError, lines: Lines) -> list[PackProblem]:
    path: Path = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        return [
            problem_at((*path, key), lines, "this field is not known")
            for key in error.instance
            if key not in known
        ]
    return [problem_at(path, lines, _reason(error))]


def _reason(error: ValidationError) -> str:
    """Short, and never the whole of a long value."""
    limit = error.validator_value
    match error.validator:
        case "required":
            present = error.instance if isinstance(error.instance, dict) else {}
            missing = [
                str(name) for name in (limit if isinstance(limit, list) else []) if name not in present
            ]
            return f"the field {', '.join(missing)} is missing"
        case "type":
            return f"this must be of type {limit}"
        case "enum":
            return f"this must be one of {', '.join(map(str, limit if isinstance(limit, list) else []))}"
        case "const":
            return f"this must be {limit}"
        case "maxLength" | "maxItems" | "maxProperties":
            return f"this is longer than {limit}"
        case "minLength" | "minItems":
            return f"this is shorter than {limit}"
        case "maximum" | "minimum":
            return f"the {error.validator} is {limit}"
        case "pattern":
            return f"this does not match {limit}"
        case "anyOf" | "oneOf":
            return "this has not the right form"
        case _:
            return str(error.message)[:120]
